"""The customer file: found, read, kept, put away, and two made one."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from portal.customers import actions, labels, lists, record, search
from portal.customers.forms import (
    SOME_ZONES,
    ClassForm,
    CustomerForm,
    FindForm,
    MergeForm,
    NewCustomerForm,
    OutcomeForm,
    PromiseForm,
)
from portal.customers.initials import fold
from portal.customers.kinds import NameKind
from portal.customers.models import Customer, Promise
from portal.kit import htmx
from portal.kit.clock import now
from portal.kit.db import db, new_uuid, uuid_or_new
from portal.kit.errors import NotValid
from portal.kit.forms import RoomForm, id_of
from portal.kit.i18n import today
from portal.people.models import me
from portal.people.permits import HELD_BY, Permit, allow

bp = Blueprint("customers", __name__)

Again = Callable[..., Response]


@bp.get("/customers")
@allow(Permit.CUSTOMER_READ)
def index() -> Response:
    """All customers by name, a page at a time by key; or what the search finds."""
    return htmx.page("customers/index.html", **_listed())


@bp.get("/customers/find")
@allow(Permit.CUSTOMER_READ)
def find() -> Response:
    """The list alone, while somebody types."""
    if htmx.asked_for_fragment():
        return htmx.fragment("customers/index.html", "found", **_listed())
    return htmx.page("customers/index.html", **_listed())


@bp.get("/customers/<int:id>")
@allow(Permit.CUSTOMER_READ, of=Customer)
def show(customer: Customer) -> Response:
    """The file. One that went into another leads there."""
    if customer.merged_into_id is not None:
        return htmx.go(url_for("customers.show", id=customer.merged_into_id))
    return htmx.page(
        "customers/show.html", **record.of_customer(customer), labels=labels, today=today(now()),
        may_archive=me().is_a(*HELD_BY[Permit.CUSTOMER_ARCHIVE]),
    )  # fmt: skip


@bp.get("/customers/new")
@allow(Permit.CUSTOMER_WRITE)
def new() -> Response:
    form = NewCustomerForm(abc_on=today(now()))
    return _page(_offering(form), uuid=new_uuid())


@bp.post("/customers/new")
@allow(Permit.CUSTOMER_WRITE)
def add() -> Response:
    form, uuid = NewCustomerForm(request.form).not_after(today(now())), uuid_or_new(request.form.get("uuid"))
    same = _doubled(_offering(form))
    return keep(
        form,
        lambda: page_of(actions.add_customer(form.columns, uuid=uuid, by=me(), at=now())),
        lambda status, say="": _page(form, status, say, uuid=uuid, same=same),
        lambda: made(Customer, uuid),
    )


@bp.get("/customers/<int:id>/edit")
@allow(Permit.CUSTOMER_WRITE, of=Customer)
def edit(customer: Customer) -> Response:
    return _page(_offering(CustomerForm(obj=customer), customer), customer=customer)


@bp.post("/customers/<int:id>/edit")
@allow(Permit.CUSTOMER_WRITE, of=Customer)
def change(customer: Customer) -> Response:
    form = _offering(CustomerForm(request.form), customer)
    same = _doubled(form, customer)

    def act() -> str:
        must_be_fresh(customer)
        actions.change_customer(customer, form.columns, by=me(), at=now())
        return page_of(customer)

    return keep(form, act, lambda status, say="": _page(form, status, say, customer=customer, same=same))


@bp.get("/customers/<int:id>/class")
@allow(Permit.CUSTOMER_WRITE, of=Customer)
def class_form(customer: Customer) -> Response:
    form = ClassForm(abc=customer.abc, abc_on=today(now()))
    return answer("customers/class.html", form=form, customer=customer, version=customer.version)


@bp.post("/customers/<int:id>/class")
@allow(Permit.CUSTOMER_WRITE, of=Customer)
def reclassify(customer: Customer) -> Response:
    form = ClassForm(request.form).not_after(today(now()))

    def act() -> str:
        must_be_fresh(customer)
        abc, reason, on = (form.values[name] for name in ("abc", "abc_reason", "abc_on"))
        actions.reclassify(customer, abc, reason, on, by=me(), at=now())
        return page_of(customer)

    return keep(form, act, again("customers/class.html", form, customer, customer=customer))


@bp.post("/customers/<int:id>/archived")
@allow(Permit.CUSTOMER_ARCHIVE, of=Customer)
def put_away(customer: Customer) -> Response:
    return archived(customer, page_of(customer))


@bp.get("/customers/<int:id>/merge")
@allow(Permit.CUSTOMER_ARCHIVE, of=Customer)
def merge_form(customer: Customer) -> Response:
    """Which file stays is found by the search."""
    return _merging(customer, MergeForm(winner=htmx.asked("winner")))


@bp.post("/customers/<int:id>/merge")
@allow(Permit.CUSTOMER_ARCHIVE, of=Customer)
def merge(customer: Customer) -> Response:
    form = MergeForm(request.form)
    winner = _winner(form.winner_id)
    if winner is None and form.ok:
        form.refuse("winner", _("Choose the file that stays."))

    def act() -> str:
        address = url_for("customers.show", id=form.winner_id)
        actions.merge(customer, winner, by=me(), at=now())  # type: ignore[arg-type]
        return address

    done = customer.merged_into_id is not None and customer.merged_into_id == form.winner_id
    return keep(
        form, act, lambda status, say="": _merging(customer, form, status, say),
        lambda: url_for("customers.show", id=form.winner_id) if done else None,
    )  # fmt: skip


@bp.get("/customers/<int:id>/promises/new")
@allow(Permit.CUSTOMER_WRITE, of=Customer)
def promise_form(customer: Customer) -> Response:
    return answer("customers/promise.html", form=PromiseForm(), customer=customer, uuid=new_uuid())


@bp.post("/customers/<int:id>/promises/new")
@allow(Permit.CUSTOMER_WRITE, of=Customer)
def promise(customer: Customer) -> Response:
    form, uuid = PromiseForm(request.form).not_before(today(now())), uuid_or_new(request.form.get("uuid"))

    def act() -> str:
        actions.promise(customer, form.values["text"], form.values["due_on"], uuid=uuid, by=me(), at=now())
        return page_of(customer)

    return keep(
        form, act, again("customers/promise.html", form, customer=customer, uuid=uuid),
        lambda: page_of(customer) if made(Promise, uuid) else None,
    )  # fmt: skip


@bp.get("/promises/<int:id>/close")
@allow(Permit.PROMISE_CLOSE, of=Promise)
def outcome_form(promise: Promise) -> Response:
    return answer("customers/outcome.html", form=OutcomeForm(), promise=promise, customer=promise.customer)


@bp.post("/promises/<int:id>/close")
@allow(Permit.PROMISE_CLOSE, of=Promise)
def close_promise(promise: Promise) -> Response:
    form = OutcomeForm(request.form)

    def act() -> str:
        actions.close_promise(promise, form.values["state"], form.values["outcome"], by=me(), at=now())
        return page_of(promise.customer)

    return keep(form, act, again("customers/outcome.html", form, promise=promise, customer=promise.customer))


def answer(template: str, status: int = 200, **context: Any) -> Response:
    """A form: the page, or for htmx the form alone."""
    context = {"say": "", "labels": labels, "zones": SOME_ZONES, **context}
    if htmx.asked_for_fragment():
        return htmx.fragment(template, "form", status, **context)
    return htmx.page(template, status, **context)


def again(template: str, form: RoomForm, row: Any = None, **context: Any) -> Again:
    """The form as it was typed. Its version stays the one that was read: a change is not written over unseen."""
    version = request.form.get("version", "") if row is not None else ""
    return lambda status, say="": answer(template, status, form=form, say=say, version=version, **context)


def keep(
    form: RoomForm, act: Callable[[], str], again: Again, before: Callable[[], str | None] = lambda: None
) -> Response:
    """Do what the form says, and go to the address that `act` gives; or show the form again with what is wrong.

    `before` gives the address of what an equal post has made already.
    """
    if url := before():
        return htmx.go(url)
    if not form.ok:
        return again(422)
    try:
        url = act()
        db.session.commit()
    except StaleDataError:
        db.session.rollback()
        return again(409, _("Somebody else changed this a moment ago. Open it again and look before you go on."))
    except NotValid as refused:
        db.session.rollback()
        return _beside(form, refused, again)
    except IntegrityError:
        db.session.rollback()
        if url := before():
            return htmx.go(url)
        return again(422, _("Somebody wrote the same a moment ago. Look at the list before you go on."))
    return htmx.go(url)


def archived(thing: Any, url: str) -> Response:
    """Put it into the archive, or bring it back, and go to `url`."""
    verb = actions.restore if request.form.get("archived") == "no" else actions.archive
    verb(thing, by=me(), at=now())
    db.session.commit()
    return htmx.go(url)


def must_be_fresh(row: Any) -> None:
    """Raises StaleDataError when the form was read from another version of the row."""
    if request.form.get("version") != str(row.version):
        raise StaleDataError("the form is older than the row")


def made(model: type[Any], uuid: str) -> str | None:
    """The page of the row with this uuid, if there is one."""
    row = db.session.scalar(sa.select(model).where(model.uuid == uuid))
    return None if row is None else page_of(row)


def page_of(thing: Any) -> str:
    """The page on which a thing of the file is read."""
    if thing.__tablename__ == "customers":
        return url_for("customers.show", id=thing.id)
    if thing.__tablename__ in ("sites", "machines"):
        return url_for(f"things.{thing.__tablename__.removesuffix('s')}", id=thing.id)
    if thing.__tablename__ == "compartments":
        return url_for("things.machine", id=thing.machine_id)
    return url_for("customers.show", id=thing.customer_id)


def _beside(form: RoomForm, refused: NotValid, again: Again) -> Response:
    """The sentence beside the box to which it belongs, or above the form."""
    if beside := refused.facts.get("beside"):
        form.refuse(str(beside), refused.say)
        return again(422)
    return again(422, refused.say)


def _listed() -> dict[str, Any]:
    form = FindForm(request.args)
    found = search.find(form.sought, me()) if form.sought else []
    rows, more = ([], None) if form.sought else lists.customers(me(), form.chosen, id_of(htmx.asked("after")))
    kinds = [(kind, list(group)) for kind, group in groupby(found, key=attrgetter("kind"))]
    return {"form": form, "found": kinds, "customers": rows, "more": more, "chosen": form.chosen, "labels": labels}


def _offering(form: CustomerForm, customer: Customer | None = None) -> CustomerForm:
    dealer, engineer = (customer.dealer, customer.engineer) if customer else (None, None)
    return form.among(lists.regions(me()), lists.dealers(me(), dealer), lists.engineers(me(), engineer))


def _doubled(form: CustomerForm, customer: Customer | None = None) -> Customer | None:
    """The other customer of this name in the region, about whom the form then asks; None when all is clear."""
    name, region_id = form.name.data or "", form.region_id.data
    same_as_before = customer and (fold(name), region_id) == (fold(customer.name), customer.region_id)
    if not form.ok or same_as_before or form.another.data:
        return None
    same: Customer | None = db.session.scalar(search.same_name(name, region_id, customer.id if customer else None))
    if same is not None:
        form.refuse("name", _("There is a customer of this name already. Open it, or tick that this is another one."))
    return same


def _page(
    form: CustomerForm, status: int = 200, say: str = "", *, customer: Customer | None = None, uuid: str = "",
    same: Customer | None = None,
) -> Response:  # fmt: skip
    version = request.form.get("version", customer.version if customer else "")
    return answer(
        "customers/edit.html", status, form=form, say=say, customer=customer, uuid=uuid, same=same, version=version
    )


def _winner(id: int | None) -> Customer | None:
    return db.session.scalar(Customer.current(me()).where(Customer.id == id)) if id else None


def _merging(customer: Customer, form: MergeForm, status: int = 200, say: str = "") -> Response:
    """Without a winner the search, with one the question."""
    find = FindForm(request.args)
    found = [f for f in search.find(find.sought, me()) if f.kind is NameKind.CUSTOMER and f.id != customer.id]
    winner = _winner(form.winner_id)
    return answer(
        "customers/merge.html", status, form=form, find=find, found=found, customer=customer, winner=winner, say=say
    )
