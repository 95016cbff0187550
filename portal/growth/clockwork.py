"""Many lives in the order of one clock: what happened first is written in the journal first."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from typing import Union
from zoneinfo import ZoneInfo

Life = Iterator[Union[datetime, "Life"]]

OPENS, CLOSES = time(8, 20), time(17, 40)  # of an office, at the company's clock


def in_office(at: datetime, zone: ZoneInfo, *, back: bool = False) -> datetime:
    """`at` itself in office hours; else soon after the next opening or, with `back`, on the last day before."""
    here = at.astimezone(zone)
    if OPENS <= here.time() <= CLOSES:
        return at
    evening = here.time() > CLOSES
    if back:
        day = here.date() if evening else here.date() - timedelta(days=1)
        return datetime.combine(day, CLOSES, zone) - timedelta(minutes=9 * here.minute)
    day = here.date() + timedelta(days=1) if evening else here.date()
    return datetime.combine(day, OPENS, zone) + timedelta(minutes=here.minute)


def live(lives: Iterable[Life], until: datetime) -> None:
    """Let each life go on at the instants it yields, all of them in the order of time, until the clock says `until`.

    A life may yield another one, which begins then. What is still to come at `until` stays undone: a visit that is
    planned for tomorrow is a planned visit.
    """
    waiting: list[tuple[datetime, int, Life]] = []
    born = 0

    def go_on(life: Life, order: int) -> None:
        nonlocal born
        for step in life:
            if isinstance(step, datetime):
                heapq.heappush(waiting, (step, order, life))
                return
            born += 1
            go_on(step, born)

    for life in lives:
        born += 1
        go_on(life, born)
    while waiting and waiting[0][0] <= until:
        _at, order, life = heapq.heappop(waiting)
        go_on(life, order)
