"""Weeks of the calendar, Monday to Sunday, and the numbers they are called by."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

WRITTEN = re.compile(r"(20\d\d)-W(\d\d)", re.ASCII)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Week:
    """The week that begins on `monday`."""

    monday: date

    @classmethod
    def of(cls, day: date) -> Week:
        return cls(day - day.weekday() * DAY)

    @property
    def days(self) -> list[date]:
        return [self.monday + n * DAY for n in range(7)]

    @property
    def sunday(self) -> date:
        return self.days[-1]

    @property
    def number(self) -> int:
        return self.monday.isocalendar().week

    @property
    def before(self) -> Week:
        return Week(self.monday - 7 * DAY)

    @property
    def after(self) -> Week:
        return Week(self.monday + 7 * DAY)

    def __str__(self) -> str:
        """As it stands in addresses: 2026-W48. A week belongs to the year of its Thursday (ISO 8601)."""
        year, number, _day = self.monday.isocalendar()
        return f"{year}-W{number:02}"


def week_of(text: str) -> Week | None:
    """The week that is written so, or None for what is no week of this century."""
    if not (found := WRITTEN.fullmatch(text)):
        return None
    try:
        return Week(date.fromisocalendar(int(found[1]), int(found[2]), 1))
    except ValueError:  # a 53rd week that the year does not have
        return None


def day_of(text: str) -> date | None:
    """The day that is written so, 2026-11-25, or None for what is no day of this century."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year < 2100 else None
