"""What the pages of complaints offer: the list itself, customers, machines and oils, and colleagues."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal.catalogue.models import Product
from portal.complaints.kinds import OPEN, ComplaintState, Shown
from portal.complaints.models import Complaint
from portal.customers import search
from portal.customers.kinds import NameKind
from portal.customers.models import Compartment, Contact, Customer, Machine, Site
from portal.kit.db import db
from portal.people.models import Person, Role

PAGE = 30  # rows
RECENT = 6  # customers to tap
NEWEST = 50  # complaints among which they are looked for
FOUND = 20  # customers of a search
STATES = {
    Shown.OPEN: OPEN,
    Shown.SETTLED: (ComplaintState.SETTLED,),
    Shown.CLOSED: (ComplaintState.CLOSED,),
    Shown.ALL: tuple(ComplaintState),
}
ANSWERED = sa.case((Complaint.answered_at.is_(None), 0), else_=1)


@dataclass(frozen=True)
class Offer:
    """What the intake offers for one customer."""

    machines: list[Machine]
    products: list[Product]
    contacts: list[Contact]


@dataclass(frozen=True)
class Named:
    """One answer of a search, and what the intake then knows already."""

    title: str
    below: str
    knows: dict[str, int]


def page_of(
    person: Person, shown: Shown, customer_id: int | None, after: tuple[int, int] | None
) -> tuple[list[Complaint], str | None]:
    """A page of complaints with customer and owner loaded, and the key of the next one or None.

    Open ones: those nobody answered first, and the oldest of them on top. Others: the newest first. `after` is the key
    of the last row of the page before; whether that one was answered is part of it, for it may be answered meanwhile.
    """
    rows = Complaint.seen_by(person).options(joinedload(Complaint.customer), joinedload(Complaint.owner))
    if shown is not Shown.ALL:
        rows = rows.where(Complaint.state.in_(STATES[shown]))
    if customer_id:
        rows = rows.where(Complaint.customer_id == customer_id)
    rows = _open_from(rows, after) if shown is Shown.OPEN else _newest_from(rows, shown, after)
    found = list(db.session.scalars(rows.limit(PAGE + 1)))
    return found[:PAGE], _key(found[PAGE - 1]) if len(found) > PAGE else None


def recent(person: Person) -> list[Customer]:
    """Whom the next call is likely from: the customers of the newest complaints, then the most important ones."""
    newest = (
        Complaint.seen_by(person)
        .with_only_columns(Complaint.customer_id, Complaint.id)
        .order_by(Complaint.id.desc())
        .limit(NEWEST)
        .subquery()
    )
    last = sa.select(newest.c.customer_id, sa.func.max(newest.c.id).label("id")).group_by(newest.c.customer_id)
    latest = last.subquery()
    customers = Complaint.customers_for(person).outerjoin(latest, latest.c.customer_id == Customer.id)
    order = (latest.c.id.desc().nulls_last(), Customer.abc, Customer.name, Customer.id)
    return list(db.session.scalars(customers.order_by(*order).limit(RECENT)))


def found(person: Person, q: str) -> list[Named]:
    """What is called like `q`, among the customers of whom this person may register a complaint.

    A dealer searches by the customer's name only: everything else stands in files that are not the dealer's to open.
    """
    if not person.is_a(Role.DEALER):
        return [_named(thing) for thing in search.find(q, person, FOUND)]
    called = Complaint.customers_for(person).where(Customer.name.icontains(q, autoescape=True))
    return [Named(c.name, "", {"customer": c.id}) for c in _some(called.order_by(Customer.name, Customer.id))]


def offer(person: Person, customer: Customer) -> Offer:
    """Machines and people only where the person may open the file; oils of the machines, or else all on sale."""
    opened = Customer.seen_by(person).where(Customer.id == customer.id).with_only_columns(Customer.id)
    if db.session.scalar(opened) is None:
        return Offer([], _on_sale(), [])
    of_customer = Machine.site_id.in_(sa.select(Site.id).where(Site.customer_id == customer.id))
    machines = sa.select(Machine).where(of_customer, Machine.archived_at.is_(None)).order_by(Machine.number, Machine.id)
    inside = sa.select(Compartment.product_id).join(Compartment.machine).where(of_customer)
    products = sa.select(Product).where(Product.id.in_(inside)).order_by(Product.name, Product.id)
    contacts = sa.select(Contact).where(Contact.customer_id == customer.id, Contact.archived_at.is_(None))
    return Offer(
        list(db.session.scalars(machines)), list(db.session.scalars(products)) or _on_sale(),
        list(db.session.scalars(contacts.order_by(Contact.name, Contact.id))),
    )  # fmt: skip


def colleagues(complaint: Complaint) -> Iterable[Person]:
    """Who may take it over: the engineers of the customer's region, supervisors and the desk, but not its owner."""
    engineers = sa.and_(Person.holding(Role.ENGINEER), Person.region_id == complaint.customer.region_id)
    workers = sa.or_(engineers, Person.holding(Role.SUPERVISOR), Person.holding(Role.DESK))
    others = sa.select(Person).where(workers, Person.locked_at.is_(None), Person.id != (complaint.owner_id or 0))
    return db.session.scalars(others.order_by(Person.name, Person.id))


def _named(thing: search.Found) -> Named:
    knows = {"customer": thing.customer_id}
    if thing.kind in (NameKind.CONTACT, NameKind.MACHINE):
        knows[thing.kind.value] = thing.id
    return Named(thing.title, thing.below, knows)


def _some(customers: sa.Select[Any]) -> list[Customer]:
    return list(db.session.scalars(customers.limit(FOUND)))


def _open_from(rows: sa.Select[Any], after: tuple[int, int] | None) -> sa.Select[Any]:
    if after:
        answered, id = after
        key = sa.tuple_(ANSWERED, Complaint.received_at, Complaint.id)
        rows = rows.where(key > sa.tuple_(sa.literal(answered), _received(id), sa.literal(id)))
    return rows.order_by(ANSWERED, Complaint.received_at, Complaint.id)


def _newest_from(rows: sa.Select[Any], shown: Shown, after: tuple[int, int] | None) -> sa.Select[Any]:
    """In the order of an index: of the primary key for all, of state and receipt for one state."""
    if shown is Shown.ALL:
        rows = rows.where(Complaint.id < after[1]) if after else rows
        return rows.order_by(Complaint.id.desc())
    if after:
        key = sa.tuple_(Complaint.received_at, Complaint.id)
        rows = rows.where(key < sa.tuple_(_received(after[1]), sa.literal(after[1])))
    return rows.order_by(Complaint.received_at.desc(), Complaint.id.desc())


def _received(id: int) -> Any:
    return sa.select(Complaint.received_at).where(Complaint.id == id).scalar_subquery()


def _key(complaint: Complaint) -> str:
    return f"{int(complaint.answered_at is not None)}.{complaint.id}"


def _on_sale() -> list[Product]:
    sold = sa.select(Product).where(Product.retired_at.is_(None)).order_by(Product.name, Product.id)
    return list(db.session.scalars(sold))
