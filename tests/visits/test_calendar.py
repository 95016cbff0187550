"""The feed at a secret address: what it says, in every calendar the same, and to nobody without the address."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from icalendar import Calendar as Feed

from portal.app import create_app
from portal.config import Settings
from portal.kit.clock import now
from portal.kit.db import db
from portal.people.models import Role
from portal.town import Town
from portal.visits import planning
from portal.visits.models import Calendar
from tests.support.client import Browser
from tests.visits.deeds import planned, told

DAY = timedelta(days=1)
SOON = now().replace(minute=30, second=0, microsecond=0) + DAY


@pytest.fixture
def address(people: Town, browser: Browser) -> str:
    """The path of Mina's feed."""
    return publish(browser.login("mina@hanbit.example"))


def publish(browser: Browser) -> str:
    page = browser.post("/me/calendar", status=200)
    found = re.fullmatch(r"http://[^/]+(/calendar/[\w-]{43}\.ics)", str(page.select_one("#address")["value"]))
    assert found
    return found[1]


def events(browser: Browser, address: str) -> dict[str, Any]:
    """The feed as a calendar program reads it, by UID."""
    browser.get(address)
    assert browser.last and browser.last.mimetype == "text/calendar"
    return {str(event["UID"]): event for event in Feed.from_ical(browser.last.data).walk("VEVENT")}


def test_a_visit_is_an_event_that_says_where_when_and_why(people: Town, bare_app: Flask, address: str):
    visit = planned(people, planned_at=SOON, purpose="정기 시료 채취; 누유, 점검")
    event = events(Browser(bare_app), address)[visit.uuid]
    assert (event.start, event.duration) == (SOON, timedelta(hours=1))
    assert str(event["SUMMARY"]) == "새벽광산 동부채굴장"
    assert (str(event["LOCATION"]), event["SEQUENCE"], event["STATUS"]) == (
        people.pit.address,
        visit.version,
        "CONFIRMED",
    )
    assert event["GEO"].latitude == people.pit.latitude and event["GEO"].longitude == people.pit.longitude
    assert "정기 시료 채취; 누유, 점검" in event["DESCRIPTION"]
    assert event["DESCRIPTION"].rstrip().endswith(f"/visits/{visit.id}")


def test_instants_are_utc_wherever_the_site_is(people: Town, bare_app: Flask, address: str):
    people.pit.zone = "America/New_York"
    planned(people, planned_at=SOON)
    browser = Browser(bare_app)
    events(browser, address)
    assert browser.last and f"DTSTART:{SOON:%Y%m%dT%H%M%SZ}".encode() in browser.last.data
    assert b"TZID" not in browser.last.data


def test_no_line_is_longer_than_the_format_allows_and_no_syllable_is_cut(people: Town, bare_app: Flask, address: str):
    purpose = "가나다라마바사아자차카타파하" * 10
    visit = planned(people, planned_at=SOON, purpose=purpose)
    browser = Browser(bare_app)
    assert purpose in events(browser, address)[visit.uuid]["DESCRIPTION"]
    assert browser.last
    lines = browser.last.data.split(b"\r\n")
    assert max(map(len, lines)) <= 75 and all(line.decode() is not None for line in lines)


def test_a_cancelled_and_a_moved_visit_replace_what_the_phone_has(people: Town, bare_app: Flask, address: str):
    off, moved = planned(people, planned_at=SOON), planned(people, planned_at=SOON)
    browser = Browser(bare_app)
    before = events(browser, address)
    planning.cancel(off, "광산 휴무", by=people.mina, at=now())
    planning.move(moved, SOON + DAY, by=people.mina, at=now())
    after = events(browser, address)
    assert after[off.uuid]["STATUS"] == "CANCELLED" and "광산 휴무" in after[off.uuid]["DESCRIPTION"]
    assert after[moved.uuid].start == SOON + DAY
    assert all(after[uuid]["SEQUENCE"] > before[uuid]["SEQUENCE"] for uuid in (off.uuid, moved.uuid))


def test_the_feed_holds_ones_own_of_a_month_before_and_half_a_year_ahead(people: Town, bare_app: Flask, address: str):
    mine = [planned(people, planned_at=SOON + days * DAY) for days in (-32, -29, 0, 177, 181)]
    others = planned(people, people.bora, planned_at=SOON)
    along = planned(people, people.bora, planned_at=SOON)
    planning.accompany(along, people.mina, by=people.han, at=now())
    found = events(Browser(bare_app), address)
    assert set(found) == {mine[1].uuid, mine[2].uuid, mine[3].uuid, along.uuid} and others.uuid not in found
    assert "윤보라" in found[along.uuid]["DESCRIPTION"]


def test_an_unchanged_feed_is_not_sent_again(people: Town, bare_app: Flask, address: str):
    visit, browser = planned(people, planned_at=SOON), Browser(bare_app)
    browser.get(address)
    assert browser.last
    tag = {"If-None-Match": browser.last.headers["ETag"]}
    browser.get(address, status=304, headers=tag)
    assert browser.last.data == b""
    planning.move(visit, SOON + DAY, by=people.mina, at=now())
    browser.get(address, headers=tag)


def test_a_new_address_kills_the_old_one(people: Town, browser: Browser, address: str):
    new = publish(browser)
    assert new != address
    browser.get(address, status=404)
    browser.get(new)
    assert len(db.session.scalars(sa.select(Calendar)).all()) == 1


def test_a_withdrawn_address_is_dead(people: Town, browser: Browser, address: str):
    browser.post("/me/calendar/withdrawn")
    browser.post("/me/calendar/withdrawn")
    browser.get(address, status=404)
    assert [len(told(f"calendar.{what}")) for what in ("published", "withdrawn")] == [1, 1]


def test_who_is_locked_or_visits_nobody_any_more_has_no_feed(people: Town, browser: Browser, address: str):
    people.mina.locked_at = now()
    browser.get(address, status=404)
    people.mina.locked_at, people.mina.roles = None, frozenset({Role.LAB})
    browser.get(address, status=404)
    people.mina.roles = frozenset({Role.ENGINEER})
    browser.get(address)


@pytest.mark.parametrize("secret", ["x", "a" * 43, "%00", "é", "a" * 5000])
def test_an_address_that_was_never_made_is_not_found(people: Town, browser: Browser, secret: str):
    browser.get(f"/calendar/{secret}.ics", status=404)


def test_the_address_is_shown_once_and_kept_nowhere(people: Town, browser: Browser, address: str):
    secret = address.split("/")[2].removesuffix(".ics")
    assert secret not in browser.get("/me/calendar").text
    [kept] = db.session.scalars(sa.select(Calendar)).all()
    assert kept.secret_hash == planning.hash_of(secret) and secret not in json.dumps(
        told("calendar.published")[0].facts
    )


def test_the_log_does_not_know_the_address(settings: Settings, capsys: pytest.CaptureFixture[str]):
    app = create_app(replace(settings, log_level="INFO"))
    browser = Browser(app)
    address = publish(browser.login("mina@hanbit.example"))
    browser.get(address)
    browser.get("/calendar/0123456789012345678901234567890123456789012.ics", status=404)
    with app.app_context():
        db.engine.dispose()
    log = capsys.readouterr().err
    assert "/calendar/<secret>.ics" in log
    assert address.split("/")[2][:43] not in log and "01234567890123" not in log
