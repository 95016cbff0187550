"""The verbs of a plan: moved, handed on, accompanied, cancelled; and of the calendar in which a person reads theirs."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from portal.journal.actions import note
from portal.kit.db import db
from portal.kit.errors import NotValid, NotYours, Refusal, WrongState
from portal.people.models import Person, Role
from portal.visits.kinds import VisitState
from portal.visits.labels import STATE
from portal.visits.models import Calendar, Visit

BACKWARDS = timedelta(days=1)  # how far before this instant a plan may be put: somewhere it is still today


@dataclass(frozen=True)
class Moved:
    """What became of moving several visits at once: those that stayed where they were, each with the reason."""

    moved: list[Visit] = field(default_factory=list)
    kept: list[tuple[Visit, str]] = field(default_factory=list)


def move(visit: Visit, planned_at: datetime, *, by: Person, at: datetime) -> None:
    _must_be_open_to(visit, by)
    if planned_at == visit.planned_at:
        return
    if planned_at < at - BACKWARDS:
        raise NotValid(_("Choose today or a later day."), beside="planned_at")
    before = {"planned_at": visit.planned_at}
    visit.planned_at = planned_at
    note("visit.moved", visit, by=by, at=at, before=before, after={"planned_at": planned_at})


def move_each(
    visits: Iterable[Visit], versions: Mapping[int, int], when: Callable[[Visit], datetime], *, by: Person, at: datetime
) -> Moved:
    """Move every visit that may be moved to the instant that `when` gives for it; `versions` are what `by` looked at.

    The caller holds the rows, so that nobody changes one between the look and the move.
    """
    done = Moved()
    for visit in visits:
        try:
            _must_be_open_to(visit, by)
            if versions.get(visit.id) != visit.version:
                raise WrongState(_("It was changed a moment ago. Look before you move it."))
            move(visit, when(visit), by=by, at=at)
        except Refusal as refused:
            done.kept.append((visit, refused.say))
        else:
            done.moved.append(visit)
    return done


def cancel(visit: Visit, reason: str, *, by: Person, at: datetime) -> None:
    _must_be_open_to(visit, by)
    if not reason.strip():
        raise NotValid(_("Write why the visit is cancelled."), beside="reason")
    before = {"state": visit.state}
    visit.state, visit.cancel_reason = VisitState.CANCELLED, reason.strip()
    after = {"state": visit.state, "reason": visit.cancel_reason}
    note("visit.cancelled", visit, by=by, at=at, before=before, after=after)


def reassign(visit: Visit, engineer: Person, *, by: Person, at: datetime) -> None:
    """Another engineer goes. Whoever went along and now goes themselves no longer goes along.

    An administrator may do it, too: for somebody who leaves.
    """
    if not by.is_a(Role.ADMIN):
        must_plan(visit, by)
    _must_be_planned(visit)
    if engineer.id == visit.engineer_id:
        return
    _must_work(engineer, Role.ENGINEER, beside="engineer")
    before: dict[str, int | None] = {"engineer": visit.engineer_id}
    after: dict[str, int | None] = {"engineer": engineer.id}
    if visit.co_visitor_id == engineer.id:
        before["co_visitor"], after["co_visitor"] = engineer.id, None
        visit.co_visitor = None
    visit.engineer = engineer
    note("visit.reassigned", visit, by=by, at=at, before=before, after=after)


def accompany(visit: Visit, co_visitor: Person | None, *, by: Person, at: datetime) -> None:
    """Somebody goes along, or for None nobody does."""
    _must_be_open_to(visit, by)
    going = co_visitor.id if co_visitor else None
    if going == visit.co_visitor_id:
        return
    if going == visit.engineer_id:
        raise NotValid(_("Nobody goes along with themselves. Choose somebody else."), beside="co_visitor")
    if co_visitor is not None:
        _must_work(co_visitor, Role.ENGINEER, Role.SUPERVISOR, beside="co_visitor")
    before = {"co_visitor": visit.co_visitor_id}
    visit.co_visitor = co_visitor
    note("visit.accompanied", visit, by=by, at=at, before=before, after={"co_visitor": going})


def publish(person: Person, *, by: Person, at: datetime) -> str:
    """A new secret address for the person's calendar; one from before dies. Only its hash is kept: say it now."""
    secret = secrets.token_urlsafe(32)
    calendar = calendar_of(person) or Calendar(person=person)
    calendar.secret_hash, calendar.made_at = hash_of(secret), at
    db.session.add(calendar)
    note("calendar.published", calendar, by=by, at=at, after={"person": person.id})
    return secret


def withdraw(calendar: Calendar, *, by: Person, at: datetime) -> None:
    note("calendar.withdrawn", calendar, by=by, at=at, before={"person": calendar.person_id})
    db.session.delete(calendar)


def calendar_of(person: Person) -> Calendar | None:
    return db.session.scalar(sa.select(Calendar).where(Calendar.person_id == person.id))


def hash_of(secret: str) -> str:
    """What we keep of a secret that is too long to be guessed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def must_plan(visit: Visit, person: Person) -> None:
    """Raises NotYours for everybody but the engineer and the leaders above them."""
    if visit.belongs_to(person):
        return
    if not db.session.scalar(sa.select(Person.id).where(Person.id == visit.engineer_id, Person.led_by(person))):
        raise NotYours(_("This visit is planned by %(name)s and their supervisors.", name=visit.engineer.name))


def _must_be_open_to(visit: Visit, person: Person) -> None:
    must_plan(visit, person)
    _must_be_planned(visit)


def _must_be_planned(visit: Visit) -> None:
    if visit.state is not VisitState.PLANNED:
        say = _("This visit is “%(state)s” already. Open it again to see how it stands.", state=STATE[visit.state])
        raise WrongState(say, visit=visit.id)


def _must_work(person: Person, *roles: Role, beside: str) -> None:
    """Raises NotValid for somebody who is locked or in none of the roles."""
    if person.locked_at is not None or not person.is_a(*roles):
        raise NotValid(_("%(name)s does not visit customers. Choose somebody else.", name=person.name), beside=beside)
