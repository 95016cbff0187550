"""What lies before a person: the visits of a day and of a week, what was not done, what is due, and why to go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from portal.complaints.kinds import OPEN
from portal.complaints.models import Complaint
from portal.customers import search
from portal.customers.distance import distance_m
from portal.customers.kinds import NameKind, PromiseState
from portal.customers.models import Contact, Customer, Machine, Promise, Site
from portal.fieldwork.models import LeftOver
from portal.kit.db import db
from portal.people.models import Person, Role
from portal.visits.kinds import VisitState
from portal.visits.models import Visit

BEGUN = (VisitState.ON_SITE, VisitState.SIGNED, VisitState.RETURNED)
LOOK_BACK = timedelta(days=60)  # for what was not done; older plans stand in the list of all visits
DUE_WITHIN = timedelta(days=7)
MOST_ROWS = 300
MOST_SITES = 200  # that a select may offer
RECENT = 6
REASONS = 5  # of each kind
REMEMBERED = timedelta(days=30)
NEWEST = 40  # visits whose purposes are offered again
FOUND = 20
SAID = 80  # characters of a reason in a purpose
PAGE = 30  # rows


@dataclass(frozen=True)
class Crew:
    """For whom a person plans, and who may go along."""

    engineers: list[Person]
    company: list[Person]


@dataclass(frozen=True)
class Due:
    """What somebody should see to today: their own promises, and what is open where they go."""

    promises: list[Promise] = field(default_factory=list)
    complaints: list[Complaint] = field(default_factory=list)
    left: list[LeftOver] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.promises) + len(self.complaints) + len(self.left)


@dataclass(frozen=True)
class Reason:
    """Why to go to a site: `kind` in a word, and the text that goes into the purpose."""

    kind: str
    text: str


@dataclass(frozen=True)
class Goal:
    """One answer to the question where to go; `knows` is what the address of the next page then holds."""

    title: str
    below: str
    knows: dict[str, int]


def planned_for(person: Person) -> sa.ColumnElement[bool]:
    """True for a row of `Person` whose visits `person` plans: their own, and those of the trees they lead."""
    return sa.or_(Person.led_by(person), Person.id == person.id)


def crew(person: Person) -> Crew:
    """Those in the trees that `person` leads, and themselves; and everybody of ours in the same region."""
    ours = planned_for(person)
    visits = sa.or_(Person.holding(Role.ENGINEER), Person.holding(Role.SUPERVISOR))
    near = sa.select(Person, ours).where(visits, sa.or_(Person.region_id == person.region_id, ours))
    rows = list(db.session.execute(near.where(Person.locked_at.is_(None)).order_by(Person.name, Person.id)))
    return Crew([who for who, is_ours in rows if is_ours and who.is_a(Role.ENGINEER)], [who for who, _ours in rows])


def of_team(person: Person, engineer_id: int | None) -> sa.Select[Any]:
    """The visits `person` plans or goes to, in their order; with `engineer_id` only that one's."""
    team = Visit.engineer_id.in_(sa.select(Person.id).where(planned_for(person)))
    visits = Visit.seen_by(person).where(sa.or_(team, Visit.co_visitor_id == person.id))
    if engineer_id is not None:
        visits = visits.where(sa.or_(Visit.engineer_id == engineer_id, Visit.co_visitor_id == engineer_id))
    return visits.order_by(Visit.planned_at, Visit.id).limit(MOST_ROWS)


def between(person: Person, start: datetime, end: datetime, engineer_id: int | None = None) -> list[Visit]:
    visits = of_team(person, engineer_id).where(Visit.planned_at >= start, Visit.planned_at < end)
    return list(db.session.scalars(visits))


def not_done(person: Person, start: datetime, engineer_id: int | None = None) -> list[Visit]:
    """Planned by `person` for the days before `start`, and nobody went."""
    ours = Visit.engineer_id.in_(sa.select(Person.id).where(planned_for(person)))
    missed = of_team(person, engineer_id).where(ours, Visit.state == VisitState.PLANNED)
    return list(db.session.scalars(missed.where(Visit.planned_at >= start - LOOK_BACK, Visit.planned_at < start)))


def of_day(person: Person, start: datetime, end: datetime) -> list[Visit]:
    """The visits of a day, those still open from before, and one's own of the days before that were not done."""
    own = sa.and_(Visit.engineer_id == person.id, Visit.planned_at >= start - LOOK_BACK)
    earlier = sa.or_(Visit.state.in_(BEGUN), sa.and_(Visit.state == VisitState.PLANNED, own))
    visits = (
        sa.select(Visit)
        .where(sa.or_(Visit.engineer_id == person.id, Visit.co_visitor_id == person.id), Visit.planned_at < end)
        .where(sa.or_(Visit.planned_at >= start, earlier), Visit.state != VisitState.CANCELLED)
        .order_by(Visit.planned_at, Visit.id)
    )
    return list(db.session.scalars(visits))


def legs_m(visits: Sequence[Visit]) -> dict[int, int]:
    """How far each stop is from the one before, in metres along a straight line, by the id of the visit."""
    places = [(v.id, v.site.latitude, v.site.longitude) for v in visits]
    return {there[0]: distance_m(*here[1:], *there[1:]) for here, there in pairwise(places)}


def due(person: Person, visits: Sequence[Visit], today: date) -> Due:
    """Three questions; one when nobody is visited."""
    mine = sa.select(Promise).where(Promise.promised_by_id == person.id, Promise.state == PromiseState.OPEN)
    soon = mine.where(Promise.due_on <= today + DUE_WITHIN).options(joinedload(Promise.customer))
    promises = list(db.session.scalars(soon.order_by(Promise.due_on, Promise.id)))
    if not visits:
        return Due(promises)
    customers, sites = {v.customer_id for v in visits}, {v.site_id for v in visits}
    cases = Complaint.seen_by(person).where(Complaint.customer_id.in_(customers), Complaint.state.in_(OPEN))
    cases = cases.options(joinedload(Complaint.customer)).order_by(Complaint.received_at, Complaint.id)
    left = sa.select(LeftOver).where(LeftOver.site_id.in_(sites), LeftOver.done_at.is_(None)).order_by(LeftOver.id)
    return Due(promises, list(db.session.scalars(cases)), list(db.session.scalars(left)))


def sites(person: Person) -> list[Site]:
    """All that one can go to, by customer; none when they are too many to look through."""
    found = Site.current(person).options(joinedload(Site.customer)).join(Customer, Site.customer_id == Customer.id)
    rows = list(db.session.scalars(found.order_by(Customer.name, Site.name, Site.id).limit(MOST_SITES + 1)))
    return rows if len(rows) <= MOST_SITES else []


def sites_of(person: Person, customer_id: int) -> list[Site]:
    found = Site.current(person).options(joinedload(Site.customer)).where(Site.customer_id == customer_id)
    return list(db.session.scalars(found.order_by(Site.name, Site.id)))


def site_of(person: Person, site_id: int | None = None, machine_id: int | None = None) -> Site | None:
    """The site of this id, or the one where a machine stands, if `person` may go there."""
    found = Site.current(person).options(joinedload(Site.customer))
    if machine_id is not None:
        found = found.where(Site.id == sa.select(Machine.site_id).where(Machine.id == machine_id).scalar_subquery())
    elif site_id is not None:
        found = found.where(Site.id == site_id)
    else:
        return None
    return db.session.scalar(found)


def recent_sites(person: Person, at: datetime) -> list[Site]:
    """Where the person's own people went or go last, the latest first."""
    last = (
        sa.select(Visit.site_id, sa.func.max(Visit.planned_at).label("last"))
        .where(Visit.engineer_id.in_(sa.select(Person.id).where(planned_for(person))))
        .where(Visit.planned_at >= at - REMEMBERED)
        .group_by(Visit.site_id)
        .subquery()
    )
    found = Site.current(person).options(joinedload(Site.customer)).join(last, last.c.site_id == Site.id)
    return list(db.session.scalars(found.order_by(last.c.last.desc(), Site.id).limit(RECENT)))


def goals(person: Person, query: str) -> list[Goal]:
    """Where to go, by any part of the name of a customer, site, contact or machine."""
    return [_goal(found) for found in search.find(query, person, FOUND)]


def contacts(site: Site) -> list[Contact]:
    found = sa.select(Contact).where(Contact.customer_id == site.customer_id, Contact.archived_at.is_(None))
    return list(db.session.scalars(found.order_by(Contact.id)))


def reasons(person: Person, site: Site) -> list[Reason]:
    """What is open at a site and with its customer."""
    left = db.session.scalars(LeftOver.open_at(site.id).limit(REASONS))
    promised = Promise.seen_by(person).where(Promise.customer_id == site.customer_id)
    promised = promised.where(Promise.state == PromiseState.OPEN).order_by(Promise.due_on, Promise.id)
    cases = Complaint.open_of(site.customer_id).limit(REASONS)
    return [
        *(Reason(_("Left for next time"), _short(row.text)) for row in left),
        *(Reason(_("Promised"), _short(row.text)) for row in db.session.scalars(promised.limit(REASONS))),
        *(Reason(_("Complaint"), _short(row.description)) for row in db.session.scalars(cases)),
    ]


def purposes(person: Person, site: Site | None) -> list[str]:
    """What was written before as purpose: of the site's customer, or else of the person's own visits."""
    whose = Visit.engineer_id == person.id if site is None else Visit.customer_id == site.customer_id
    newest = Visit.seen_by(person).with_only_columns(Visit.purpose).where(whose)
    said = db.session.scalars(newest.order_by(Visit.planned_at.desc()).limit(NEWEST))
    return list(dict.fromkeys(said))[:RECENT]


def goal_of(site: Site) -> Goal:
    return Goal(f"{site.customer.name} {site.name}", site.address, {"site": site.id})


def page_of(
    person: Person, customer_id: int | None, state: VisitState | None, before: int | None
) -> tuple[list[Visit], int | None]:
    """A page of the visits `person` may know of, the latest day first, and the id before which the next page begins."""
    visits, order = Visit.seen_by(person), (Visit.planned_at, Visit.id)
    if customer_id is not None:
        visits = visits.where(Visit.customer_id == customer_id)
    if state is not None:
        visits = visits.where(Visit.state == state)
    if before is not None and (last := db.session.scalar(Visit.seen_by(person).where(Visit.id == before))):
        visits = visits.where(sa.tuple_(*order) < sa.tuple_(*(getattr(last, column.key) for column in order)))
    rows = list(db.session.scalars(visits.order_by(*(column.desc() for column in order)).limit(PAGE + 1)))
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def _goal(found: search.Found) -> Goal:
    knows = {
        NameKind.SITE: {"site": found.id},
        NameKind.MACHINE: {"machine": found.id},
    }.get(found.kind, {"customer": found.customer_id})  # fmt: skip
    return Goal(found.title, found.below, knows)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SAID else f"{line[: SAID - 1].rstrip()}…"
