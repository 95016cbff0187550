"""Save and next bottle; and how few touches one bottle takes."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from portal.kit.db import new_uuid
from portal.oil.bottle import following
from portal.oil.models import Sample
from portal.town import Town
from tests.support.client import Browser
from tests.sync.letters import bottle
from tests.visits.deeds import count, on_site

MOST_TOUCHES = 7


@pytest.mark.parametrize(
    ("number", "next_one"),
    [
        ("HB-2611-0427", "HB-2611-0428"), ("HB-0099", "HB-0100"), ("7", "8"), ("99", "100"), ("AB", ""), ("12-A", ""),
        ("", ""), ("B٣", ""), ("9" * 40, ""), ("0" * 40, "0" * 39 + "1"),
    ],
)  # fmt: skip
def test_the_next_number_of_the_box(number: str, next_one: str):
    assert following(number) == next_one


def test_the_next_bottle_begins_with_the_same_machine_and_reason_and_nothing_else(people: Town, browser: Browser):
    visit, before = on_site(people), count(Sample)
    browser.login("mina@hanbit.example")
    form = {**bottle(people, reason="warranty_end", observed="연기"), "uuid": new_uuid(), "then": "next"}
    for _again in range(2):
        browser.post(f"/o/sample/{visit.uuid}", form)
    assert count(Sample) == before + 1

    links = browser.follow().select("nav.stops a")
    here = {c.uuid for c in people.truck.compartments}
    asked = [parse_qs(urlsplit(str(a["href"])).query) for a in links]
    assert {q["compartment"][0] for q in asked[: len(here)]} == here, "the same machine comes first"
    assert asked[0]["number"] == ["HB-2611-0428"]

    page = browser.get(str(links[0]["href"]))
    typed = browser.fill(page, "/o/sample/")
    assert (typed["number"], typed["reason"]) == ("HB-2611-0428", ["warranty_end"])
    assert not any(typed[name] for name in ("machine_hours", "oil_hours", "observed")) and "visual" not in typed
    assert typed["uuid"] != form["uuid"]


def test_which_button_was_pressed_is_no_part_of_the_record(people: Town, browser: Browser):
    visit = on_site(people)
    browser.login("mina@hanbit.example")
    form = {**bottle(people), "uuid": new_uuid()}
    browser.post(f"/o/sample/{visit.uuid}", form)
    browser.post(f"/o/sample/{visit.uuid}", {**form, "then": "next"})
    assert "/sample?" in browser.last.headers["Location"]


def test_after_a_scan_one_bottle_takes_few_touches(people: Town, browser: Browser):
    """A box that must be typed in or tapped is a touch, and so is the button."""
    visit = on_site(people)
    browser.login("mina@hanbit.example")
    page = browser.get(f"/visits/{visit.id}/sample?compartment={people.engine.uuid}&number=HB-1")
    sent, touches = browser.fill(page, "/o/sample/"), 1
    assert sent["oil_changed"] == ["no"] and sent["reason"] == ["routine"]
    assert sent["sample_point"] == [people.sample.sample_point.value]
    for name, value in {"machine_hours": "12450", "oil_hours": "270", "visual": ["dark"]}.items():
        assert not sent.get(name)
        sent[name], touches = value, touches + 1
    browser.post(f"/o/sample/{visit.uuid}", sent)
    assert touches == 4 <= MOST_TOUCHES
    assert page.select_one(f"a[href^='/scan?visit={visit.id}']")
