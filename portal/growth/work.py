"""The life of one visit, from the plan to the approval, by the same verbs as people use."""

from __future__ import annotations

import io
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from portal.customers.actions import close_promise
from portal.customers.kinds import PromiseState
from portal.customers.models import Promise
from portal.fieldwork.kinds import Level
from portal.fieldwork.models import LeftOver
from portal.growth.bottles import bottle_life
from portal.growth.chance import Chance
from portal.growth.clockwork import Life
from portal.growth.ground import Ground
from portal.growth.rounds import Fate, Round
from portal.growth.stories import Draw
from portal.guidance.kinds import DrainBasis, Topic
from portal.kit.blobs import keep
from portal.kit.db import db
from portal.people.models import Person
from portal.visits import actions, planning
from portal.visits.models import Visit

ROWS: dict[str, Any] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
SIZE = (640, 480)
PAINTS = ("#c98a2b", "#7a4a1f", "#2e241d")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
Item = Callable[[datetime], Life | None]  # one thing done at a visit; what goes on afterwards comes back as a life


@dataclass
class Work:
    """What the engineer of one round does and says. Every choice comes from the round's own chance."""

    ground: Ground
    round: Round
    chance: Chance
    now: datetime  # of the demo: what lies ahead is planned, and some of it cancelled, before

    @cached_property
    def says(self) -> dict[str, Any]:
        said: dict[str, Any] = ROWS[self.round.site.customer.language]
        return said

    def any_of(self, what: str) -> Any:
        return self.chance.pick.choice(self.says[what])

    @property
    def purpose(self) -> str:
        if self.round.is_at_dealer:
            return str(self.any_of("dealer"))
        return str(self.says["tracking"] if self.round.tracks else self.any_of("purposes"))


def visit_life(work: Work) -> Life:
    """Planned some days before, then made as far as its fate and the clock let it come."""
    here, engineer, leader = work.round, work.round.engineer, work.ground.leader_of(work.round.engineer)
    planned = min(here.planned_at - work.chance.pick.randint(3, 20) * DAY, work.now - 3 * DAY)
    yield planned
    visit = actions.plan(
        here.site, engineer, here.planned_at, work.purpose, uuid=work.chance.uuid("visit"),
        contact=here.site.customer.contacts[0], by=leader, at=planned,
    )  # fmt: skip
    if here.fate is Fate.CANCELLED:
        called_off = min(here.planned_at - 2 * DAY, work.now - 2 * HOUR)
        yield called_off
        planning.cancel(visit, work.any_of("cancelled"), by=leader, at=called_off)
        return
    at = here.planned_at + work.chance.pick.randint(-12, 14) * MINUTE
    yield at
    actions.check_in(visit, _position(work), by=engineer, at=at)
    for item in _items(work, visit):
        at += 7 * MINUTE
        yield at
        life = item(at)
        if life is not None:
            yield life
    if here.fate is not Fate.ON_SITE:
        yield from _ending(work, visit, leader, at + work.chance.pick.randint(10, 30) * MINUTE)


def _ending(work: Work, visit: Visit, leader: Person, at: datetime) -> Life:
    """Signed by the customer, submitted by the engineer, approved by the leader, mostly on the next day."""
    engineer, pick = work.round.engineer, work.chance.pick
    contact = work.round.site.customer.contacts[0]
    yield at
    satisfaction = pick.choices("5432", (40, 45, 12, 3))[0]
    signed = {"name": contact.name, "role": contact.role, "satisfaction": satisfaction, "consented": False}
    signed["strokes"] = pick.choice(ROWS["hand"])
    language = work.round.site.customer.language
    actions.sign(visit, signed, uuid=work.chance.uuid("signature"), language=language, by=engineer, at=at)
    if work.round.fate is Fate.SIGNED:
        return
    at += pick.randint(2, 40) * MINUTE
    yield at
    actions.submit(visit, by=engineer, at=at)
    if work.round.fate is Fate.WAITING:
        return
    at += pick.randint(4, 60) * HOUR
    yield at
    actions.approve(visit, by=leader, at=at)


def _items(work: Work, visit: Visit) -> list[Item]:
    """What is recorded, in this order; never nothing, for nobody signs an empty record."""
    items: list[Item] = [_finished(work, visit)]
    items += [_drawn(work, visit, order, draw) for order, draw in enumerate(work.round.draws)]
    items += [make(work, visit) for share, make in SHARES if work.chance.happens(share)]
    if not work.round.draws or work.chance.happens(0.35):
        items.append(_advised(work, visit))
    return items


def _finished(work: Work, visit: Visit) -> Item:
    """Most of what an earlier visit left here is done at this one."""

    def do(at: datetime) -> None:
        for left in db.session.scalars(LeftOver.open_at(visit.site_id)):
            if work.chance.happens(0.7):
                actions.finish(visit, left, by=work.round.engineer, at=at)

    return do


def _drawn(work: Work, visit: Visit, order: int, draw: Draw) -> Item:
    def do(at: datetime) -> Life:
        engineer, own = work.round.engineer, work.chance.of("bottle", order)
        number = f"HB-{at:%y%m}-{work.round.number * 10 + order:04d}"
        values = draw.values(number, own, at)
        sample = actions.record_sample(visit, values, draw.fill.compartment, uuid=own.uuid(), by=engineer, at=at)
        return bottle_life(sample, draw.fill.compartment, draw.told, work.ground.people["lab"], own)

    return do


def _advised(work: Work, visit: Visit) -> Item:
    def do(at: datetime) -> None:
        said, places = work.any_of("guidance"), work.round.draws
        basis = DrainBasis(said["drain_basis"]) if "drain_basis" in said else None
        again = (at + 90 * DAY).date() if work.chance.happens(0.3) else None
        topics = [Topic(word) for word in said["topics"]]
        values = {"drain_h": None, **said, "topics": topics, "drain_basis": basis, "follow_up_on": again}
        actions.give_guidance(
            visit, values, places[0].fill.compartment if places else None, uuid=work.chance.uuid("guidance"),
            by=work.round.engineer, at=at,
        )  # fmt: skip

    return do


def _photographed(work: Work, visit: Visit) -> Item:
    def do(at: datetime) -> None:
        engineer = work.round.engineer
        picture = _picture(work.chance.pick.randrange(len(PAINTS)))
        blob = keep(picture, media_type="image/jpeg", uuid=work.chance.uuid("blob"), at=at, by_id=engineer.id)
        actions.add_photo(
            visit, blob.sha256, SIZE, work.any_of("captions"), uuid=work.chance.uuid("photo"), by=engineer, at=at
        )

    return do


def _promised(work: Work, visit: Visit) -> Item:
    def do(at: datetime) -> Life:
        said, engineer, days = work.any_of("promises"), work.round.engineer, work.chance.pick.randint(5, 30)
        due_on, uuid = (at + days * DAY).date(), work.chance.uuid("promise")
        given = actions.promise(visit, said["text"], due_on, uuid=uuid, by=engineer, at=at)
        return _promise_life(given, said, engineer, at + (days - work.chance.pick.randint(0, 3)) * DAY)

    return do


def _promise_life(given: Promise, said: dict[str, Any], engineer: Person, at: datetime) -> Life:
    yield at
    state = PromiseState.BROKEN if said.get("broken") else PromiseState.KEPT
    close_promise(given, state, said["outcome"], by=engineer, at=at)


def _trained(work: Work, visit: Visit) -> Item:
    def do(at: datetime) -> None:
        said, names = work.any_of("trainings"), [c.name for c in visit.customer.contacts]
        count = work.chance.pick.randint(len(names), 12)
        values = {**said, "people_count": count, "attended": ", ".join(names)}
        actions.train(visit, values, uuid=work.chance.uuid("training"), by=work.round.engineer, at=at)

    return do


def _found(work: Work, visit: Visit) -> Item:
    """Of one of the machines here; at a dealer's, of the store."""

    def do(at: datetime) -> None:
        said, meters = work.any_of("findings"), work.ground.at_site(work.round.site)
        values = {"level": Level(said["level"]), "text": said["text"]}
        machine = work.chance.pick.choice(meters).machine if meters else None
        actions.find(visit, values, machine, uuid=work.chance.uuid("finding"), by=work.round.engineer, at=at)

    return do


def _left(work: Work, visit: Visit) -> Item:
    def do(at: datetime) -> None:
        actions.leave(visit, work.any_of("left"), uuid=work.chance.uuid("left"), by=work.round.engineer, at=at)

    return do


def _position(work: Work) -> actions.Position | None:
    """Mostly inside the circle of the site; the phone does not always say."""
    if work.chance.happens(0.06):
        return None
    site, near = work.round.site, work.round.site.radius_m / 111_000 * 0.4  # degrees
    north, east = (work.chance.pick.uniform(-near, near) for _axis in "ab")
    return site.latitude + north, site.longitude + east, work.chance.pick.randint(4, 30)


def _picture(paint: int) -> bytes:
    """A bottle on a bench, drawn: the town has no camera."""
    image = Image.new("RGB", SIZE, "#9aa7a3")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 350, 640, 480), fill="#5d544a")
    draw.rectangle((285, 90, 355, 150), fill="#b3312c")
    draw.rounded_rectangle((250, 150, 390, 400), 18, fill="#e8ecea")
    draw.rounded_rectangle((258, 230, 382, 392), 12, fill=PAINTS[paint])
    draw.rectangle((270, 280, 370, 340), fill="#f5f5f0")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=75)
    return out.getvalue()


SHARES: list[tuple[float, Callable[[Work, Visit], Item]]] = [  # in how many of the visits each is done
    (0.45, _found),
    (0.12, _trained),
    (0.12, _photographed),
    (0.12, _promised),
    (0.14, _left),
]
