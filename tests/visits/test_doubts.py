"""Hours that go backwards or jump are asked about, and never refused."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from bs4 import BeautifulSoup

from portal.kit.clock import now
from portal.kit.db import db, new_uuid
from portal.oil.models import Sample
from portal.town import Town
from portal.visits.models import Visit
from tests.support.client import SAME_ORIGIN, Browser
from tests.sync.letters import bottle, envelope
from tests.visits.deeds import count, on_site, told


@pytest.fixture
def visit(people: Town) -> Visit:
    """At the pit, where the truck's meter showed 12,000 h ten days ago."""
    people.truck.hours, people.truck.hours_at = Decimal(12_000), now() - timedelta(days=10)
    return on_site(people)


def send(people: Town, browser: Browser, visit: Visit, status: int, **changes: Any) -> BeautifulSoup:
    form = {**bottle(people), "uuid": new_uuid(), **changes}
    return browser.login("mina@hanbit.example").post(f"/o/sample/{visit.uuid}", form, status=status)


@pytest.mark.parametrize(("hours", "says"), [("11999", "less than last time"), ("12500", "more than the days")])
def test_odd_hours_are_asked_about_beside_their_box(
    people: Town, browser: Browser, visit: Visit, hours: str, says: str
):
    before = count(Sample)
    page = send(people, browser, visit, 422, machine_hours=hours, observed="연기")
    assert count(Sample) == before
    assert says in page.select_one("#doubt").text
    assert page.select_one("[name=machine_hours]")["value"] == hours
    assert page.select_one("[name=observed]").text.strip() == "연기"
    assert not page.select_one("[name=confirmed]").has_attr("checked")


def test_with_yes_it_is_right_they_are_taken_and_noted(people: Town, browser: Browser, visit: Visit):
    page = send(people, browser, visit, 422, machine_hours="11000")
    form = {**bottle(people), "machine_hours": "11000", "uuid": page.select_one("[name=uuid]")["value"]}
    for _again in range(2):
        browser.post(f"/o/sample/{visit.uuid}", {**form, "confirmed": "y"})
    [entry] = [e for e in told("sample.taken") if e.facts["after"]["visit_id"] == visit.id]
    assert entry.facts["doubted"] == ["machine_hours"]
    db.session.refresh(people.truck)
    assert people.truck.hours == 11_000


def test_hours_as_expected_raise_no_question(people: Town, browser: Browser, visit: Visit):
    send(people, browser, visit, 303, machine_hours="12100")
    [entry] = [e for e in told("sample.taken") if e.facts["after"]["visit_id"] == visit.id]
    assert "doubted" not in entry.facts
    db.session.refresh(people.truck)
    assert people.truck.hours == 12_100
    assert told("machine.meter_read")[-1].facts["before"] == {"hours": "12000"}


def test_a_phone_is_never_asked_and_the_doubt_is_noted(people: Town, browser: Browser, visit: Visit):
    browser.login("mina@hanbit.example")
    letter = envelope("sample", visit, bottle(people, machine_hours="11000"))
    put = browser._ask(browser.client.put, f"/sync/records/{letter['uuid']}", json=letter, headers=SAME_ORIGIN)
    assert put.status_code == 201
    assert told("sample.taken")[-1].facts["doubted"] == ["machine_hours"]


def test_a_machine_without_a_reading_is_compared_with_the_sample_before(people: Town, browser: Browser, visit: Visit):
    people.truck.hours = people.truck.hours_at = None
    assert people.sample.unit_hours > 500
    page = send(people, browser, visit, 422, machine_hours="500")
    assert page.select_one("#doubt")


def test_another_fault_is_mended_first_and_the_answer_is_kept(people: Town, browser: Browser, visit: Visit):
    page = send(people, browser, visit, 422, machine_hours="11000", oil_hours="", confirmed="y")
    assert "Write the hours on this oil" in page.text
    assert page.select_one("[name=confirmed]").has_attr("checked")
