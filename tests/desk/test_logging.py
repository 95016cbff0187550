"""A dealer asks for support on a phone, in a few touches, once."""

from __future__ import annotations

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from portal.customers.models import Customer, Site
from portal.desk.kinds import Item
from portal.desk.models import Errand
from portal.kit.blobs import Blob, blob_path
from portal.kit.clock import now
from portal.kit.db import db, new_uuid
from portal.kit.i18n import zone
from portal.town import Town
from tests.desk.deeds import count, logged, picture, told
from tests.support.client import SAME_ORIGIN, Browser

NEW = "/dealer/promotions/new"


def request(**changes: Any) -> dict[str, Any]:
    given = {"items": ["gifts", "people"], "soon": "month", "needed_on": "", "quantity": "", "place": "Shop"}
    return {"uuid": new_uuid(), "reason": "A truckers' meeting", **given, **changes}


def only() -> Errand:
    return db.session.scalars(sa.select(Errand)).one()


def today() -> Any:
    return now().astimezone(zone(None)).date()


def test_the_page_asks_what_when_where_how_many_and_why_with_the_shop_filled_in(people: Town, browser: Browser):
    """Seven touches: the button at home, an item, in a month, the boxes of the number and of why, the photo, Send."""
    page = browser.login("kim@dure.example").get("/dealer")
    assert page.select_one(f"a.btn-go[href='{NEW}']")
    page = browser.get(NEW)
    shop = db.session.scalars(sa.select(Site).where(Site.customer_id == people.kim.dealer_id).order_by(Site.id)).first()
    assert page.select_one("[name=place]")["value"] == shop.address
    assert [box["value"] for box in page.select("[name=soon]")] == ["fortnight", "month", "day"]
    assert len(page.select("[name=items]")) == len(Item)
    assert page.select_one("input[type=file][data-shrink][name=photo]")
    form = browser.fill(page, NEW, items=["gifts", "people"], soon="month", quantity="150", reason="A meeting")
    browser.post(NEW, {**form, "photo": (picture(), "photo.jpg")})
    errand = only()
    assert (errand.items, errand.quantity, errand.place) == ({Item.GIFTS, Item.PEOPLE}, 150, shop.address)
    assert errand.needed_on == today() + timedelta(days=30) and errand.due_on == today() + timedelta(days=20)
    assert errand.dealer_id == people.kim.dealer_id and errand.photo_sha256


def test_after_it_the_home_shows_it_on_top(people: Town, browser: Browser):
    old = logged(people)
    browser.login("kim@dure.example").post(NEW, request())
    page = browser.follow()
    assert browser.last.request.path == "/dealer"
    new = db.session.scalars(sa.select(Errand).where(Errand.id != old.id)).one()
    assert page.select_one("section.card a")["href"] == f"/errands/{new.id}"
    assert "20 days left" in page.select_one("section.card").text


@pytest.mark.parametrize(
    ("sent", "days"),
    [
        ({"soon": "fortnight"}, 14),
        ({"soon": "month"}, 30),
        ({"soon": "month", "needed_on": "2031-02-01"}, 30),
        ({"soon": "month", "needed_on": "30 February"}, 30),
    ],
)
def test_a_quick_pick_stands_for_its_day(people: Town, browser: Browser, sent: dict[str, str], days: int):
    browser.login("kim@dure.example").post(NEW, request(**sent))
    assert only().needed_on == today() + timedelta(days=days)


@pytest.mark.parametrize("soon", ["day", ""])
def test_a_day_of_ones_own(people: Town, browser: Browser, soon: str):
    chosen = today() + timedelta(days=45)
    browser.login("kim@dure.example").post(NEW, request(soon=soon, needed_on=chosen.isoformat()))
    assert only().needed_on == chosen


@pytest.mark.parametrize(
    ("wrong", "say"),
    [
        ({"items": []}, "Choose at least one."),
        ({"items": ["rockets"]}, "could not be coerced"),
        ({"soon": ""}, "Choose when it is needed."),
        ({"soon": "day"}, "Choose the day."),
        ({"soon": "day", "needed_on": "2027-02-30"}, "Not a valid date"),
        ({"soon": "day", "needed_on": "2020-01-01"}, "Choose today or a later day."),
        ({"soon": "day", "needed_on": "9999-01-01"}, "Check the year."),
        ({"quantity": "NaN"}, "Write a number"),
        ({"quantity": "0"}, "Must be between"),
        ({"quantity": "1.5"}, "decimals"),
        ({"reason": "  "}, "Write who it is for, and why."),
    ],
)
def test_what_is_wrong_is_said_beside_its_box_and_the_rest_is_kept(
    people: Town, browser: Browser, wrong: dict[str, Any], say: str
):
    browser.login("kim@dure.example")
    form = request(place="Wonju hall", **wrong)
    page = browser.post(NEW, form, status=422)
    assert any(say in err.text for err in page.select(".field .err"))
    assert page.select_one("[name=place]")["value"] == "Wonju hall"
    assert page.select_one("[name=uuid]")["value"] == form["uuid"]
    assert count(Errand) == 0


@pytest.mark.parametrize(
    "junk",
    [
        {"uuid": "\x00"}, {"uuid": ""}, {"soon": "\x00"}, {"items": "\x00"}, {"needed_on": "\x00", "soon": "day"},
        {"quantity": "٣"}, {"quantity": "9" * 400}, {"place": "\x00"}, {"place": "x" * 100_000}, {"reason": "\x00"},
        {"reason": "x" * 2001}, {"photo": "text"}, {"soon": ["month", "day"]}, {"quantity": "-0"},
    ],
)  # fmt: skip
def test_nonsense_never_breaks(people: Town, browser: Browser, junk: dict[str, Any]):
    browser.login("kim@dure.example")
    answer = browser._ask(browser.client.post, NEW, data=request(**junk), headers=SAME_ORIGIN)
    assert answer.status_code in {303, 422}


def test_htmx_gets_the_form_alone_and_is_sent_home(people: Town, browser: Browser):
    browser.login("kim@dure.example")
    piece = browser.post(NEW, request(reason=""), status=422, headers={"HX-Request": "true"})
    assert piece.select_one("form#errand") and not piece.select("html")
    browser.post(NEW, request(), status=200, headers={"HX-Request": "true"})
    assert browser.last.headers["HX-Redirect"] == "/dealer"


def test_the_photo_is_cleaned_kept_and_shown_to_both_sides_alone(people: Town, browser: Browser, bare_app: Flask):
    browser.login("kim@dure.example").post(NEW, {**request(), "photo": (picture(3000), "photo.jpg")})
    errand = only()
    path = f"/errands/{errand.id}/photo"
    for reader in (browser, Browser(bare_app).login("han@hanbit.example")):
        assert reader.get(f"/errands/{errand.id}").select_one(f"img[src='{path}']")
        with reader._ask(reader.client.get, path) as answer:
            assert answer.mimetype == "image/jpeg" and b"script" not in answer.data
            assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
            assert "private" in answer.headers["Cache-Control"]
            assert Image.open(io.BytesIO(answer.data)).size == (1600, 1600)
    Browser(bare_app).login("park@maru.example").get(path, status=404)
    Browser(bare_app).login("kim@dure.example").get(f"/errands/{logged(people).id}/photo", status=404)


@pytest.mark.parametrize("content", [b"hello", b"\xff\xd8\xff\xe0 no picture", b"", b"<svg/>", b"GIF89a" + b"0" * 90])
def test_what_is_no_picture_is_refused_beside_its_box(people: Town, browser: Browser, content: bytes):
    browser.login("kim@dure.example")
    page = browser.post(NEW, {**request(), "photo": (io.BytesIO(content), "photo.jpg")}, status=422)
    assert page.select_one("#photo[aria-invalid]") and "Take it again." in page.select_one("#photo-error").text
    assert (count(Errand), count(Blob)) == (0, 0)


def test_with_something_to_put_right_the_photo_is_asked_for_again(people: Town, browser: Browser):
    browser.login("kim@dure.example")
    page = browser.post(NEW, {**request(reason=""), "photo": (picture(), "photo.jpg")}, status=422)
    assert "Choose it again." in page.select_one("#photo-hint").text
    assert count(Blob) == 0


def test_sent_twice_it_is_logged_once(people: Town, browser: Browser):
    browser.login("kim@dure.example")
    form = request()
    for _press in range(2):
        browser.post(NEW, {**form, "photo": (picture(), "photo.jpg")})
        browser.follow()
    assert (count(Errand), len(told("errand.logged")), count(Blob)) == (1, 1, 1)
    assert blob_path(only().photo_sha256).exists()


def test_sent_twice_at_once_it_is_logged_once(people: Town, bare_app: Flask):
    form, start = request(), threading.Barrier(4)
    cookie = Browser(bare_app).login("kim@dure.example").client.get_cookie("sid")
    db.session.rollback()

    def press() -> int:
        client = bare_app.test_client()
        client.set_cookie("sid", cookie.value)
        start.wait()
        return client.post(NEW, data={**form, "photo": (picture(), "p.jpg")}, headers=SAME_ORIGIN).status_code

    with ThreadPoolExecutor(4) as hands:
        answers = [hand.result() for hand in [hands.submit(press) for _ in range(4)]]
    assert answers == [303] * 4
    assert (count(Errand), len(told("errand.logged"))) == (1, 1)


def test_only_dealers_log_and_for_their_own_company(people: Town, browser: Browser, bare_app: Flask):
    for who in ("han", "desk", "mina", "lab", "admin"):
        other = Browser(bare_app).login(f"{who}@hanbit.example")
        other.get(NEW, status=403)
        other.post(NEW, request(), status=403)
    browser.login("park@maru.example").post(NEW, request(dealer=str(people.kim.dealer_id)))
    assert only().dealer == db.session.get_one(Customer, people.park.dealer_id)
