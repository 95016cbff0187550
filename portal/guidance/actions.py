"""The verbs of guidance. In the field there is one: it is given."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from portal.customers.models import Compartment
from portal.guidance.models import Guidance
from portal.journal.actions import note
from portal.kit.db import db
from portal.people.models import Person


class Visited(Protocol):
    """A visit, as far as guidance needs to know."""

    id: int
    site_id: int


def give(
    values: dict[str, Any], *, uuid: str, visit: Visited, compartment: Compartment | None, by: Person, at: datetime
) -> Guidance:
    """Record guidance from the clean values of a GuidanceForm. Without a compartment it is for the whole site."""
    guidance = Guidance(
        uuid=uuid, visit_id=visit.id, site_id=visit.site_id, compartment_id=compartment.id if compartment else None,
        topics=frozenset(values["topics"]), text=values["text"],
        drain_h=None if values["drain_h"] is None else int(values["drain_h"]), follow_up_on=values["follow_up_on"],
        given_by_id=by.id, given_at=at,
    )  # fmt: skip
    db.session.add(guidance)
    db.session.flush()
    note("guidance.given", guidance, by=by, at=at, after=facts(guidance))
    return guidance


def facts(guidance: Guidance) -> dict[str, Any]:
    """What the journal keeps of it: all that was said, by column."""
    written = {c.key: getattr(guidance, c.key) for c in Guidance.__table__.columns if c.key != "id"}
    return {**written, "topics": sorted(guidance.topics)}
