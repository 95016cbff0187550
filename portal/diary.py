"""What the town's own people have before them: yesterday's visits, today's plans, promises, complaints and requests."""

from __future__ import annotations

import io
import uuid as uuids
from datetime import datetime, time, timedelta
from typing import Any

from PIL import Image, ImageDraw

from portal.complaints import actions as complaints
from portal.complaints.kinds import Category, Channel, Severity, StepKind
from portal.customers.models import Compartment, Contact, Site
from portal.desk import actions as desk
from portal.desk.kinds import Item
from portal.desk.models import Errand
from portal.guidance.kinds import Topic
from portal.kit.blobs import keep
from portal.kit.i18n import zone
from portal.oil.kinds import Reason, SamplePoint, VisualCode, YesNo
from portal.people.models import Person
from portal.town import Town
from portal.visits import actions
from portal.visits.models import Visit

# A hand moving over the glass, in the box of 1000 by 400.
HAND = (
    "[[[140,250],[180,130],[230,290],[270,150],[330,280],[360,190],[420,270]],"
    "[[470,160],[520,290],[560,170],[640,180],[700,150],[780,240],[880,210]]]"
)


def write(town: Town, at: datetime) -> str:
    """Live through the last days and plan this one, by the same verbs as the people do. The caller commits."""
    yesterday = _morning(at) - timedelta(days=1)
    mine_visit = _visited(town, town.pit, town.mina, town.engine, "0401", "정기 시료 채취", yesterday)
    actions.approve(mine_visit, by=town.han, at=yesterday + timedelta(hours=9))
    compartment = town.crusher.machines[0].compartments[0]
    _visited(town, town.crusher, town.bora, compartment, "0419", "누유 점검", yesterday + timedelta(hours=3))
    plans = (
        (town.pit, town.mina, 1, "정기 시료 채취, 사용지도"),
        (town.crusher, town.mina, 4, "압축기 오일 점검"),
        (town.english, town.mina, 7, "Oil samples before winter"),
        (town.crusher, town.bora, 2, "기어 오일 교환 입회"),
        (town.plant, town.jun, 2, "터빈유 정기 시료"),
    )
    for site, engineer, hours, purpose in plans:
        _plan(town, site, engineer, purpose, _morning(at) + timedelta(hours=hours))
    complained = _complaints(town, at)
    asked = _requests(town, at)
    return f"{2 + len(plans)} visits, {complained} complaints and {asked} requests of these days."


def _morning(at: datetime) -> datetime:
    """Eight o'clock of the company's day."""
    here = at.astimezone(zone(None))
    return datetime.combine(here.date(), time(8), here.tzinfo)


def _plan(town: Town, site: Site, engineer: Person, purpose: str, at: datetime) -> Visit:
    leader = town.suh if engineer is town.jun else town.han
    contact = site.customer.contacts[0] if site.customer.contacts else None
    return actions.plan(
        site, engineer, at, purpose, uuid=_uuid("visit", site.name, engineer.email, at), contact=contact, by=leader,
        at=at - timedelta(days=5),
    )  # fmt: skip


def _visited(
    town: Town, site: Site, by: Person, compartment: Compartment, bottle: str, purpose: str, at: datetime
) -> Visit:
    """A whole visit, from arrival to the submitted record, in 50 minutes."""
    visit = _plan(town, site, by, purpose, at)
    minutes = [at + timedelta(minutes=m) for m in (2, 15, 25, 30, 35, 45, 50)]
    actions.check_in(visit, (site.latitude + 0.0002, site.longitude, 12), by=by, at=minutes[0])
    number = f"HB-{at:%y%m}-{bottle}"
    actions.record_sample(visit, _bottle(number), compartment, uuid=_uuid("sample", number), by=by, at=minutes[1])
    actions.give_guidance(visit, _advice(), compartment, uuid=_uuid("advice", number), by=by, at=minutes[2])
    blob = keep(_picture(), media_type="image/jpeg", uuid=_uuid("blob", number), at=minutes[3], by_id=by.id)
    actions.add_photo(
        visit, blob.sha256, (800, 600), "채취한 시료 병", uuid=_uuid("photo", number), by=by, at=minutes[3]
    )
    if by is town.mina:
        _leave_for_today(visit, by, minutes[4])
    signer = site.customer.contacts[0]
    signed = {"name": signer.name, "role": signer.role, "satisfaction": "4", "strokes": HAND, "consented": False}
    language = site.customer.language
    actions.sign(visit, signed, uuid=_uuid("signature", number), language=language, by=by, at=minutes[5])
    actions.submit(visit, by=by, at=minutes[6])
    return visit


def _leave_for_today(visit: Visit, by: Person, at: datetime) -> None:
    """What makes the next day's visit begin with something: two things left, and a promise that is due."""
    for text in ("EX-02 유압유 시료는 운전 중이라 채취하지 못함", "창고 드럼 보관 방향 다시 확인"):
        actions.leave(visit, text, uuid=_uuid("left", visit.uuid, text), by=by, at=at)
    due_on = (at + timedelta(days=1)).astimezone(zone(visit.zone_name)).date()
    actions.promise(
        visit, "DT-07 분석 결과를 출력해 가져다 드리기로 함", due_on, uuid=_uuid("promise", visit.uuid), by=by, at=at
    )


def _complaints(town: Town, at: datetime) -> int:
    """One that Mina works on at today's customer, and two that nobody has answered; how many those are."""
    began, mine, oil = _morning(at) - timedelta(days=2), town.mine.contacts[0], town.products["HB-HY46"]
    drum = "유압유 드럼 하나에서 물이 나왔습니다. 같은 배치를 계속 써도 되는지 알려 주세요."
    worked = complaints.receive(
        _said(Category.CONTAMINATION, Severity.MAJOR, Channel.PHONE, mine, drum, product=oil.uuid, batch_no="B2610-07"),
        uuid=_uuid("complaint", 1), customer=town.mine, site=town.pit, by=town.desk, at=began,
    )  # fmt: skip
    complaints.hand_over(worked, town.mina, by=town.desk, at=began + timedelta(minutes=20))
    steps = (
        (StepKind.ANSWERED, "같은 배치는 사용을 멈추고 내일 방문해 시료를 채취하겠다고 안내함", 2),
        (StepKind.CONTAINED, "같은 배치 드럼 3개를 따로 보관함", 25),
    )
    for kind, text, hours in steps:
        complaints.add_step(
            worked, kind, text, uuid=_uuid("step", kind), by=town.mina, at=began + timedelta(hours=hours)
        )  # fmt: skip
    lime, quarry = town.customers[3], town.english.customer
    fresh = (
        (lime, Category.DELIVERY, Severity.MAJOR, "주문한 유압유가 약속한 날에 오지 않았습니다.", 30),
        (quarry, Category.PACKAGE, Severity.MINOR, "Two pails of gear oil arrived dented and leaking.", 33),
    )
    for customer, category, severity, text, hours in fresh:
        said = _said(category, severity, Channel.DEALER, customer.contacts[0], text)
        complaints.receive(
            said, uuid=_uuid("complaint", text), customer=customer, by=town.kim, at=began + timedelta(hours=hours)
        )  # fmt: skip
    return 1 + len(fresh)


def _requests(town: Town, at: datetime) -> int:
    """Four of Kim's, each somewhere else on its way: logged, asked, accepted, planned; how many those are."""
    morning, day, han = _morning(at), timedelta(days=1), town.han
    _request(town, "sign", 1, "간판 조명이 고장 나 새로 달아야 합니다.", morning - 0.7 * day)
    asked = _request(town, "posters leaflets", 150, "겨울철 유압유 행사에 쓰려고 합니다.", morning - 2.8 * day)
    desk.ask(asked, "포스터는 A1과 A2 중 어느 크기가 필요한가요?", uuid=_uuid("ask"), by=han, at=morning - 0.9 * day)
    taken = _request(town, "workwear", 10, "정비사 겨울 작업복이 필요합니다.", morning - 6.8 * day)
    desk.accept(taken, uuid=_uuid("accept", "workwear"), by=han, at=morning - 4.9 * day)
    planned = _request(town, "people venue", 2, "거래처 정비사 교육을 함께 하고 싶습니다.", morning - 13.8 * day)
    desk.accept(planned, uuid=_uuid("accept", "people"), by=han, at=morning - 11.9 * day)
    text = "강민아 기사가 가서 오전 교육을 맡습니다."
    on = (morning + 6 * day).date()
    desk.plan(planned, text, on, uuid=_uuid("plan"), by=han, at=morning - 8.9 * day)
    return 4


def _request(town: Town, items: str, quantity: int, reason: str, at: datetime) -> Errand:
    """As a LogForm would have given it, by Kim for his own company."""
    values = {
        "items": [Item(word) for word in items.split()], "quantity": quantity, "place": "매장",
        "needed_on": (at + timedelta(days=30)).date(), "reason": reason,
    }  # fmt: skip
    dealer = next(customer for customer in town.customers if customer.id == town.kim.dealer_id)
    return desk.log(values, uuid=_uuid("errand", reason), dealer=dealer, by=town.kim, at=at)


def _said(
    category: Category, severity: Severity, channel: Channel, contact: Contact, text: str, **more: Any
) -> dict[str, Any]:
    """As a ComplaintForm would have given it."""
    return {
        "category": category, "severity": severity, "channel": channel, "contact_name": contact.name,
        "contact_phone": contact.phone, "description": text, **more,
    }  # fmt: skip


def _uuid(*names: object) -> str:
    """The same id for the same thing in every diary of this day."""
    return str(uuids.uuid5(uuids.NAMESPACE_URL, "/".join(["diary", *map(str, names)])))


def _bottle(number: str) -> dict[str, object]:
    return {
        "number": number, "machine_hours": 12450, "oil_hours": 270, "oil_hours_estimated": False,
        "oil_changed": YesNo.NO, "filter_changed": YesNo.NO, "makeup_l": None, "oil_temp_c": 62,
        "sample_point": SamplePoint.VALVE, "reason": Reason.ROUTINE, "visual": [VisualCode.DARK],
        "visual_note": "", "observed": "", "batch_no": "",
    }  # fmt: skip


def _advice() -> dict[str, object]:
    return {
        "topics": [Topic.DRAIN_INTERVAL, Topic.STORAGE], "drain_h": 400, "follow_up_on": None,
        "text": "오일 교환 주기를 500시간에서 400시간으로 줄이고, 주유구 주변 분진을 닦은 뒤 보충하도록 안내했습니다.",
    }  # fmt: skip


def _picture() -> bytes:
    """Three bottles on a bench, drawn: the town has no camera."""
    image = Image.new("RGB", (800, 600), "#9aa7a3")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 430, 800, 600), fill="#5d544a")
    for left, oil in ((150, "#c98a2b"), (340, "#7a4a1f"), (530, "#2e241d")):
        draw.rectangle((left + 30, 130, left + 90, 190), fill="#b3312c")
        draw.rounded_rectangle((left, 190, left + 120, 480), 18, fill="#e8ecea")
        draw.rounded_rectangle((left + 8, 270, left + 112, 470), 12, fill=oil)
        draw.rectangle((left + 20, 330, left + 100, 400), fill="#f5f5f0")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()
