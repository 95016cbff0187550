"""Which customers come one after another, and what the forms offer to choose from."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal.catalogue.models import Product
from portal.customers.kinds import Abc, CustomerKind
from portal.customers.labels import oil_label
from portal.customers.models import Customer, Machine, Site
from portal.kit.db import db
from portal.people.models import Person, Region, Role

PAGE = 30  # rows
Pairs = list[tuple[int, str]]


def customers(person: Person, abc: Abc | None, after: int | None) -> tuple[list[Customer], int | None]:
    """A page of customers by name, and the id after which the next begins."""
    found = Customer.current(person).options(joinedload(Customer.region), joinedload(Customer.engineer))
    if abc is not None:
        found = found.where(Customer.abc == abc)
    if after is not None and (last := db.session.scalar(Customer.seen_by(person).where(Customer.id == after))):
        found = found.where(sa.tuple_(Customer.name, Customer.id) > sa.tuple_(last.name, last.id))
    rows = list(db.session.scalars(found.order_by(Customer.name, Customer.id).limit(PAGE + 1)))
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def regions(person: Person) -> Pairs:
    """The regions whose customers `person` sees."""
    return _pairs(sa.select(Region.id, Region.name).where(_near(person, Region.id)).order_by(Region.name))


def dealers(person: Person, now: Customer | None) -> Pairs:
    """Those whom `person` sees, and the one who is written there now."""
    found = Customer.current(person).where(Customer.kind == CustomerKind.DEALER)
    offered = _pairs(found.with_only_columns(Customer.id, Customer.name).order_by(Customer.name))
    return _with(offered, now)


def engineers(person: Person, now: Person | None) -> Pairs:
    """Those of the regions that `person` sees, and the one who is written there now."""
    found = sa.select(Person.id, Person.name).where(Person.holding(Role.ENGINEER), Person.locked_at.is_(None))
    return _with(_pairs(found.where(_near(person, Person.region_id)).order_by(Person.name)), now)


def sites_beside(machine: Machine) -> Pairs:
    """The sites in use of the machine's customer, and its own."""
    found = sa.select(Site.id, Site.name).where(Site.customer_id == machine.site.customer_id)
    return _with(_pairs(found.where(Site.archived_at.is_(None)).order_by(Site.name)), machine.site)


def products(now: Product | None) -> Pairs:
    """What is on sale, and what is in the compartment now."""
    offered = [(product.id, oil_label(product)) for product in db.session.scalars(Product.on_sale())]
    return _with(offered, now)


def _near(person: Person, region_id: Any) -> sa.ColumnElement[bool]:
    if person.is_a(Role.DESK):
        return sa.true()
    if not person.is_a(Role.SUPERVISOR):
        return region_id == person.region_id
    led = sa.select(Person.region_id).where(sa.or_(Person.id == person.id, Person.led_by(person)))
    return region_id.in_(led)


def _pairs(select: sa.Select[Any]) -> Pairs:
    return [(id, name) for id, name in db.session.execute(select)]


def _with(offered: Pairs, now: Any) -> Pairs:
    return offered if now is None or now.id in dict(offered) else [*offered, (now.id, now.name)]
