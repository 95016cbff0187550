"""The forms of the sections: as a plain form, as a phone's envelope, sent twice, wrong, and by who goes along."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from portal.complaints.kinds import ComplaintState, CustomerWord
from portal.complaints.models import Complaint, ComplaintStep
from portal.customers.models import Promise
from portal.fieldwork.models import Finding, LeftOver, Training
from portal.kit.clock import now
from portal.kit.db import Base, db, new_uuid
from portal.town import Town
from portal.visits import lists
from portal.visits.models import Visit
from tests.support.client import SAME_ORIGIN, Browser
from tests.sync.letters import envelope
from tests.visits.deeds import complained, count, left_before, on_site, signed, told

MODEL: dict[str, type[Base]] = {
    "training": Training, "finding": Finding, "promise": Promise, "left-over": LeftOver, "complaint": Complaint,
    "complaint-step": ComplaintStep, "complaint-settle": ComplaintStep,
}  # fmt: skip
WRONG: dict[str, dict[str, str]] = {  # what is wrong, and the sentence beside it
    "training": {"minutes": "half an hour", "says": "Write a number"},
    "finding": {"machine": new_uuid(), "says": "not at this site"},
    "promise": {"due_on": "2020-02-03", "says": "This day has gone by"},
    "left-over": {"text": " ", "says": "Write what is left to do"},
    "complaint": {"contact": "999", "says": "not in the customer"},
    "complaint-step": {"kind": "settled", "says": "Not a valid choice"},
    "complaint-settle": {"accepted_by": "", "says": "Write who said so"},
}
KINDS = pytest.mark.parametrize("kind", MODEL)


def filled(people: Town, kind: str) -> dict[str, Any]:
    """The form as it should be; a complaint that it is about is there."""
    about = {"complaint": complained(people).uuid} if kind.startswith("complaint-") else {}
    return about | {
        "training": {"topic": "그리스 혼용", "minutes": "40", "people_count": "6", "attended": "김도현"},
        "finding": {"machine": people.truck.uuid, "level": "act", "text": "씰 누유"},
        "promise": {"text": "씰 교체 입회", "due_on": (now() + timedelta(days=9)).date().isoformat()},
        "left-over": {"text": "필터 점검"},
        "complaint": {
            "category": "performance", "severity": "major", "channel": "visit", "contact": str(people.foreman.id),
            "contact_name": "", "description": "유압이 떨어졌습니다.", "asks": "교환", "machine": people.truck.uuid,
            "product": "", "batch_no": "",
        },
        "complaint-step": {"kind": "investigated", "text": "스트레이너 막힘"},
        "complaint-settle": {"remedy": "무상 교환", "customer_word": "accepted", "accepted_by": "김도현"},
    }[kind]  # fmt: skip


@KINDS
def test_a_form_brings_about_its_row_once_however_often_it_is_sent(people: Town, browser: Browser, kind: str):
    visit, form = on_site(people), filled(people, kind)
    before, send = count(MODEL[kind]), {**form, "uuid": new_uuid()}
    page = browser.login("mina@hanbit.example").get(f"/visits/{visit.id}/{kind}")
    assert page.select_one("input[name=uuid]")["value"]

    for _again in range(2):
        browser.post(f"/o/{kind}/{visit.uuid}", send)

    assert count(MODEL[kind]) == before + 1
    shown = " ".join(browser.follow().select_one("main").text.split())
    assert next(form[name] for name in ("text", "topic", "description", "remedy") if name in form) in shown
    assert len(lists.content(visit)) == 1


@KINDS
def test_a_phone_sends_the_same_as_an_envelope(people: Town, browser: Browser, kind: str):
    visit, letter = on_site(people), filled(people, kind)
    sent = envelope(kind, visit, letter)
    browser.login("mina@hanbit.example")
    before = count(MODEL[kind])
    answers = [_put(browser, sent) for _again in range(2)]
    assert [a.status_code for a in answers] == [201, 200]
    assert answers[0].json == answers[1].json
    assert count(MODEL[kind]) == before + 1


@KINDS
def test_what_is_wrong_comes_back_as_it_was_typed(people: Town, browser: Browser, kind: str):
    visit, before = on_site(people), count(MODEL[kind])
    form = {**filled(people, kind), "uuid": new_uuid(), **WRONG[kind]}
    if kind.startswith("complaint-"):
        before = count(MODEL[kind])
    elif kind == "complaint":
        before = count(Complaint)
    says = form.pop("says")
    page = browser.login("mina@hanbit.example").post(f"/o/{kind}/{visit.uuid}", form, status=422)
    assert says in page.text
    assert count(MODEL[kind]) == before
    for name in set(form) & {"text", "topic", "attended", "description", "asks", "remedy"}:
        box = page.select_one(f"[name={name}]")
        assert (box.get("value") or box.text).strip() == form[name].strip()
    assert page.select_one("[name=uuid]")["value"] == form["uuid"]


@KINDS
def test_who_goes_along_has_the_page_and_may_send_it(people: Town, browser: Browser, kind: str):
    visit, form = on_site(people), filled(people, kind)
    visit.co_visitor = people.bora
    browser.login("bora@hanbit.example").get(f"/visits/{visit.id}/{kind}")
    browser.post(f"/o/{kind}/{visit.uuid}", {**form, "uuid": new_uuid()})


@pytest.mark.parametrize("part", ["sign", "submit"])
def test_signature_and_submission_stay_with_the_engineer(people: Town, browser: Browser, part: str):
    visit = on_site(people)
    visit.co_visitor = people.bora
    page = browser.login("bora@hanbit.example").get(f"/visits/{visit.id}/{part}", status=403)
    assert people.mina.name in page.text
    assert not browser.get(f"/visits/{visit.id}").select(f"a[href='/visits/{visit.id}/sign']")


@KINDS
def test_after_the_signature_the_words_are_kept_and_the_sentence_leads_on(people: Town, browser: Browser, kind: str):
    visit, form = signed(people), filled(people, kind)
    page = browser.login("mina@hanbit.example").post(
        f"/o/{kind}/{visit.uuid}", {**form, "uuid": new_uuid()}, status=409
    )
    assert "Add it to the next visit" in page.text
    assert page.select_one("form[id]")


def test_a_remedy_that_is_refused_settles_nothing(people: Town, browser: Browser):
    visit, form = on_site(people), filled(people, "complaint-settle")
    browser.login("mina@hanbit.example")
    send = {**form, "uuid": new_uuid(), "customer_word": "refused"}
    browser.post(f"/o/complaint-settle/{visit.uuid}", send)
    db.session.expire_all()
    [case] = lists.content(visit).cases
    assert case.complaint.state is ComplaintState.WORKING and not case.settled
    assert case.steps[0].text.startswith("무상 교환")


def test_what_is_settled_is_said_with_the_customers_word(people: Town, browser: Browser):
    visit, form = on_site(people), filled(people, "complaint-settle")
    browser.login("mina@hanbit.example").post(f"/o/complaint-settle/{visit.uuid}", {**form, "uuid": new_uuid()})
    page = browser.follow()
    assert "Accepted" in page.text and "무상 교환" in page.text
    assert not page.select("a[href*='complaint-settle']"), "nothing is left to settle"
    assert lists.content(visit).cases[0].complaint.customer_word is CustomerWord.ACCEPTED


def test_a_visit_begins_with_what_was_left_open(people: Town, browser: Browser):
    left, complaint = left_before(people), complained(people)
    visit = on_site(people)
    page = browser.login("mina@hanbit.example").get(f"/visits/{visit.id}")
    assert left.text in page.text and complaint.number in page.text
    links = {a["href"] for a in page.select("a[href]")}
    assert f"/visits/{visit.id}/complaint-step?complaint={complaint.uuid}" in links
    assert f"/visits/{visit.id}/complaint-settle?complaint={complaint.uuid}" in links


def test_one_tap_finishes_what_was_left(people: Town, browser: Browser):
    left, visit = left_before(people), on_site(people)
    page = browser.login("mina@hanbit.example").get(f"/visits/{visit.id}")
    [form] = [f for f in page.select("form") if "left-over-done" in str(f["action"])]
    send = {box["name"]: box["value"] for box in form.select("input")}
    for _again in range(2):
        browser.post(str(form["action"]), send)
    db.session.refresh(left)
    assert (left.done_visit_id, left.done_by_id) == (visit.id, people.mina.id)
    assert len(told("left_over.done")) == 1
    assert not [f for f in browser.follow().select("form") if "left-over-done" in str(f["action"])]
    assert [row.id for row in lists.content(visit).finished] == [left.id]


def test_what_is_done_or_was_left_elsewhere_is_refused_in_words(people: Town, browser: Browser):
    left, visit, other = left_before(people), on_site(people), on_site(people, site=people.crusher)
    browser.login("mina@hanbit.example")

    def tap(where: Visit, status: int) -> str:
        data = {"uuid": new_uuid(), "left_over": left.uuid}
        return browser.post(f"/o/left-over-done/{where.uuid}", data, status=status).text

    assert "was not left at this site" in tap(other, 422)
    tap(visit, 303)
    assert "Somebody has done this already" in tap(visit, 409)


def test_what_this_visit_left_waits_for_the_next_one(people: Town):
    first = on_site(people)
    left_before_it = left_before(people)
    assert [row.id for row in lists.waiting(first).left] == [left_before_it.id]
    assert lists.waiting(on_site(people, site=people.crusher)).left == []


def test_progress_says_what_is_missing_and_leads_there(people: Town, browser: Browser):
    visit = on_site(people)
    page = browser.login("mina@hanbit.example").get(f"/visits/{visit.id}")
    assert "the customer cannot sign" in page.text
    parts = [str(a["href"]).rsplit("/", 1)[1] for a in page.select(".secs a.sec")]
    assert parts == ["sample", "guidance", "complaint", "training", "photo", "finding", "promise", "left-over"]

    form = filled(people, "training")
    browser.post(f"/o/training/{visit.uuid}", {**form, "uuid": new_uuid()})
    page = browser.follow()
    assert "Ready to sign" in page.text and "1 of 8" in page.text


def test_others_see_no_rows_to_tap(people: Town, browser: Browser):
    left_before(people)
    visit = on_site(people)
    page = browser.login("han@hanbit.example").get(f"/visits/{visit.id}")
    assert not page.select(".secs a") and not page.select("form[action*='/o/']")


def _put(browser: Browser, letter: dict[str, Any]) -> Any:
    return browser._ask(browser.client.put, f"/sync/records/{letter['uuid']}", json=letter, headers=SAME_ORIGIN)
