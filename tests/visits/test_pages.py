"""How many questions each page asks the database: as many as today, and not more when there is more to show."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.kit.clock import now
from portal.kit.db import db
from portal.town import Town
from portal.visits import actions
from portal.visits.models import Visit
from tests.support.client import Browser
from tests.visits import deeds
from tests.visits.deeds import advice, on_site, photo, planned, sample, signed, submitted

TRANSACTION = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements sent while inside, without those that begin and end transactions."""
    asked: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.lstrip().upper().startswith(TRANSACTION):
            asked.append(statement)

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def filled(people: Town, items: int) -> Visit:
    """A visit of today with so many of everything, and as much that waits from before."""
    visit = on_site(people, planned_at=now())
    compartments = [c for m in people.pit.machines for c in m.compartments]
    for number in range(items):
        compartment = compartments[number % len(compartments)]
        sample(people, visit, number=f"HB-{visit.id:04d}-{number:04d}", compartment=compartment)
        advice(people, visit, compartment=compartment)
        photo(people, visit)
        for deed in (deeds.training, deeds.finding, deeds.promise, deeds.left_over, deeds.complaint, deeds.step):
            deed(people, visit)
        deeds.settled(people, visit)
        deeds.left_before(people)
    db.session.commit()
    return visit


def many(people: Town, visits: int) -> None:
    """Visits in every state at several sites, today, and around it."""
    sites = [people.pit, people.crusher, people.english]
    for number in range(visits):
        site = sites[number % 3]
        engineer = people.mina if number % 2 else people.bora
        for state in (planned, on_site, signed, submitted):
            state(people, engineer, site=site, contact=site.customer.contacts[0], planned_at=now())
        planned(people, engineer, site=site, contact=None, planned_at=now() + timedelta(days=1 + number % 5))


@pytest.mark.parametrize(
    ("who", "path", "most"),
    [
        ("mina", "/today", 5),
        ("mina", "/visits", 2),
        ("mina", "/visits/{on_site}", 8),
        ("mina", "/visits/{on_site}/sample", 8),
        ("mina", "/visits/{on_site}/sample?compartment={engine}", 9),
        ("mina", "/visits/{on_site}/guidance", 8),
        ("mina", "/visits/{on_site}/photo", 7),
        ("mina", "/visits/{on_site}/complaint", 6),
        ("mina", "/visits/{on_site}/complaint-step", 3),
        ("mina", "/visits/{on_site}/complaint-settle", 3),
        ("mina", "/visits/{on_site}/training", 2),
        ("mina", "/visits/{on_site}/finding", 3),
        ("mina", "/visits/{on_site}/promise", 2),
        ("mina", "/visits/{on_site}/left-over", 2),
        ("mina", "/visits/{on_site}/sign", 7),
        ("mina", "/visits/{on_site}/submit", 7),
        ("han", "/approvals", 2),
        ("han", "/approvals/{submitted}", 10),
        ("han", "/plan", 4),
        ("han", "/plan/new", 5),
    ],
)
def test_a_page_asks_no_more_when_there_is_more_to_show(
    people: Town, browser: Browser, bare_app: Flask, who: str, path: str, most: int
):
    first = filled(people, 1)
    sent = submitted(people)
    browser.login(f"{who}@hanbit.example")

    def questions() -> int:
        names = {"on_site": first.id, "submitted": sent.id, "engine": people.engine.uuid}
        with counted(bare_app) as asked:
            browser.get(path.format(**names))
        return len(asked)

    few = questions()
    first = filled(people, 4)
    many(people, 2)
    assert questions() == few
    assert few <= most, f"{path}: {few} questions"


@pytest.mark.parametrize("path", ["/today", "/visits"])
def test_lists_show_what_is_there(people: Town, browser: Browser, path: str):
    visit = planned(people, planned_at=now())
    late = on_site(people, planned_at=now() - timedelta(days=3))
    page = browser.login("mina@hanbit.example").get(path)
    links = {a["href"] for a in page.select("a[href^='/visits/']")}
    assert {f"/visits/{visit.id}", f"/visits/{late.id}"} <= links


def test_today_is_the_readers_day_and_what_is_still_open(people: Town, browser: Browser):
    tomorrow = planned(people, planned_at=now() + timedelta(days=1, minutes=1))
    missed = planned(people, planned_at=now() - timedelta(days=2))
    open_ = on_site(people, planned_at=now() - timedelta(days=2))
    page = browser.login("mina@hanbit.example").get("/today")
    links = {a["href"] for a in page.select("a[href^='/visits/']")}
    assert f"/visits/{open_.id}" in links
    assert not {f"/visits/{tomorrow.id}", f"/visits/{missed.id}"} & links


def test_all_visits_come_a_page_at_a_time(people: Town, browser: Browser):
    made = [planned(people, planned_at=now()).id for _ in range(65)]
    browser.login("mina@hanbit.example")
    seen: list[str] = []
    path: str | None = "/visits"
    while path:
        page = browser.get(path)
        seen += [a["href"] for a in page.select("main a.stop")]
        more = page.select_one("a[href*='before=']")
        path = str(more["href"]) if more else None
    assert seen == [f"/visits/{id}" for id in reversed(made)]


@pytest.mark.parametrize("before", ["0", "-1", "x", "9" * 12, "٣", "", "1e3", "\x00"])
def test_a_place_in_the_list_that_is_none_is_passed_over(people: Town, browser: Browser, before: str):
    browser.login("mina@hanbit.example").get("/visits", query_string={"before": before})


NUMBERS = ["0", "2147483648", "9223372036854775807", "9223372036854775808", "9" * 40]
PLACES = ["/visits/{}", "/visits/{}/sample", "/visits/{}/record.pdf", "/approvals/{}"]


@pytest.mark.parametrize("place", PLACES)
def test_a_number_that_no_visit_has_is_not_found(people: Town, browser: Browser, place: str):
    browser.login("han@hanbit.example" if "approvals" in place else "mina@hanbit.example")
    for number in NUMBERS:
        browser.get(place.format(number), status=404)


@pytest.mark.parametrize("place", ["/media/%00", "/media/x", "/media/" + "a" * 4000])
def test_a_name_that_no_photo_has_is_not_found(people: Town, browser: Browser, place: str):
    browser.login("mina@hanbit.example").get(place, status=404)


def test_a_visit_says_how_it_stands_after_each_step(people: Town, browser: Browser):
    visit, says = planned(people, planned_at=now()), []
    browser.login("mina@hanbit.example")

    def look() -> None:
        db.session.commit()
        says.append(browser.get(f"/visits/{visit.id}").select_one(".tag").text.strip())

    look()
    actions.check_in(visit, None, by=people.mina, at=now())
    look()
    advice(people, visit)
    actions.sign(
        visit, {"name": "김", "role": "과장", "satisfaction": "3", "strokes": None, "consented": True},
        uuid="00000000-0000-4000-8000-000000000003", language="ko", by=people.mina, at=now(),
    )  # fmt: skip
    look()
    actions.submit(visit, by=people.mina, at=now())
    look()
    actions.approve(visit, by=people.han, at=now())
    look()
    assert len(set(says)) == 5, says
