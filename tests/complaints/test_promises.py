"""What standard S11 promises: an answer within 24 hours, settled within one month."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from portal.complaints.kinds import answer_by, settle_by

SEOUL, BERLIN = ZoneInfo("Asia/Seoul"), ZoneInfo("Europe/Berlin")


def test_the_answer_is_due_24_hours_later_whatever_the_wall_clocks_do():
    night_of_change = datetime(2026, 3, 28, 23, 0, tzinfo=BERLIN)
    assert answer_by(night_of_change.astimezone(UTC)) == datetime(2026, 3, 29, 22, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-23T09:00", "2026-12-23T09:00"),
        ("2026-12-15T09:00", "2027-01-15T09:00"),
        ("2026-01-31T09:00", "2026-02-28T09:00"),
        ("2028-01-31T09:00", "2028-02-29T09:00"),
        ("2026-02-28T09:00", "2026-03-28T09:00"),
        ("2026-12-01T00:30", "2027-01-01T00:30"),
    ],
)
def test_it_is_settled_a_calendar_month_later_where_the_customer_is(received: str, due: str):
    at = datetime.fromisoformat(received).replace(tzinfo=SEOUL)
    promised = settle_by(at.astimezone(UTC), SEOUL)
    assert promised == datetime.fromisoformat(due).replace(tzinfo=SEOUL)
    assert promised.utcoffset() == UTC.utcoffset(None)


def test_a_month_across_the_change_of_clocks_keeps_the_hour_of_the_wall():
    at = datetime(2026, 3, 10, 9, 0, tzinfo=BERLIN)
    assert settle_by(at.astimezone(UTC), BERLIN) == datetime(2026, 4, 10, 9, 0, tzinfo=BERLIN)
