"""What was recorded at a visit, and what still waits at its site, each with as few questions as it takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal.complaints.kinds import OPEN, StepKind
from portal.complaints.models import Complaint, ComplaintStep
from portal.customers.kinds import PromiseState
from portal.customers.models import Compartment, Promise
from portal.fieldwork.models import Finding, LeftOver, Training
from portal.guidance.models import Guidance
from portal.kit.db import db
from portal.oil.models import Sample
from portal.visits.kinds import VisitState
from portal.visits.models import Photo, Visit

Rows = dict[Any, list[Any]]  # by model, each in the order of its keys
VISIT = sa.bindparam("visit")


@dataclass(frozen=True)
class Case:
    """One complaint and what was done about it at one visit; `heard` says whether it was registered there, too."""

    complaint: Complaint
    steps: list[ComplaintStep]
    heard: bool

    @property
    def settled(self) -> bool:
        return any(step.kind is StepKind.SETTLED for step in self.steps)


@dataclass(frozen=True)
class Content:
    """Everything recorded at one visit, in the order in which it was recorded.

    `left` is for the next visit; `finished` was left by an earlier one and done at this.
    """

    samples: list[Sample] = field(default_factory=list)
    guidance: list[Guidance] = field(default_factory=list)
    photos: list[Photo] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    trainings: list[Training] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    left: list[LeftOver] = field(default_factory=list)
    finished: list[LeftOver] = field(default_factory=list)

    def __iter__(self) -> Iterator[list[Any]]:
        return iter(vars(self).values())

    def __len__(self) -> int:
        return sum(map(len, self))


@dataclass(frozen=True)
class Waiting:
    """What stands open at the beginning of a visit: left by the visits before, promised, complained of."""

    left: list[LeftOver] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    complaints: list[Complaint] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.left) + len(self.promises) + len(self.complaints)


def content(visit: Visit) -> Content:
    """Four questions, whatever the number of items; what they name comes with them.

    Before the arrival there are none: nothing can be recorded yet.
    """
    if visit.arrived_at is None:
        return Content()
    wide = [list(db.session.scalars(select, {"visit": visit.id})) for select in SELECTS]
    rows = _rows(_recorded(), {"visit": visit.id})
    left = rows[LeftOver]
    return Content(
        *wide, _cases(visit, rows), rows[Training], rows[Finding], rows[Promise],
        [row for row in left if row.visit_id == visit.id and row.done_visit_id != visit.id],
        [row for row in left if row.done_visit_id == visit.id],
    )  # fmt: skip


def has_content(visit: Visit) -> bool:
    return len(content(visit)) > 0


def waiting(visit: Visit) -> Waiting:
    """One question, and none once the customer has signed."""
    if visit.state not in (VisitState.PLANNED, VisitState.ON_SITE):
        return Waiting()
    rows = _rows(_open(), {"site": visit.site_id, "customer": visit.customer_id, "visit": visit.id})
    promises = sorted(rows[Promise], key=lambda promise: (promise.due_on, promise.id))
    return Waiting(rows[LeftOver], promises, sorted(rows[Complaint], key=lambda case: (case.received_at, case.id)))


def _at_visit(model: Any) -> sa.Select[Any]:
    select = sa.select(model).where(model.visit_id == VISIT).order_by(model.id)
    if not hasattr(model, "compartment"):
        return select
    place = joinedload(model.compartment)
    return select.options(place.joinedload(Compartment.machine), place.joinedload(Compartment.product))


SELECTS = (  # built once: a tenth of a page's work
    _at_visit(Sample),
    _at_visit(Guidance).options(joinedload(Guidance.product)),
    _at_visit(Photo),
)


@cache
def _recorded() -> sa.Select[Any]:
    """The rows of the small tables that belong to a visit."""
    done = sa.or_(LeftOver.visit_id == VISIT, LeftOver.done_visit_id == VISIT)
    where = {model: model.visit_id == VISIT for model in (Training, Finding, Promise, Complaint, ComplaintStep)}
    return _together({**where, LeftOver: done}).options(
        joinedload(Finding.machine), joinedload(Promise.promised_by), joinedload(ComplaintStep.complaint)
    )


@cache
def _open() -> sa.Select[Any]:
    """The rows that wait at a site and for a customer, but for what this visit itself left and promised."""
    customer, site = sa.bindparam("customer"), sa.bindparam("site")
    is_open = sa.bindparam("open", PromiseState.OPEN, Promise.state.type, literal_execute=True)
    others = Promise.visit_id.is_distinct_from(VISIT)
    return _together({
        LeftOver: (LeftOver.site_id == site) & LeftOver.done_at.is_(None) & (LeftOver.visit_id != VISIT),
        Promise: (Promise.customer_id == customer) & (Promise.state == is_open) & others,
        Complaint: (Complaint.customer_id == customer) & Complaint.state.in_(OPEN),
    }).options(joinedload(Promise.promised_by))  # fmt: skip


def _together(where: Mapping[Any, sa.ColumnElement[bool]]) -> sa.Select[Any]:
    """One select for rows of several tables: each row of the answer holds one of them, and None for the others."""
    keyed = [(n, model, clause) for n, (model, clause) in enumerate(where.items())]
    keys = [sa.select(sa.literal(n).label("n"), model.id.label("id")).where(clause) for n, model, clause in keyed]
    found = sa.union_all(*keys).subquery("found")
    select = sa.select(*where).select_from(found).order_by(found.c.n, found.c.id)
    for n, model, _clause in keyed:
        select = select.outerjoin(model, (found.c.n == n) & (found.c.id == model.id))
    return select


def _rows(select: sa.Select[Any], values: Mapping[str, Any]) -> Rows:
    found: Rows = {column["entity"]: [] for column in select.column_descriptions}
    for row in db.session.execute(select, values):
        for thing in row:
            if thing is not None:
                found[type(thing)].append(thing)
    return found


def _cases(visit: Visit, rows: Rows) -> list[Case]:
    """One for each complaint, in the order in which it was first spoken of here."""
    heard = {complaint.id for complaint in rows[Complaint]}
    spoken_of = {c.id: c for c in (*rows[Complaint], *(step.complaint for step in rows[ComplaintStep]))}
    steps = {id: [s for s in rows[ComplaintStep] if s.complaint_id == id] for id in spoken_of}
    return [Case(complaint, steps[id], id in heard) for id, complaint in spoken_of.items()]
