"""A supervisor plans: by the clock of the site, for their own people, at sites they know, and once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.kit.db import db, new_uuid
from portal.people.models import Role
from portal.town import Town
from portal.visits.kinds import VisitState
from portal.visits.models import Visit
from tests.support.client import SAME_ORIGIN, Browser
from tests.visits.deeds import count, told


def plan_form(people: Town, **changes: Any) -> dict[str, Any]:
    given = {"site": str(people.pit.id), "engineer": str(people.mina.id), "planned_at": "2026-12-01T09:00"}
    return {"uuid": new_uuid(), **given, "purpose": "정기 점검", **changes}


def test_a_planned_visit_is_in_the_engineers_list(people: Town, browser: Browser):
    browser.login("han@hanbit.example")
    form = plan_form(people)
    browser.post("/plan/new", form)

    visit = db.session.scalars(sa.select(Visit)).one()
    assert (visit.uuid, visit.state, visit.engineer, visit.site) == (
        form["uuid"], VisitState.PLANNED, people.mina, people.pit
    )  # fmt: skip
    assert visit.customer == people.mine and visit.planned_by_id == people.han.id
    assert [e.by_id for e in told("visit.planned")] == [people.han.id]


@pytest.mark.parametrize(
    ("site_zone", "customer_zone", "utc_hour"),
    [
        (None, None, datetime(2026, 12, 1, 0, 0, tzinfo=UTC)),  # Seoul, the company's
        ("America/New_York", "Asia/Seoul", datetime(2026, 12, 1, 14, 0, tzinfo=UTC)),
        (None, "Asia/Kolkata", datetime(2026, 12, 1, 3, 30, tzinfo=UTC)),
    ],
)
def test_the_time_is_that_of_the_clock_on_the_site(
    people: Town, browser: Browser, site_zone: str | None, customer_zone: str | None, utc_hour: datetime
):
    people.pit.zone, people.mine.zone = site_zone, customer_zone
    browser.login("han@hanbit.example")
    browser.post("/plan/new", plan_form(people))
    assert db.session.scalars(sa.select(Visit.planned_at)).one() == utc_hour


def test_only_ones_own_people_are_offered(people: Town, browser: Browser):
    browser.login("han@hanbit.example")
    page = browser.get("/plan/new")
    offered = {o["value"] for o in page.select("[name=engineer] option")} - {""}
    assert offered == {str(people.mina.id), str(people.bora.id)}


def test_a_supervisor_who_visits_too_may_plan_for_themselves(people: Town, browser: Browser):
    people.han.roles = frozenset({Role.ENGINEER, Role.SUPERVISOR})
    browser.login("han@hanbit.example")
    browser.post("/plan/new", plan_form(people, engineer=str(people.han.id)))
    assert db.session.scalars(sa.select(Visit)).one().engineer == people.han


def test_a_person_who_is_locked_is_not_planned_for(people: Town, browser: Browser):
    people.bora.locked_at = datetime(2026, 11, 1, tzinfo=UTC)
    browser.login("han@hanbit.example")
    browser.post("/plan/new", plan_form(people, engineer=str(people.bora.id)), status=422)
    assert count(Visit) == 0


@pytest.mark.parametrize(
    ("field", "who"), [("engineer", "jun"), ("engineer", "suh"), ("engineer", "desk"), ("site", "plant")]
)
def test_other_peoples_engineers_and_sites_are_refused(people: Town, browser: Browser, field: str, who: str):
    browser.login("han@hanbit.example")
    browser.post("/plan/new", plan_form(people, **{field: str(getattr(people, who).id)}), status=422)
    assert count(Visit) == 0


@pytest.mark.parametrize(
    "junk",
    [
        {"site": "9" * 30}, {"site": "9" * 5000}, {"site": "٣"}, {"site": "1 OR 1=1"}, {"site": "\x00"},
        {"engineer": "9" * 19}, {"engineer": "-1"}, {"engineer": "²"},
        {"planned_at": "0001-01-01T00:00"}, {"planned_at": "9999-12-31T23:59"}, {"planned_at": "yesterday"},
        {"purpose": "\x00"}, {"purpose": " "}, {"purpose": "x" * 201}, {"purpose": ""},
        {"uuid": "\x00"}, {"uuid": "x" * 500}, {"uuid": ""}, {"uuid": "'; DROP TABLE visits; --"},
    ],
)  # fmt: skip
def test_nonsense_is_refused_or_put_right_and_never_breaks(people: Town, browser: Browser, junk: dict[str, str]):
    browser.login("han@hanbit.example")
    answer = browser._ask(browser.client.post, "/plan/new", data=plan_form(people, **junk), headers=SAME_ORIGIN)
    assert answer.status_code in {303, 422}, answer.status_code
    assert all(len(uuid) == 36 and uuid.count("-") == 4 for uuid in db.session.scalars(sa.select(Visit.uuid)))


def test_what_was_typed_comes_back(people: Town, browser: Browser):
    browser.login("han@hanbit.example")
    page = browser.post("/plan/new", plan_form(people, planned_at="", purpose="Look at it"), status=422)
    assert page.select_one("[name=purpose]")["value"] == "Look at it"
    assert page.select_one("[name=engineer] option[selected]")["value"] == str(people.mina.id)


def test_sent_twice_it_is_planned_once(people: Town, browser: Browser):
    browser.login("han@hanbit.example")
    form = plan_form(people)
    for _press in range(2):
        browser.post("/plan/new", form)
    assert (count(Visit), len(told("visit.planned"))) == (1, 1)


def test_sent_twice_at_once_it_is_planned_once(people: Town, bare_app: Flask):
    form, start = plan_form(people), threading.Barrier(6)
    browser = Browser(bare_app).login("han@hanbit.example")
    cookie = browser.client.get_cookie("sid")
    db.session.rollback()

    def press() -> int:
        client = bare_app.test_client()
        client.set_cookie("sid", cookie.value)
        start.wait()
        return client.post("/plan/new", data=form, headers=SAME_ORIGIN).status_code

    with ThreadPoolExecutor(6) as hands:
        answers = [hand.result() for hand in [hands.submit(press) for _ in range(6)]]
    assert answers == [303] * 6
    assert (count(Visit), len(told("visit.planned"))) == (1, 1)
