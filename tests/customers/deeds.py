"""What is written into the file of a customer, one word each, for tests of what comes next."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from portal.customers import actions
from portal.customers.kinds import Abc, CompartmentKind, CustomerKind
from portal.customers.models import Compartment, Contact, Customer, Machine, Site
from portal.journal.models import Entry
from portal.kit.clock import now
from portal.kit.db import db, new_uuid
from portal.town import Town

FILE: dict[str, Any] = {
    "name": "솔바람채석", "kind": CustomerKind.QUARRY, "abc": Abc.B, "abc_reason": "물량이 늘고 있습니다.",
    "abc_on": date(2026, 11, 2), "language": "ko", "zone": None, "dealer_id": None, "engineer_id": None,
    "why_bought": "", "situation": "", "used_before": "",
}  # fmt: skip
PLACE: dict[str, Any] = {
    "name": "제1채석장", "address": "강원 영월군", "latitude": 37.18, "longitude": 128.46, "radius_m": 400,
    "zone": None,
}  # fmt: skip
SOMEBODY: dict[str, Any] = {"name": "오세린", "role": "소장", "phone": "033-555-0191", "email": "", "language": "ko"}
LOADER: dict[str, Any] = {"number": "WL-91", "kind": "휠로더", "make": "Dongil", "model": "DL420", "serial": "S-77"}


def customer(town: Town, **changes: Any) -> Customer:
    values = {**FILE, "region_id": town.mine.region_id, **changes}
    return actions.add_customer(values, uuid=new_uuid(), by=town.mina, at=now())


def site(town: Town, of: Customer, **changes: Any) -> Site:
    return actions.add_site(of, {**PLACE, **changes}, by=town.mina, at=now())


def contact(town: Town, of: Customer, **changes: Any) -> Contact:
    return actions.add_contact(of, {**SOMEBODY, **changes}, by=town.mina, at=now())


def machine(town: Town, at: Site, **changes: Any) -> Machine:
    return actions.add_machine({**LOADER, "site_id": at.id, **changes}, uuid=new_uuid(), by=town.mina, at=now())


def compartment(town: Town, of: Machine, **changes: Any) -> Compartment:
    values = {
        "kind": CompartmentKind.ENGINE, "product_id": town.engine.product_id, "sump_l": None, "filled_at_h": None,
        "filled_on": None, **changes,
    }  # fmt: skip
    return actions.add_compartment(of, values, uuid=new_uuid(), by=town.mina, at=now())


def told(what: str) -> list[Entry]:
    return list(db.session.scalars(sa.select(Entry).where(Entry.what == what).order_by(Entry.id)))
