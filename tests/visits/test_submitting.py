"""The engineer puts their own name under the record: with the PIN, once, and the paper is ordered with it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from portal.accounts.actions import PER_ACCOUNT
from portal.accounts.models import Attempt
from portal.journal.models import Entry
from portal.kit.db import db, new_uuid
from portal.kit.errors import NotYours, WrongState
from portal.kit.jobs import Job
from portal.records.models import Document
from portal.town import Town
from portal.visits import actions
from portal.visits.kinds import VisitState
from tests.support.client import Browser
from tests.visits.deeds import HOUR, MONDAY_9AM, PIN, count, on_site, planned, signed, submitted, told

EVENING = MONDAY_9AM + 8 * HOUR


def test_submitting_makes_version_one_and_issues_it(people: Town):
    visit = signed(people)
    actions.submit(visit, by=people.mina, at=EVENING)
    db.session.commit()

    assert (visit.state, visit.submitted_at, visit.record_version) == (VisitState.SUBMITTED, EVENING, 1)
    document = db.session.scalars(sa.select(Document)).one()
    assert (document.number, document.version, document.issued_by_id) == (visit.number, 1, people.mina.id)
    assert (document.subject_kind, document.subject_id) == ("visits", visit.id)
    assert [e.subject_id for e in told("visit.submitted")] == [visit.id]
    assert [e.subject_id for e in told("record.issued")] == [document.id]


def test_the_paper_says_what_the_customer_signed_in_their_language(people: Town):
    document_of = sa.select(Document)
    visit = submitted(people)
    facts = db.session.scalars(document_of).one().facts

    assert facts["customer"] == {
        "name": people.mine.name, "class": "A", "site": people.pit.name, "address": people.pit.address
    }  # fmt: skip
    assert facts["visit"]["purpose"] == visit.purpose and facts["visit"]["zone"] == "Asia/Seoul"
    assert [g["topics"] for g in facts["guidance"]] == [["윤활유 저장·취급"]] or facts["guidance"][0]["topics"]
    assert facts["customer_signature"]["satisfaction"] == 4
    assert facts["customer_signature"]["strokes"] == [[[10, 10], [500, 200]]]
    assert facts["submitted_at"] == "2026-11-23T03:00:00.000000Z"


def test_the_job_is_ordered_in_the_same_transaction(people: Town):
    visit = signed(people)
    actions.submit(visit, by=people.mina, at=EVENING)
    ordered = db.session.scalars(sa.select(Job)).one()
    document = db.session.scalars(sa.select(Document)).one()
    assert (ordered.kind, ordered.payload, ordered.done_at) == ("records.seal", {"uuid": document.uuid}, None)

    entries = db.session.scalar(sa.select(sa.func.max(Entry.id)))
    db.session.rollback()
    assert (count(Job), count(Document), visit.state) == (0, 0, VisitState.SIGNED)
    assert db.session.scalar(sa.select(sa.func.max(Entry.id))) < entries


@pytest.mark.parametrize("state", [planned, on_site, submitted])
def test_only_a_signed_visit_is_submitted(people: Town, state: object):
    visit = state(people)  # type: ignore[operator]
    with pytest.raises(WrongState):
        actions.submit(visit, by=people.mina, at=EVENING)


@pytest.mark.parametrize("who", ["bora", "han"])
def test_nobody_submits_for_somebody_else(people: Town, who: str):
    with pytest.raises(NotYours):
        actions.submit(signed(people), by=getattr(people, who), at=EVENING)


def test_a_wrong_pin_changes_nothing_and_is_asked_for_again(people: Town, browser: Browser):
    visit = signed(people)
    browser.login("mina@hanbit.example")
    form = {"uuid": new_uuid(), "pin": "000000"}
    page = browser.post(f"/o/submission/{visit.uuid}", form, status=422)
    assert "PIN is not right" in page.text
    assert "000000" not in str(page), "a PIN is never written back"
    db.session.refresh(visit)
    assert (visit.state, count(Document)) == (VisitState.SIGNED, 0)

    browser.post(f"/o/submission/{visit.uuid}", {**form, "pin": PIN["mina"]})
    db.session.refresh(visit)
    assert (visit.state, count(Document)) == (VisitState.SUBMITTED, 1)


def test_after_ten_wrong_pins_even_the_right_one_waits(people: Town, browser: Browser):
    visit = signed(people)
    browser.login("mina@hanbit.example")
    for _try in range(PER_ACCOUNT):
        browser.post(f"/o/submission/{visit.uuid}", {"uuid": new_uuid(), "pin": "1"}, status=422)
    page = browser.post(f"/o/submission/{visit.uuid}", {"uuid": new_uuid(), "pin": PIN["mina"]}, status=429)
    assert "Wait ten minutes" in page.text
    db.session.refresh(visit)
    assert visit.state is VisitState.SIGNED


def test_a_right_pin_is_not_counted_as_a_guess_whatever_becomes_of_the_rest(people: Town, browser: Browser):
    visit = planned(people)
    browser.login("mina@hanbit.example")
    for _try in range(2):
        browser.post(f"/o/submission/{visit.uuid}", {"uuid": new_uuid(), "pin": PIN["mina"]}, status=409)
    assert db.session.scalar(sa.select(sa.func.count()).where(Attempt.key == f"pin:{people.mina.id}")) == 0


def test_the_pin_is_kept_nowhere(people: Town, browser: Browser):
    visit = signed(people)
    browser.login("mina@hanbit.example")
    browser.post(f"/o/submission/{visit.uuid}", {"uuid": new_uuid(), "pin": PIN["mina"]})
    for table in Document.metadata.sorted_tables:
        for row in db.session.execute(sa.select(table)):
            assert not any(PIN["mina"] in str(value) for value in row if isinstance(value, str | dict)), table.name
