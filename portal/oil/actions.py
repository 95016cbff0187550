"""The verbs of a bottle. In the field there is one: it is filled."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Protocol

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from portal.customers.models import Compartment
from portal.journal.actions import note
from portal.kit.db import db
from portal.kit.errors import NotValid
from portal.oil.kinds import SampleState, YesNo
from portal.oil.models import Sample, number_is_free
from portal.people.models import Person


class Visited(Protocol):
    """A visit, as far as a bottle needs to know."""

    id: int


def number_taken(number: str) -> str:
    """The sentence for a number that another bottle carries, for the form and for the refusal."""
    return _("Bottle %(number)s is already recorded. Check the label, or use another bottle.", number=number)


def take(
    values: dict[str, Any], *, uuid: str, visit: Visited | None, compartment: Compartment, by: Person, at: datetime,
    doubted: Collection[str] = (),
) -> Sample:  # fmt: skip
    """Record a filled bottle from the clean values of a SampleForm. `at` is when it was filled.

    `doubted` are the fields about which somebody was asked, or would have been; the journal keeps their names.
    Raises NotValid when another bottle carries the number.
    """
    sample = Sample(
        uuid=uuid, visit_id=visit.id if visit else None, compartment_id=compartment.id,
        product_id=compartment.product_id, oil_grade=compartment.product.grade, number=values["number"], taken_at=at,
        unit_hours=values["machine_hours"], oil_hours=values["oil_hours"],
        oil_hours_estimated=values["oil_hours"] is not None and bool(values["oil_hours_estimated"]),
        oil_changed=values["oil_changed"], filter_changed=values["filter_changed"] or YesNo.UNKNOWN,
        makeup_l=values["makeup_l"], oil_temp_c=values["oil_temp_c"], sample_point=values["sample_point"],
        reason=values["reason"], visual=frozenset(values["visual"]), visual_note=values["visual_note"] or "",
        observed=values["observed"] or "", batch_no=values["batch_no"] or "", taken_by_id=by.id,
        state=SampleState.TAKEN,
    )  # fmt: skip
    _keep(sample)
    odd = {"doubted": sorted(doubted)} if doubted else {}
    note("sample.taken", sample, by=by, at=at, after=facts(sample), **odd)
    return sample


def facts(sample: Sample) -> dict[str, Any]:
    """What the journal keeps of a bottle: all that was said of it, by column."""
    left_out = {"id", "state", "created_at"}
    written = {c.key: getattr(sample, c.key) for c in Sample.__table__.columns if c.key not in left_out}
    return {**written, "visual": sorted(sample.visual)}


def _keep(sample: Sample) -> None:
    """Two phones may write one number in the same second: the database decides, and both get an answer."""
    if not number_is_free(sample.number):
        raise NotValid(number_taken(sample.number))
    try:
        with db.session.begin_nested():
            db.session.add(sample)
    except IntegrityError as clash:
        if number_is_free(sample.number):
            raise
        raise NotValid(number_taken(sample.number)) from clash
