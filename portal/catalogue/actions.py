"""The verbs of the catalogue: a product is added, corrected, retired and brought back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from portal.catalogue.models import Product
from portal.journal.actions import note
from portal.kit.db import db
from portal.kit.errors import NotValid, WrongState
from portal.people.models import Person

COLUMNS = {"v40": "v40_mm2_s", "v100": "v100_mm2_s", "tbn": "tbn_mg_koh_g", "tan": "tan_mg_koh_g"}


def add(values: dict[str, Any], *, uuid: str, by: Person, at: datetime) -> Product:
    """A new product from the clean values of a ProductForm. Raises NotValid for a code that is taken."""
    _must_be_free(values["code"])
    product = Product(uuid=uuid, **columns(values))
    db.session.add(product)
    note("product.added", product, by=by, at=at, after=columns(values))
    return product


def correct(product: Product, values: dict[str, Any], *, by: Person, at: datetime) -> None:
    """Give it the clean values of a ProductForm; the journal keeps what changed. Raises NotValid for a code taken."""
    if values["code"] != product.code:
        _must_be_free(values["code"])
    new = {name: value for name, value in columns(values).items() if getattr(product, name) != value}
    if not new:
        return
    before = {name: getattr(product, name) for name in new}
    for name, value in new.items():
        setattr(product, name, value)
    note("product.corrected", product, by=by, at=at, before=before, after=new)


def retire(product: Product, *, by: Person, at: datetime) -> None:
    """No longer offered; machines may still run on it."""
    if product.retired_at is not None:
        raise WrongState(_("This product is no longer sold already."), product=product.id)
    product.retired_at = at
    note("product.retired", product, by=by, at=at)


def bring_back(product: Product, *, by: Person, at: datetime) -> None:
    if product.retired_at is None:
        raise WrongState(_("This product is on sale already."), product=product.id)
    product.retired_at = None
    note("product.brought_back", product, by=by, at=at)


def columns(values: dict[str, Any]) -> dict[str, Any]:
    """The values of a form under the names of the table."""
    found = {COLUMNS.get(name, name): value for name, value in values.items()}
    vi = found.pop("vi")
    return {**found, "vi": None if vi is None else int(vi), "approvals": found["approvals"] or ""}


def _must_be_free(code: str) -> None:
    if db.session.scalar(sa.select(Product.id).where(Product.code == code)):
        raise NotValid(taken(code))


def taken(code: str) -> str:
    return _("%(code)s is the code of another product. Choose another.", code=code)
