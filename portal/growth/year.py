"""A year of the whole company: three regions, forty customers, two hundred machines, six hundred visits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.accounts.passwords import hash_secret
from portal.customers.actions import read_meter
from portal.customers.search import relearn
from portal.growth.bottles import lives_of_the_core
from portal.growth.cases import complaint_lives
from portal.growth.chance import Chance
from portal.growth.clockwork import Life, live
from portal.growth.errands import errand_lives
from portal.growth.ground import Ground, Meter, prepare
from portal.growth.rounds import plan_year
from portal.growth.stories import told_of_the_core
from portal.growth.work import Work, visit_life
from portal.kit.db import db
from portal.kit.i18n import zone
from portal.kit.jobs import Job
from portal.records.models import Document
from portal.town import Town

SEED = 20_261
AT_ONCE, APART = 20, timedelta(minutes=1)


def grow(town: Town, at: datetime, seed: int = SEED, hashed: Callable[[str], str] = hash_secret) -> str:
    """Let a year pass around the town until the instant `at`, and say what came of it. The caller commits.

    Everything is done by the verbs that people use, in the order of time; the same seed and the same `at` give the
    same year. `hashed` makes the kept form of a secret.
    """
    chance = Chance(seed)
    ground = prepare(chance.of("ground"), at, hashed)
    rounds = plan_year(ground, chance.of("rounds"), zone(None), at)
    works = [Work(ground, each, chance.of("visit", each.number), at) for each in rounds]
    live([*_lives(ground, chance, at), *map(visit_life, works)], at)
    _settle_machines(ground)
    _spread_sealing(at)
    relearn()
    return f"{len(ground.customers)} customers, {len(ground.meters)} machines, {len(rounds)} visits in a year."


def _lives(ground: Ground, chance: Chance, at: datetime) -> Iterator[Life]:
    yield from lives_of_the_core(told_of_the_core(ground, at), ground.people["lab"], chance)
    yield from complaint_lives(ground, chance.of("complaints"), at)
    yield from errand_lives(ground, chance.of("errands"), at)
    for order, meter in enumerate(ground.meters.values()):
        yield _meter_life(ground, meter, at - timedelta(days=20 + order % 9, hours=order % 7))


def _meter_life(ground: Ground, meter: Meter, at: datetime) -> Life:
    """Once a month somebody walks past every machine and reads its meter, bottle or not."""
    yield at
    read_meter(meter.machine, meter.read(at), by=ground.looks_after(meter.machine.site.customer), at=at)


def _settle_machines(ground: Ground) -> None:
    """What the file holds of every fill that chance has followed."""
    for meter in ground.meters.values():
        for fill in meter.fills:
            if not fill.told or fill.drawn_at:
                fill.compartment.filled_at_h = fill.filled_at_h
                fill.compartment.filled_on = meter.day_of(fill.filled_at_h)
    db.session.flush()


def _spread_sealing(at: datetime) -> None:
    """Make the newest records at once, and the older ones one a minute, the newest first.

    Five hundred records at two seconds each would keep a machine hot for half an hour at its first start; nobody
    waits for a paper of last spring, and whoever opens one is told that it is being made.
    """
    uuids = db.session.scalars(sa.select(Document.uuid).order_by(Document.issued_at.desc(), Document.id.desc())).all()
    due = [(uuid, at + max(order - AT_ONCE, 0) * APART) for order, uuid in enumerate(uuids)]
    later = sa.update(Job.__table__).where(Job.dedup == sa.bindparam("key")).values(due_at=sa.bindparam("due"))
    rows = [{"key": f"{uuid}:{step}", "due": when} for uuid, when in due for step in ("issue", "countersign")]
    if rows:
        db.session.execute(later, rows)
