"""What is planned is moved, handed on, accompanied and cancelled: by whom it may, and told to the journal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from portal.kit.clock import now
from portal.kit.db import db
from portal.kit.errors import NotValid, NotYours, WrongState
from portal.people.models import Person, Role
from portal.town import Town
from portal.visits import planning
from portal.visits.kinds import VisitState
from portal.visits.models import Visit
from tests.visits.deeds import HOUR, MONDAY_9AM, on_site, planned, told

DAY = timedelta(days=1)
VERBS: dict[str, Callable[[Visit, Town, Person], None]] = {
    "move": lambda visit, _town, by: planning.move(visit, MONDAY_9AM + DAY, by=by, at=MONDAY_9AM),
    "cancel": lambda visit, _town, by: planning.cancel(visit, "Closed for the day", by=by, at=MONDAY_9AM),
    "reassign": lambda visit, town, by: planning.reassign(visit, town.bora, by=by, at=MONDAY_9AM),
    "accompany": lambda visit, town, by: planning.accompany(visit, town.bora, by=by, at=MONDAY_9AM),
}


def facts(what: str) -> tuple[dict[str, Any], dict[str, Any]]:
    [entry] = told(what)
    return entry.facts["before"], entry.facts["after"]


def test_a_moved_visit_tells_from_when_to_when(people: Town):
    visit = planned(people)
    planning.move(visit, MONDAY_9AM + DAY, by=people.mina, at=MONDAY_9AM)
    before, after = facts("visit.moved")
    assert (before["planned_at"][:10], after["planned_at"][:10]) == ("2026-11-23", "2026-11-24")
    assert visit.planned_at == MONDAY_9AM + DAY


def test_a_visit_that_is_moved_nowhere_is_not_told(people: Town):
    planning.move(planned(people), MONDAY_9AM, by=people.mina, at=MONDAY_9AM)
    assert not told("visit.moved")


def test_nothing_is_planned_for_a_day_that_is_over(people: Town):
    visit = planned(people)
    with pytest.raises(NotValid):
        planning.move(visit, MONDAY_9AM - 2 * DAY, by=people.mina, at=MONDAY_9AM)
    assert visit.planned_at == MONDAY_9AM


def test_a_cancelled_visit_keeps_its_reason(people: Town):
    visit = planned(people)
    planning.cancel(visit, " 고객 요청 ", by=people.han, at=MONDAY_9AM)
    assert (visit.state, visit.cancel_reason) == (VisitState.CANCELLED, "고객 요청")
    assert facts("visit.cancelled") == ({"state": "planned"}, {"state": "cancelled", "reason": "고객 요청"})


def test_a_visit_is_not_cancelled_without_a_reason(people: Town):
    visit = planned(people)
    with pytest.raises(NotValid):
        planning.cancel(visit, "  ", by=people.han, at=MONDAY_9AM)
    assert visit.state is VisitState.PLANNED


def test_who_went_along_and_now_goes_no_longer_goes_along(people: Town):
    visit = planned(people)
    planning.accompany(visit, people.bora, by=people.han, at=MONDAY_9AM)
    planning.reassign(visit, people.bora, by=people.han, at=MONDAY_9AM)
    db.session.commit()
    assert (visit.engineer, visit.co_visitor) == (people.bora, None)
    mina, bora = people.mina.id, people.bora.id
    assert facts("visit.reassigned") == (
        {"engineer": mina, "co_visitor": bora}, {"engineer": bora, "co_visitor": None},
    )  # fmt: skip


def test_an_administrator_hands_on_what_somebody_leaves(people: Town):
    visit = planned(people)
    planning.reassign(visit, people.bora, by=people.admin, at=MONDAY_9AM)
    assert visit.engineer == people.bora


def test_a_visit_goes_to_nobody_who_is_locked_or_no_engineer(people: Town):
    visit = planned(people)
    people.bora.locked_at = MONDAY_9AM
    for person in (people.bora, people.desk, people.suh):
        with pytest.raises(NotValid):
            planning.reassign(visit, person, by=people.han, at=MONDAY_9AM)


def test_a_supervisor_may_go_along_and_the_engineer_not_with_themselves(people: Town):
    visit = planned(people)
    planning.accompany(visit, people.han, by=people.mina, at=MONDAY_9AM)
    assert facts("visit.accompanied") == ({"co_visitor": None}, {"co_visitor": people.han.id})
    for person in (people.mina, people.desk, people.kim):
        with pytest.raises(NotValid):
            planning.accompany(visit, person, by=people.mina, at=MONDAY_9AM)
    planning.accompany(visit, None, by=people.mina, at=MONDAY_9AM)
    assert visit.co_visitor is None


@pytest.mark.parametrize("verb", VERBS)
def test_what_has_begun_is_no_longer_planned(people: Town, verb: str):
    visit = on_site(people)
    with pytest.raises(WrongState):
        VERBS[verb](visit, people, people.mina)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ["bora", "suh", "jun", "desk", "kim"])
def test_others_do_not_plan_it(people: Town, verb: str, who: str):
    visit = planned(people)
    with pytest.raises(NotYours):
        VERBS[verb](visit, people, getattr(people, who))
    assert not [what for what in ("moved", "cancelled", "reassigned", "accompanied") if told(f"visit.{what}")]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ["mina", "han", "dana"])
def test_the_engineer_and_all_leaders_above_plan_it(people: Town, verb: str, who: str):
    VERBS[verb](planned(people), people, getattr(people, who))


def test_who_goes_along_does_not_plan_it(people: Town):
    visit = planned(people)
    planning.accompany(visit, people.bora, by=people.han, at=MONDAY_9AM)
    with pytest.raises(NotYours):
        planning.move(visit, MONDAY_9AM + DAY, by=people.bora, at=MONDAY_9AM)


def test_of_several_only_those_move_that_may(people: Town):
    free, begun, changed = planned(people), on_site(people), planned(people)
    versions = {visit.id: visit.version for visit in (free, begun, changed)} | {changed.id: changed.version + 1}
    done = planning.move_each(
        [free, begun, changed], versions, lambda visit: visit.planned_at + 7 * DAY, by=people.han, at=MONDAY_9AM
    )
    db.session.commit()
    assert done.moved == [free] and [visit for visit, _why in done.kept] == [begun, changed]
    assert [e.subject_id for e in told("visit.moved")] == [free.id]
    assert all(why for _visit, why in done.kept)


def test_a_leader_of_two_trees_plans_nobody_elses(people: Town):
    """The role alone leads nobody."""
    people.bora.roles = frozenset({Role.ENGINEER, Role.SUPERVISOR})
    with pytest.raises(NotYours):
        planning.move(planned(people), now() + HOUR, by=people.bora, at=MONDAY_9AM)
