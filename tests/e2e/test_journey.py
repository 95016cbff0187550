"""One visit from plan to verified PDF, on a phone in Korean: what the portal is for."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path
from urllib.parse import urljoin

import pytest
import sqlalchemy as sa
from PIL import Image, ImageDraw

from portal.kit.blobs import blob_path
from portal.kit.db import db
from portal.visits.models import Photo
from tests.e2e.phone import PEOPLE, PIT, Phone, draw, plan_visit, visit_of
from tests.support.stage import Stage

GENUINE, ALTERED = "진본 기록입니다.", "변조된 파일입니다."
GPS_IFD, MAKE, ORIENTATION = 0x8825, 0x010F, 0x0112


def camera_picture() -> bytes:
    """12 megapixels as a phone takes them: on its side, with its maker and the place in the metadata."""
    picture = Image.effect_noise((400, 300), 60).resize((4000, 3000)).convert("RGB")
    ImageDraw.Draw(picture).ellipse((1200, 900, 2800, 2100), fill="#a8541c")
    exif = Image.Exif()
    exif[MAKE], exif[ORIENTATION] = "Invented Camera", 6
    exif.get_ifd(GPS_IFD).update({1: "N", 2: (37.0, 13.0, 36.5), 3: "E", 4: (129.0, 2.0, 35.2)})
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=92, exif=exif)
    return out.getvalue()


def test_a_visit_from_plan_to_verified_record(
    new_phone, here: Stage, tmp_path: Path, record_property, capsys: pytest.CaptureFixture[str]
):
    place = {"latitude": PIT["latitude"], "longitude": PIT["longitude"], "accuracy": 12}
    desk, hand = new_phone(), new_phone(geolocation=place, permissions=["geolocation"])
    taps: dict[str, tuple[int, int]] = {}

    desk.log_in("han")
    plan_visit(desk, "엔진오일 정기 점검")
    assert "동부채굴장" in desk.find("main").inner_text()

    hand.log_in("mina")
    assert hand.path == "/today"
    assert hand.find("html").get_attribute("lang") == "ko"
    assert "새벽광산 동부채굴장" in hand.find(".hero").inner_text()
    hand.count()

    hand.send("check-in")
    visit = visit_of(hand.path)
    assert hand.find(".tag").first.inner_text().strip() not in {"", "planned"}
    taps["check in"] = hand.count()

    take_sample(hand, visit)
    taps["oil sample"] = hand.count()
    give_guidance(hand)
    taps["guidance"] = hand.count()
    sent = add_photo(hand)
    taps["photo"] = hand.count()
    assert_photo_is_small_and_silent(here, visit, sent)
    customer_signs(hand)
    taps["signature"] = hand.count()

    hand.tap('.dock a[href$="/submit"]')
    hand.type("pin", PEOPLE["mina"]["pin"])
    hand.send("submit")
    taps["submit"] = hand.count()

    desk.go("/approvals")
    desk.tap(f'a[href="/approvals/{visit}"]')
    desk.page.wait_for_url(f"**/approvals/{visit}")
    assert "HB-2611-0427" in desk.find("main").inner_text()
    desk.type("pin", PEOPLE["han"]["pin"])
    desk.send("approve")

    here.wait_until_idle()
    pdf = read_the_record(hand, visit)
    nss = trusting(here, tmp_path)
    assert_everybody_believes(pdf, hand, here, nss)
    assert_nobody_believes(spoilt(pdf), hand, here, nss)

    assert not hand.complaints + desk.complaints
    for task, (touched, typed) in taps.items():
        record_property(task, f"{touched} taps, {typed} keys")
    with capsys.disabled():
        print("\n" + "; ".join(f"{task}: {touched} taps, {typed} keys" for task, (touched, typed) in taps.items()))


def take_sample(hand: Phone, visit: int) -> None:
    hand.tap('.dock a[href$="/sample"]')
    hand.tap(hand.find(f'a[href*="/visits/{visit}/sample?compartment="]').filter(has_text="DT-07").first)
    hand.page.wait_for_url("**compartment=*")
    assert "12,180" in hand.find("#machine_hours-hint").inner_text()
    assert hand.find("#visual-hint").inner_text().count(",") == 1, "both words of the last bottle"
    hand.type("number", "HB-2611-0427")
    hand.type("machine_hours", "12,450")
    hand.type("oil_hours", "270")
    for name, value in (("oil_changed", "no"), ("reason", "routine"), ("visual", "dark"), ("sample_point", "valve")):
        hand.tap(f'label.pick:has(input[name="{name}"][value="{value}"])')
    hand.send("sample")
    assert "HB-2611-0427" in hand.find("main").inner_text()


def give_guidance(hand: Phone) -> None:
    hand.tap('a[href$="/guidance"]')
    hand.tap('label.pick:has(input[name="topics"][value="storage"])')
    hand.type("text", "주유구 주변 분진을 닦고 보충합니다.")
    hand.send("guidance")
    assert "분진을 닦고" in hand.find("main").inner_text()


def add_photo(hand: Phone) -> bytes:
    """What left the phone."""
    hand.tap('.dock a[href$="/photo"]')
    picture = {"name": "IMG_0042.JPG", "mimeType": "image/jpeg", "buffer": camera_picture()}
    hand.taps += 2  # the shutter, and "use this photo"
    hand.find('input[name="photo"]').set_input_files([picture])  # type: ignore[list-item]
    hand.type("caption", "계기판 12,450 h")
    hand.find("img.preview").wait_for()
    sent = hand.find('input[name="photo"]').evaluate(
        "async box => Array.from(new Uint8Array(await box.files[0].arrayBuffer()))"
    )
    hand.send("photo-form")
    shown = hand.find(".thumbs img")
    shown.scroll_into_view_if_needed()
    hand.page.wait_for_function("document.querySelector('.thumbs img').naturalWidth > 0")
    return bytes(sent)


def assert_photo_is_small_and_silent(here: Stage, visit: int, sent: bytes) -> None:
    with here.app():
        photo = db.session.scalars(sa.select(Photo).where(Photo.visit_id == visit)).one()
        kept = blob_path(photo.sha256).read_bytes()
        db.session.rollback()
    for picture in (sent, kept):
        with Image.open(io.BytesIO(picture)) as opened:
            assert opened.size == (1200, 1600), "upright, and 1600 px long"
            assert not opened.getexif(), "no place, no maker"
        assert b"Invented Camera" not in picture
    assert len(sent) < 1_000_000 < len(camera_picture())


def customer_signs(hand: Phone) -> None:
    hand.tap('.dock a[href$="/sign"]')
    hand.page.wait_for_url("**/sign")
    summary = hand.find("main").inner_text()
    assert "HB-2611-0427" in summary and "분진을 닦고" in summary, "the customer reads what was done"
    hand.tap('label.pick:has(input[name="satisfaction"][value="4"])')
    hand.type("name", "김도현")
    hand.type("role", "정비과장")
    hand.find(".pad[data-ready]").evaluate("pad => pad.scrollIntoView({ block: 'center' })")
    draw(hand)
    hand.send("sign")
    assert "김도현" in hand.find("main").inner_text()


def read_the_record(hand: Phone, visit: int) -> bytes:
    """Open the page of the record and its verdict, and bring the file home."""
    hand.go(f"/visits/{visit}")
    file = urljoin(hand.page.url, str(hand.find('a[href$="record.pdf"]').get_attribute("href")))
    hand.tap('a[href^="/verify/"]')
    hand.page.wait_for_url("**/verify/*")
    assert GENUINE in hand.find("main").inner_text()
    return hand.context.request.get(file).body()


def verdict_of(pdf: bytes, hand: Phone) -> str:
    hand.go("/verify")
    hand.find('input[name="file"]').set_input_files([{"name": "r.pdf", "mimeType": "application/pdf", "buffer": pdf}])  # type: ignore[list-item]
    hand.tap("form#check button")
    hand.find("main .note").first.wait_for()
    return hand.find("main").inner_text()


def trusting(here: Stage, folder: Path) -> str:
    """A certificate database, for pdfsig, that trusts the root of this portal."""
    root, nss = folder / "root.pem", f"sql:{folder}"
    root.write_text(here.flask("records", "root").stdout)
    subprocess.run(["certutil", "-N", "-d", nss, "--empty-password"], check=True, timeout=60)
    subprocess.run(["certutil", "-A", "-d", nss, "-n", "root", "-t", "CT,C,C", "-i", root], check=True, timeout=60)
    return nss


def pdfsig(pdf: Path, nss: str) -> str:
    said = subprocess.run(["pdfsig", "-nssdir", nss, pdf], capture_output=True, check=False, timeout=60).stdout
    return said.decode(errors="replace")


def assert_everybody_believes(pdf: bytes, hand: Phone, here: Stage, nss: str) -> None:
    file = here.folder / "record.pdf"
    file.write_bytes(pdf)
    said = pdfsig(file, nss)
    assert said.count("Signature is Valid.") == said.count("Certificate is Trusted.") == 2, said
    assert "Total document signed" in said.split("Signature #2")[1]
    assert "강민아" in said and "한지훈" in said
    ours = here.flask("records", "verify", str(file))
    assert ours.returncode == 0, ours.stdout
    assert GENUINE in verdict_of(pdf, hand)


def assert_nobody_believes(pdf: bytes, hand: Phone, here: Stage, nss: str) -> None:
    file = here.folder / "spoilt.pdf"
    file.write_bytes(pdf)
    said = pdfsig(file, nss)
    assert said.count("Signature is Valid.") == 0, said
    ours = here.flask("records", "verify", str(file))
    assert ours.returncode == 1, ours.stdout
    assert ALTERED in verdict_of(pdf, hand)


def spoilt(pdf: bytes) -> bytes:
    """One bit of one byte turned, in the part that both have signed."""
    changed = bytearray(pdf)
    changed[len(pdf) // 5] ^= 1
    return bytes(changed)


def test_after_all_that_the_chain_of_the_journal_holds(here: Stage):
    said = here.flask("journal", "verify")
    assert said.returncode == 0, said.stdout
