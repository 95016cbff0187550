"""A whole visit at the mine, on a phone in Korean: three bottles, two photos, and a complaint that is settled there."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from portal import town
from portal.complaints import actions as complaints
from portal.complaints.kinds import Category, Channel, ComplaintState, CustomerWord, Severity
from portal.complaints.models import Complaint
from portal.fieldwork.models import LeftOver
from portal.kit.clock import now
from portal.kit.db import db, new_uuid
from portal.oil.models import Sample
from portal.visits.models import Photo
from tests.e2e.phone import PEOPLE, PIT, SEOUL, Phone, draw, plan_visit, visit_of
from tests.e2e.places import gauge
from tests.support.stage import Stage

COMPLAINT = {
    "category": Category.PERFORMANCE, "severity": Severity.MAJOR, "channel": Channel.PHONE, "product": None,
    "machine": None, "batch_no": "", "contact_name": "김도현", "contact_phone": "", "asks": "원인을 알고 싶답니다.",
    "description": "DT-07 엔진오일 소모가 늘었습니다.",
}  # fmt: skip
MOST_OF_BOTTLE = 7  # touches, when the label was scanned
LINES = {"remedy": "오일 필터를 무상으로 교환하고 100시간 뒤 다시 봅니다.", "left": "EX-02 유압유 채취"}


@pytest.fixture
def complaint(here: Stage) -> str:
    """What the desk was told by the mine this morning."""
    with here.app():
        people, uuid = town.find(), new_uuid()
        complaints.receive(
            dict(COMPLAINT), uuid=uuid, customer=people.pit.customer, by=people.desk, at=now() - timedelta(hours=2)
        )
        db.session.commit()
    return uuid


def test_three_bottles_two_photos_and_a_settled_complaint(
    new_phone, here: Stage, complaint: str, tmp_path: Path, record_property, capsys: pytest.CaptureFixture[str]
) -> None:
    place = {"latitude": PIT["latitude"], "longitude": PIT["longitude"], "accuracy": 12}
    desk, hand = new_phone(), new_phone(geolocation=place, permissions=["geolocation"])
    desk.log_in("han")
    plan_visit(desk, "정기 시료와 오일 소모 점검")
    visit = _arrive(hand)
    hand.count()

    _three_bottles(hand, here, visit)
    taps = {"three bottles": hand.count()}
    _settle(hand, visit, complaint)
    taps["complaint"] = hand.count()
    _two_photos(hand, here, visit)
    taps["two photos"] = hand.count()
    _the_rest(hand, visit)
    taps["finding, promise, left over, training"] = hand.count()
    _sign_and_submit(hand, visit)

    with here.app():
        kept = db.session.scalars(sa.select(Complaint).where(Complaint.uuid == complaint)).one()
        assert (kept.state, kept.customer_word) == (ComplaintState.SETTLED, CustomerWord.ACCEPTED)
        assert db.session.scalars(sa.select(LeftOver.text).where(LeftOver.visit_id == visit)).one() == LINES["left"]
        db.session.rollback()
    here.wait_until_idle()
    said = _paper(hand, visit, tmp_path)
    for words in ("HB-2611-0501", "HB-2611-0502", "HB-2611-0503", *LINES.values(), "박기사"):
        assert "".join(words.split()) in said, words

    plan_visit(desk, "다음 정기 점검", at=now() + timedelta(minutes=5))
    hand.go("/today")
    assert LINES["left"] in hand.find("main").inner_text(), "what was left opens the next visit"
    assert not hand.complaints + desk.complaints
    for task, (touched, typed) in taps.items():
        record_property(task, f"{touched} taps, {typed} keys")
    with capsys.disabled():
        print("\n" + "; ".join(f"{task}: {touched} taps, {typed} keys" for task, (touched, typed) in taps.items()))


def _arrive(hand: Phone) -> int:
    hand.log_in("mina")
    hand.send("check-in")
    return visit_of(hand.path)


def _three_bottles(hand: Phone, here: Stage, visit: int) -> None:
    with here.app():
        first = town.find().engine.uuid
        db.session.rollback()
    hand.go(f"/visits/{visit}/sample?compartment={first}&number=HB-2611-0501")  # as the scanned label opens it
    hand.count()
    hand.type("machine_hours", "12,462")
    hand.type("oil_hours", "282")
    hand.tap('label.pick:has(input[name="visual"][value="dark"])')
    hand.tap('button[form="sample"][value="next"]')
    hand.page.wait_for_url("**number=HB-2611-0502**")
    assert hand.taps <= MOST_OF_BOTTLE - 1, "one more touch opens the camera"
    for number in ("HB-2611-0502", "HB-2611-0503"):
        other = hand.find(f'a[href*="/visits/{visit}/sample?compartment="]').filter(has_text="DT-06")
        hand.tap(other.nth(int(number[-1]) - 2))
        hand.page.wait_for_url("**compartment=*")
        assert hand.find('main [name="number"]').input_value() == number, "counted on"
        hand.type("machine_hours", "13,470")
        hand.type("oil_hours", "260")
        hand.tap('label.pick:has(input[name="visual"][value="dark"])')
        if number[-1] == "2":
            hand.tap('button[form="sample"][value="next"]')
            hand.page.wait_for_url("**number=HB-2611-0503**")
        else:
            hand.send("sample")
    with here.app():
        assert db.session.scalar(sa.select(sa.func.count()).where(Sample.visit_id == visit)) == 3
        db.session.rollback()


def _settle(hand: Phone, visit: int, complaint: str) -> None:
    hand.tap(f'a[href*="/visits/{visit}/complaint-settle"][href*="{complaint}"]')
    hand.page.wait_for_url("**/complaint-settle**")
    hand.type("remedy", LINES["remedy"])
    hand.tap('label.pick:has(input[name="customer_word"][value="accepted"])')
    hand.type("accepted_by", "김도현")
    hand.send("complaint-settle")


def _two_photos(hand: Phone, here: Stage, visit: int) -> None:
    """Chosen together, sent one by one."""
    hand.tap('.dock a[href$="/photo"]')
    files = [{"name": f"IMG_{n}.JPG", "mimeType": "image/jpeg", "buffer": gauge()} for n in (1, 2)]
    hand.taps += 2
    hand.find('input[name="photo"]').set_input_files(files)  # type: ignore[arg-type]
    hand.find("img.preview").nth(1).wait_for()
    hand.tap('label.pick:has(input[name="stage"][value="before"])')
    hand.type("caption", "계기판과 필터")
    hand.send("photo-form")
    with here.app():
        assert db.session.scalar(sa.select(sa.func.count()).where(Photo.visit_id == visit)) == 2
        db.session.rollback()


def _the_rest(hand: Phone, visit: int) -> None:
    hand.tap(f'.secs a[href$="/visits/{visit}/finding"]')
    hand.tap('label.pick:has(input[name="level"][value="watch"])')
    hand.type("text", "후방 씰에 누유 흔적이 있습니다.")
    hand.send("finding")
    hand.tap(f'.secs a[href$="/visits/{visit}/promise"]')
    hand.type("text", "필터 두 개를 보내 드립니다.")
    hand.type("due_on", f"{now().astimezone(SEOUL) + timedelta(days=3):%Y-%m-%d}")
    hand.send("promise")
    hand.tap(f'.secs a[href$="/visits/{visit}/left-over"]')
    hand.type("text", LINES["left"])
    hand.send("left-over")
    hand.tap(f'.secs a[href$="/visits/{visit}/training"]')
    hand.type("topic", "시료 채취 방법")
    hand.type("minutes", "20")
    hand.type("people_count", "2")
    hand.type("attended", "박기사, 최기사")
    hand.send("training")


def _sign_and_submit(hand: Phone, visit: int) -> None:
    hand.tap('.dock a[href$="/sign"]')
    hand.page.wait_for_url("**/sign")
    assert LINES["remedy"] in hand.find("main").inner_text(), "the customer reads what was agreed"
    hand.tap('label.pick:has(input[name="satisfaction"][value="5"])')
    hand.type("name", "김도현")
    hand.type("role", "정비과장")
    hand.find(".pad[data-ready]").evaluate("pad => pad.scrollIntoView({ block: 'center' })")
    draw(hand)
    hand.send("sign")
    hand.tap('.dock a[href$="/submit"]')
    hand.type("pin", PEOPLE["mina"]["pin"])
    hand.send("submit")


def _paper(hand: Phone, visit: int, folder: Path) -> str:
    """What the record says, without its spaces: lines are broken where the paper wants."""
    file = folder / "record.pdf"
    file.write_bytes(hand.context.request.get(f"{hand.url}/visits/{visit}/record.pdf").body())
    text = subprocess.run(["pdftotext", file, "-"], capture_output=True, check=True, timeout=60).stdout.decode()
    return "".join(text.replace("\u2060", "").split())
