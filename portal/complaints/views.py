"""Complaints, from intake to the lesson."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, request, url_for
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from portal.complaints import actions, labels, lists, pages
from portal.complaints.forms import ComplaintForm
from portal.complaints.kinds import Channel, Shown, answer_by
from portal.complaints.models import Complaint
from portal.complaints.record import told
from portal.customers.models import Customer
from portal.kit import htmx
from portal.kit.clock import now
from portal.kit.db import db, new_uuid, uuid_or_new
from portal.kit.errors import Refusal
from portal.kit.forms import id_of
from portal.people.models import Person, Role, me
from portal.people.permits import HELD_BY, Permit, allow

bp = Blueprint("complaints", __name__)


@bp.get("/complaints")
@allow(Permit.COMPLAINT_READ)
def index() -> Response:
    """Open ones first, and of these the oldest that nobody answered; a page at a time by key."""
    shown, customer_id = _shown(), id_of(htmx.asked("customer"))
    customer = _customer_of(customer_id) if customer_id else None
    rows, more = lists.page_of(me(), shown, customer_id, _after())
    return htmx.page(
        "complaints/index.html", complaints=rows, more=more, shown=shown, customer=customer, at=now(), labels=labels,
        inside=not me().is_a(Role.DEALER), answer_by=answer_by,
    )  # fmt: skip


@bp.get("/complaints/new")
@allow(Permit.COMPLAINT_RECEIVE)
def new() -> Response:
    """First who complains, then what about."""
    if not htmx.asked("customer"):
        return _who()
    customer = _customer(htmx.asked("customer"))
    return _intake(customer, _form(customer, None), new_uuid())


@bp.post("/complaints/new")
@allow(Permit.COMPLAINT_RECEIVE)
def receive() -> Response:
    customer, uuid = _customer(request.form.get("customer")), uuid_or_new(request.form.get("uuid"))
    form = _form(customer, request.form)
    if (before := _received(uuid)) is not None:
        return htmx.go(url_for("complaints.show", id=before))
    if not form.ok:
        return _intake(customer, form, uuid, 422)
    try:
        id = actions.receive(form.values, uuid=uuid, customer=customer, by=me(), at=now()).id
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        if (before := _received(uuid)) is None:
            raise  # not the second of two equal posts at once
        id = before
    return htmx.go(url_for("complaints.show", id=id))


@bp.get("/complaints/<int:id>")
@allow(Permit.COMPLAINT_READ, of=Complaint)
def show(complaint: Complaint) -> Response:
    works, closes = _may(Permit.COMPLAINT_WORK), _may(Permit.COMPLAINT_CLOSE)
    context: dict[str, Any] = {"told": told(complaint, me()), "works": works, "closes": closes}
    return htmx.page("complaints/show.html", complaint=complaint, at=now(), labels=labels, **context)


@bp.post("/complaints/<int:id>/taken")
@allow(Permit.COMPLAINT_WORK, of=Complaint)
def take(complaint: Complaint) -> Response:
    actions.take(complaint, by=me(), at=now())
    db.session.commit()
    return htmx.go(url_for("complaints.show", id=complaint.id))


@bp.get("/complaints/<int:id>/<any(step, settle):part>")
@allow(Permit.COMPLAINT_WORK, of=Complaint)
def work(complaint: Complaint, part: str) -> Response:
    return _empty(part, complaint)


@bp.post("/complaints/<int:id>/<any(step, settle):part>")
@allow(Permit.COMPLAINT_WORK, of=Complaint)
def worked(complaint: Complaint, part: str) -> Response:
    return _done(part, complaint)


@bp.get("/complaints/<int:id>/<any(close, 'hand-over'):part>")
@allow(Permit.COMPLAINT_CLOSE, of=Complaint)
def judge(complaint: Complaint, part: str) -> Response:
    return _empty(part, complaint)


@bp.post("/complaints/<int:id>/<any(close, 'hand-over'):part>")
@allow(Permit.COMPLAINT_CLOSE, of=Complaint)
def judged(complaint: Complaint, part: str) -> Response:
    return _done(part, complaint)


def _empty(part: str, complaint: Complaint) -> Response:
    """The form of one verb, on a page of its own; its number makes a second post of it harmless."""
    work = pages.WORKS[part]
    work.check(complaint)
    return pages.form_page(work, complaint, work.form(complaint, None), new_uuid())


def _done(part: str, complaint: Complaint) -> Response:
    """Do what was sent, once. Whoever comes second with other words keeps them and sees what has changed."""
    work, uuid = pages.WORKS[part], uuid_or_new(request.form.get("uuid"))
    form, address = work.form(complaint, request.form), url_for("complaints.show", id=complaint.id)
    if pages.already(complaint, form, uuid):
        return htmx.go(address)
    if not form.ok:
        return pages.form_page(work, complaint, form, uuid, 422)
    if request.form.get("version") != str(complaint.version):
        return pages.form_page(work, complaint, form, uuid, 409, pages.too_late())
    try:
        work.do(complaint, form.values, {"uuid": uuid, "by": me(), "at": now()})
        db.session.commit()
    except (Refusal, StaleDataError, IntegrityError) as lost:
        db.session.rollback()
        if pages.already(complaint, form, uuid):
            return htmx.go(address)
        if isinstance(lost, IntegrityError):
            raise
        status, say = (lost.status, lost.say) if isinstance(lost, Refusal) else (409, pages.too_late())
        return pages.form_page(work, complaint, form, uuid, status, say)
    return htmx.go(address)


def _may(permit: Permit) -> bool:
    return me().is_a(*HELD_BY[permit])


def _shown() -> Shown:
    asked = htmx.asked("state")
    return Shown(asked) if asked in set(Shown) else Shown.OPEN


def _after() -> tuple[int, int] | None:
    """The key of the last row of the page before; None for what no page has given."""
    answered, _dot, id = htmx.asked("after").partition(".")
    found = id_of(id)
    return (int(answered == "1"), found) if found else None


def _customer(text: str | None) -> Customer:
    found = db.session.scalar(Complaint.customers_for(me()).where(Customer.id == (id_of(text) or 0)))
    return found or abort(404)


def _customer_of(id: int) -> Customer:
    found = db.session.scalar(Complaint.customers_of(me()).where(Customer.id == id))
    return found or abort(404)


def _who() -> Response:
    q = htmx.asked("q").strip()[:80]
    found = lists.found(me(), q) if q else []
    context: dict[str, Any] = {"q": q, "found": found, "recent": lists.recent(me())}
    if htmx.asked_for_fragment():
        return htmx.fragment("complaints/who.html", "found", **context)
    return htmx.page("complaints/who.html", **context)


def _form(customer: Customer, data: Any) -> ComplaintForm:
    """Filled in as far as is known: whoever was found by a person or a machine need not choose them again."""
    offer = lists.offer(me(), customer)
    machine = next((m.uuid for m in offer.machines if m.id == id_of(htmx.asked("machine"))), "")
    given = {"channel": _channel(me()), "machine": machine, "contact": htmx.asked("contact") or None}
    return ComplaintForm(data, **given).among(offer.machines, offer.products, offer.contacts)


def _channel(person: Person) -> Channel:
    """The one this person's complaints mostly come by."""
    if person.is_a(Role.DEALER):
        return Channel.DEALER
    return Channel.VISIT if person.is_a(Role.ENGINEER) else Channel.PHONE


def _intake(customer: Customer, form: ComplaintForm, uuid: str, status: int = 200) -> Response:
    context: dict[str, Any] = {"customer": customer, "form": form, "uuid": uuid}
    if htmx.asked_for_fragment():
        return htmx.fragment("complaints/new.html", "form", status, **context)
    return htmx.page("complaints/new.html", status, **context)


def _received(uuid: str) -> int | None:
    """The number of the complaint that this form made before, if it did."""
    return db.session.scalar(sa.select(Complaint.id).where(Complaint.uuid == uuid))
