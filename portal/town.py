"""The demo town: three teams, ten customers, twenty oils, as `town.toml` lists them. It is the tests' town too."""

from __future__ import annotations

import tomllib
import uuid as uuids
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from portal.accounts.actions import add_person
from portal.accounts.passwords import hash_secret
from portal.catalogue.kinds import BaseOil, Family, Thickener
from portal.catalogue.models import Product
from portal.customers.kinds import Abc, CompartmentKind, CustomerKind
from portal.customers.models import Compartment, Contact, Customer, Machine, Site
from portal.customers.search import relearn
from portal.kit.db import db
from portal.oil.actions import take
from portal.oil.kinds import Reason, SamplePoint, VisualCode, YesNo
from portal.oil.models import Sample
from portal.people.models import Person, Region, Role, Team

ROWS: dict[str, Any] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"), parse_float=Decimal
)
MAKER = "한빛윤활유"


@dataclass(frozen=True)
class Town:
    """Who and what the tests speak of. `han` leads Mina and Bora, `suh` leads Jun, `dana` leads all of them."""

    dana: Person
    han: Person
    mina: Person
    bora: Person
    suh: Person
    jun: Person
    kim: Person  # of the dealer in Mina's region
    park: Person  # of the dealer in Jun's region
    desk: Person
    lab: Person
    admin: Person
    mine: Customer
    pit: Site
    crusher: Site
    plant: Site  # in Jun's region
    english: Site  # in Mina's region
    foreman: Contact  # at the pit
    truck: Machine
    engine: Compartment  # of the truck
    hydraulic: Compartment  # of the truck
    sample: Sample  # the newest from the truck's engine
    customers: list[Customer]
    machines: list[Machine]
    products: dict[str, Product]


def is_loaded() -> bool:
    return db.session.scalar(sa.select(Person.id).where(Person.email == ROWS["logins"][0]["email"])) is not None


def load(at: datetime, hashed: Callable[[str], str] = hash_secret) -> str:
    """Fill an empty database and say what was done; the caller commits. Nothing is done when anybody is in it."""
    if db.session.scalar(sa.select(Person.id).limit(1)):
        return "There are people already; the town is left as it is."
    town = build(at, hashed)
    return (
        f"{len(town.customers)} customers, {len(town.machines)} machines, {len(town.products)} oils, "
        f"{len(ROWS['logins'])} logins."
    )


def logins() -> list[str]:
    """One line for each person of the town, to be shown when the demo starts."""
    return [f"{r['email']:<22}{_password(r):<18}PIN {r['pin']}  {r['role']:<11}{r['name']}" for r in ROWS["logins"]]


def build(at: datetime, hashed: Callable[[str], str] = hash_secret) -> Town:
    """Add the town as it stands at the instant `at`; the caller commits. `hashed` makes the kept form of a secret."""
    products = _products()
    regions = {name: Region(name=name) for name in ROWS["regions"]}
    db.session.add_all(regions.values())
    customers = _customers(regions, at)
    _machines(_sites(customers), products, at)
    people = _people(regions, customers, at, hashed)
    _look_after(customers, people)
    _bottles({person.region_id: person for person in (people["mina"], people["jun"])}, at)
    relearn()
    return find()


def find() -> Town:
    """The town in the database, which must have been loaded."""
    people = {_nick(p.email): p for p in db.session.scalars(sa.select(Person))}
    customers = list(db.session.scalars(sa.select(Customer).order_by(Customer.id)))
    machines = list(db.session.scalars(sa.select(Machine).order_by(Machine.id)))
    sites = {s.name: s for s in db.session.scalars(sa.select(Site))}
    pit = sites["동부채굴장"]
    truck = _machine("DT-07")
    inside = {c.kind: c for c in truck.compartments}
    engine = inside[CompartmentKind.ENGINE]
    newest = sa.select(Sample).where(Sample.compartment_id == engine.id).order_by(Sample.taken_at.desc()).limit(1)
    return Town(
        **{_nick(r["email"]): people[_nick(r["email"])] for r in ROWS["logins"]},
        mine=pit.customer, pit=pit, crusher=sites["파쇄장"], plant=sites["압연공장"], english=sites["North Quarry"],
        foreman=next(c for c in pit.customer.contacts if c.role == "정비과장"),
        truck=truck, engine=engine, hydraulic=inside[CompartmentKind.HYDRAULIC],
        sample=db.session.scalars(newest).one(), customers=customers, machines=machines,
        products={p.code: p for p in db.session.scalars(sa.select(Product))},
    )  # fmt: skip


def _nick(email: str) -> str:
    return email.split("@")[0]


def _password(login: dict[str, Any]) -> str:
    return f"sightglass-{_nick(login['email'])}"


def _uuid(*names: object) -> str:
    """The same id for the same thing in every town."""
    return str(uuids.uuid5(uuids.NAMESPACE_URL, "/".join(["town", *map(str, names)])))


def _machine(number: str) -> Machine:
    return db.session.scalars(sa.select(Machine).where(Machine.number == number)).one()


def _products() -> dict[str, Product]:
    products = {
        r["code"]: Product(
            uuid=_uuid("oil", r["code"]), code=r["code"], maker=MAKER, name=r["name"], family=Family(r["family"]),
            grade=r["grade"], v40_mm2_s=r.get("v40"), v100_mm2_s=r.get("v100"), vi=r.get("vi"),
            tbn_mg_koh_g=r.get("tbn"), tan_mg_koh_g=r.get("tan"), approvals=r["approvals"],
            base=BaseOil(r["base"]) if "base" in r else None,
            thickener=Thickener(r["thickener"]) if "thickener" in r else None,
        )
        for r in ROWS["oils"]
    }  # fmt: skip
    db.session.add_all(products.values())
    return products


def _customers(regions: dict[str, Region], at: datetime) -> dict[str, Customer]:
    customers: dict[str, Customer] = {}
    for r in ROWS["customers"]:
        customers[r["name"]] = Customer(
            uuid=_uuid("customer", r["name"]), name=r["name"], kind=CustomerKind(r["kind"]), abc=Abc(r["abc"]),
            abc_reason=r["reason"], abc_on=at.date() - timedelta(days=150), region=regions[r["region"]],
            language=r.get("language", "ko"), dealer=customers[r["dealer"]] if "dealer" in r else None,
            why_bought=r["why"], situation=r["situation"], used_before=r.get("used_before", ""),
        )  # fmt: skip
        db.session.add(customers[r["name"]])
        db.session.flush()  # in this order: people of the demo find the same numbers every time
    for r in ROWS["contacts"]:
        customer = customers[r["customer"]]
        db.session.add(Contact(**{**r, "customer": customer}, language=customer.language))
    return customers


def _sites(customers: dict[str, Customer]) -> dict[str, Site]:
    sites = [
        Site(
            customer=customers[r["customer"]], name=r["name"], address=r["address"], latitude=float(r["latitude"]),
            longitude=float(r["longitude"]), radius_m=r["radius_m"],
        )
        for r in ROWS["sites"]
    ]  # fmt: skip
    db.session.add_all(sites)
    return {site.name: site for site in sites}


def _look_after(customers: dict[str, Customer], people: dict[str, Person]) -> None:
    for r in ROWS["customers"]:
        if "engineer" in r:
            customers[r["name"]].engineer = people[r["engineer"]]


def _machines(sites: dict[str, Site], products: dict[str, Product], at: datetime) -> None:
    labels = 0
    for order, r in enumerate(ROWS["machines"], start=1):
        machine = Machine(
            uuid=_uuid("machine", r["number"]), site=sites[r["site"]], number=r["number"], kind=r["kind"],
            make=r["make"], model=r["model"], serial=f"{r['model'].replace('-', '')}-{20_000 + 137 * order}",
            hours=r.get("hours"), hours_at=at - timedelta(days=30) if "hours" in r else None,
        )  # fmt: skip
        db.session.add(machine)
        for fill in ROWS["fills"][r["fill"]]:
            labels += 1
            machine.compartments.append(
                Compartment(
                    uuid=_uuid("compartment", r["number"], fill["kind"]), kind=CompartmentKind(fill["kind"]),
                    product=products[fill["product"]], sump_l=Decimal(fill["litres"]), label_code=f"HBL-{labels:05d}",
                )
            )  # fmt: skip
        db.session.flush()


def _people(
    regions: dict[str, Region], customers: dict[str, Customer], at: datetime, hashed: Callable[[str], str]
) -> dict[str, Person]:
    teams = _teams()
    people = {
        _nick(r["email"]): add_person(
            r["name"], r["email"], frozenset({Role(r["role"])}), password_hash=hashed(_password(r)),
            pin_hash=hashed(r["pin"]), language=r.get("language", "ko"), team=teams.get(r.get("team")),
            region_id=regions[r["region"]].id if "region" in r else None,
            dealer_id=customers[r["dealer"]].id if "dealer" in r else None, by=None, at=at,
        )
        for r in ROWS["logins"]
    }  # fmt: skip
    for r in ROWS["teams"]:
        teams[r["name"]].leader_id = people[r["leader"]].id
    db.session.flush()
    return people


def _teams() -> dict[str | None, Team]:
    teams: dict[str | None, Team] = {}
    for r in ROWS["teams"]:
        above = teams.get(r.get("above"))
        team = Team(name=r["name"], parent_id=above.id if above else None, path=_uuid("team", r["name"]))
        db.session.add(team)
        db.session.flush()  # the path holds the id
        team.path = f"{above.path if above else ''}{team.id}/"
        teams[r["name"]] = team
    return teams


def _bottles(engineers: dict[int | None, Person], at: datetime) -> None:
    """What was sampled before today, so that the phone has something to show as last time."""
    for order, r in enumerate(ROWS["bottles"], start=1):
        taken_at = at - timedelta(days=r["days_ago"])
        machine = _machine(r["machine"])
        [compartment] = [c for c in machine.compartments if c.kind == r["kind"]]
        take(
            _values(r, number=f"HB-{taken_at:%y%m}-{100 + order:04d}"), uuid=_uuid("bottle", order), visit=None,
            compartment=compartment, by=engineers[machine.site.customer.region_id], at=taken_at,
        )  # fmt: skip
        _read(machine, compartment, r, taken_at)


def _read(machine: Machine, compartment: Compartment, row: dict[str, Any], at: datetime) -> None:
    """What the file holds of meter and fill after a bottle; the older bottles come first."""
    hours = Decimal(row["machine_hours"])
    if machine.hours_at is None or machine.hours_at <= at:
        machine.hours, machine.hours_at = hours, at
    compartment.filled_at_h = hours if row["changed"] == "yes" else hours - Decimal(row["oil_hours"])
    if row["changed"] == "yes":
        compartment.filled_on = at.date()


def _values(row: dict[str, Any], number: str) -> dict[str, Any]:
    """As a SampleForm would have given them."""
    return {
        "number": number, "machine_hours": Decimal(row["machine_hours"]), "oil_hours": Decimal(row["oil_hours"]),
        "oil_hours_estimated": False, "oil_changed": YesNo(row["changed"]), "filter_changed": YesNo(row["changed"]),
        "makeup_l": None, "oil_temp_c": Decimal(65), "sample_point": SamplePoint.VALVE, "reason": Reason.ROUTINE,
        "visual": [VisualCode(word) for word in row["visual"]], "visual_note": "",
        "observed": row.get("observed", ""), "batch_no": "",
    }  # fmt: skip
