"""The engineer's day: in order, with the way between the stops, what was not done, and what is due."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from bs4 import BeautifulSoup
from flask import Flask

from portal.customers import actions as customers
from portal.customers.models import Customer
from portal.kit.clock import day_span, now
from portal.kit.db import db, new_uuid
from portal.kit.i18n import zone
from portal.town import Town
from portal.visits import planning
from tests.support.client import Browser
from tests.visits.deeds import complained, left_before, on_site, planned
from tests.visits.test_pages import counted

DAY = timedelta(days=1)


def at(hour: int) -> datetime:
    """An hour of this day in Seoul."""
    return day_span(this_day(), zone(None))[0] + timedelta(hours=hour)


def this_day() -> date:
    return now().astimezone(zone(None)).date()


def promised(people: Town, days: int, text: str, **changes: Any) -> None:
    customer: Customer = changes.get("customer", people.mine)
    words = {"uuid": new_uuid(), "by": changes.get("by", people.mina), "at": now()}
    customers.promise(customer, text, this_day() + days * DAY, **words)
    db.session.commit()


def shown(page: BeautifulSoup, heading: str) -> str:
    found = page.select_one(f"section[aria-label='{heading}']")
    return " ".join(found.text.split()) if found else ""


def test_each_stop_says_how_far_it_is_from_the_one_before(people: Town, browser: Browser):
    planned(people, planned_at=at(9))
    planned(people, site=people.english, contact=None, planned_at=at(14))
    planned(people, site=people.english, contact=None, planned_at=at(16))
    later = shown(browser.login("mina@hanbit.example").get("/today"), "Later today")
    assert "About 127 km from the stop before" in later and "Less than 1 km from the stop before" in later


def test_what_was_not_done_is_to_be_moved_or_cancelled(people: Town, browser: Browser):
    missed = planned(people, planned_at=at(9) - 2 * DAY)
    page = browser.login("mina@hanbit.example").get("/today")
    assert page.select(f"section[aria-label='Not done'] a[href='/plan/{missed.id}']")
    assert page.select_one("h1").text == "0 visits today"
    planning.cancel(missed, "Closed", by=people.mina, at=now())
    assert not shown(browser.get("/today"), "Not done")


def test_what_is_due_stands_below_the_stops(people: Town, browser: Browser):
    promised(people, 7, "In time")
    promised(people, -1, "Late one")
    promised(people, 8, "Later than a week")
    promised(people, 1, "Somebody else's", by=people.bora)
    complained(people)
    left_before(people)
    browser.login("mina@hanbit.example")
    alone = shown(browser.get("/today"), "Due")
    assert "In time" in alone and "Late one" in alone and "Late" in alone
    assert not [text for text in ("Later than a week", "Somebody else's") if text in alone]
    planned(people, planned_at=at(9))
    due = shown(browser.get("/today"), "Due")
    assert "유압이 떨어졌습니다." in due and "Not answered yet" in due and "브리더 교체" in due


def test_who_goes_along_finds_the_visit_in_their_own_day(people: Town, browser: Browser):
    visit = planned(people, planned_at=at(9))
    planning.accompany(visit, people.bora, by=people.han, at=now())
    page = browser.login("bora@hanbit.example").get("/today")
    assert page.select_one("h1").text == "1 visit today"
    assert "With 강민아" in page.select_one(".hero").text
    assert not page.select("form#check-in"), "the engineer checks in"
    assert page.select(f".hero a[href='/visits/{visit.id}']")
    assert "With 윤보라" in browser.login("mina@hanbit.example").get("/today").select_one(".hero").text


def test_the_day_asks_five_questions_however_full_it_is(people: Town, browser: Browser, bare_app: Flask):
    browser.login("mina@hanbit.example")
    for more in range(2):
        for hour in range(8, 12 + 4 * more):
            visit = planned(people, planned_at=at(hour))
            planning.accompany(visit, people.bora, by=people.han, at=now())
            promised(people, more, f"Promise {hour}")
        on_site(people, planned_at=at(7))
        planned(people, planned_at=at(9) - (3 + more) * DAY)
        complained(people)
        left_before(people)
        db.session.commit()
        with counted(bare_app) as asked:
            browser.get("/today")
        assert len(asked) == 5
