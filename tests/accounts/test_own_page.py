"""One's own page: password, PIN, language, zone, and the devices on which one is logged in."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.accounts.actions import PER_ACCOUNT
from portal.accounts.labels import device
from portal.accounts.models import Login
from portal.accounts.passwords import fits, is_common, is_plain_pin
from portal.journal.models import Entry
from portal.kit.db import db
from portal.town import Town
from tests.support.client import Browser

OLD, NEW = "sightglass-mina", "좋은 기름은 오래 간다"
GALAXY = "Mozilla/5.0 (Linux; Android 15; SM-S928N) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36 Edg/131.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1 Version/18.1 Mobile Safari/604.1"


@pytest.fixture
def mina(bare_app: Flask, people: Town) -> Browser:
    browser = Browser(bare_app)
    browser.client.set_cookie("language", "en")
    browser.client.environ_base["HTTP_USER_AGENT"] = GALAXY
    return browser.login(people.mina.email)


def told(what: str) -> list[Entry]:
    return list(db.session.scalars(sa.select(Entry).where(Entry.what == what)))


def test_a_new_password_needs_the_old_one_and_ends_the_other_sessions(
    mina: Browser, bare_app: Flask, people: Town
) -> None:
    other = Browser(bare_app).login(people.mina.email)
    page = mina.post("/me/password", {"current": "wrong one", "password": NEW, "again": NEW}, status=422)
    assert page.select_one("#current[aria-invalid=true]")
    other.get("/today")

    mina.post("/me/password", {"current": OLD, "password": NEW, "again": NEW})
    assert "The new password counts" in mina.follow().text
    other.get("/today", status=303)
    Browser(bare_app).login(people.mina.email, NEW)
    assert len(told("person.password_set")) == 1


def test_the_old_password_is_guessed_no_faster_than_at_the_login(mina: Browser, people: Town) -> None:
    data = {"current": "wrong one", "password": NEW, "again": NEW}
    for _time in range(PER_ACCOUNT):
        mina.post("/me/password", data, status=422)
    mina.post("/me/pin", {"current": OLD, "pin": "135790"}, status=429)


def test_a_new_pin_needs_the_password(mina: Browser, people: Town) -> None:
    mina.post("/me/pin", {"current": "wrong one", "pin": "802914"}, status=422)
    assert fits(people.mina.pin_hash, "246813")

    mina.post("/me/pin", {"current": OLD, "pin": "８０２９１４"})
    db.session.expire_all()
    assert fits(people.mina.pin_hash, "802914"), "full-width digits are digits"
    assert len(told("person.pin_set")) == 1


@pytest.mark.parametrize(
    "pin", ["123456", "654321", "000000", "121212", "123123", "890123", "12345", "1234567", "abcdef"]
)
def test_a_pin_that_everybody_tries_first_is_refused(mina: Browser, people: Town, pin: str) -> None:
    mina.post("/me/pin", {"current": OLD, "pin": pin}, status=422)
    assert not told("person.pin_set")


def test_the_pins_and_passwords_of_people_are_not_called_common() -> None:
    assert not [pin for pin in ("246813", "527160", "318204", "802463", "123457") if is_plain_pin(pin)]
    assert not is_common(NEW, "mina@hanbit.example")
    assert is_common("Mina12345!", "mina@hanbit.example")


def test_an_empty_hash_fits_nothing() -> None:
    assert not fits("", "")
    assert not fits("", "nobody has this password")
    assert not fits(None, "nobody has this password")


def test_the_devices_are_said_in_words_and_this_one_is_marked(mina: Browser, bare_app: Flask, people: Town) -> None:
    office = Browser(bare_app)
    office.client.environ_base["HTTP_USER_AGENT"] = EDGE
    office.login(people.mina.email)

    page = mina.get("/me")
    rows = [row.text for row in page.select(".rows li")]
    assert len(rows) == 2
    [here] = [row for row in rows if "This device" in row]
    assert "Chrome, Android" in here
    assert any("Edge, Windows" in row for row in rows)

    [form] = [form for form in page.select("form") if "/me/sessions/" in str(form["action"])]
    mina.post(str(form["action"]))
    office.get("/today", status=303)
    mina.get("/today")
    assert [entry.facts["before"]["device"] for entry in told("person.session_ended")] == [EDGE]


@pytest.mark.parametrize(
    ("agent", "says"), [(IPHONE, "Safari, iPhone"), (EDGE, "Edge, Windows"), ("curl/8", "Unknown")]
)
def test_what_a_browser_says_of_itself_is_put_into_words(app: Flask, agent: str, says: str) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert device(agent).startswith(says)


def test_nobody_ends_somebody_elses_session(mina: Browser, bare_app: Flask, people: Town) -> None:
    han = Browser(bare_app).login(people.han.email)
    other = db.session.scalar(sa.select(Login.id).where(Login.person_id == people.han.id))
    mina.post(f"/me/sessions/{other}/end", status=404)
    han.get("/approvals")


def test_this_session_ends_by_its_own_button_only(mina: Browser, people: Town) -> None:
    here = db.session.scalar(sa.select(Login.id).where(Login.person_id == people.mina.id))
    mina.post(f"/me/sessions/{here}/end")
    mina.get("/today")


def test_language_and_zone_are_ones_own(mina: Browser, people: Town) -> None:
    form = mina.fill(mina.get("/me/settings"), "/me/settings", language="en", zone="Asia/Tokyo", roles="admin")
    mina.post("/me/settings", form)

    assert (people.mina.language, people.mina.zone) == ("en", "Asia/Tokyo")
    assert people.mina.roles == frozenset({"engineer"})
    [entry] = told("person.changed")
    assert entry.facts["before"]["language"] == "ko"
    mina.post("/me/settings", form, status=409)


@pytest.mark.parametrize("values", [{"zone": "Asia/Nowhere"}, {"zone": "../etc/passwd"}, {"language": "fr"}])
def test_a_zone_or_language_that_is_none_is_refused(mina: Browser, people: Town, values: dict[str, Any]) -> None:
    form = mina.fill(mina.get("/me/settings"), "/me/settings", **values)
    mina.post("/me/settings", form, status=422)
    assert not told("person.changed")
