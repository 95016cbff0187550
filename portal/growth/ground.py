"""The places and people of the grown town, as `places.toml` lists them, added to those of the core."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from portal.accounts.actions import add_person
from portal.catalogue.models import Product
from portal.customers.kinds import Abc, CompartmentKind, CustomerKind
from portal.customers.models import Compartment, Contact, Customer, Machine, Site
from portal.growth.chance import Chance
from portal.kit.db import db
from portal.oil.models import Sample
from portal.people.models import Person, Region, Role, Team
from portal.town import ROWS as TOWN

ROWS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("places.toml").read_text(encoding="utf-8"))
YEAR = timedelta(days=365)
QUIETER = 0.65  # the core's machines run as their bottles say: DT-07 8.6 hours a day
FIRST_NUMBER = 101  # on a machine; those of the core are smaller


@dataclass
class Fill:
    """The oil in a compartment: what the machine's meter showed when it was filled, and after how many hours it goes.

    `told` is True where a story or a bottle of the core says when the oil was drawn: nobody else draws there.
    """

    compartment: Compartment
    drain_h: int
    filled_at_h: Decimal
    told: bool = False
    drawn_at: datetime | None = None

    def drawn(self, hours: Decimal, changed: bool | None) -> tuple[Decimal, bool]:
        """Hours on the oil when the meter shows `hours`, and whether it is changed then (None: as is due)."""
        while changed is None and hours - self.filled_at_h > self.drain_h:
            self.filled_at_h += Decimal(round(self.drain_h * 0.96))  # changed without a bottle
        on_oil = hours - self.filled_at_h
        changed = on_oil >= self.drain_h * 4 // 5 if changed is None else changed
        if changed:
            self.filled_at_h = hours
        return on_oil, changed


@dataclass
class Meter:
    """The hours of a machine as a line through `hours` at `at`: it runs `a_day` hours, Sundays and all."""

    machine: Machine
    a_day: float
    hours: Decimal
    at: datetime
    fills: list[Fill] = field(default_factory=list)

    def read(self, at: datetime) -> Decimal:
        run = Decimal(round((at - self.at) / timedelta(days=1) * self.a_day))
        return max(self.hours + run, Decimal(0))

    def day_of(self, hours: Decimal) -> date:
        """The day on which the meter showed `hours`."""
        return (self.at + timedelta(days=float(hours - self.hours) / self.a_day)).date()


@dataclass
class Ground:
    """Where the year takes place. Lists in the order of the files, so that chance meets the same things every time."""

    people: dict[str, Person]
    customers: list[Customer]
    sites: list[Site]
    meters: dict[str, Meter]  # by the number on the machine

    def at_site(self, site: Site) -> list[Meter]:
        return [m for m in self.meters.values() if m.machine.site_id == site.id]

    def leader_of(self, engineer: Person) -> Person:
        """Who plans and approves."""
        return self._person(engineer.team.leader_id if engineer.team else None)

    def looks_after(self, customer: Customer) -> Person:
        return customer.engineer or self.colleagues(customer)[0]

    def colleagues(self, customer: Customer) -> list[Person]:
        """The engineers of the customer's region."""
        engineers = [p for p in self.people.values() if p.is_a(Role.ENGINEER)]
        return [p for p in engineers if p.region_id == customer.region_id]

    def _person(self, id: int | None) -> Person:
        return next(p for p in self.people.values() if p.id == id)


def prepare(chance: Chance, at: datetime, hashed: Callable[[str], str]) -> Ground:
    """Add people, customers and machines to the town's, and read the meters of all."""
    regions = {r.name: r for r in db.session.scalars(sa.select(Region))}
    customers = {c.name: c for c in db.session.scalars(sa.select(Customer).order_by(Customer.id))}
    _customers(customers, regions, chance, at)
    people = _people(customers, regions, chance, at, hashed)
    for name, nick in [*ROWS["looks_after"].items(), *((r["name"], r["engineer"]) for r in ROWS["customers"])]:
        customers[name].engineer = people[nick]
    meters = [*_meters_of_the_core(chance, at), *_machines(customers, chance, at)]
    sites = [site for customer in customers.values() for site in customer.sites]
    return Ground(people, list(customers.values()), sites, {m.machine.number: m for m in meters})


def _customers(customers: dict[str, Customer], regions: dict[str, Region], chance: Chance, at: datetime) -> None:
    for r in ROWS["customers"]:
        language = r.get("language", "ko")
        customers[r["name"]] = customer = Customer(
            uuid=chance.uuid("customer", r["name"]), name=r["name"], kind=CustomerKind(r["kind"]), abc=Abc(r["abc"]),
            abc_reason=r["reason"], abc_on=at.date() - timedelta(days=chance.pick.randint(40, 330)),
            region=regions[r["region"]], language=language, dealer=customers[r["dealer"]] if "dealer" in r else None,
            why_bought=r["why"], used_before=r.get("used_before", ""), situation=r["situation"],
        )  # fmt: skip
        customer.contacts = [
            Contact(name=name, role=role, phone=phone, email=email, language=language)
            for name, role, phone, email in r["contacts"]
        ]
        customer.sites = [
            Site(name=s["name"], address=s["address"], latitude=s["at"][0], longitude=s["at"][1], radius_m=s["radius"])
            for s in r["sites"]
        ]
        db.session.add(customer)
        db.session.flush()  # in this order, so that they find the same numbers every time


def _people(
    customers: dict[str, Customer], regions: dict[str, Region], chance: Chance, at: datetime,
    hashed: Callable[[str], str],
) -> dict[str, Person]:  # fmt: skip
    teams = {t.name: t for t in db.session.scalars(sa.select(Team))}
    for r in ROWS["teams"]:
        above = teams[r["above"]]
        teams[r["name"]] = team = Team(name=r["name"], parent_id=above.id, path=chance.uuid("team", r["name"]))
        db.session.add(team)
        db.session.flush()  # the path holds the id
        team.path = f"{above.path}{team.id}/"
    for r in ROWS["people"]:
        add_person(
            r["name"], r["email"], frozenset({Role(r["role"])}), password_hash=hashed(password_of(r)),
            pin_hash=hashed(r["pin"]), language=r.get("language", "ko"), team=teams.get(r.get("team", "")),
            region_id=regions[r["region"]].id if "region" in r else None,
            dealer_id=customers[r["dealer"]].id if "dealer" in r else None, by=None, at=at - YEAR,
        ).uuid = chance.uuid("person", r["email"])  # fmt: skip
    people = {_nick(p.email): p for p in db.session.scalars(sa.select(Person).order_by(Person.id))}
    for r in ROWS["teams"]:
        teams[r["name"]].leader_id = people[r["leader"]].id
    db.session.flush()
    return people


def password_of(login: dict[str, Any]) -> str:
    return f"sightglass-{_nick(login['email'])}"


def _nick(email: str) -> str:
    return email.split("@")[0]


def _machines(customers: dict[str, Customer], chance: Chance, at: datetime) -> Iterator[Meter]:
    """Machine by machine, each numbered after the one before of its kind."""
    products = {p.code: p for p in db.session.scalars(sa.select(Product))}
    numbers: Counter[str] = Counter()
    labels = 1000
    for site, name in _parks(customers):
        kind = ROWS["kinds"][name]
        number = f"{kind['prefix']}-{FIRST_NUMBER + numbers[kind['prefix']]}"
        numbers[kind["prefix"]] += 1
        meter = _machine(site, name, number, chance.of("machine", number), at)
        for fill in _fills(kind["fill"]):
            labels += 1
            meter.machine.compartments.append(
                Compartment(
                    uuid=chance.uuid("compartment", number, fill["kind"]), kind=CompartmentKind(fill["kind"]),
                    product=products[fill["product"]], sump_l=Decimal(fill["litres"]), label_code=f"HBL-{labels:05d}",
                )
            )  # fmt: skip
        db.session.flush()
        meter.fills = [_fill(c, meter, name, chance, at) for c in meter.machine.compartments]
        yield meter


def _parks(customers: dict[str, Customer]) -> Iterator[tuple[Site, str]]:
    for r in ROWS["customers"]:
        sites = {site.name: site for site in customers[r["name"]].sites}
        for s in r["sites"]:
            for name, count in s.get("park", {}).items():
                yield from [(sites[s["name"]], name)] * count


def _fills(name: str) -> list[dict[str, Any]]:
    return list(ROWS["fills"].get(name) or TOWN["fills"][name])


def _machine(site: Site, name: str, number: str, chance: Chance, at: datetime) -> Meter:
    kind = ROWS["kinds"][name]
    model = chance.pick.choice(kind["models"])
    a_day = kind["a_day"] * chance.pick.uniform(0.8, 1.08)
    hours = Decimal(chance.pick.randint(*kind["meter"]))
    machine = Machine(
        uuid=chance.uuid(), site=site, number=number, kind=kind["en" if site.customer.language == "en" else "ko"],
        make=kind["make"], model=model, serial=f"{model.replace('-', '')}-{chance.pick.randint(21_000, 89_999)}",
    )  # fmt: skip
    db.session.add(machine)
    return Meter(machine, a_day, hours, at)


def _fill(compartment: Compartment, meter: Meter, name: str, chance: Chance, at: datetime) -> Fill:
    """Its oil as it was a year ago, somewhere on the way to its next change."""
    drain_h = ROWS["drains_of"].get(name, {}).get(compartment.kind, ROWS["drains"][compartment.kind])
    year_ago = meter.read(at - YEAR)
    age = min(Decimal(round(drain_h * chance.of(compartment.uuid).pick.uniform(0.05, 0.9))), year_ago)
    return Fill(compartment, drain_h, year_ago - age)


def _meters_of_the_core(chance: Chance, at: datetime) -> Iterator[Meter]:
    machines = sa.select(Machine).order_by(Machine.id).options(sa.orm.selectinload(Machine.compartments))
    bottled = set(db.session.scalars(sa.select(Sample.compartment_id)))
    for machine in db.session.scalars(machines):
        name = ROWS["core"][machine.number[:2]]
        a_day = ROWS["kinds"][name]["a_day"] * QUIETER
        meter = Meter(machine, a_day, machine.hours or Decimal(0), machine.hours_at or at)
        for compartment in machine.compartments:
            fill = _fill(compartment, meter, name, chance, at)
            fill.told = compartment.id in bottled
            meter.fills.append(fill)
        yield meter
