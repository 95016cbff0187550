"""The camera under the real policy: a label before it opens its machine, and every label of a sheet can be read."""

from __future__ import annotations

import base64
import io
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import segno
from PIL import Image
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Playwright, expect

from portal import town
from portal.kit.db import db
from portal.oil.bottle import bottle_number
from portal.scan.codes import address
from tests.e2e.phone import ARGS, Phone, phone
from tests.support.stage import Stage

ONLY_ON = "sqlite"  # what is looked at here is the browser
CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
READ = """async (picture) => {
  const image = new Image();
  image.src = "data:image/png;base64," + picture;
  await image.decode();
  const reader = new BarcodeDetectionAPI.BarcodeDetector({formats: ["qr_code"]});
  return (await reader.detect(image)).map(found => found.rawValue);
}"""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What stands before the camera; it is read when the camera opens."""
    return tmp_path_factory.mktemp("film") / "camera.mjpeg"


@pytest.fixture(scope="module")
def seeing(driver: Playwright, film: Path) -> Iterator[Chromium]:
    show(film, "")
    args = [*ARGS, *CAMERA, f"--use-file-for-fake-video-capture={film}"]
    browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=args)
    yield browser
    browser.close()


@pytest.fixture
def hand(seeing: Chromium, here: Stage) -> Iterator[Phone]:
    with phone(seeing, here.url) as held:
        held.log_in("mina")
        yield held


def show(film: Path, text: str) -> None:
    """A label on a grey machine; without text there is only the machine."""
    picture = Image.new("RGB", (1280, 720), "#8a8f93")
    if text:
        out = io.BytesIO()
        segno.make(text, error="m", micro=False).save(out, kind="png", scale=8, border=4)
        picture.paste(Image.open(out).convert("RGB").rotate(8, expand=True, fillcolor="#8a8f93"), (420, 120))
    picture.save(film, "JPEG", quality=85)


def asked_by(hand: Phone) -> list[str]:
    asked: list[str] = []
    hand.page.on("request", lambda request: asked.append(request.url))
    return asked


def state(name: str) -> str:
    return f'#camera[data-state="{name}"]'


def test_a_label_before_the_camera_opens_the_machine(hand: Phone, film: Path, here: Stage):
    with here.app():
        place = town.find()
        code, machine = str(place.engine.label_code), place.truck.id
        db.session.rollback()
    show(film, address("https://the-portal-of-old.example", code))
    asked = asked_by(hand)
    hand.go("/labels")
    assert not [url for url in asked if "vendor/zxing" in url or "barcode-detector" in url], "nobody scans here"

    hand.go("/scan")
    hand.page.wait_for_url(f"**/machines/{machine}")

    assert sum("vendor/barcode-detector.min.js?v=" in url for url in asked) == 1
    assert sum("vendor/zxing_reader.wasm?v=" in url for url in asked) == 1
    assert all(url.startswith(("data:", "blob:", here.url)) for url in asked), "nobody else is asked for anything"
    assert hand.complaints == []


def test_the_camera_stops_when_one_looks_away_and_comes_back(hand: Phone, film: Path):
    show(film, "")
    hand.go("/scan")
    hand.find(state("looking")).wait_for()
    hand.page.evaluate("track = document.querySelector('video').srcObject.getTracks()[0]")
    hand.page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert hand.page.evaluate("[track.readyState, document.querySelector('video').srcObject]") == ["ended", None]
    hand.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    hand.find(state("looking")).wait_for()
    assert hand.page.evaluate("document.querySelector('video').srcObject.active")
    assert hand.complaints == []


def test_typing_does_as_well_and_a_misread_number_is_said(hand: Phone, film: Path):
    show(film, "")
    hand.go("/scan")
    hand.type("code", "b-0000123-00")
    hand.tap(hand.submit_of("typed"))
    hand.page.wait_for_url("**/q?code=*")
    expect(hand.find("main .note-bad")).to_have_text("번호를 잘못 읽었습니다. 확인해 주세요.")


def test_without_a_camera_it_says_why(new_phone: Callable[..., Phone]):
    hand = new_phone()
    hand.log_in("mina")
    hand.go("/scan")
    says = hand.find(f"{state('missing')} .camera-says, {state('refused')} .camera-says")
    expect(says).to_contain_text("아래에 번호를 입력해 주세요.")
    assert hand.complaints == []


def test_every_label_of_a_sheet_can_be_read(hand: Phone, film: Path, here: Stage, tmp_path: Path):
    show(film, "")
    hand.go("/labels")
    hand.tap('label.pick:has(input[value="48"])')
    hand.send("labels")
    bottles = sheet(hand, tmp_path)
    with here.app():
        place = town.find()
        codes = {str(c.label_code) for machine in place.pit.machines for c in machine.compartments}
        pit = place.pit.id
        db.session.rollback()
    hand.go(f"/labels?site={pit}")
    compartments = sheet(hand, tmp_path)

    hand.go("/scan")
    hand.find(state("looking")).wait_for()
    found = [text for page in bottles for text in hand.page.evaluate(READ, page)]
    assert len(bottles) == 2
    assert len(found) == 48
    first = int(min(found).split("/q/B-")[1][:7])
    assert sorted(found) == [address(here.url, bottle_number(n)) for n in range(first, first + 48)]
    found = [text for page in compartments for text in hand.page.evaluate(READ, page)]
    assert sorted(found) == sorted(address(here.url, code) for code in codes)


def sheet(hand: Phone, folder: Path) -> list[str]:
    """The pages of the sheet that is offered, as pictures of 200 dpi."""
    link = hand.find("footer a.btn-primary").get_attribute("href")
    (folder / "sheet.pdf").write_bytes(hand.context.request.get(f"{hand.url}{link}").body())
    for old in folder.glob("page-*.png"):
        old.unlink()
    subprocess.run(["pdftoppm", "-r", "200", "-png", folder / "sheet.pdf", folder / "page"], check=True)
    return [base64.b64encode(page.read_bytes()).decode() for page in sorted(folder.glob("page-*.png"))]
