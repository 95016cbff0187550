"""The verbs of what is done at a site beside oil: teach, find, leave for next time, and finish what was left."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from flask_babel import gettext as _

from portal.customers.models import Machine
from portal.fieldwork.models import Finding, LeftOver, Training
from portal.journal.actions import note
from portal.kit.db import db
from portal.kit.errors import WrongState
from portal.people.models import Person


class Visited(Protocol):
    """A visit, as far as this room needs to know."""

    id: int
    site_id: int


def train(values: dict[str, Any], *, uuid: str, visit: Visited, by: Person, at: datetime) -> Training:
    """The customer's people were taught something, by the clean values of a TrainingForm."""
    training = Training(
        uuid=uuid, visit_id=visit.id, topic=values["topic"], minutes=int(values["minutes"]),
        people_count=int(values["people_count"]), attended=values.get("attended") or "", given_by_id=by.id, given_at=at,
    )  # fmt: skip
    return _told("training.given", training, by, at)


def find(
    values: dict[str, Any], machine: Machine | None, *, uuid: str, visit: Visited, by: Person, at: datetime
) -> Finding:
    """How a machine was found, by the clean values of a FindingForm. Without a machine it is said of the whole site."""
    finding = Finding(
        uuid=uuid, visit_id=visit.id, machine_id=machine.id if machine else None, level=values["level"],
        text=values["text"], found_by_id=by.id, found_at=at,
    )  # fmt: skip
    return _told("finding.made", finding, by, at)


def leave(text: str, *, uuid: str, visit: Visited, by: Person, at: datetime) -> LeftOver:
    """Something is left for the next visit at this site."""
    left = LeftOver(uuid=uuid, visit_id=visit.id, site_id=visit.site_id, text=text, left_by_id=by.id, left_at=at)
    return _told("left_over.left", left, by, at)


def finish(left: LeftOver, *, visit: Visited, by: Person, at: datetime) -> None:
    """What was left is done now, at `visit`. Raises WrongState when somebody has done it already."""
    if left.done_at is not None:
        raise WrongState(_("Somebody has done this already."), left_over=left.id)
    left.done_at, left.done_by_id, left.done_visit_id = at, by.id, visit.id
    note("left_over.done", left, by=by, at=at, before={"done_at": None}, after={"done_at": at, "visit": visit.id})


def facts(thing: Training | Finding | LeftOver) -> dict[str, Any]:
    """What the journal keeps of it: all that was said, by column."""
    return {c.key: getattr(thing, c.key) for c in type(thing).__table__.columns if c.key != "id"}


def _told(what: str, thing: Any, by: Person, at: datetime) -> Any:
    db.session.add(thing)
    db.session.flush()
    note(what, thing, by=by, at=at, after=facts(thing))
    return thing
