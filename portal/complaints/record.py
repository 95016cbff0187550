"""One complaint as its page tells it: what was said, what is promised, and what was done, by whom it may be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal.complaints.kinds import StepKind, answer_by, settle_by
from portal.complaints.models import Complaint, ComplaintStep
from portal.customers.models import Customer
from portal.kit.db import db
from portal.kit.i18n import zone
from portal.people.models import Person, Role


@dataclass(frozen=True)
class Line:
    """One step of the process record. `by` and `text` are empty where they are not for the reader."""

    kind: StepKind
    text: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Told:
    """`inside`: the reader works for us; `opens_file`: and may open the customer's. The instants are those promised."""

    complaint: Complaint
    lines: list[Line]
    answer_by: datetime
    settle_by: datetime
    inside: bool
    opens_file: bool


def told(complaint: Complaint, reader: Person) -> Told:
    """A dealer reads every step, but no names of ours beyond who answered, and not what we learned."""
    opens_file = _load(complaint, reader)
    inside = not reader.is_a(Role.DEALER)
    steps = sa.select(ComplaintStep).where(ComplaintStep.complaint_id == complaint.id)
    rows = db.session.scalars(steps.options(joinedload(ComplaintStep.by)).order_by(ComplaintStep.id))
    until = settle_by(complaint.received_at, zone(complaint.customer.zone))
    lines = [_line(step, inside) for step in rows]
    return Told(complaint, lines, answer_by(complaint.received_at), until, inside, inside and opens_file)


def _line(step: ComplaintStep, inside: bool) -> Line:
    named = inside or step.kind is StepKind.ANSWERED
    text = step.text if inside or step.kind is not StepKind.CLOSED else ""
    return Line(step.kind, text, step.by.name if named else "", step.at)


def _load(complaint: Complaint, reader: Person) -> bool:
    """Fetch everybody and everything it names, and whether `reader` may open the customer's file, in one question."""
    named = ("customer", "dealer", "site", "machine", "product", "owner", "received_by", "answered_by")
    loaded = [joinedload(getattr(Complaint, name)) for name in named]
    opens = Complaint.customer_id.in_(Customer.seen_by(reader).with_only_columns(Customer.id))
    row = db.session.execute(sa.select(Complaint, opens).where(Complaint.id == complaint.id).options(*loaded)).one()
    return bool(row[1])
