"""What the file of a customer, of a site and of a machine says; each with as few questions as it takes."""

from __future__ import annotations

from collections import Counter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portal.customers.kinds import PromiseState
from portal.customers.models import Compartment, Customer, Machine, Promise, Site
from portal.kit.db import db

OLD_PROMISES = 10  # closed ones that are still shown


def of_customer(customer: Customer) -> dict[str, Any]:
    loaded = sa.select(Customer).where(Customer.id == customer.id).options(
        joinedload(Customer.region), joinedload(Customer.dealer), joinedload(Customer.engineer),
        selectinload(Customer.contacts), selectinload(Customer.sites).selectinload(Site.machines),
    )  # fmt: skip
    db.session.scalar(loaded)
    promises = list(db.session.scalars(_promises(customer)))
    return {
        "customer": customer,
        "contacts": in_use(customer.contacts),
        "sites": [(site, by_kind(site)) for site in in_use(customer.sites)],
        "put_away": [thing for thing in (*customer.sites, *customer.contacts) if thing.archived_at],
        "open_promises": [promise for promise in promises if promise.state is PromiseState.OPEN],
        "old_promises": [promise for promise in promises if promise.state is not PromiseState.OPEN][:OLD_PROMISES],
    }


def of_site(site: Site) -> dict[str, Any]:
    loaded = sa.select(Site).where(Site.id == site.id).options(
        joinedload(Site.customer),
        selectinload(Site.machines).selectinload(Machine.compartments).joinedload(Compartment.product),
    )  # fmt: skip
    db.session.scalar(loaded)
    away = [machine for machine in site.machines if machine.archived_at]
    return {"site": site, "customer": site.customer, "machines": in_use(site.machines), "put_away": away}


def of_machine(machine: Machine) -> dict[str, Any]:
    loaded = sa.select(Machine).where(Machine.id == machine.id).options(
        joinedload(Machine.site).joinedload(Site.customer),
        selectinload(Machine.compartments).joinedload(Compartment.product),
    )  # fmt: skip
    db.session.scalar(loaded)
    away = [compartment for compartment in machine.compartments if compartment.archived_at]
    return {
        "machine": machine, "site": machine.site, "customer": machine.site.customer,
        "compartments": in_use(machine.compartments), "put_away": away,
    }  # fmt: skip


def in_use(things: list[Any]) -> list[Any]:
    return [thing for thing in things if thing.archived_at is None]


def by_kind(site: Site) -> str:
    """How many machines of each kind stand there: 굴착기 6 · 덤프트럭 14."""
    kinds = Counter(machine.kind for machine in in_use(site.machines))
    return " · ".join(f"{kind} {count}" for kind, count in sorted(kinds.items()))


def _promises(customer: Customer) -> sa.Select[Any]:
    """Open ones by the day they are due, then the newest of the others."""
    found = sa.select(Promise).where(Promise.customer_id == customer.id).options(joinedload(Promise.promised_by))
    still = sa.case((Promise.state == PromiseState.OPEN, 0), else_=1)
    return found.order_by(still, Promise.closed_at.desc(), Promise.due_on, Promise.id).limit(100)
