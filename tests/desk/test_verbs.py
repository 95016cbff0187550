"""A request goes from the log to the receipt, and the database refuses what the verbs would."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from portal.desk import actions
from portal.desk.kinds import NEXT, OPEN, ErrandState, Item, WordKind
from portal.desk.models import Errand, ErrandWord
from portal.journal.actions import verify
from portal.kit.clock import now
from portal.kit.db import db, new_uuid
from portal.kit.errors import NotValid, WrongState
from portal.town import Town
from tests.desk.deeds import FAIR, HOUR, MONDAY_9AM, accepted, asked, confirmed, logged, planned, refused, told

MADE: dict[ErrandState, Callable[[Town], Errand]] = {
    ErrandState.LOGGED: logged,
    ErrandState.ASKED: asked,
    ErrandState.ACCEPTED: accepted,
    ErrandState.PLANNED: planned,
    ErrandState.DONE: confirmed,
    ErrandState.REFUSED: refused,
}
VERBS: dict[str, Callable[[Errand, dict[str, Any]], Any]] = {
    "ask": lambda errand, words: actions.ask(errand, "?", **words),
    "answer": lambda errand, words: actions.answer(errand, "!", **words),
    "accept": lambda errand, words: actions.accept(errand, **words),
    "plan": lambda errand, words: actions.plan(errand, "Two people", FAIR, **words),
    "refuse": lambda errand, words: actions.refuse(errand, "No", **words),
    "confirm": lambda errand, words: actions.confirm(errand, "Fine", **words),
}
MAY = {
    ErrandState.LOGGED: {"ask", "accept", "plan", "refuse"},
    ErrandState.ASKED: {"answer", "accept", "plan", "refuse"},
    ErrandState.ACCEPTED: {"ask", "plan", "refuse"},
    ErrandState.PLANNED: {"plan", "refuse", "confirm"},
    ErrandState.DONE: set(),
    ErrandState.REFUSED: set(),
}


def words(people: Town) -> dict[str, Any]:
    return {"uuid": new_uuid(), "by": people.han, "at": MONDAY_9AM + 5 * HOUR}


def test_a_logged_request_keeps_all_that_was_said(people: Town):
    errand = logged(people, quantity=Decimal(150))
    assert (errand.quantity, errand.items, errand.needed_on) == (150, {Item.GIFTS, Item.POSTERS}, FAIR)
    assert errand.state is ErrandState.LOGGED and errand.owner is None
    [entry] = told("errand.logged")
    assert entry.facts["after"]["items"] == ["gifts", "posters"] and entry.facts["after"]["due_on"] == "2026-12-13"


@pytest.mark.parametrize(
    ("at", "due_on"),
    [
        (datetime(2026, 11, 23, 14, 59, tzinfo=UTC), date(2026, 12, 13)),  # a minute before midnight in Seoul
        (datetime(2026, 11, 23, 15, 0, tzinfo=UTC), date(2026, 12, 14)),
    ],
)
def test_the_twenty_days_run_from_the_companys_day(people: Town, at: datetime, due_on: date):
    assert logged(people, at=at).due_on == due_on


@pytest.mark.parametrize("state", ErrandState)
@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_works_in_its_states_and_is_refused_in_others(people: Town, state: ErrandState, verb: str):
    errand = MADE[state](people)
    assert errand.state is state
    if verb not in MAY[state]:
        with pytest.raises(WrongState):
            VERBS[verb](errand, words(people))
        assert errand.state is state
        return
    VERBS[verb](errand, words(people))
    db.session.commit()
    assert errand.state in NEXT[state] and (errand.closed_at is None) == (errand.state in OPEN)
    assert not verify()


def test_whoever_accepts_or_plans_becomes_the_owner(people: Town):
    errand = accepted(people)
    assert errand.owner == people.han
    actions.plan(errand, "Three people", FAIR, **{**words(people), "by": people.dana})
    db.session.commit()
    assert errand.owner == people.dana and errand.planned_on == FAIR
    assert told("errand.accepted")[0].facts["after"] == {"state": "accepted", "owner_id": people.han.id}


def test_an_answer_leads_back_to_where_it_stood(people: Town):
    for errand, state in ((asked(people), "logged"), (asked(people, accepted(people)), "accepted")):
        actions.answer(errand, "150명", **{**words(people), "by": people.kim})
        db.session.commit()
        assert errand.state == state
        assert [w.kind for w in errand.words] == [WordKind.QUESTION, WordKind.ANSWER]
    assert told("errand.answered")[1].facts["before"] == {"state": "asked"}


def test_a_plan_made_anew_moves_the_day_and_both_stay_in_the_thread(people: Town):
    errand = planned(people)
    actions.plan(errand, "하루 늦춥니다.", date(2026, 12, 19), **words(people))
    db.session.commit()
    assert errand.planned_on == date(2026, 12, 19) and len(errand.words) == 2
    assert told("errand.planned")[1].facts["before"] == {"planned_on": "2026-12-18"}


def test_refusal_and_receipt_close_it_with_a_word(people: Town):
    assert [w.text for w in refused(people).words] == ["재고가 없습니다."]
    done = confirmed(people)
    assert done.state is ErrandState.DONE and done.words[-1].kind is WordKind.RECEIPT
    assert told("errand.confirmed")[0].by_id == people.kim.id


def test_it_is_handed_over_to_a_supervisor_who_may_see_it(people: Town):
    errand = accepted(people)
    for stranger in (people.suh, people.mina, people.desk, people.kim):
        with pytest.raises(NotValid):
            actions.hand_over(errand, stranger, by=people.han, at=now())
    actions.hand_over(errand, people.dana, by=people.han, at=now())
    actions.hand_over(errand, people.dana, by=people.han, at=now())
    db.session.commit()
    assert errand.owner == people.dana and len(told("errand.handed_over")) == 1
    with pytest.raises(WrongState):
        actions.hand_over(refused(people), people.dana, by=people.han, at=now())


@pytest.mark.parametrize(
    "spoilt",
    [
        {"items": frozenset()},
        {"reason": ""},
        {"quantity": 0},
        {"quantity": -3},
        {"state": ErrandState.PLANNED},
        {"state": ErrandState.DONE, "closed_at": MONDAY_9AM},
        {"state": ErrandState.REFUSED},
        {"closed_at": MONDAY_9AM},
    ],
)
def test_the_database_refuses_what_no_verb_would_write(people: Town, spoilt: dict[str, Any]):
    errand = logged(people)
    for name, value in spoilt.items():
        setattr(errand, name, value)
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_the_database_refuses_a_word_that_says_nothing_and_the_same_number_twice(people: Town):
    errand, uuid = logged(people), new_uuid()
    with pytest.raises(IntegrityError):
        actions.ask(errand, "", uuid=uuid, by=people.han, at=MONDAY_9AM)
    db.session.rollback()
    actions.ask(errand, "?", uuid=uuid, by=people.han, at=MONDAY_9AM)
    db.session.commit()
    with pytest.raises(IntegrityError):
        actions.answer(errand, "!", uuid=uuid, by=people.kim, at=MONDAY_9AM)
    db.session.rollback()


def test_of_two_hands_at_once_the_second_is_refused(people: Town):
    errand = logged(people)
    assert errand.version == 1
    elsewhere = sa.update(Errand).where(Errand.id == errand.id).values(version=2)
    db.session.execute(elsewhere, execution_options={"synchronize_session": False})
    errand.state = ErrandState.ACCEPTED
    with pytest.raises(StaleDataError):
        db.session.flush()
    db.session.rollback()


def test_each_side_sees_its_own(people: Town):
    kims, parks = logged(people), logged(people, by=people.park)
    sees = {
        "kim": {kims}, "park": {parks}, "han": {kims}, "suh": {parks}, "dana": {kims, parks}, "desk": {kims, parks},
        "mina": set(), "bora": set(), "jun": set(), "lab": set(), "admin": set(),
    }  # fmt: skip
    for who, expected in sees.items():
        assert set(db.session.scalars(Errand.seen_by(getattr(people, who)))) == expected, who
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ErrandWord)) == 0
