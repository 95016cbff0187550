"""The laboratory receives a bottle, and reports what it measured."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from portal.journal.actions import history_of
from portal.kit.db import db
from portal.kit.errors import NotValid, WrongState
from portal.oil.kinds import SampleState
from portal.oil.models import Result
from portal.oil.reporting import receive_bottle, report
from portal.town import Town

DAY = timedelta(days=1)
VALUES = {"Fe": Decimal(92), "V100": Decimal("14.35")}


def test_a_bottle_is_received_and_then_reported(people: Town):
    sample = people.sample
    receive_bottle(sample, by=people.lab, at=sample.taken_at + 3 * DAY)
    report(sample, VALUES, by=people.lab, at=sample.taken_at + 4 * DAY)

    results = db.session.scalars(sa.select(Result).where(Result.sample_id == sample.id)).all()
    told = [entry.what for entry in db.session.scalars(history_of("samples", sample.id))]
    assert {r.code: r.value for r in results} == VALUES
    assert {r.method for r in results} == {"ASTM D5185", "ASTM D445"}
    assert sample.state is SampleState.REPORTED
    assert sample.received_at is not None and sample.reported_at == sample.received_at + DAY
    assert told[-2:] == ["sample.received", "sample.reported"]


def test_nothing_is_reported_before_it_was_received_nor_twice(people: Town):
    sample, later = people.sample, people.sample.taken_at + 3 * DAY
    with pytest.raises(WrongState):
        report(sample, VALUES, by=people.lab, at=later)
    receive_bottle(sample, by=people.lab, at=later)
    with pytest.raises(WrongState):
        receive_bottle(sample, by=people.lab, at=later)


def test_a_bottle_does_not_arrive_before_it_was_filled(people: Town):
    with pytest.raises(NotValid):
        receive_bottle(people.sample, by=people.lab, at=people.sample.taken_at - DAY)


@pytest.mark.parametrize("values", [{}, {"Fe": Decimal(-1)}, {"V40": Decimal(90_000)}, {"WATER": Decimal(101)}])
def test_what_cannot_be_is_refused(people: Town, values: dict[str, Decimal]):
    sample = people.sample
    receive_bottle(sample, by=people.lab, at=sample.taken_at + DAY)
    with pytest.raises(NotValid):
        report(sample, values, by=people.lab, at=sample.taken_at + DAY)
