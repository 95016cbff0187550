"""The day that the town's own people have before them begins with something to do."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

from portal.complaints.models import Complaint
from portal.customers.models import Promise
from portal.desk.kinds import ErrandState
from portal.desk.models import Errand
from portal.diary import write
from portal.fieldwork.models import LeftOver
from portal.journal.actions import verify
from portal.kit.db import db
from portal.town import Town
from portal.visits.kinds import VisitState
from portal.visits.models import Visit

MONDAY_9AM = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)  # in Seoul


def test_mina_has_visits_and_what_was_left_and_promised(people: Town):
    write(people, MONDAY_9AM)

    planned = sa.select(Visit).where(Visit.engineer_id == people.mina.id, Visit.state == VisitState.PLANNED)
    due = sa.select(Promise.due_on).where(Promise.customer_id == people.mine.id)
    open_here = sa.select(Complaint).where(
        Complaint.customer_id == people.mine.id, Complaint.owner_id == people.mina.id
    )
    assert len(db.session.scalars(planned).all()) >= 3
    assert len(db.session.scalars(LeftOver.open_at(people.pit.id)).all()) == 2
    assert db.session.scalars(due).all() == [MONDAY_9AM.date()]
    assert db.session.scalars(open_here).one().is_open


def test_the_leader_the_dealer_and_the_desk_have_something_waiting(people: Town):
    write(people, MONDAY_9AM)

    waiting = Visit.seen_by(people.han).where(Visit.state == VisitState.SUBMITTED)
    asked = set(db.session.scalars(Errand.seen_by(people.kim).with_only_columns(Errand.state)))
    unanswered = Complaint.seen_by(people.desk).where(Complaint.answered_at.is_(None))
    assert len(db.session.scalars(waiting).all()) == 1
    assert asked == {ErrandState.LOGGED, ErrandState.ASKED, ErrandState.ACCEPTED, ErrandState.PLANNED}
    assert len(db.session.scalars(unanswered).all()) == 2


def test_the_diary_goes_through_the_journal(people: Town):
    write(people, MONDAY_9AM)

    assert verify() == []
