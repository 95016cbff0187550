"""The life of a bottle at the laboratory, and the two that the town drew itself in the middle of a story."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from portal.customers.models import Compartment
from portal.growth.chance import Chance
from portal.growth.clockwork import Life, in_office
from portal.growth.lab import values_of
from portal.growth.stories import Told
from portal.kit.db import db
from portal.kit.i18n import zone
from portal.oil.kinds import YesNo
from portal.oil.models import Sample
from portal.oil.reporting import receive_bottle, report
from portal.people.models import Person

HOUR = timedelta(hours=1)


def bottle_life(sample: Sample, compartment: Compartment, told: Mapping[str, Any], lab: Person, chance: Chance) -> Life:
    """Some days on the road, then within a day the values. What was drawn yesterday is still on its way."""
    at = in_office(sample.taken_at + chance.pick.randint(40, 150) * HOUR, zone(None))
    yield at
    receive_bottle(sample, by=lab, at=at)
    at += chance.pick.randint(5, 23) * HOUR
    yield at
    report(sample, values_of(compartment, sample.oil_hours or Decimal(1), chance, told), by=lab, at=at)


def lives_of_the_core(steps: Iterable[Told], lab: Person, chance: Chance) -> Iterator[Life]:
    """The town's own bottles reach the laboratory too; a story says what was measured in its own."""
    told = {(step.fill.compartment.id, step.on.date()): step for step in steps}
    samples = sa.select(Sample).order_by(Sample.id).options(sa.orm.joinedload(Sample.compartment))
    for sample in db.session.scalars(samples):
        step = told.get((sample.compartment_id, sample.taken_at.date()))
        own = chance.of("core", sample.number)
        yield bottle_life(sample, sample.compartment, step.told if step else {}, lab, own)
        if step:
            yield _filled(sample, step)


def _filled(sample: Sample, step: Told) -> Life:
    """What the town's bottle says of the oil holds for the next one of the story."""
    yield sample.taken_at
    if sample.oil_changed is YesNo.YES:
        step.fill.filled_at_h = sample.unit_hours
