"""Every screen of the portal by name, with visits in each state behind them: for axe, for measures, for pictures."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from PIL import Image, ImageDraw

from portal import town
from portal.customers.models import Site
from portal.guidance.kinds import Topic
from portal.kit import photos
from portal.kit.blobs import blob_path, keep
from portal.kit.clock import now
from portal.kit.db import db, new_uuid
from portal.oil.kinds import Reason, SamplePoint, VisualCode, YesNo
from portal.records import actions as records
from portal.visits import actions
from portal.visits.models import Visit
from tests.e2e import rooms
from tests.e2e.phone import Phone
from tests.support.stage import Stage

STROKES = "[[[120,300],[200,90],[260,310],[330,120],[400,300]],[[480,220],[620,140],[700,290],[880,110]]]"


@dataclass(frozen=True)
class Place:
    """One screen: who looks at it, its address, and what is pressed there before it is looked at."""

    name: str
    who: str
    path: str
    then: Callable[[Phone], None] = field(default=lambda _phone: None)
    once: bool = False  # one picture of it is enough: on a phone, in Korean, by day


def build(here: Stage) -> list[Place]:
    """Have visits of Mina's in every state, wait for their papers, and name all the screens."""
    with here.app():
        visits, code = _visits()
        made = rooms.furnish(visits["on_site"])
    here.wait_until_idle()
    of_rooms = (Place(name, who, path, once=True) for name, who, path in rooms.rows(made, visits["on_site"]))
    return [*_places(here, visits, code), *of_rooms]


def _visits() -> tuple[dict[str, int], str]:
    people, ids, code = town.find(), {}, ""
    for minutes, state in enumerate(("approved", "submitted", "signed", "on_site", "planned")):
        visit = _plan(people, people.pit, minutes)
        if state != "planned":
            actions.check_in(visit, (visit.site.latitude, visit.site.longitude, 9), by=people.mina, at=now())
            _record(visit, people)
        if state in {"signed", "submitted", "approved"}:
            _sign(visit, people)
        if state in {"submitted", "approved"}:
            actions.submit(visit, by=people.mina, at=now())
        if state == "approved":
            actions.approve(visit, by=people.han, at=now())
            code = records.newest_of(visit).code
        db.session.commit()
        ids[state] = visit.id
    _plan(people, people.english, 90)
    _plan(people, people.crusher, 180)
    db.session.commit()
    return ids, code


def _plan(people: town.Town, site: Site, minutes: int) -> Visit:
    visit = actions.plan(
        site, people.mina, now() + timedelta(minutes=minutes), "엔진오일 정기 점검", uuid=new_uuid(),
        contact=site.customer.contacts[0], by=people.han, at=now(),
    )  # fmt: skip
    db.session.flush()
    return visit


def _record(visit: Visit, people: town.Town) -> None:
    values = {
        "number": f"HB-2611-{700 + visit.id:04d}", "machine_hours": Decimal(13_900), "oil_hours": Decimal(270),
        "oil_hours_estimated": False, "oil_changed": YesNo.NO, "filter_changed": None, "makeup_l": None,
        "oil_temp_c": None, "sample_point": SamplePoint.VALVE, "reason": Reason.ROUTINE,
        "visual": [VisualCode.DARK], "visual_note": "", "observed": "", "batch_no": "",
    }  # fmt: skip
    advice = {
        "topics": [Topic.STORAGE], "text": "주유구 주변 분진을 닦고 보충합니다.",
        "drain_h": Decimal(250), "follow_up_on": None,
    }  # fmt: skip
    actions.record_sample(visit, values, people.engine, uuid=new_uuid(), by=people.mina, at=now())
    actions.give_guidance(visit, advice, people.engine, uuid=new_uuid(), by=people.mina, at=now())
    uuid = new_uuid()
    picture, width, height = photos.clean(io.BytesIO(gauge()))
    blob = keep(picture, media_type="image/jpeg", uuid=uuid, at=now(), by_id=people.mina.id)
    actions.add_photo(visit, blob.sha256, (width, height), "계기판 13,900 h", uuid=uuid, by=people.mina, at=now())


def _sign(visit: Visit, people: town.Town) -> None:
    values = {"satisfaction": "4", "name": "김도현", "role": "정비과장", "strokes": STROKES, "consented": False}
    actions.sign(visit, values, uuid=new_uuid(), language="ko", by=people.mina, at=now())


def gauge() -> bytes:
    """A picture of an hour meter, drawn here."""
    picture = Image.new("RGB", (1200, 900), "#39434a")
    pen = ImageDraw.Draw(picture)
    pen.ellipse((300, 150, 900, 750), fill="#f4f1e6", outline="#111", width=24)
    pen.line((600, 450, 780, 290), fill="#b3261e", width=22)
    pen.rectangle((480, 560, 720, 640), fill="#111")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()


def press(form: str) -> Callable[[Phone], None]:
    """Send the form as it is, and wait for what is wrong with it."""

    def act(phone: Phone) -> None:
        phone.tap(phone.submit_of(form))
        phone.find(".errors, .err, main .note-bad").first.wait_for()

    return act


def check_file(pdf: bytes) -> Callable[[Phone], None]:
    def act(phone: Phone) -> None:
        phone.find('input[name="file"]').set_input_files(
            [{"name": "record.pdf", "mimeType": "application/pdf", "buffer": pdf}]
        )  # type: ignore[list-item]
        phone.tap("form#check button")
        phone.find("main .note").first.wait_for()

    return act


def files_of(here: Stage, visit: int) -> tuple[bytes, bytes]:
    """The draft and the sealed file of a visit's newest record."""
    with here.app():
        document = records.newest_of(db.session.get(Visit, visit))
        draft, sealed = (blob_path(str(sha)).read_bytes() for sha in (document.draft_sha256, document.sealed_sha256))
        db.session.rollback()
    return draft, sealed


def _places(here: Stage, visits: dict[str, int], code: str) -> list[Place]:
    draft, sealed = files_of(here, visits["approved"])
    altered = bytearray(sealed)
    altered[len(sealed) // 5] ^= 1
    with here.app():
        engine = town.find().engine.uuid
        db.session.rollback()
    on_site, bottle = f"/visits/{visits['on_site']}", f"/visits/{visits['on_site']}/sample?compartment={engine}"
    return [
        Place("login", "", "/login"),
        Place("login-errors", "", "/login", press("login")),
        Place("verify", "", "/verify"),
        Place("verify-genuine", "", f"/verify/{code}"),
        Place("verify-genuine-file", "", "/verify", check_file(sealed)),
        Place("verify-unapproved", "", "/verify", check_file(draft)),
        Place("verify-altered", "", "/verify", check_file(bytes(altered))),
        Place("verify-unknown", "", "/verify", check_file(b"%PDF-1.7\n%%EOF\n")),
        Place("verify-errors", "", "/verify", press("check")),
        Place("offline", "", "/offline"),
        Place("today", "mina", "/today"),
        Place("today-empty", "bora", "/today"),
        Place("visits", "mina", "/visits"),
        *(Place(f"visit-{state.replace('_', '-')}", "mina", f"/visits/{id}") for state, id in visits.items()),
        Place("sample-where", "mina", f"{on_site}/sample"),
        Place("sample", "mina", bottle),
        Place("sample-errors", "mina", bottle, press("sample")),
        Place("guidance", "mina", f"{on_site}/guidance"),
        Place("guidance-errors", "mina", f"{on_site}/guidance", press("guidance")),
        Place("photo", "mina", f"{on_site}/photo"),
        Place("photo-errors", "mina", f"{on_site}/photo", press("photo-form")),
        Place("sign", "mina", f"{on_site}/sign"),
        Place("sign-errors", "mina", f"{on_site}/sign", press("sign")),
        Place("submit", "mina", f"/visits/{visits['signed']}/submit"),
        Place("submit-errors", "mina", f"/visits/{visits['signed']}/submit", press("submit")),
        Place("me", "mina", "/me"),
        Place("not-found", "mina", "/visits/999999"),
        Place("approvals", "han", "/approvals"),
        Place("approval", "han", f"/approvals/{visits['submitted']}"),
        Place("approval-errors", "han", f"/approvals/{visits['submitted']}", press("approve")),
        Place("approvals-empty", "suh", "/approvals"),
        Place("plan", "han", "/plan"),
        Place("plan-empty", "suh", "/plan"),
        Place("plan-new", "han", "/plan/new"),
        Place("plan-new-errors", "han", "/plan/new", press("plan")),
    ]
