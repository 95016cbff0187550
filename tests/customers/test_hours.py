"""A reading that runs backwards or jumps is asked about; everything else is believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from portal.customers.hours import Doubt, doubt

THEN = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "days", "hours", "odd"),
    [
        (None, 1, "5000", None),  # the first reading
        ("1000", 10, "1000", None),
        ("1000", 10, "999.9", Doubt.BACKWARDS),
        ("1000", 10, "1240", None),  # day and night
        ("1000", 10, "1288", None),  # 240 h + 10 % + 24 h
        ("1000", 10, "1288.1", Doubt.JUMP),
        ("1000", 0, "1024", None),
        ("1000", 0, "1024.1", Doubt.JUMP),
        ("1000", -10, "990", None),  # a reading of before that arrives late
        ("1000", -10, "1001", Doubt.BACKWARDS),
        ("1000", -10, "700", Doubt.JUMP),
    ],
)
def test_what_is_odd_about_a_reading(before: str | None, days: int, hours: str, odd: Doubt | None):
    last = None if before is None else Decimal(before)
    assert doubt(last, THEN if before else None, Decimal(hours), THEN + timedelta(days=days)) is odd
