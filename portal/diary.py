"""The visits of the demo town: an approved one, one that waits for its approval, and the plans of this day."""

from __future__ import annotations

import io
from datetime import datetime, time, timedelta

from PIL import Image, ImageDraw

from portal.customers.models import Compartment, Site
from portal.guidance.kinds import Topic
from portal.kit.blobs import keep
from portal.kit.db import new_uuid
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
    mine_visit = _visited(town, town.pit, town.mina, town.engine, "HB-2611-0401", "정기 시료 채취", yesterday)
    actions.approve(mine_visit, by=town.han, at=yesterday + timedelta(hours=9))
    compartment = town.crusher.machines[0].compartments[0]
    _visited(town, town.crusher, town.bora, compartment, "HB-2611-0419", "누유 점검", yesterday + timedelta(hours=3))
    plans = (
        (town.pit, town.mina, 1, "정기 시료 채취, 사용지도"),
        (town.crusher, town.mina, 4, "압축기 오일 점검"),
        (town.english, town.mina, 7, "Oil samples before winter"),
        (town.crusher, town.bora, 2, "기어 오일 교환 입회"),
        (town.plant, town.jun, 2, "터빈유 정기 시료"),
    )
    for site, engineer, hours, purpose in plans:
        _plan(town, site, engineer, purpose, _morning(at) + timedelta(hours=hours))
    return f"{2 + len(plans)} visits."


def _morning(at: datetime) -> datetime:
    """Eight o'clock of the company's day."""
    here = at.astimezone(zone(None))
    return datetime.combine(here.date(), time(8), here.tzinfo)


def _plan(town: Town, site: Site, engineer: Person, purpose: str, at: datetime) -> Visit:
    leader = town.suh if engineer is town.jun else town.han
    contact = site.customer.contacts[0] if site.customer.contacts else None
    return actions.plan(
        site, engineer, at, purpose, uuid=new_uuid(), contact=contact, by=leader, at=at - timedelta(days=5)
    )  # fmt: skip


def _visited(
    town: Town, site: Site, by: Person, compartment: Compartment, bottle: str, purpose: str, at: datetime
) -> Visit:
    """A whole visit, from arrival to the submitted record, in 50 minutes."""
    visit = _plan(town, site, by, purpose, at)
    minutes = [at + timedelta(minutes=m) for m in (2, 15, 25, 30, 45, 50)]
    actions.check_in(visit, (site.latitude + 0.0002, site.longitude, 12), by=by, at=minutes[0])
    actions.record_sample(visit, _bottle(bottle), compartment, uuid=new_uuid(), by=by, at=minutes[1])
    actions.give_guidance(visit, _advice(), compartment, uuid=new_uuid(), by=by, at=minutes[2])
    blob = keep(_picture(), media_type="image/jpeg", uuid=new_uuid(), at=minutes[3], by_id=by.id)
    actions.add_photo(visit, blob.sha256, (800, 600), "채취한 시료 병", uuid=new_uuid(), by=by, at=minutes[3])
    signer = site.customer.contacts[0]
    signed = {"name": signer.name, "role": signer.role, "satisfaction": "4", "strokes": HAND, "consented": False}
    actions.sign(visit, signed, uuid=new_uuid(), language=site.customer.language, by=by, at=minutes[4])
    actions.submit(visit, by=by, at=minutes[5])
    return visit


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
