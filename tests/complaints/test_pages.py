"""What each person reads and does on the pages of complaints."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.complaints import actions, lists
from portal.complaints.kinds import ComplaintState, StepKind
from portal.complaints.models import Complaint, ComplaintStep
from portal.kit.clock import now
from portal.kit.db import db, new_uuid
from portal.town import Town
from tests.complaints.deeds import HOUR, MONDAY_9AM, closed, count, received, settle, settled, step, told
from tests.support.client import Browser
from tests.visits.test_pages import counted


def sent(complaint: Complaint, /, **values: Any) -> dict[str, Any]:
    return {"uuid": new_uuid(), "version": str(complaint.version), "complaint": complaint.uuid, **values}


def rows(page: Any) -> list[str]:
    return [str(a["href"]) for a in page.select("a.stop")]


def test_the_oldest_that_nobody_answered_stands_on_top(people: Town, browser: Browser):
    answered = received(people, at=MONDAY_9AM - 9 * HOUR)
    step(people, answered)
    young, old = received(people, at=MONDAY_9AM), received(people, at=MONDAY_9AM - 5 * HOUR)
    done, over = settled(people), closed(people)
    browser.login("desk@hanbit.example")
    assert rows(browser.get("/complaints")) == [f"/complaints/{c.id}" for c in (old, young, answered)]
    assert rows(browser.get("/complaints?state=settled")) == [f"/complaints/{done.id}"]
    assert rows(browser.get("/complaints?state=closed")) == [f"/complaints/{over.id}"]
    assert len(rows(browser.get("/complaints?state=all"))) == 5
    assert len(rows(browser.get("/complaints?state=nonsense&after=x.y"))) == 3


def test_the_list_of_one_customer(people: Town, browser: Browser):
    received(people)
    there = received(people, customer=people.plant.customer)
    browser.login("desk@hanbit.example")
    page = browser.get(f"/complaints?customer={people.plant.customer_id}")
    assert rows(page) == [f"/complaints/{there.id}"] and people.plant.customer.name in page.text
    browser.get("/complaints?customer=99999", status=404)


@pytest.mark.parametrize("state", ["open", "settled", "all"])
def test_every_complaint_is_on_exactly_one_page(
    people: Town, browser: Browser, monkeypatch: pytest.MonkeyPatch, state: str
):
    monkeypatch.setattr(lists, "PAGE", 3)
    made = [settled(people) if state == "settled" else received(people) for _ in range(8)]
    if state != "settled":
        for complaint in made[::3]:
            step(people, complaint)
    browser.login("desk@hanbit.example")
    path, seen = f"/complaints?state={state}", []
    while path:
        page = browser.get(path)
        seen += rows(page)
        further = page.select_one("a[href*='after=']")
        path = str(further["href"]) if further else ""
    assert sorted(seen) == sorted(f"/complaints/{c.id}" for c in made) and len(seen) == 8


def test_a_row_says_what_is_owed_and_who_has_it(people: Town, browser: Browser):
    late = received(people, at=now() - timedelta(hours=30))
    actions.take(late, by=people.mina, at=now())
    received(people, at=now() - timedelta(hours=2))
    page = browser.login("desk@hanbit.example").get("/complaints")
    first, second = page.select("a.stop")
    assert late.number in first.text and "Not answered, too late" in first.text and people.mina.name in first.text
    assert "Answer by" in second.text and "2 hours ago" in second.text and "No owner" in second.text


@pytest.mark.parametrize(("path", "most"), [("/complaints", 2), ("/complaints?state=all", 2), ("/complaints/{id}", 4)])
def test_a_page_asks_no_more_when_there_is_more_to_show(
    people: Town, browser: Browser, bare_app: Flask, path: str, most: int
):
    first = received(people, machine=people.truck.uuid, product=people.engine.product.uuid)
    step(people, first)
    browser.login("desk@hanbit.example")

    def questions() -> int:
        address = path.format(id=first.id)
        with counted(bare_app) as asked:
            browser.get(address)
        return len(asked)

    few = questions()
    for by in (people.mina, people.bora, people.desk, people.han):
        step(people, first, StepKind.CAUSE, by=by)
        step(people, received(people, customer=people.plant.customer, by=by), by=by)
    assert questions() == few
    assert few <= most, f"{path}: {few} questions"


def test_a_region_away_it_does_not_exist(people: Town, browser: Browser):
    complaint = received(people)
    browser.login("jun@hanbit.example")
    browser.get(f"/complaints/{complaint.id}", status=404)
    browser.post(f"/complaints/{complaint.id}/step", sent(complaint, kind="cause", text="x"), status=404)
    assert not rows(browser.get("/complaints"))


def test_whoever_owns_it_reads_it_wherever_the_customer_is(people: Town, browser: Browser):
    complaint = received(people)
    actions.hand_over(complaint, people.jun, by=people.desk, at=MONDAY_9AM)
    browser.login("jun@hanbit.example").get(f"/complaints/{complaint.id}")


def test_a_dealer_reads_the_steps_of_its_own_and_no_names_but_who_answered(people: Town, browser: Browser):
    """Decided: dealers may call whoever answered; who investigates, and what we learned, stays with us."""
    people.mine.dealer_id = people.kim.dealer_id
    complaint = received(people, by=people.kim)
    step(people, complaint, StepKind.ANSWERED, by=people.bora)
    step(people, complaint, StepKind.INVESTIGATED, by=people.mina)
    settle(people, complaint, by=people.mina)
    actions.close(complaint, "Our own fault", uuid=new_uuid(), by=people.desk, at=MONDAY_9AM + 3 * HOUR)
    page = browser.login("kim@dure.example").get(f"/complaints/{complaint.id}")
    assert "investigated 내용" in page.text and people.bora.name in page.text
    assert people.mina.name not in page.text and "Our own fault" not in page.text
    assert people.desk.name not in page.text and not page.select("main form")
    browser.get(f"/complaints/{complaint.id}/step", status=403)
    browser.post(f"/complaints/{complaint.id}/taken", status=403)


def test_a_dealer_knows_nothing_of_other_complaints(people: Town, browser: Browser):
    people.mine.dealer_id = people.kim.dealer_id
    ours = received(people)  # by phone, past the dealer
    browser.login("kim@dure.example").get(f"/complaints/{ours.id}", status=404)


def test_a_complaint_goes_its_way_on_the_pages(people: Town, browser: Browser):
    complaint = received(people)
    address = f"/complaints/{complaint.id}"
    browser.login("desk@hanbit.example")
    browser.post(f"{address}/taken")
    for part, values in {
        "step": {"kind": "answered", "text": "We call back today"},
        "settle": {"remedy": "Two new drums", "customer_word": "accepted", "accepted_by": "Kim"},
        "close": {"lesson": "Check the seals"},
    }.items():
        page = browser.get(f"{address}/{part}")
        browser.post(f"{address}/{part}", browser.fill(page, part, **values))
    page = browser.follow()
    assert all(words in page.text for words in ("We call back today", "Two new drums", "Check the seals", "Accepted"))
    assert not page.select("main form") and not page.select(".dock")
    db.session.expire_all()
    assert (complaint.state, complaint.owner) == (ComplaintState.CLOSED, people.desk)
    kinds = ("received", "taken", "answered", "settled", "closed")
    assert [len(told(f"complaint.{what}")) for what in kinds] == [1] * 5


def test_sent_twice_a_step_is_written_once(people: Town, browser: Browser):
    complaint = received(people)
    form = sent(complaint, remedy="New oil", customer_word="partly", accepted_by="Kim")
    browser.login("mina@hanbit.example")
    for _press in range(2):
        browser.post(f"/complaints/{complaint.id}/settle", form)
    assert (count(ComplaintStep), len(told("complaint.settled"))) == (1, 1)


def test_whoever_comes_second_keeps_the_words_and_may_press_again(people: Town, browser: Browser):
    complaint = received(people)
    form = sent(complaint, kind="cause", text="Seal was open")
    step(people, complaint, by=people.bora)
    browser.login("mina@hanbit.example")
    page = browser.post(f"/complaints/{complaint.id}/step", form, status=409)
    assert "Somebody else changed this complaint" in page.text and people.bora.name in page.text
    assert "Seal was open" in page.select_one("[name=text]").text
    browser.post(f"/complaints/{complaint.id}/step", browser.fill(page, "step"))
    assert [s.text for s in complaint.steps][1:] == ["Seal was open"]


def test_what_cannot_be_done_now_says_what_leads_on(people: Town, browser: Browser):
    complaint = received(people)
    address = f"/complaints/{complaint.id}"
    browser.login("desk@hanbit.example")
    assert "Settle it with the customer first" in browser.get(f"{address}/close", status=409).text
    page = browser.post(f"{address}/close", sent(complaint, lesson="Early"), status=409)
    assert "Settle it with the customer first" in page.text and "Early" in page.select_one("[name=lesson]").text
    settle(people, complaint)
    assert "Close it with what we learned" in browser.get(f"{address}/settle", status=409).text


@pytest.mark.parametrize(
    ("part", "values", "say"),
    [
        ("step", {"kind": "", "text": "x"}, "Choose what was done."),
        ("step", {"kind": "settled", "text": "x"}, "Not a valid choice"),
        ("step", {"kind": "cause", "text": " "}, "Write what you did or found."),
        ("settle", {"remedy": "", "customer_word": "accepted", "accepted_by": "K"}, "Write what was agreed."),
        ("settle", {"remedy": "x", "customer_word": "", "accepted_by": "K"}, "Choose what the customer says."),
        ("settle", {"remedy": "x", "customer_word": "accepted", "accepted_by": ""}, "Write who said so."),
        ("hand-over", {"to": ""}, "Choose who takes it over."),
        ("hand-over", {"to": "999999"}, "Choose who takes it over."),
    ],
)
def test_what_is_missing_is_said_beside_its_box(
    people: Town, browser: Browser, part: str, values: dict[str, str], say: str
):
    complaint = received(people)
    browser.login("desk@hanbit.example")
    page = browser.post(f"/complaints/{complaint.id}/{part}", sent(complaint, **values), status=422)
    assert say in page.select_one(".err").text
    assert count(ComplaintStep) == 0


def test_a_step_for_another_complaint_is_refused(people: Town, browser: Browser):
    complaint, other = received(people), received(people)
    form = sent(complaint, kind="cause", text="x", complaint=other.uuid)
    page = browser.login("mina@hanbit.example").post(f"/complaints/{complaint.id}/step", form, status=422)
    assert "This complaint is not open here" in page.text


def test_the_supervisor_hands_it_over_and_twice_is_once(people: Town, browser: Browser):
    complaint = received(people)
    browser.login("han@hanbit.example")
    page = browser.get(f"/complaints/{complaint.id}/hand-over")
    offered = {o["value"] for o in page.select("[name=to] option")}
    assert str(people.bora.id) in offered and not {str(people.jun.id), str(people.kim.id)} & offered
    form = browser.fill(page, "hand-over", to=str(people.bora.id))
    for _press in range(2):
        browser.post(f"/complaints/{complaint.id}/hand-over", form)
    db.session.expire_all()
    assert complaint.owner == people.bora and len(told("complaint.handed_over")) == 1


@pytest.mark.parametrize(("who", "status"), [("mina", 403), ("kim", 404), ("admin", 404)])
def test_engineers_do_not_close_and_others_do_not_know(people: Town, browser: Browser, who: str, status: int):
    complaint = settled(people)
    email = getattr(people, who).email
    browser.login(email).post(f"/complaints/{complaint.id}/close", sent(complaint, lesson="x"), status=status)
    assert complaint.state is ComplaintState.SETTLED
