"""Readings of a machine's meter that somebody should look at twice. They are asked about, never refused."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

SLACK = Decimal("1.1")  # meters are read to the nearest shift, and not at the same minute
SLACK_H = 24


class Doubt(StrEnum):
    """What is odd about a reading."""

    BACKWARDS = "backwards"
    JUMP = "jump"


def doubt(before: Decimal | None, before_at: datetime | None, hours: Decimal, at: datetime) -> Doubt | None:
    """What is odd about `hours` read at `at`, next to the last reading; None when nothing is, or nothing is known.

    Backwards: the later of the two readings is the lower one. Jump: more hours than the calendar has between them,
    with 10 % and 24 h of slack. A reading that arrives late is put in its place by its instant.
    """
    if before is None or before_at is None:
        return None
    gained = hours - before if at >= before_at else before - hours
    if gained < 0:
        return Doubt.BACKWARDS
    between = Decimal(abs(at - before_at) / timedelta(hours=1))
    return Doubt.JUMP if gained > between * SLACK + SLACK_H else None
