"""Who reads the products, and who keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from portal.catalogue import actions
from portal.catalogue.kinds import Family
from portal.kit.db import new_uuid
from portal.town import Town
from tests.support.matrix import ROLE, Ask, Says, page

HOUSE = ("engineer", "supervisor", "desk", "lab", "admin")  # everybody but the dealers
OIL = {
    "family": "turbine", "code": "MX-TU32", "maker": "X", "name": "Matrix Turbine", "grade": "ISO VG 32", "v40": "32",
    "v100": "5.4",
}  # fmt: skip


def kept(ask: Ask) -> int:
    return 303 if ROLE[ask.who] == "admin" else 403


PUBLIC: dict[tuple[str, str], Says] = {}
POLICY: dict[tuple[str, str], Says] = {
    ("GET", "/products"): page(*HOUSE),
    ("GET", "/products/<int:id>"): page(*HOUSE),
    ("GET", "/products/<int:id>/edit"): page("admin"),
    ("GET", "/products/new"): page("admin"),
    ("POST", "/products/<int:id>/edit"): kept,
    ("POST", "/products/<int:id>/on-sale"): kept,
    ("POST", "/products/<int:id>/retired"): kept,
    ("POST", "/products/new"): kept,
}


def make(people: Town, at: datetime) -> dict[str, int]:
    """An oil on sale and one that is retired."""
    values = {
        "family": Family.GEAR, "code": "MX-OLD", "maker": "X", "name": "Matrix Gear", "grade": "ISO VG 220",
        "v40": None, "v100": None, "vi": None, "tbn": None, "tan": None, "base": None, "thickener": None,
        "approvals": "",
    }  # fmt: skip
    retired = actions.add(values, uuid=new_uuid(), by=people.admin, at=at)
    actions.retire(retired, by=people.admin, at=at)
    return {"sold": people.products["HB-TU32"].id, "retired": retired.id}


def asks(who: str, made: dict[str, int]) -> Iterator[Ask]:
    sold, retired = made["sold"], made["retired"]
    yield Ask(who, "GET", "/products/<int:id>", f"/products/{sold}")
    yield Ask(who, "GET", "/products/<int:id>/edit", f"/products/{sold}/edit")
    send = {"data": {**OIL, "uuid": new_uuid(), "version": "1"}}
    yield Ask(who, "POST", "/products/new", "/products/new", send=send)
    other = {"data": {**OIL, "code": "MX-TU33", "version": "1"}}
    yield Ask(who, "POST", "/products/<int:id>/edit", f"/products/{sold}/edit", send=other)
    yield Ask(who, "POST", "/products/<int:id>/retired", f"/products/{sold}/retired")
    yield Ask(who, "POST", "/products/<int:id>/on-sale", f"/products/{retired}/on-sale")
