"""What the people of the town do at a visit, one word each, for tests of what comes next."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from portal.complaints import actions as complaints
from portal.complaints.kinds import Category, Channel, CustomerWord, Severity, StepKind
from portal.complaints.models import Complaint, ComplaintStep
from portal.customers.models import Promise
from portal.fieldwork.kinds import Level
from portal.fieldwork.models import Finding, LeftOver, Training
from portal.guidance.kinds import Topic
from portal.guidance.models import Guidance
from portal.journal.models import Entry
from portal.kit.db import db, new_uuid
from portal.oil.kinds import Reason, VisualCode, YesNo
from portal.oil.models import Sample
from portal.people.models import Person
from portal.town import Town
from portal.visits import actions
from portal.visits.models import Photo, Visit

MONDAY_9AM = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)  # nine o'clock in Seoul
HOUR = timedelta(hours=1)
SHA = "ab" * 32
PIN = {"mina": "246813", "han": "527160", "dana": "318204", "suh": "802463"}
SIGNED: dict[str, Any] = {
    "name": "김도현", "role": "정비과장", "satisfaction": "4", "strokes": "[[[10,10],[500,200]]]", "consented": False
}  # fmt: skip
BOTTLE: dict[str, Any] = {
    "number": "HB-2611-0427", "machine_hours": Decimal("12450.5"), "oil_hours": Decimal(270),
    "oil_hours_estimated": False, "oil_changed": YesNo.NO, "filter_changed": None, "makeup_l": None,
    "oil_temp_c": None, "sample_point": None, "reason": Reason.ROUTINE, "visual": [VisualCode.DARK],
    "visual_note": "", "observed": "", "batch_no": "",
}  # fmt: skip
ADVICE: dict[str, Any] = {"topics": [Topic.STORAGE], "text": "주유구를 닦고 보충합니다.", "drain_h": Decimal(350)}
ADVICE |= {"follow_up_on": None}
LESSON: dict[str, Any] = {
    "topic": "그리스 혼용",
    "minutes": Decimal(40),
    "people_count": Decimal(6),
    "attended": "김, 박",
}
COMPLAINT: dict[str, Any] = {
    "category": Category.PERFORMANCE, "severity": Severity.MAJOR, "channel": Channel.PHONE, "contact_name": "김도현",
    "contact_phone": "", "description": "유압이 떨어졌습니다.", "asks": "", "product": "", "batch_no": "",
    "machine": "",
}  # fmt: skip


def planned(town: Town, engineer: Person | None = None, **changes: Any) -> Visit:
    """A visit at the pit, for Mina unless somebody else is named."""
    given = {"site": town.pit, "planned_at": MONDAY_9AM, "purpose": "정기 점검", "contact": town.foreman, **changes}
    visit = actions.plan(
        given["site"], engineer or town.mina, given["planned_at"], given["purpose"], contact=given["contact"],
        uuid=new_uuid(), by=town.han, at=MONDAY_9AM - HOUR,
    )  # fmt: skip
    db.session.commit()
    return visit


def on_site(town: Town, engineer: Person | None = None, **changes: Any) -> Visit:
    visit = planned(town, engineer, **changes)
    actions.check_in(visit, None, by=visit.engineer, at=MONDAY_9AM)
    db.session.commit()
    return visit


def sample(town: Town, visit: Visit, **changes: Any) -> Sample:
    words = {"by": visit.engineer, "at": MONDAY_9AM + HOUR}
    words |= {key: changes.pop(key) for key in list(changes) if key in words}
    compartment = changes.pop("compartment", town.engine)
    return actions.record_sample(visit, {**BOTTLE, **changes}, compartment, uuid=new_uuid(), **words)


def advice(town: Town, visit: Visit, **changes: Any) -> Guidance:
    words = {"by": visit.engineer, "at": MONDAY_9AM + HOUR}
    words |= {key: changes.pop(key) for key in list(changes) if key in words}
    compartment = changes.pop("compartment", town.engine)
    return actions.give_guidance(visit, {**ADVICE, **changes}, compartment, uuid=new_uuid(), **words)


def photo(_town: Town, visit: Visit, **changes: Any) -> Photo:
    given = {"sha256": SHA, "caption": "계기판", "by": visit.engineer, "at": MONDAY_9AM + HOUR, **changes}
    return actions.add_photo(
        visit, given["sha256"], (16, 12), given["caption"], uuid=new_uuid(), by=given["by"], at=given["at"]
    )


def signed(town: Town, engineer: Person | None = None, **changes: Any) -> Visit:
    visit = on_site(town, engineer, **changes)
    advice(town, visit, compartment=None)
    actions.sign(visit, SIGNED, uuid=new_uuid(), language="ko", by=visit.engineer, at=MONDAY_9AM + 2 * HOUR)
    db.session.commit()
    return visit


def submitted(town: Town, engineer: Person | None = None, **changes: Any) -> Visit:
    visit = signed(town, engineer, **changes)
    actions.submit(visit, by=visit.engineer, at=MONDAY_9AM + 3 * HOUR)
    db.session.commit()
    return visit


def told(what: str) -> list[Entry]:
    """The journal's entries of one kind, oldest first."""
    return list(db.session.scalars(sa.select(Entry).where(Entry.what == what).order_by(Entry.id)))


def count(model: type[Any]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def complained(town: Town, **changes: Any) -> Complaint:
    """The mine's complaint, taken by the desk the day before."""
    said: dict[str, Any] = {**COMPLAINT, **changes}
    complaint = complaints.receive(said, uuid=new_uuid(), customer=town.mine, by=town.desk, at=MONDAY_9AM - 20 * HOUR)
    db.session.commit()
    return complaint


def left_before(town: Town, text: str = "브리더 교체") -> LeftOver:
    """Something that an earlier visit at the pit left."""
    visit = on_site(town, planned_at=MONDAY_9AM - 480 * HOUR)
    left = actions.leave(visit, text, uuid=new_uuid(), by=visit.engineer, at=MONDAY_9AM - 470 * HOUR)
    db.session.commit()
    return left


def training(_town: Town, visit: Visit, **changes: Any) -> Training:
    return actions.train(visit, {**LESSON, **changes}, uuid=new_uuid(), **_whom(visit, changes))


def finding(town: Town, visit: Visit, **changes: Any) -> Finding:
    machine = changes.pop("machine", town.truck)
    whom = _whom(visit, changes)
    return actions.find(visit, {"level": Level.ACT, "text": "씰 누유", **changes}, machine, uuid=new_uuid(), **whom)


def promise(_town: Town, visit: Visit, **changes: Any) -> Promise:
    whom = _whom(visit, changes)
    return actions.promise(visit, "씰 교체 입회", date(2026, 12, 4), uuid=new_uuid(), **whom)


def left_over(_town: Town, visit: Visit, **changes: Any) -> LeftOver:
    return actions.leave(visit, "EX-03 필터 점검", uuid=new_uuid(), **_whom(visit, changes))


def complaint(_town: Town, visit: Visit, **changes: Any) -> Complaint:
    whom = _whom(visit, changes)
    return actions.hear_complaint(visit, {**COMPLAINT, "channel": Channel.VISIT}, uuid=new_uuid(), **whom)


def step(town: Town, visit: Visit, **changes: Any) -> ComplaintStep:
    case, whom = changes.pop("case", None) or complained(town), _whom(visit, changes)
    return actions.work_on_complaint(visit, case, StepKind.INVESTIGATED, "스트레이너 막힘", uuid=new_uuid(), **whom)


def settled(town: Town, visit: Visit, **changes: Any) -> ComplaintStep:
    case, whom = changes.pop("case", None) or complained(town), _whom(visit, changes)
    word = changes.pop("word", CustomerWord.ACCEPTED)
    return actions.settle_complaint(visit, case, "무상 교환", word, "김도현", uuid=new_uuid(), **whom)


def _whom(visit: Visit, changes: dict[str, Any]) -> dict[str, Any]:
    words = {"by": visit.engineer, "at": MONDAY_9AM + HOUR}
    return words | {key: changes.pop(key) for key in list(changes) if key in words}
