"""The verbs of a complaint: receive, work, settle with the customer's word, close with the lesson.

Whoever works first on a complaint that nobody owns becomes its owner, so that each has one from then to the end.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa
from flask_babel import gettext as _

from portal.catalogue.models import Product
from portal.complaints.kinds import WORK, Channel, ComplaintState, CustomerWord, StepKind
from portal.complaints.models import Complaint, ComplaintStep
from portal.customers.models import Customer, Machine, Site
from portal.journal.actions import note
from portal.kit.db import db
from portal.kit.errors import NotValid, WrongState
from portal.people.models import Person, Role

WORKERS = (Role.DESK, Role.ENGINEER, Role.SUPERVISOR)  # who may own a complaint


class Visited(Protocol):
    """A visit, as far as a complaint needs to know."""

    id: int


def receive(
    values: dict[str, Any], *, uuid: str, customer: Customer, by: Person, at: datetime, site: Site | None = None,
    visit: Visited | None = None,
) -> Complaint:  # fmt: skip
    """Register a complaint from the clean values of a ComplaintForm.

    It is the dealer's by whom or, as the channel says, through whom it came. Raises NotValid for a machine that is
    not the customer's and for a product nobody knows.
    """
    machine, product = _machine(values.get("machine"), customer), _product(values.get("product"))
    said = ("category", "severity", "channel", "description")
    complaint = Complaint(
        uuid=uuid, customer_id=customer.id, machine_id=machine.id if machine else None,
        site_id=site.id if site else machine.site_id if machine else None, product_id=product.id if product else None,
        dealer_id=_dealer_id(values["channel"], customer, by), visit_id=visit.id if visit else None,
        batch_no=values.get("batch_no") or "", asks=values.get("asks") or "",
        contact_name=values.get("contact_name") or "", contact_phone=values.get("contact_phone") or "",
        received_by_id=by.id, received_at=at, state=ComplaintState.RECEIVED, **{name: values[name] for name in said},
    )  # fmt: skip
    db.session.add(complaint)
    db.session.flush()
    note("complaint.received", complaint, by=by, at=at, after=facts(complaint))
    return complaint


def add_step(
    complaint: Complaint, kind: StepKind, text: str, *, uuid: str, by: Person, at: datetime,
    visit: Visited | None = None,
) -> ComplaintStep:  # fmt: skip
    """Write one step of the process record. The first answer is the one that counts. Raises WrongState once closed."""
    if kind not in WORK:
        raise NotValid(_("Choose what was done."), kind=kind)
    must_not_be_closed(complaint)
    before = _state(complaint)
    _begin(complaint, by)
    first_answer = kind is StepKind.ANSWERED and _answer(complaint, by, at)
    step = _step(complaint, kind, text, uuid, by, at, visit)
    what = "complaint.answered" if first_answer else "complaint.step"
    note(what, complaint, by=by, at=at, **_changed(before, complaint), **_said(step))
    return step


def settle(
    complaint: Complaint, *, remedy: str, word: CustomerWord, accepted_by: str, uuid: str, by: Person, at: datetime,
    visit: Visited | None = None,
) -> ComplaintStep:  # fmt: skip
    """Write down the remedy and the customer's word on it; `accepted_by` is who said so.

    A remedy that the customer refuses is a step like others, and the work goes on. Whoever hears a remedy has been
    answered. Raises WrongState unless the complaint is open.
    """
    must_be_open(complaint)
    refused = word is CustomerWord.REFUSED
    before = _state(complaint)
    _begin(complaint, by)
    newly_answered = _answer(complaint, by, at)
    if not refused:
        complaint.state, complaint.settled_at = ComplaintState.SETTLED, at
        complaint.remedy, complaint.customer_word, complaint.accepted_by = remedy, word, accepted_by
    kind, text = (StepKind.REMEDY, _refused(remedy, accepted_by)) if refused else (StepKind.SETTLED, remedy)
    step = _step(complaint, kind, text, uuid, by, at, visit)
    told = {**_said(step), "word": word, "said_by": accepted_by}
    if newly_answered:
        note("complaint.answered", complaint, by=by, at=at, after={"answered_at": at}, **_said(step))
    what = "complaint.step" if refused else "complaint.settled"
    note(what, complaint, by=by, at=at, **_changed(before, complaint), **told)
    return step


def close(complaint: Complaint, lesson: str, *, uuid: str, by: Person, at: datetime) -> ComplaintStep:
    """Close what is settled, with what we learned. Raises WrongState for anything else."""
    must_be_settled(complaint)
    before = _state(complaint)
    complaint.state, complaint.closed_at, complaint.lesson = ComplaintState.CLOSED, at, lesson
    step = _step(complaint, StepKind.CLOSED, lesson, uuid, by, at, None)
    note("complaint.closed", complaint, by=by, at=at, **_changed(before, complaint), **_said(step))
    return step


def take(complaint: Complaint, *, by: Person, at: datetime) -> None:
    """Become the owner of a complaint that nobody owns; who owns it already changes nothing."""
    if complaint.owner_id == by.id:
        return
    must_not_be_closed(complaint)
    if complaint.owner_id:
        raise WrongState(
            _("%(name)s owns this complaint. The desk or a supervisor can hand it over.", name=complaint.owner.name)
        )
    _own(complaint, by, "complaint.taken", by, at)


def hand_over(complaint: Complaint, to: Person, *, by: Person, at: datetime) -> None:
    """Give it to another owner. Raises WrongState once closed, NotValid for somebody who cannot work on it."""
    if complaint.owner_id == to.id:
        return
    must_not_be_closed(complaint)
    if not to.is_a(*WORKERS) or to.locked_at:
        raise NotValid(_("This person cannot work on complaints. Choose another."), to=to.id)
    _own(complaint, to, "complaint.handed_over", by, at)


def must_not_be_closed(complaint: Complaint) -> None:
    if complaint.state is ComplaintState.CLOSED:
        raise WrongState(_("This complaint is closed. Register a new one and name this number in it."))


def must_be_open(complaint: Complaint) -> None:
    must_not_be_closed(complaint)
    if not complaint.is_open:
        raise WrongState(_("This complaint is settled already. Close it with what we learned."))


def must_be_settled(complaint: Complaint) -> None:
    must_not_be_closed(complaint)
    if complaint.is_open:
        raise WrongState(_("This complaint is still open. Settle it with the customer first."))


def facts(complaint: Complaint) -> dict[str, Any]:
    """What the journal keeps of a new complaint: all that was said, by column."""
    return {c.key: getattr(complaint, c.key) for c in Complaint.__table__.columns if c.key not in {"id", "version"}}


def _own(complaint: Complaint, owner: Person, what: str, by: Person, at: datetime) -> None:
    before = {"owner_id": complaint.owner_id}
    complaint.owner_id = owner.id
    note(what, complaint, by=by, at=at, before=before, after={"owner_id": owner.id})


def _begin(complaint: Complaint, by: Person) -> None:
    if complaint.state is ComplaintState.RECEIVED:
        complaint.state = ComplaintState.WORKING
    if complaint.owner_id is None:
        complaint.owner_id = by.id


def _answer(complaint: Complaint, by: Person, at: datetime) -> bool:
    """Keep the first answer; says whether this was it."""
    if complaint.answered_at is not None:
        return False
    complaint.answered_at, complaint.answered_by_id = at, by.id
    return True


def _step(
    complaint: Complaint, kind: StepKind, text: str, uuid: str, by: Person, at: datetime, visit: Visited | None
) -> ComplaintStep:
    step = ComplaintStep(
        uuid=uuid, complaint=complaint, kind=kind, text=text, by=by, at=at, visit_id=visit.id if visit else None
    )
    db.session.add(step)
    db.session.flush()
    return step


def _said(step: ComplaintStep) -> dict[str, Any]:
    return {"step": step.uuid, "kind": step.kind, "text": step.text, "visit": step.visit_id}


def _state(complaint: Complaint) -> dict[str, Any]:
    return {name: getattr(complaint, name) for name in ("state", "owner_id", "answered_at")}


def _changed(before: dict[str, Any], complaint: Complaint) -> dict[str, dict[str, Any]]:
    """What is different now, as `before` and `after` of an entry."""
    after = _state(complaint)
    moved = [name for name, value in before.items() if after[name] != value]
    return {"before": {name: before[name] for name in moved}, "after": {name: after[name] for name in moved}}


def _refused(remedy: str, name: str) -> str:
    return "\n".join((remedy, _("Refused by %(name)s.", name=name)))


def _dealer_id(channel: Channel, customer: Customer, by: Person) -> int | None:
    return by.dealer_id or (customer.dealer_id if channel is Channel.DEALER else None)


def _machine(uuid: str | None, customer: Customer) -> Machine | None:
    if not uuid:
        return None
    theirs = sa.select(Machine).join(Machine.site).where(Machine.uuid == uuid, Site.customer_id == customer.id)
    found: Machine | None = db.session.scalar(theirs)
    if found is None:
        raise NotValid(_("This machine is not at this customer's. Choose another."))
    return found


def _product(uuid: str | None) -> Product | None:
    if not uuid:
        return None
    found: Product | None = db.session.scalar(sa.select(Product).where(Product.uuid == uuid))
    if found is None:
        raise NotValid(_("Choose a product from the list."))
    return found
