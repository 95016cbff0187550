"""What one visit leaves opens the next one, until somebody has done it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from portal.fieldwork.models import LeftOver
from portal.kit.db import db, new_uuid
from portal.kit.errors import WrongState
from portal.town import Town
from portal.visits import actions
from tests.visits.deeds import HOUR, MONDAY_9AM, left_before, on_site, told


def test_it_is_open_at_its_site_until_it_is_done(people: Town):
    left, visit = left_before(people), on_site(people)
    assert [row.id for row in db.session.scalars(LeftOver.open_at(people.pit.id))] == [left.id]
    assert list(db.session.scalars(LeftOver.open_at(people.crusher.id))) == []

    actions.finish(visit, left, by=people.mina, at=MONDAY_9AM + HOUR)
    db.session.commit()
    assert (left.done_at, left.done_by_id, left.done_visit_id) == (MONDAY_9AM + HOUR, people.mina.id, visit.id)
    assert list(db.session.scalars(LeftOver.open_at(people.pit.id))) == []
    assert told("left_over.done")[0].facts["after"]["visit"] == visit.id


def test_nobody_does_it_twice(people: Town):
    left, visit = left_before(people), on_site(people)
    actions.finish(visit, left, by=people.mina, at=MONDAY_9AM + HOUR)
    with pytest.raises(WrongState, match="done this already"):
        actions.finish(visit, left, by=people.mina, at=MONDAY_9AM + 2 * HOUR)


RULES = [
    ("ck_left_overs_says_something", "left_overs SET text = ''"),
    ("ck_left_overs_done_by_someone", "left_overs SET done_at = left_at"),
    ("ck_trainings_says_something", "trainings SET topic = ''"),
    ("ck_trainings_somebody_for_some_time", "trainings SET minutes = 0"),
    ("ck_trainings_somebody_for_some_time", "trainings SET people_count = 0"),
    ("ck_findings_says_something", "findings SET text = ''"),
    ("ck_findings_level", "findings SET level = 'so-so'"),
]


@pytest.mark.parametrize(("rule", "tries"), RULES, ids=[f"{rule}-{n}" for n, (rule, _tries) in enumerate(RULES)])
def test_the_database_refuses_what_says_nothing(people: Town, rule: str, tries: str):
    visit, words = on_site(people), {"by": people.mina, "at": MONDAY_9AM}
    actions.leave(visit, "Filter", uuid=new_uuid(), **words)
    actions.train(visit, {"topic": "Grease", "minutes": 40, "people_count": 6}, uuid=new_uuid(), **words)
    actions.find(visit, {"level": "act", "text": "Leak"}, None, uuid=new_uuid(), **words)
    with pytest.raises(sa.exc.IntegrityError, match=rule):
        db.session.execute(sa.text(f"UPDATE {tries}"))
