"""What the pages of requests show and offer: the dealer's home, the list, the shop, and colleagues."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal.customers.models import Customer, Site
from portal.desk.kinds import CLOSED, OPEN, ErrandState, Shown, WordKind
from portal.desk.models import Errand, ErrandWord
from portal.kit.db import db
from portal.kit.i18n import zone
from portal.people.models import Person, Role

PAGE = 30  # rows
AT_HOME = 40  # rows
LATELY = timedelta(days=14)  # how long a dealer finds at home what is closed
STATES = {Shown.OPEN: OPEN, Shown.CLOSED: CLOSED, Shown.ALL: tuple(ErrandState)}
JUDGED = sa.case((Errand.state == ErrandState.LOGGED, 0), else_=1)


@dataclass(frozen=True)
class Home:
    """A dealer's requests, newest first; `questions` are the open ones with what we asked."""

    waiting: list[Errand]
    closed: list[Errand]
    questions: list[tuple[Errand, str]]


def home(person: Person, at: datetime) -> Home:
    asked = (
        sa.select(ErrandWord.text)
        .where(ErrandWord.errand_id == Errand.id, ErrandWord.kind == WordKind.QUESTION)
        .order_by(ErrandWord.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    own = (
        Errand.seen_by(person)
        .add_columns(sa.case((Errand.state == ErrandState.ASKED, asked), else_=""))
        .where(sa.or_(Errand.state.in_(OPEN), Errand.closed_at >= at - LATELY))
        .options(joinedload(Errand.owner))
        .order_by(Errand.id.desc())
        .limit(AT_HOME)
    )
    rows = db.session.execute(own).all()
    return Home(
        [errand for errand, _question in rows if errand.is_open],
        [errand for errand, _question in rows if not errand.is_open],
        [(errand, question) for errand, question in rows if question],
    )


def shop(person: Person) -> tuple[Customer | None, str]:
    """The dealer's own company and the address of its shop, empty where none is known."""
    own = (
        Customer.seen_by(person)
        .add_columns(Site.address)
        .outerjoin(Site, sa.and_(Site.customer_id == Customer.id, Site.archived_at.is_(None)))
        .where(Customer.id == person.dealer_id)
        .order_by(Site.id)
    )
    found = db.session.execute(own.limit(1)).first()
    return (found[0], found[1] or "") if found else (None, "")


def page_of(person: Person, shown: Shown, after: int | None) -> tuple[list[Errand], int | None]:
    """A page of requests with dealer and owner loaded, and the key of the next one or None.

    Open ones: those that wait for judgement first, then by the day by which a plan is promised. Others: the newest
    first. `after` is the last row of the page before; where it stands is looked up.
    """
    rows = Errand.seen_by(person).options(joinedload(Errand.dealer), joinedload(Errand.owner))
    if shown is not Shown.ALL:
        rows = rows.where(Errand.state.in_(STATES[shown]))
    rows = _open_from(rows, after) if shown is Shown.OPEN else _newest_from(rows, after)
    found = list(db.session.scalars(rows.limit(PAGE + 1)))
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None


def colleagues(errand: Errand) -> Iterable[Person]:
    """The other supervisors who may judge it."""
    others = sa.select(Person).where(
        Person.holding(Role.SUPERVISOR), Person.locked_at.is_(None), Person.id != (errand.owner_id or 0)
    )
    known = Errand.id == errand.id
    found = db.session.scalars(others.order_by(Person.name, Person.id))
    return [p for p in found if db.session.scalar(Errand.seen_by(p).with_only_columns(Errand.id).where(known))]


def company_day(at: datetime) -> date:
    """The day at the company, by which promises run."""
    return at.astimezone(zone(None)).date()


def _open_from(rows: sa.Select[Any], after: int | None) -> sa.Select[Any]:
    key = (JUDGED, Errand.due_on, Errand.id)
    if after:
        last = db.session.execute(sa.select(*key).where(Errand.id == after)).first()
        rows = rows.where(sa.tuple_(*key) > sa.tuple_(*map(sa.literal, last))) if last else rows
    return rows.order_by(*key)


def _newest_from(rows: sa.Select[Any], after: int | None) -> sa.Select[Any]:
    return (rows.where(Errand.id < after) if after else rows).order_by(Errand.id.desc())
