"""Who and what the console shows one after another, and what its forms offer."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal.admin.kinds import Work
from portal.complaints.kinds import ComplaintState
from portal.complaints.models import Complaint
from portal.customers.kinds import CustomerKind, PromiseState
from portal.customers.models import Customer, Promise
from portal.desk.kinds import OPEN as OPEN_ERRANDS
from portal.desk.models import Errand
from portal.kit.db import db
from portal.people.models import Person, Region, Role, Team
from portal.visits.kinds import VisitState
from portal.visits.models import Visit

PAGE = 30  # rows
BEGUN = (VisitState.ON_SITE, VisitState.SIGNED, VisitState.RETURNED)  # only who was there can end them
Pairs = list[tuple[int, str]]


def people(reader: Person, sought: str, after: int | None) -> tuple[list[Person], int | None]:
    """A page of people by name, and the id after which the next begins. `sought` is a part of name, mail or phone."""
    found = Person.seen_by(reader).options(joinedload(Person.team), joinedload(Person.region))
    if sought:
        places = (Person.name, Person.email, Person.phone)
        found = found.where(sa.or_(*(place.icontains(sought, autoescape=True) for place in places)))
    if after is not None and (last := db.session.get(Person, after)):
        found = found.where(sa.tuple_(Person.name, Person.id) > sa.tuple_(last.name, last.id))
    rows = list(db.session.scalars(found.order_by(Person.name, Person.id).limit(PAGE + 1)))
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def teams() -> list[tuple[Team, Person | None, int]]:
    """Every team with its leader and the number of its people; each after the one above it."""
    members = sa.select(sa.func.count()).where(Person.team_id == Team.id, Person.locked_at.is_(None)).scalar_subquery()
    leader = sa.orm.aliased(Person)
    rows = db.session.execute(sa.select(Team, leader, members).outerjoin(leader, leader.id == Team.leader_id))
    return sorted(map(tuple, rows), key=lambda row: [int(id) for id in row[0].path.split("/") if id])


def regions() -> list[tuple[Region, int, int]]:
    """Every region with the number of its people and of its customers."""
    members = sa.select(sa.func.count()).where(Person.region_id == Region.id, Person.locked_at.is_(None))
    served = sa.select(sa.func.count()).where(Customer.region_id == Region.id, Customer.archived_at.is_(None))
    counts = (members.scalar_subquery(), served.scalar_subquery())
    return [tuple(row) for row in db.session.execute(sa.select(Region, *counts).order_by(Region.name))]  # type: ignore[misc]


def dealers() -> Pairs:
    kind = sa.and_(Customer.kind == CustomerKind.DEALER, Customer.archived_at.is_(None))
    return _pairs(sa.select(Customer.id, Customer.name).where(kind).order_by(Customer.name))


def team_names() -> Pairs:
    return _pairs(sa.select(Team.id, Team.name).order_by(Team.name, Team.id))


def teams_outside(team: Team | None) -> Pairs:
    """The teams below which `team` may stand: all that are not in its own tree."""
    inside = Team.path.startswith(team.path) if team else sa.false()
    return _pairs(sa.select(Team.id, Team.name).where(sa.not_(inside)).order_by(Team.name, Team.id))


def region_names() -> Pairs:
    return _pairs(sa.select(Region.id, Region.name).order_by(Region.name))


def leaders() -> Pairs:
    return _pairs(_house().where(Person.holding(Role.SUPERVISOR)))


def takers(leaver: Person) -> Pairs:
    """Who of the house may take the work of `leaver`."""
    return _pairs(_house().where(Person.id != leaver.id))


def planned_of(person: Person) -> sa.Select[Any]:
    return sa.select(Visit).where(Visit.engineer_id == person.id, Visit.state == VisitState.PLANNED)


def company_of(person: Person) -> sa.Select[Any]:
    return sa.select(Visit).where(Visit.co_visitor_id == person.id, Visit.state == VisitState.PLANNED)


def begun_by(person: Person) -> list[Visit]:
    """What `person` has begun and must end: nobody else was there."""
    begun = sa.select(Visit).where(Visit.engineer_id == person.id, Visit.state.in_(BEGUN))
    return list(db.session.scalars(begun.order_by(Visit.planned_at, Visit.id)))


def looked_after_by(person: Person) -> sa.Select[Any]:
    return sa.select(Customer).where(Customer.engineer_id == person.id, Customer.archived_at.is_(None))


def complaints_of(person: Person) -> sa.Select[Any]:
    return sa.select(Complaint).where(Complaint.owner_id == person.id, Complaint.state != ComplaintState.CLOSED)


def errands_of(person: Person) -> sa.Select[Any]:
    return sa.select(Errand).where(Errand.owner_id == person.id, Errand.state.in_(OPEN_ERRANDS))


def led_by(person: Person) -> sa.Select[Any]:
    return sa.select(Team).where(Team.leader_id == person.id)


WORK_OF = {
    Work.VISITS: planned_of,
    Work.COMPANY: company_of,
    Work.CUSTOMERS: looked_after_by,
    Work.COMPLAINTS: complaints_of,
    Work.ERRANDS: errands_of,
    Work.TEAMS: led_by,
}


def work_of(person: Person) -> dict[Work, int]:
    """How much of each kind is in the hands of `person`, in one question."""
    counts = [_count(select(person)).label(work) for work, select in WORK_OF.items()]
    row = db.session.execute(sa.select(*counts)).one()
    return dict(zip(WORK_OF, row, strict=True))


def open_promises_of(person: Person) -> int:
    given = sa.select(Promise).where(Promise.promised_by_id == person.id, Promise.state == PromiseState.OPEN)
    return int(db.session.scalar(sa.select(_count(given))) or 0)


def _count(select: sa.Select[Any]) -> sa.ScalarSelect[int]:
    model = select.column_descriptions[0]["entity"]
    return (
        select.with_only_columns(sa.func.count(model.id), maintain_column_froms=True).order_by(None).scalar_subquery()
    )


def _house() -> sa.Select[Any]:
    """Who works for us and has not left."""
    here = sa.and_(Person.locked_at.is_(None), Person.dealer_id.is_(None))
    return sa.select(Person.id, Person.name).where(here).order_by(Person.name, Person.id)


def _pairs(select: sa.Select[Any]) -> Pairs:
    return [(id, name) for id, name in db.session.execute(select)]
