"""Who goes where on which day of the year: the plan behind the six hundred visits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from portal.customers.kinds import Abc, CustomerKind
from portal.customers.models import Site
from portal.growth.chance import Chance
from portal.growth.ground import Ground
from portal.growth.stories import Draw, draws
from portal.people.models import Person

VISITS = 593  # with the seven of the diary six hundred
BOTTLES = 888  # with the ten of the town and the two of the diary nine hundred
AHEAD, CANCELLED, WAITING = 44, 16, 9
DAYS_AHEAD, DAYS_BACK = 21, 364
HOURS = (8, 10, 13, 15)  # at which a visit begins, at the company's clock
WEIGHT = {Abc.A: 6, Abc.B: 3, Abc.C: 1}


class Fate(StrEnum):
    """How far a visit comes, as long as the clock lets it."""

    APPROVED = "approved"
    CANCELLED = "cancelled"
    ON_SITE = "on_site"
    SIGNED = "signed"
    WAITING = "waiting"  # for its approval


@dataclass
class Round:
    """One visit to be made. `number` makes it its own source of chance."""

    number: int
    site: Site
    engineer: Person
    planned_at: datetime
    fate: Fate = Fate.APPROVED
    tracks: bool = False  # comes for a bottle that somebody asked for
    draws: list[Draw] = field(default_factory=list)

    @property
    def is_at_dealer(self) -> bool:
        return self.site.customer.kind is CustomerKind.DEALER


class Diaries:
    """The hours of every engineer that are taken, so that nobody is at two places at once."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self.taken: set[tuple[int, date, int]] = set()

    def next_free(self, engineer: Person, day: date) -> datetime:
        """The first free hour on this working day or after it."""
        while True:
            while day.weekday() > 4:
                day += timedelta(days=1)
            for hour in HOURS:
                if (engineer.id, day, hour) not in self.taken:
                    self.taken.add((engineer.id, day, hour))
                    return datetime.combine(day, time(hour), self.zone)
            day += timedelta(days=1)


def plan_year(ground: Ground, chance: Chance, zone: ZoneInfo, at: datetime) -> list[Round]:
    """All visits, in the order of their hours."""
    diaries, today = Diaries(zone), at.astimezone(zone).date()
    rounds = [
        *_of_stories(ground, chance, diaries, at),
        *_of_today(ground, at),
        *_waiting(ground, chance, diaries, today),
        *_ahead(ground, chance, diaries, today),
        *_cancelled(ground, chance, diaries, today),
    ]
    rounds += _of_the_past(ground, chance, diaries, today, VISITS - len(rounds))
    rounds.sort(key=lambda r: (r.planned_at, r.engineer.id))
    for number, each in enumerate(rounds, start=1):
        each.number = number
    _fill_with_bottles(ground, chance, rounds, at)
    return rounds


def _of_stories(ground: Ground, chance: Chance, diaries: Diaries, at: datetime) -> Iterator[Round]:
    for day, draw in draws(ground, at):
        site = draw.meter.machine.site
        engineer = ground.looks_after(site.customer)
        planned_at = diaries.next_free(engineer, day.astimezone(diaries.zone).date())
        yield Round(0, site, engineer, planned_at, tracks=True, draws=[draw])


def _of_today(ground: Ground, at: datetime) -> Iterator[Round]:
    """Whatever the hour of the day is, somebody is on site and somebody has just been signed for."""
    bora, gaon = ground.people["bora"], ground.people["gaon"]
    yield Round(0, _site_of(ground, "솔가지골재"), bora, at - timedelta(minutes=50), Fate.ON_SITE)
    yield Round(0, _site_of(ground, "검은샘광업"), gaon, at - timedelta(minutes=110), Fate.SIGNED)


def _site_of(ground: Ground, customer: str) -> Site:
    return next(site for site in ground.sites if site.customer.name == customer)


def _waiting(ground: Ground, chance: Chance, diaries: Diaries, today: date) -> Iterator[Round]:
    """The last days' records of every team, which nobody has looked at yet; Han has the most."""
    names = ("mina", "mina", "mina", "gaon", "bora", "siwoo", "dain", "rowoon", "liam")
    for order, name in enumerate(names[:WAITING]):
        day = today - timedelta(days=2 + order % 3)
        yield _by(ground, chance.of("waiting", order), diaries, ground.people[name], day, Fate.WAITING)


def _ahead(ground: Ground, chance: Chance, diaries: Diaries, today: date) -> Iterator[Round]:
    for order in range(AHEAD):
        day = today + timedelta(days=1 + order * DAYS_AHEAD // AHEAD)
        yield _anywhere(ground, chance.of("ahead", order), diaries, day, Fate.APPROVED)


def _cancelled(ground: Ground, chance: Chance, diaries: Diaries, today: date) -> Iterator[Round]:
    for order in range(CANCELLED):
        own = chance.of("cancelled", order)
        day = today + timedelta(days=own.pick.randint(3, 12) if order < 4 else own.pick.randint(-340, -20))
        yield _anywhere(ground, own, diaries, day, Fate.CANCELLED)


def _of_the_past(ground: Ground, chance: Chance, diaries: Diaries, today: date, count: int) -> Iterator[Round]:
    for order in range(count):
        own = chance.of("past", order)
        day = today - timedelta(days=own.pick.randint(6, DAYS_BACK))
        yield _anywhere(ground, own, diaries, day, Fate.APPROVED)


def _anywhere(ground: Ground, chance: Chance, diaries: Diaries, day: date, fate: Fate) -> Round:
    """A visit to one of the customers; the more a customer matters, the more often we come."""
    site = chance.pick.choices(ground.sites, [WEIGHT[s.customer.abc] for s in ground.sites])[0]
    engineer = ground.looks_after(site.customer)
    if chance.happens(0.2):
        engineer = chance.pick.choice(ground.colleagues(site.customer))
    return Round(0, site, engineer, diaries.next_free(engineer, day), fate)


def _by(ground: Ground, chance: Chance, diaries: Diaries, engineer: Person, day: date, fate: Fate) -> Round:
    """A visit of this engineer, to one of the sites in their region that have machines."""
    sites = [s for s in ground.sites if s.customer.region_id == engineer.region_id and ground.at_site(s)]
    while day.weekday() > 4:
        day -= timedelta(days=1)
    return Round(0, chance.pick.choice(sites), engineer, diaries.next_free(engineer, day), fate)


def _fill_with_bottles(ground: Ground, chance: Chance, rounds: list[Round], at: datetime) -> None:
    """Share the year's bottles out over the visits that take place, the longest not drawn oil first."""
    done = [r for r in rounds if r.planned_at <= at and r.fate is not Fate.CANCELLED]
    places = {r.number: _places(ground, r) for r in done}
    counts = _counts(chance, [(r.number, len(places[r.number])) for r in done if places[r.number]])
    left = BOTTLES - sum(len(r.draws) for r in done)
    while (short := left - counts.total()) != 0:
        _even_out(counts, places, chance, short)
    last: dict[str, datetime] = {}
    for each in done:
        _draw_longest(each, places[each.number], counts[each.number], last)


def _counts(chance: Chance, rooms: list[tuple[int, int]]) -> Counter[int]:
    return Counter({number: min(chance.pick.choice((0, 1, 2, 2, 3)), room) for number, room in rooms})


def _even_out(counts: Counter[int], places: dict[int, list[Draw]], chance: Chance, short: int) -> None:
    """One bottle more or less, at a visit where there is room for it."""
    more = 1 if short > 0 else -1
    number = chance.pick.choice(sorted(counts))
    if 0 <= counts[number] + more <= len(places[number]):
        counts[number] += more


def _places(ground: Ground, visit: Round) -> list[Draw]:
    return [Draw(meter, fill) for meter in ground.at_site(visit.site) for fill in meter.fills if not fill.told]


def _draw_longest(visit: Round, places: list[Draw], count: int, last: dict[str, datetime]) -> None:
    never = visit.planned_at - timedelta(days=2 * DAYS_BACK)
    places.sort(key=lambda draw: last.get(draw.fill.compartment.uuid, never))
    for draw in places[:count]:
        last[draw.fill.compartment.uuid] = visit.planned_at
        visit.draws.append(draw)
