"""Complaints and dealers' requests of the grown town, each from its first word as far as its fate and the clock go."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from portal.complaints import actions as complaints
from portal.complaints.kinds import Category, Channel, CustomerWord, Severity, StepKind
from portal.complaints.models import Complaint
from portal.customers.kinds import CustomerKind
from portal.customers.models import Customer
from portal.growth.chance import Chance
from portal.growth.clockwork import Life, in_office
from portal.growth.ground import Fill, Ground, Meter
from portal.kit.i18n import zone
from portal.people.models import Person

ROWS: dict[str, Any] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WITH_BATCH = frozenset({"contamination", "counterfeit", "quality"})


class Fate(StrEnum):
    """How far a complaint has come by now."""

    FRESH = "fresh"  # nobody has answered yet
    ANSWERED = "answered"
    WORKED = "worked"
    SETTLED = "settled"
    CLOSED = "closed"


COMPLAINTS = (  # with the three of the diary sixty: how many, of which fate, how many hours ago at least and at most
    (7, Fate.FRESH, 1, 20),
    (4, Fate.ANSWERED, 20, 60),
    (7, Fate.WORKED, 7 * 24, 20 * 24),
    (6, Fate.SETTLED, 33 * 24, 39 * 24),
    (33, Fate.CLOSED, 48 * 24, 355 * 24),
)


@dataclass
class Case:
    """One complaint: what is said of it, and whose it is."""

    ground: Ground
    customer: Customer
    said: dict[str, Any]
    fate: Fate
    chance: Chance

    @property
    def engineer(self) -> Person:
        return self.ground.looks_after(self.customer)

    @property
    def desk(self) -> Person:
        return self.ground.people[self.chance.of("desk").pick.choice(("desk", "desk", "yena"))]

    def uuid(self, *names: object) -> str:
        return self.chance.uuid(*names)


def complaint_lives(ground: Ground, chance: Chance, at: datetime) -> Iterator[Life]:
    order = 0
    for count, fate, least, most in COMPLAINTS:
        for _one in range(count):
            order += 1
            own = chance.of(order)
            case = _case(ground, own, fate)
            ago = own.pick.randint(least * 60, most * 60) * timedelta(minutes=1)
            yield _complaint_life(case, in_office(at - ago, zone(None), back=True))


def _case(ground: Ground, chance: Chance, fate: Fate) -> Case:
    customer = chance.pick.choice([c for c in ground.customers if c.kind is not CustomerKind.DEALER])
    fitting = [r for r in ROWS[customer.language]["complaints"] if _fits(r, ground, customer)]
    return Case(ground, customer, chance.pick.choice(fitting), fate, chance)


def _fits(said: dict[str, Any], ground: Ground, customer: Customer) -> bool:
    """A word about a machine or an oil needs one, one about the dealer needs a dealer."""
    named = "{" not in said["text"] or _fills(said, ground, customer)
    return bool(named) and (customer.dealer is not None or said["category"] != "dealer")


def _fills(said: dict[str, Any], ground: Ground, customer: Customer) -> list[tuple[Meter, Fill]]:
    """The oils of the customer that these words may be about."""
    meters = [meter for site in customer.sites for meter in ground.at_site(site)]
    fills = [(meter, fill) for meter in meters for fill in meter.fills]
    return [pair for pair in fills if said.get("kind") in (None, pair[1].compartment.kind)]


def _complaint_life(case: Case, at: datetime) -> Life:
    """From the first word to the last; every step takes some hours, at least and at most as it says here."""
    yield at
    complaint = _received(case, at)
    if case.fate is Fate.FRESH:
        return
    steps = [StepKind.ANSWERED, StepKind.CONTAINED, StepKind.INVESTIGATED, StepKind.CAUSE]
    if case.fate is Fate.ANSWERED:
        steps = steps[:2]
    for kind, (least, most) in zip(steps, ((1, 20), (1, 8), (30, 80), (12, 60)), strict=False):
        at = in_office(at + case.chance.pick.randint(least, most) * HOUR, zone(None))
        yield at
        _step(case, complaint, kind, at)
    if case.fate in (Fate.SETTLED, Fate.CLOSED):
        yield from _ending(case, complaint, at)


def _ending(case: Case, complaint: Complaint, at: datetime) -> Life:
    """Some customers refuse the first remedy; in the end each has said a word."""
    words = [CustomerWord.PARTLY if case.chance.happens(0.15) else CustomerWord.ACCEPTED]
    if case.chance.happens(0.12):
        words.insert(0, CustomerWord.REFUSED)
    for order, word in enumerate(words):
        at = in_office(at + case.chance.pick.randint(40, 210) * HOUR, zone(None))
        yield at
        complaints.settle(
            complaint, remedy=case.said["remedy"], word=word, accepted_by=case.customer.contacts[0].name,
            uuid=case.uuid("settled", order), by=case.engineer, at=at,
        )  # fmt: skip
    if case.fate is Fate.CLOSED:
        at = in_office(at + case.chance.pick.randint(20, 120) * HOUR, zone(None))
        yield at
        complaints.close(complaint, case.said["lesson"], uuid=case.uuid("closed"), by=case.desk, at=at)


def _received(case: Case, at: datetime) -> Complaint:
    """By telephone mostly; through the dealer where there is one, now and then by the engineer on a visit."""
    channels = [Channel.PHONE, Channel.PHONE, Channel.MAIL, Channel.IN_PERSON, Channel.VISIT, Channel.FAX]
    channels += [Channel.DEALER] * 2 if case.customer.dealer else []
    channel = Channel.DEALER if case.said["category"] == "dealer" else case.chance.pick.choice(channels)
    by = case.engineer if channel is Channel.VISIT else case.desk
    if channel is Channel.DEALER:
        by = next((p for p in case.ground.people.values() if p.dealer_id == case.customer.dealer_id), by)
    values, contact = _thing(case, at), case.customer.contacts[0]
    values |= {"category": Category(case.said["category"]), "severity": Severity(case.said["severity"])}
    values |= {"channel": channel, "contact_name": contact.name, "contact_phone": contact.phone}
    complaint = complaints.receive(values, uuid=case.uuid("complaint"), customer=case.customer, by=by, at=at)
    if case.fate is not Fate.FRESH:
        complaints.take(complaint, by=case.engineer, at=at)
    return complaint


def _thing(case: Case, at: datetime) -> dict[str, Any]:
    """What it is about: the machine and the oil that the customer's words name."""
    said, filled_on = case.said, at - case.chance.pick.randint(20, 200) * DAY
    batch = f"B{filled_on:%y%m}-{case.chance.pick.randint(1, 40):02d}"
    values = {"asks": said["asks"], "batch_no": batch if said["category"] in WITH_BATCH else ""}
    if "{" not in said["text"]:
        return values | {"description": said["text"]}
    meter, fill = case.chance.pick.choice(_fills(said, case.ground, case.customer))
    machine = meter.machine
    product = fill.compartment.product
    values["description"] = said["text"].format(machine=f"{machine.number} {machine.model}", product=product.name)
    named = {"{machine}": ("machine", machine.uuid), "{product}": ("product", product.uuid)}
    return values | dict(pair for mark, pair in named.items() if mark in said["text"])


def _step(case: Case, complaint: Complaint, kind: StepKind, at: datetime) -> None:
    answered = ROWS[case.customer.language]["answered"]
    text = answered if kind is StepKind.ANSWERED else case.said[kind.value]
    by = case.desk if kind is StepKind.ANSWERED else case.engineer
    complaints.add_step(complaint, kind, text, uuid=case.uuid(kind.value), by=by, at=at)
