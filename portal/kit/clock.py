"""The only place that reads the clock of the machine."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)


def day_span(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first instant of `day` in `zone` and the first of the day after, both in UTC."""
    start = datetime.combine(day, time.min, zone)
    end = datetime.combine(day + timedelta(days=1), time.min, zone)
    return start.astimezone(UTC), end.astimezone(UTC)
