"""What happens to a complaint, one word each, for tests of what comes next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from portal.complaints import actions
from portal.complaints.kinds import Category, Channel, CustomerWord, Severity, StepKind
from portal.complaints.models import Complaint, ComplaintStep
from portal.customers.models import Customer
from portal.journal.models import Entry
from portal.kit.db import db, new_uuid
from portal.people.models import Person
from portal.town import Town

MONDAY_9AM = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)  # nine o'clock in Seoul
HOUR = timedelta(hours=1)
SAID: dict[str, Any] = {
    "category": Category.QUALITY, "severity": Severity.MAJOR, "channel": Channel.PHONE,
    "description": "오일이 뿌옇습니다.", "asks": "새 드럼으로 바꿔 주세요.", "product": "", "batch_no": "HB-2609-11",
    "machine": "", "contact_name": "김도현", "contact_phone": "010-1234-5678",
}  # fmt: skip


def received(town: Town, customer: Customer | None = None, **changes: Any) -> Complaint:
    """A complaint of the mine, taken by the desk on Monday at nine unless something else is said."""
    words = {"by": town.desk, "at": MONDAY_9AM}
    words |= {key: changes.pop(key) for key in list(changes) if key in words}
    values = {**SAID, **changes}
    complaint = actions.receive(values, uuid=new_uuid(), customer=customer or town.mine, **words)
    db.session.commit()
    return complaint


def step(
    town: Town, complaint: Complaint, kind: StepKind = StepKind.ANSWERED, by: Person | None = None, hours: int = 1
) -> ComplaintStep:
    at = MONDAY_9AM + hours * HOUR
    made = actions.add_step(complaint, kind, f"{kind.value} 내용", uuid=new_uuid(), by=by or town.mina, at=at)
    db.session.commit()
    return made


def settle(town: Town, complaint: Complaint, word: CustomerWord = CustomerWord.ACCEPTED, **changes: Any) -> Any:
    given: dict[str, Any] = {"remedy": "새 드럼 2개 교환", "accepted_by": "김도현", "by": town.mina, **changes}
    at = given.pop("at", MONDAY_9AM + 2 * HOUR)
    made = actions.settle(complaint, word=word, uuid=new_uuid(), at=at, **given)
    db.session.commit()
    return made


def settled(town: Town, **changes: Any) -> Complaint:
    complaint = received(town, **changes)
    settle(town, complaint)
    return complaint


def closed(town: Town, **changes: Any) -> Complaint:
    complaint = settled(town, **changes)
    actions.close(complaint, "봉인 확인을 절차에 넣습니다.", uuid=new_uuid(), by=town.desk, at=MONDAY_9AM + 3 * HOUR)
    db.session.commit()
    return complaint


def told(what: str) -> list[Entry]:
    """The journal's entries of one kind, oldest first."""
    return list(db.session.scalars(sa.select(Entry).where(Entry.what == what).order_by(Entry.id)))


def count(model: type[Any]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0
