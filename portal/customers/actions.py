"""The verbs of the customer file. Each checks, changes, keeps the search up to date and tells the journal."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

import sqlalchemy as sa
from flask_babel import gettext as _

from portal.customers import search
from portal.customers.kinds import Abc, CustomerKind, PromiseState
from portal.customers.labels import PROMISE_STATE
from portal.customers.models import Compartment, Contact, Customer, Machine, Promise, Site
from portal.journal.actions import note
from portal.kit.db import Base, db
from portal.kit.errors import NotValid, WrongState
from portal.people.models import Person

Thing = Customer | Site | Contact | Machine | Compartment
ON_LABELS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no sign that is read as another
CALLED = {Customer: "customer", Site: "site", Contact: "contact", Machine: "machine", Compartment: "compartment"}


class Visited(Protocol):
    """A visit, as far as a promise needs to know."""

    id: int


def add_customer(values: dict[str, Any], *, uuid: str, by: Person, at: datetime) -> Customer:
    return _add(Customer(uuid=uuid, **values), values, by, at)


def change_customer(customer: Customer, values: dict[str, Any], *, by: Person, at: datetime) -> None:
    """Raises NotValid for a customer who would be their own dealer."""
    if values["dealer_id"] == customer.id:
        raise NotValid(_("Nobody buys from themselves. Choose another dealer, or none."), beside="dealer_id")
    _change(customer, values, by, at)


def reclassify(customer: Customer, abc: Abc, reason: str, on: date, *, by: Person, at: datetime) -> None:
    """Give a customer another class, or the same for another reason; the journal keeps the one before."""
    _change(customer, {"abc": abc, "abc_reason": reason, "abc_on": on}, by, at, "customer.reclassified")


def add_site(customer: Customer, values: dict[str, Any], *, by: Person, at: datetime) -> Site:
    """A new site. The same once more changes nothing; raises NotValid for a name that the customer has already."""
    before = _site_called(customer.id, values["name"])
    if before is not None:
        if before.archived_at is None and _is(before, values):
            return before
        raise NotValid(taken_site(values["name"]), beside="name")
    values = {**values, "customer_id": customer.id}
    return _add(Site(**values), values, by, at)


def change_site(site: Site, values: dict[str, Any], *, by: Person, at: datetime) -> None:
    """Raises NotValid for a name that the customer has already."""
    other = _site_called(site.customer_id, values["name"])
    if other not in (None, site):
        raise NotValid(taken_site(values["name"]), beside="name")
    _change(site, values, by, at)


def add_contact(customer: Customer, values: dict[str, Any], *, by: Person, at: datetime) -> Contact:
    """A new contact. The same once more changes nothing."""
    same = sa.select(Contact).where(Contact.customer_id == customer.id, Contact.archived_at.is_(None))
    before = db.session.scalar(same.where(*(getattr(Contact, name) == value for name, value in values.items())))
    values = {**values, "customer_id": customer.id}
    return before or _add(Contact(**values), values, by, at)


def change_contact(contact: Contact, values: dict[str, Any], *, by: Person, at: datetime) -> None:
    _change(contact, values, by, at)


def add_machine(values: dict[str, Any], *, uuid: str, by: Person, at: datetime) -> Machine:
    """Raises NotValid for a number that the site has already."""
    _number_must_be_free(values["site_id"], values["number"])
    return _add(Machine(uuid=uuid, **values), values, by, at)


def change_machine(machine: Machine, values: dict[str, Any], *, by: Person, at: datetime) -> None:
    """Also brings it to another site of the customer. Raises NotValid for a number that is taken there."""
    if (values["site_id"], values["number"]) != (machine.site_id, machine.number):
        _number_must_be_free(values["site_id"], values["number"])
    _change(machine, values, by, at)


def read_meter(machine: Machine, hours: Decimal, *, by: Person, at: datetime) -> None:
    """Keep a reading of the meter. One that is older than the reading we have changes nothing."""
    if machine.hours_at is not None and at < machine.hours_at:
        return
    before, machine.hours_at = machine.hours, at
    if before != hours:
        machine.hours = hours
        note("machine.meter_read", machine, by=by, at=at, before={"hours": before}, after={"hours": hours})


def add_compartment(machine: Machine, values: dict[str, Any], *, uuid: str, by: Person, at: datetime) -> Compartment:
    """A body of oil, with a label of its own."""
    values = {**values, "machine_id": machine.id, "label_code": _new_label()}
    return _add(Compartment(uuid=uuid, **values), values, by, at)


def change_compartment(compartment: Compartment, values: dict[str, Any], *, by: Person, at: datetime) -> None:
    _change(compartment, values, by, at)


def archive(thing: Thing, *, by: Person, at: datetime) -> None:
    """No longer in lists, forms and the search; what was written about it stays."""
    if thing.archived_at is not None:
        raise WrongState(_("This is in the archive already."))
    thing.archived_at = at
    note(f"{CALLED[type(thing)]}.archived", thing, by=by, at=at)


def restore(thing: Thing, *, by: Person, at: datetime) -> None:
    """Back from the archive. Raises WrongState for a file that went into another one."""
    if thing.archived_at is None:
        raise WrongState(_("This is not in the archive."))
    if isinstance(thing, Customer) and thing.merged_into_id is not None:
        raise WrongState(_("This file went into another one. Open that one."))
    thing.archived_at = None
    note(f"{CALLED[type(thing)]}.restored", thing, by=by, at=at)


def merge(loser: Customer, winner: Customer, *, by: Person, at: datetime) -> None:
    """Two files of one company become one: everything of `loser` moves to `winner`, and `loser` goes to the archive.

    Raises WrongState for files that are not in use, and NotValid for what cannot be one.
    """
    both = sa.select(Customer).where(Customer.id.in_([loser.id, winner.id])).order_by(Customer.id)
    db.session.execute(both.with_for_update().execution_options(populate_existing=True))  # not the other way round too
    _must_fit(loser, winner)
    if winner.dealer_id == loser.id:
        winner.dealer_id = None
        db.session.flush()
    moved = {f"{column.table.name}.{column.name}": _move(column, loser.id, winner.id) for column in led_to_customers()}
    db.session.expire_all()
    loser.archived_at, loser.merged_into_id = at, winner.id
    after = {"merged_into": winner.id, "moved": {name: count for name, count in moved.items() if count}}
    note("customer.merged", loser, by=by, at=at, after=after)


def led_to_customers() -> list[sa.Column[Any]]:
    """Every column of the house that names a customer, also those of rooms above."""
    keys = [key for table in Base.metadata.sorted_tables for key in table.foreign_keys]
    found = [key.parent for key in keys if key.target_fullname == "customers.id"]
    return sorted(found, key=lambda column: (column.table.name, column.name))


def promise(
    customer: Customer, text: str, due_on: date, *, uuid: str, by: Person, at: datetime, visit: Visited | None = None
) -> Promise:
    """`by` promises something to a customer, on a visit or elsewhere."""
    made = Promise(
        uuid=uuid, customer=customer, visit_id=visit.id if visit else None, text=text, due_on=due_on, promised_by=by,
        promised_at=at,
    )  # fmt: skip
    db.session.add(made)
    after = {"customer": customer.id, "text": text, "due_on": due_on, "visit": made.visit_id}
    note("promise.given", made, by=by, at=at, after=after)
    return made


def close_promise(promise: Promise, state: PromiseState, outcome: str, *, by: Person, at: datetime) -> None:
    """Say whether it was kept. Raises WrongState for one that is closed, NotValid for a break without a reason."""
    if promise.state is not PromiseState.OPEN:
        raise WrongState(_("This promise is “%(state)s” already.", state=PROMISE_STATE[promise.state]))
    if state is PromiseState.OPEN:
        raise NotValid(_("Choose whether it was kept."), beside="state")
    if state is PromiseState.BROKEN and not outcome:
        raise NotValid(_("Write why it was not kept, and what was agreed instead."), beside="outcome")
    promise.state, promise.closed_at, promise.outcome = state, at, outcome
    note(f"promise.{state}", promise, by=by, at=at, before={"state": PromiseState.OPEN}, after={"outcome": outcome})


def taken_site(name: str) -> str:
    return _(
        "This customer has a site called %(name)s already, perhaps in the archive. Choose another name.", name=name
    )


def taken_number(number: str) -> str:
    return _("There is a machine %(number)s at this site already, perhaps in the archive.", number=number)


def _add(thing: Any, values: dict[str, Any], by: Person, at: datetime) -> Any:
    db.session.add(thing)
    _learn(thing)
    note(f"{CALLED[type(thing)]}.added", thing, by=by, at=at, after=values)
    return thing


def _change(thing: Any, values: dict[str, Any], by: Person, at: datetime, what: str = "") -> None:
    """Set what is new; the journal keeps it beside what was there. Nothing new is no change."""
    new = {name: value for name, value in values.items() if getattr(thing, name) != value}
    if not new:
        return
    before = {name: getattr(thing, name) for name in new}
    for name, value in new.items():
        setattr(thing, name, value)
    _learn(thing)
    note(what or f"{CALLED[type(thing)]}.changed", thing, by=by, at=at, before=before, after=new)


def _learn(thing: Any) -> None:
    if isinstance(thing, search.Named):
        search.learn(thing)


def _is(thing: Any, values: dict[str, Any]) -> bool:
    return all(getattr(thing, name) == value for name, value in values.items())


def _site_called(customer_id: int, name: str) -> Site | None:
    return db.session.scalar(sa.select(Site).where(Site.customer_id == customer_id, Site.name == name))


def _number_must_be_free(site_id: int, number: str) -> None:
    if db.session.scalar(sa.select(Machine.id).where(Machine.site_id == site_id, Machine.number == number)):
        raise NotValid(taken_number(number), beside="number")


def _new_label() -> str:
    """A code that no label has: C-7K3M9Q."""
    code = "C-" + "".join(secrets.choice(ON_LABELS) for _place in range(6))
    used = db.session.scalar(sa.select(Compartment.id).where(Compartment.label_code == code))
    return code if used is None else _new_label()


def _must_fit(loser: Customer, winner: Customer) -> None:
    if loser is winner:
        raise NotValid(_("A file cannot go into itself. Choose another one."), beside="winner")
    if loser.archived_at is not None or winner.archived_at is not None:
        raise WrongState(_("One of these files is in the archive. Restore it first."))
    if CustomerKind.DEALER in (loser.kind, winner.kind) and loser.kind is not winner.kind:
        raise NotValid(_("A dealer goes together with a dealer only."), beside="winner")
    both = sa.select(Site.name).where(Site.customer_id == winner.id)
    if name := db.session.scalar(sa.select(Site.name).where(Site.customer_id == loser.id, Site.name.in_(both))):
        raise NotValid(_("Both have a site called %(name)s. Rename one of them first.", name=name), beside="winner")


def _move(column: sa.Column[Any], loser_id: int, winner_id: int) -> int:
    done = db.session.execute(sa.update(column.table).where(column == loser_id).values({column.name: winner_id}))
    return int(done.rowcount)
