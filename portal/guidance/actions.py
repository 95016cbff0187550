"""The verbs of guidance. In the field there is one: it is given."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

import sqlalchemy as sa
from flask_babel import gettext as _

from portal.catalogue.models import Product
from portal.customers.models import Compartment
from portal.guidance.models import Guidance
from portal.guidance.record import verdict_for
from portal.journal.actions import note
from portal.kit.db import db
from portal.kit.errors import NotValid
from portal.people.models import Person

HOURS = ("drain_h", "first_drain_h", "sampling_h")
MEASURED = ("ambient_min_c", "ambient_max_c", "quantity_l")
WORDS = ("duty", "maker_requirement", "fuel_sulfur", "old_oil", "seals", "storage", "waste_oil")


class Visited(Protocol):
    """A visit, as far as guidance needs to know."""

    id: int
    site_id: int


def give(
    values: dict[str, Any], *, uuid: str, visit: Visited, compartment: Compartment | None, by: Person, at: datetime
) -> Guidance:
    """Record guidance from the clean values of a GuidanceForm. Without a compartment it is for the whole site.

    Whether the recommended oil may meet the old one is looked up here; a warning is written down, never a refusal.
    """
    product = _product(values.get("product"))
    verdict = verdict_for(compartment, product, values.get("old_oil") or "")
    guidance = Guidance(
        uuid=uuid, visit_id=visit.id, site_id=visit.site_id, compartment_id=compartment.id if compartment else None,
        topics=frozenset(values["topics"]), text=values["text"], product_id=product.id if product else None,
        mixing=verdict.mixing if verdict else None, mixing_note=verdict.note if verdict else "",
        drain_basis=values.get("drain_basis"), follow_up_on=values["follow_up_on"],
        sds_given=bool(values.get("sds_given")), given_by_id=by.id, given_at=at,
        **{name: _whole(values.get(name)) for name in HOURS},
        **{name: values.get(name) for name in MEASURED},
        **{name: values.get(name) or "" for name in WORDS},
    )  # fmt: skip
    db.session.add(guidance)
    db.session.flush()
    note("guidance.given", guidance, by=by, at=at, after=facts(guidance))
    return guidance


def _product(uuid: str | None) -> Product | None:
    """The product of this uuid. Raises NotValid for one that nobody knows."""
    if not uuid:
        return None
    found = db.session.scalar(sa.select(Product).where(Product.uuid == uuid))
    if found is None:
        raise NotValid(_("This product is no longer sold. Choose another."))
    return found


def _whole(hours: Decimal | None) -> int | None:
    return None if hours is None else int(hours)


def facts(guidance: Guidance) -> dict[str, Any]:
    """What the journal keeps of it: all that was said, by column."""
    written = {c.key: getattr(guidance, c.key) for c in Guidance.__table__.columns if c.key != "id"}
    return {**written, "topics": sorted(guidance.topics)}
