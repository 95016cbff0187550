"""What the laboratory does with a bottle: it receives it, and reports what it measured."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from portal.journal.actions import note
from portal.kit.db import db
from portal.kit.errors import NotValid, WrongState
from portal.oil.kinds import SampleState
from portal.oil.labels import SAMPLE_STATE
from portal.oil.models import Result, Sample
from portal.people.models import Person

MEASURED: dict[str, dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("measured.toml").read_text(encoding="utf-8"), parse_float=Decimal
)


def receive_bottle(sample: Sample, *, by: Person, at: datetime) -> None:
    """The bottle is at the laboratory, whose promise of a result within 24 hours begins to run."""
    _must_be(sample, SampleState.TAKEN, SampleState.SHIPPED)
    if at < sample.taken_at:
        raise NotValid(_("A bottle cannot arrive before it was filled. Check the time."))
    before = {"state": sample.state}
    sample.state, sample.received_at = SampleState.RECEIVED, at
    note("sample.received", sample, by=by, at=at, before=before, after={"state": sample.state})


def report(sample: Sample, values: Mapping[str, Decimal], *, by: Person, at: datetime) -> None:
    """Release the measured values, by code of `measured.toml`. Raises NotValid for one that cannot be."""
    _must_be(sample, SampleState.RECEIVED, SampleState.TESTING)
    if not values:
        raise NotValid(_("Write at least one measured value."))
    rows, before = [_row(sample, code, value) for code, value in values.items()], {"state": sample.state}
    sample.state, sample.reported_at = SampleState.REPORTED, at
    db.session.execute(sa.insert(Result), rows)
    note("sample.reported", sample, by=by, at=at, before=before, after={"state": sample.state, "values": dict(values)})


def _row(sample: Sample, code: str, value: Decimal) -> dict[str, Any]:
    measured = MEASURED[code]
    if not measured["least"] <= value <= measured["most"]:
        raise NotValid(
            _(
                "%(code)s lies between %(least)s and %(most)s %(unit)s. Check the value.",
                code=code, least=measured["least"], most=measured["most"], unit=measured["unit"],
            )
        )  # fmt: skip
    return {"sample_id": sample.id, "code": code, "value": value, "method": measured["method"]}


def _must_be(sample: Sample, *states: SampleState) -> None:
    if sample.state not in states:
        raise WrongState(
            _(
                "This bottle is “%(state)s” already. Open it again to see how it stands.",
                state=SAMPLE_STATE[sample.state],
            ),
            sample=sample.id,
        )
