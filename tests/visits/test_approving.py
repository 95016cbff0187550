"""A leader above the engineer approves, never their own visit, and of two at once exactly one."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from portal.kit.db import db
from portal.kit.errors import NotYours, WrongState
from portal.kit.jobs import Job
from portal.people.models import Role
from portal.records.models import Document
from portal.town import Town
from portal.visits import actions
from portal.visits.kinds import VisitState
from portal.visits.models import Visit
from tests.support.client import Browser
from tests.visits.deeds import HOUR, MONDAY_9AM, PIN, signed, submitted, told

TUESDAY = MONDAY_9AM + 24 * HOUR
RACES = 20


@pytest.mark.parametrize("who", ["han", "dana"])
def test_a_leader_above_the_engineer_approves(people: Town, who: str):
    visit, leader = submitted(people), getattr(people, who)
    actions.approve(visit, by=leader, at=TUESDAY)
    db.session.commit()

    assert (visit.state, visit.approved_by, visit.approved_at) == (VisitState.APPROVED, leader, TUESDAY)
    document = db.session.scalars(sa.select(Document)).one()
    assert (document.countersigned_by, document.countersigned_at) == (leader, TUESDAY)
    assert [e.by_id for e in told("visit.approved")] == [leader.id]
    assert len(db.session.scalars(sa.select(Job)).all()) == 2


@pytest.mark.parametrize("who", ["mina", "bora", "jun", "suh", "desk", "admin", "kim"])
def test_nobody_else_approves(people: Town, who: str):
    visit = submitted(people)
    with pytest.raises(NotYours):
        actions.approve(visit, by=getattr(people, who), at=TUESDAY)
    assert visit.state is VisitState.SUBMITTED


def test_who_went_along_does_not_approve(people: Town):
    visit = submitted(people)
    visit.co_visitor = people.han
    db.session.commit()
    with pytest.raises(NotYours, match="Nobody approves their own visit"):
        actions.approve(visit, by=people.han, at=TUESDAY)
    actions.approve(visit, by=people.dana, at=TUESDAY)
    assert visit.state is VisitState.APPROVED


def test_a_supervisors_own_visit_goes_to_the_next_leader_up(people: Town):
    people.han.roles = frozenset({Role.ENGINEER, Role.SUPERVISOR})
    visit = submitted(people, people.han)

    with pytest.raises(NotYours, match="Nobody approves their own visit"):
        actions.approve(visit, by=people.han, at=TUESDAY)
    with pytest.raises(NotYours, match="Only a leader above"):
        actions.approve(visit, by=people.suh, at=TUESDAY)
    actions.approve(visit, by=people.dana, at=TUESDAY)
    assert visit.state is VisitState.APPROVED


def test_nobody_finds_their_own_visit_among_those_to_approve(people: Town, browser: Browser):
    people.han.roles = frozenset({Role.ENGINEER, Role.SUPERVISOR})
    own, minas = submitted(people, people.han), submitted(people)
    browser.login("han@hanbit.example")
    page = browser.get("/approvals")
    assert [a["href"] for a in page.select("a[href^='/approvals/']")] == [f"/approvals/{minas.id}"]
    browser.post(f"/approvals/{own.id}", {"pin": PIN["han"]}, status=403)


@pytest.mark.parametrize("state", [signed])
def test_only_what_was_submitted_is_approved(people: Town, state: object):
    with pytest.raises(WrongState):
        actions.approve(state(people), by=people.han, at=TUESDAY)  # type: ignore[operator]


def test_a_second_press_of_the_same_hand_changes_nothing(people: Town, browser: Browser):
    visit = submitted(people)
    browser.login("han@hanbit.example")
    for _press in range(2):
        browser.post(f"/approvals/{visit.id}", {"pin": PIN["han"]})
    assert len(told("visit.approved")) == 1


def test_a_wrong_pin_approves_nothing(people: Town, browser: Browser):
    visit = submitted(people)
    browser.login("han@hanbit.example")
    page = browser.post(f"/approvals/{visit.id}", {"pin": PIN["dana"]}, status=422)
    assert "PIN is not right" in page.text
    db.session.refresh(visit)
    assert visit.state is VisitState.SUBMITTED


def test_the_same_hand_twice_at_once_approves_once_and_is_not_scolded(people: Town, bare_app: Flask):
    visits = [submitted(people).id for _ in range(5)]
    presses = [Browser(bare_app).login("han@hanbit.example").client for _ in range(2)]
    start = threading.Barrier(2)

    def press(client: FlaskClient, visit: int) -> int:
        start.wait()
        data, headers = {"pin": PIN["han"]}, {"Sec-Fetch-Site": "same-origin"}
        return client.post(f"/approvals/{visit}", data=data, headers=headers).status_code

    with ThreadPoolExecutor(2) as hands:
        for visit in visits:
            db.session.rollback()
            both = [hands.submit(press, client, visit) for client in presses]
            assert [hand.result() for hand in both] == [303, 303]

    assert sorted(e.subject_id for e in told("visit.approved")) == sorted(visits)


def test_of_two_who_approve_at_once_exactly_one_does_and_the_other_is_told(people: Town, bare_app: Flask):
    visits = [submitted(people).id for _ in range(RACES)]
    han, dana = (Browser(bare_app).login(f"{who}@hanbit.example") for who in ("han", "dana"))
    start = threading.Barrier(2)
    for browser in (han, dana):
        browser.client.set_cookie("language", "en")

    def press(browser: Browser, who: str, visit: int) -> tuple[int, str]:
        start.wait()
        answer = browser.client.post(
            f"/approvals/{visit}", data={"pin": PIN[who]}, headers={"Sec-Fetch-Site": "same-origin"}
        )
        return answer.status_code, answer.text

    with ThreadPoolExecutor(2) as hands:
        for visit in visits:
            db.session.rollback()
            both = [hands.submit(press, han, "han", visit), hands.submit(press, dana, "dana", visit)]
            answers = sorted((hand.result() for hand in both), key=lambda answer: answer[0])
            assert [status for status, _text in answers] == [303, 409]
            told_why = BeautifulSoup(answers[1][1], "html.parser").select_one("main").text
            assert "Approved" in told_why or "a moment ago" in told_why, told_why

    approved = db.session.scalars(sa.select(Visit).where(Visit.id.in_(visits)).order_by(Visit.id)).all()
    assert {v.state for v in approved} == {VisitState.APPROVED}
    assert sorted(e.subject_id for e in told("visit.approved")) == sorted(visits)
    documents = db.session.scalars(sa.select(Document).order_by(Document.subject_id)).all()
    assert all(d.countersigned_by_id == v.approved_by_id for d, v in zip(documents, approved, strict=True))
    assert len(db.session.scalars(sa.select(Job)).all()) == 2 * RACES
