"""What the dealers of the grown town asked for, each from the log as far as its fate and the clock go."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from portal.desk import actions as desk
from portal.desk.kinds import Item
from portal.desk.models import Errand
from portal.growth.chance import Chance
from portal.growth.clockwork import Life, in_office
from portal.growth.ground import Ground
from portal.kit.i18n import zone
from portal.people.models import Person, Role

ROWS: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("cases.toml").read_text(encoding="utf-8"))["ko"][
    "errands"
]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Fate(StrEnum):
    """How far a request has come by now."""

    LOGGED = "logged"
    ASKED = "asked"
    ACCEPTED = "accepted"
    PLANNED = "planned"
    DONE = "done"
    REFUSED = "refused"


ERRANDS = (  # with the four of the diary thirty: how many, of which fate, how many days ago at least and at most
    (3, Fate.LOGGED, 0, 3),
    (3, Fate.ASKED, 2, 6),
    (4, Fate.ACCEPTED, 4, 12),
    (5, Fate.PLANNED, 10, 22),
    (8, Fate.DONE, 50, 340),
    (3, Fate.REFUSED, 30, 300),
)


@dataclass
class Request:
    """One request: what is said of it by the dealer and by the supervisor who judges it."""

    by: Person
    leader: Person
    said: dict[str, Any]
    fate: Fate
    chance: Chance

    def later(self, at: datetime) -> datetime:
        """Some hours after `at`: nobody answers at once."""
        return in_office(at + self.chance.pick.randint(5, 40) * HOUR, zone(None))


def errand_lives(ground: Ground, chance: Chance, at: datetime) -> Iterator[Life]:
    dealers = [person for person in ground.people.values() if person.is_a(Role.DEALER)]
    order = 0
    for count, fate, least, most in ERRANDS:
        for _one in range(count):
            order += 1
            own, by = chance.of(order), dealers[order % len(dealers)]
            company = next(c for c in ground.customers if c.id == by.dealer_id)
            leader = ground.leader_of(ground.looks_after(company))
            request = Request(by, leader, own.pick.choice(ROWS), fate, own)
            logged_at = at - own.pick.randint(least * 24 + 1, most * 24) * HOUR
            yield _life(request, company, in_office(logged_at, zone(None), back=True))


def _life(request: Request, company: Any, at: datetime) -> Life:
    yield at
    errand = _logged(request, company, at)
    if request.fate is Fate.LOGGED:
        return
    if request.fate is Fate.ASKED or request.chance.happens(0.4):
        at = request.later(at)
        yield at
        desk.ask(errand, request.said["question"], uuid=request.chance.uuid("question"), by=request.leader, at=at)
        if request.fate is Fate.ASKED:
            return
        at = request.later(at)
        yield at
        desk.answer(errand, request.said["answer"], uuid=request.chance.uuid("answer"), by=request.by, at=at)
    at = request.later(at)
    yield at
    yield from _judged(request, errand, at)


def _logged(request: Request, company: Any, at: datetime) -> Errand:
    """As an ErrandForm would have given it."""
    said = request.said
    values = {
        "items": [Item(word) for word in said["items"]], "quantity": said.get("quantity"), "place": said["place"],
        "needed_on": (at + request.chance.pick.randint(22, 45) * DAY).date(), "reason": said["reason"],
    }  # fmt: skip
    return desk.log(values, uuid=request.chance.uuid("errand"), dealer=company, by=request.by, at=at)


def _judged(request: Request, errand: Errand, at: datetime) -> Life:
    said, uuid, leader = request.said, request.chance.uuid, request.leader
    if request.fate is Fate.REFUSED:
        desk.refuse(errand, said["refusal"], uuid=uuid("refusal"), by=leader, at=at)
        return
    desk.accept(errand, uuid=uuid("accepted"), by=leader, at=at)
    if request.fate is Fate.ACCEPTED:
        return
    at = request.later(at)
    yield at
    desk.plan(errand, said["plan"], errand.needed_on - 2 * DAY, uuid=uuid("plan"), by=leader, at=at)
    if request.fate is Fate.DONE:
        at += 20 * DAY
        yield at
        desk.confirm(errand, said["receipt"], uuid=uuid("receipt"), by=request.by, at=at)
