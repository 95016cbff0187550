"""What each side reads and does on the pages of a request."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.desk import actions, lists
from portal.desk.kinds import ErrandState
from portal.desk.models import Errand, ErrandWord
from portal.kit.clock import now
from portal.kit.db import db, new_uuid
from portal.kit.i18n import zone
from portal.town import Town
from tests.desk.deeds import FAIR, HOUR, MONDAY_9AM, accepted, asked, confirmed, count, logged, planned, refused, told
from tests.support.client import Browser
from tests.visits.test_pages import counted


def sent(errand: Errand, /, **values: Any) -> dict[str, Any]:
    return {"uuid": new_uuid(), "version": str(errand.version), **values}


def rows(page: Any) -> list[str]:
    return [str(a["href"]) for a in page.select("a.stop")]


def address(*errands: Errand) -> list[str]:
    return [f"/errands/{e.id}" for e in errands]


def day(days: int) -> Any:
    return now().astimezone(zone(None)).date() + timedelta(days=days)


def test_a_dealer_reads_at_home_where_each_request_stands(people: Town, browser: Browser):
    first, second, third = planned(people, logged(people), day(10)), accepted(people), logged(people)
    logged(people, by=people.park, reason="Park's secret")
    page = browser.login("kim@dure.example").get("/dealer")
    assert page.h1.text == "3 open requests"
    assert page.select_one("section.card a")["href"] == address(third)[0]
    assert rows(page) == address(second, first)
    text = page.select_one("main").text
    assert "Takes place" in text and "10 days left" in text and "Accepted, being planned" in text
    assert "Park's secret" not in text and people.han.name in text
    assert page.select("a[href='/visits']") and page.select("a[href='/complaints']")


def test_a_question_that_waits_stands_on_top_and_leads_to_the_answer(people: Town, browser: Browser):
    errand = asked(people, text="How many guests?")
    logged(people)
    browser.login("kim@dure.example")
    page = browser.get("/dealer")
    note = page.select_one("main > a")
    assert "How many guests?" in note.text and note["href"] == f"/errands/{errand.id}/answer"
    page = browser.get(str(note["href"]))
    assert "How many guests?" in page.text
    browser.post(str(note["href"]), browser.fill(page, "answer", text="About 150"))
    assert "About 150" in browser.follow().text
    assert "How many guests?" not in browser.get("/dealer").text


def test_a_late_promise_is_marked(people: Town, browser: Browser):
    errand = logged(people, at=now() - timedelta(days=22))
    assert errand.due_on == day(-2)
    browser.login("kim@dure.example")
    assert "2 days late" in browser.get("/dealer").select_one(".note-bad").text
    assert "2 days late" in browser.get("/errands").select_one(".tag-bad").text
    errand.due_on = day(0)
    assert "Today" in browser.get("/errands").select_one("a.stop").text


def test_what_was_refused_or_confirmed_lately_stays_at_home_for_two_weeks(people: Town, browser: Browser):
    over, old = refused(people), refused(people)
    over.closed_at, old.closed_at = now() - timedelta(days=13), now() - timedelta(days=15)
    page = browser.login("kim@dure.example").get("/dealer")
    assert rows(page) == address(over) and "Not possible" in page.text
    assert rows(browser.get("/errands?state=all")) == address(old, over)


def test_what_waits_for_judgement_comes_first_and_then_the_promised_day(people: Town, browser: Browser):
    taken = accepted(people, logged(people, at=MONDAY_9AM - 100 * HOUR))
    young, old = logged(people), logged(people, at=MONDAY_9AM - 50 * HOUR)
    parks = logged(people, by=people.park, at=MONDAY_9AM - 90 * HOUR)
    done, no = confirmed(people), refused(people)
    browser.login("han@hanbit.example")
    assert rows(browser.get("/errands")) == address(old, young, taken)
    assert rows(browser.get("/errands?state=closed")) == address(no, done)
    assert len(rows(browser.get("/errands?state=all"))) == 5
    assert len(rows(browser.get("/errands?state=nonsense&after=x"))) == 3
    browser.login("desk@hanbit.example")
    assert rows(browser.get("/errands")) == address(parks, old, young, taken)


@pytest.mark.parametrize("state", ["open", "closed", "all"])
def test_every_request_is_on_exactly_one_page(
    people: Town, browser: Browser, monkeypatch: pytest.MonkeyPatch, state: str
):
    monkeypatch.setattr(lists, "PAGE", 3)
    made = [refused(people) if state == "closed" else logged(people) for _ in range(8)]
    if state != "closed":
        for errand in made[::3]:
            accepted(people, errand)
    browser.login("desk@hanbit.example")
    path, seen = f"/errands?state={state}", []
    while path:
        page = browser.get(path)
        seen += rows(page)
        further = page.select_one("a[href*='after=']")
        path = str(further["href"]) if further else ""
    assert sorted(seen) == sorted(address(*made)) and len(seen) == 8


def test_a_supervisor_asks_accepts_and_plans_and_the_dealer_confirms(people: Town, browser: Browser, bare_app: Flask):
    errand = logged(people)
    here, dealer = f"/errands/{errand.id}", Browser(bare_app).login("kim@dure.example")
    dealer.client.set_cookie("language", "en")
    browser.login("han@hanbit.example")
    browser.post(f"{here}/ask", browser.fill(browser.get(f"{here}/ask"), "ask", text="How many guests?"))
    dealer.post(f"{here}/answer", dealer.fill(dealer.get(f"{here}/answer"), "answer", text="150"))
    browser.post(f"{here}/accept", browser.fill(browser.get(here), "accept"))
    page = browser.get(f"{here}/plan")
    assert page.select_one("[name=planned_on]")["value"] == FAIR.isoformat()
    browser.post(f"{here}/plan", browser.fill(page, "plan", text="Two people and 150 gifts"))
    assert dealer.get(here).select_one(f".dock a[href='{here}/confirm']")
    dealer.post(f"{here}/confirm", dealer.fill(dealer.get(f"{here}/confirm"), "confirm", text="All came"))
    page = dealer.follow()
    assert "All came" in page.text and not page.select(".dock")
    db.session.refresh(errand)
    assert (errand.state, errand.owner) == (ErrandState.DONE, people.han)
    kinds = ("logged", "asked", "answered", "accepted", "planned", "confirmed")
    assert [len(told(f"errand.{kind}")) for kind in kinds] == [1] * 6


def test_a_refusal_needs_a_reason_that_the_dealer_reads(people: Town, browser: Browser):
    errand = logged(people)
    here = f"/errands/{errand.id}"
    browser.login("han@hanbit.example")
    page = browser.post(f"{here}/refuse", sent(errand, text=" "), status=422)
    assert "Write the reason" in page.select_one(".field .err").text
    browser.post(f"{here}/refuse", sent(errand, text="No stock before spring"))
    page = browser.login("kim@dure.example").get(here)
    assert "No stock before spring" in page.text and "Not possible" in page.text


@pytest.mark.parametrize(
    ("wrong", "say"),
    [
        ({"planned_on": ""}, "Choose the day."),
        ({"planned_on": "2020-01-01"}, "Choose today or a later day."),
        ({"planned_on": "9999-12-31"}, "Check the year."),
        ({"planned_on": "\x00"}, "Not a valid date"),
        ({"text": ""}, "Write what we will do."),
        ({"text": "x" * 2001}, "2000"),
        ({"text": "\x00x"}, "cannot be stored"),
    ],
)
def test_a_plan_needs_a_day_to_come_and_words(people: Town, browser: Browser, wrong: dict[str, str], say: str):
    errand = logged(people)
    browser.login("han@hanbit.example")
    form = sent(errand, **{"planned_on": "2031-01-11", "text": "Two people", **wrong})
    page = browser.post(f"/errands/{errand.id}/plan", form, status=422)
    assert say in page.select_one(".field .err").text
    assert db.session.get_one(Errand, errand.id).state is ErrandState.LOGGED


def test_of_two_supervisors_at_once_the_second_keeps_the_words_and_is_told(people: Town, browser: Browser):
    errand = logged(people)
    here, late = f"/errands/{errand.id}", sent(errand, planned_on="2031-01-11", text="Three people")
    actions.accept(errand, uuid=new_uuid(), by=people.dana, at=now())
    browser.login("han@hanbit.example")
    page = browser.post(f"{here}/plan", late, status=409)
    assert "Somebody else changed this request" in page.text and people.dana.name in page.text
    assert page.select_one("textarea").text.strip() == "Three people"
    browser.post(f"{here}/accept", sent(errand, version="1"), status=409)
    browser.post(f"{here}/plan", browser.fill(page, "plan"))
    db.session.refresh(errand)
    assert errand.state is ErrandState.PLANNED and errand.owner == people.han


@pytest.mark.parametrize(
    ("part", "who", "values"),
    [
        ("ask", "han@hanbit.example", {"text": "?"}),
        ("accept", "han@hanbit.example", {}),
        ("plan", "han@hanbit.example", {"text": "Two", "planned_on": "2031-01-11"}),
        ("refuse", "han@hanbit.example", {"text": "No"}),
        ("answer", "kim@dure.example", {"text": "150"}),
        ("confirm", "kim@dure.example", {"text": "Fine"}),
    ],
)
def test_sent_twice_it_is_done_once(people: Town, browser: Browser, part: str, who: str, values: dict[str, str]):
    made = {"answer": asked, "confirm": planned}.get(part, logged)
    errand = made(people)
    before, form = count(ErrandWord), sent(errand, **values)
    browser.login(who)
    for _press in range(2):
        browser.post(f"/errands/{errand.id}/{part}", form)
    assert count(ErrandWord) - before == (0 if part == "accept" else 1)


def test_a_colleague_who_may_see_it_is_offered_for_handing_over(people: Town, browser: Browser):
    errand = accepted(people)
    here = f"/errands/{errand.id}/hand-over"
    browser.login("han@hanbit.example")
    page = browser.get(here)
    assert [o["value"] for o in page.select("option")] == ["", str(people.dana.id)]
    browser.post(here, sent(errand, to=str(people.suh.id)), status=422)
    form = browser.fill(page, "hand-over", to=str(people.dana.id))
    for _press in range(2):
        browser.post(here, form)
    assert db.session.get_one(Errand, errand.id).owner == people.dana and len(told("errand.handed_over")) == 1


def test_a_request_of_another_dealer_does_not_exist(people: Town, browser: Browser):
    errand = asked(people)
    here = f"/errands/{errand.id}"
    browser.login("park@maru.example")
    for path in (here, f"{here}/photo", f"{here}/answer", f"{here}/plan"):
        browser.get(path, status=404)
    browser.post(f"{here}/answer", sent(errand, text="150"), status=404)
    assert rows(browser.get("/errands")) == [] and "open requests" in browser.get("/dealer").text


def test_the_desk_reads_and_a_dealer_does_not_judge(people: Town, browser: Browser):
    errand = logged(people)
    here = f"/errands/{errand.id}"
    for who in ("desk@hanbit.example", "kim@dure.example"):
        browser.login(who)
        page = browser.get(here)
        assert not page.select(".dock") and not page.select("form[action*='accept']")
        browser.get(f"{here}/plan", status=403)
        browser.post(f"{here}/accept", sent(errand), status=403)
    browser.login("han@hanbit.example").get(f"{here}/answer", status=403)


def test_a_form_is_not_offered_where_it_leads_nowhere(people: Town, browser: Browser):
    errand = planned(people)
    browser.login("han@hanbit.example")
    assert "Plan it anew" in browser.get(f"/errands/{errand.id}/ask", status=409).text
    browser.login("kim@dure.example").get(f"/errands/{errand.id}/answer", status=409)


def many(people: Town, errands: int) -> None:
    for number in range(errands):
        asked(people, text=f"Question {number}")
        planned(people, accepted(people))
        refused(people)


def talk(people: Town, errand: Errand, times: int) -> None:
    """Answer the open question and ask another, so often."""
    for number in range(times):
        actions.answer(errand, f"Answer {number}", uuid=new_uuid(), by=people.kim, at=now())
        asked(people, errand, f"Question {number}")


@pytest.mark.parametrize(
    ("who", "path", "most"),
    [
        ("kim@dure.example", "/dealer", 3),
        ("kim@dure.example", "/dealer/promotions/new", 2),
        ("kim@dure.example", "/errands", 2),
        ("kim@dure.example", "/errands/{id}", 4),
        ("kim@dure.example", "/errands/{id}/answer", 4),
        ("han@hanbit.example", "/errands", 2),
        ("han@hanbit.example", "/errands?after={id}", 3),
        ("han@hanbit.example", "/errands/{id}", 4),
        ("han@hanbit.example", "/errands/{id}/plan", 4),
    ],
)
def test_a_page_asks_no_more_when_there_is_more_to_show(
    people: Town, browser: Browser, bare_app: Flask, who: str, path: str, most: int
):
    errand = asked(people)
    path = path.format(id=errand.id)
    browser.login(who).get(path)
    with counted(bare_app) as few:
        browser.get(path)
    many(people, 6)
    talk(people, errand, 5)
    with counted(bare_app) as lots:
        browser.get(path)
    assert len(few) <= most and len(lots) <= most, lots
