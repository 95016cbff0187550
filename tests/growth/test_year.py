"""The grown town: whole, plausible, told by the rules of the trade, and the same from the same seed."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal import town
from portal.app import create_app
from portal.complaints.kinds import ComplaintState
from portal.complaints.models import Complaint
from portal.config import Settings
from portal.customers.kinds import CustomerKind, PromiseState
from portal.customers.models import Compartment, Contact, Customer, Machine, Name, Promise, Site
from portal.desk.kinds import ErrandState
from portal.desk.models import Errand
from portal.growth.stories import ROWS as STORIES
from portal.growth.year import grow
from portal.journal.actions import verify
from portal.journal.models import Entry
from portal.kit.db import Base, canonical, db
from portal.kit.jobs import Job
from portal.oil.kinds import SampleState
from portal.oil.models import Result, Sample
from portal.people.models import Person, Region
from portal.records.models import Document, SigningKey
from portal.visits.kinds import VisitState
from portal.visits.models import Visit
from tests.conftest import MONDAY_9AM
from tests.growth.diagnosis import Bottle, fires, levels

RANGES = {  # what a laboratory can find in an oil that still runs
    "V40": (10, 900), "V100": (3, 60), "TBN": (0, 15), "TAN": (0, 6), "IPH": (3, 9), "OXI": (0, 60), "NIT": (0, 60),
    "SOOT": (0, 8), "FUEL": (0, 15), "FLASH_PM": (80, 260), "WATER": (0, 3), "GLYCOL": (0, 5000), "PQ": (0, 1500),
    "RPVOT": (20, 1500), "RULER": (0, 110), "MPC": (0, 80), "DEMUL": (1, 60), "ISO4406_4": (10, 26),
    "ISO4406_6": (8, 24), "ISO4406_14": (5, 21), "Ca": (0, 6000), "Zn": (0, 3000), "P": (0, 3000), "Mg": (0, 2500),
}  # fmt: skip
METAL = (0, 700)  # ppm
MADE_ANEW = {"created_at", "password_hash", "pin_hash"}  # by the clock or by salt
CONTENT = (
    "customers", "sites", "contacts", "machines", "compartments", "visits", "samples", "results", "guidances",
    "photos", "signatures", "promises", "complaints", "complaint_steps", "errands", "errand_words", "trainings",
    "findings", "left_overs", "names",
)  # fmt: skip


@contextmanager
def grown_in(folder: Path, url: str) -> Iterator[Flask]:
    app = create_app(Settings(data_dir=folder, database_url=url, log_level="ERROR"))
    with app.app_context():
        grow(town.find(), MONDAY_9AM, hashed=lambda secret: f"kept {len(secret)}")
        db.session.commit()
        db.session.remove()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def year(
    database: str, template: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Flask]:
    """The town with a year around it, read by every test of this page and changed by none."""
    folder = tmp_path_factory.mktemp(f"grown-{database}")
    if database == "sqlite":
        shutil.copy(template, folder / "sightglass.db")
        with grown_in(folder, f"sqlite:///{folder / 'sightglass.db'}") as app:
            yield app
        return
    server: Any = request.getfixturevalue("postgres_server")
    with server.clone(template) as url, grown_in(folder, url) as app:
        yield app


def count(model: type[Any], *where: sa.ColumnElement[bool]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*where)) or 0


def by_state(model: type[Any]) -> Counter[Any]:
    return Counter(dict(db.session.execute(sa.select(model.state, sa.func.count()).group_by(model.state)).all()))


@pytest.fixture(scope="module")
def bottles(year: Flask) -> dict[int, list[Bottle]]:
    """The reported bottles of every compartment, oldest first."""
    values: dict[int, dict[str, Any]] = defaultdict(dict)
    for row in db.session.scalars(sa.select(Result)):
        values[row.sample_id][row.code] = row.value
    found: dict[int, list[Bottle]] = defaultdict(list)
    samples = sa.select(Sample).where(Sample.state == SampleState.REPORTED).order_by(Sample.taken_at)
    loaded = samples.options(sa.orm.joinedload(Sample.product), sa.orm.joinedload(Sample.compartment))
    for sample in db.session.scalars(loaded):
        found[sample.compartment_id].append(Bottle(sample, values[sample.id]))
    return found


def compartment_of(story: dict[str, Any]) -> int:
    inside = sa.select(Compartment.id).join(Compartment.machine)
    return db.session.scalars(inside.where(Machine.number == story["machine"], Compartment.kind == story["kind"])).one()


def test_it_is_as_large_as_was_promised(year: Flask):
    assert (count(Region), count(Customer), count(Machine)) == (3, 40, 200)
    assert count(Visit) == 593  # and seven of the diary
    assert count(Sample) == 898  # and two of the diary
    assert {c.kind for c in db.session.scalars(sa.select(Customer))} == set(CustomerKind)
    assert {c.language for c in db.session.scalars(sa.select(Customer))} == {"ko", "en"}
    assert all(c.engineer for c in db.session.scalars(sa.select(Customer)))


def test_visits_stand_where_the_clock_says(year: Flask):
    states = by_state(Visit)
    ahead = count(Visit, Visit.state == VisitState.PLANNED, Visit.planned_at > MONDAY_9AM + timedelta(days=14))

    assert states[VisitState.APPROVED] > 480
    assert min(states[s] for s in (VisitState.SUBMITTED, VisitState.CANCELLED, VisitState.PLANNED)) >= 8
    assert states[VisitState.ON_SITE] == states[VisitState.SIGNED] == 1
    assert ahead > 5
    assert not count(Visit, Visit.state == VisitState.PLANNED, Visit.planned_at < MONDAY_9AM)


def test_cases_stand_in_every_state(year: Flask):
    assert set(by_state(Complaint)) == set(ComplaintState)
    assert set(by_state(Errand)) == set(ErrandState)
    assert set(by_state(Promise)) == set(PromiseState)
    assert (count(Complaint), count(Errand)) == (57, 26)  # and three and four of the diary
    assert count(Complaint, Complaint.answered_at.is_(None)) >= 5


@pytest.mark.parametrize("story", STORIES, ids=lambda s: f"{s['rule']}-{s['machine']}")
def test_a_story_ends_as_its_rule_says(bottles: dict[int, list[Bottle]], story: dict[str, Any]):
    told = bottles[compartment_of(story)]
    worst = [max(levels(bottle).values()) for bottle in told]

    assert 3 <= len(told) <= 6
    assert fires(story["rule"], told)
    assert worst[0] == 0 and worst == sorted(worst), worst


def test_there_are_at_least_twelve_rules_told(bottles: dict[int, list[Bottle]]):
    assert len({story["rule"] for story in STORIES}) >= 12
    assert sum(max(levels(bottles[compartment_of(s)][-1]).values()) == 2 for s in STORIES) >= 12


def test_every_other_oil_is_healthy(bottles: dict[int, list[Bottle]]):
    told = {compartment_of(story) for story in STORIES}
    ill = [
        (b.sample.number, code)
        for id, all_of_one in bottles.items()
        if id not in told
        for b in all_of_one
        for code, level in levels(b).items()
        if level
    ]
    assert not ill


def test_no_value_is_outside_what_is_possible(year: Flask):
    spans = sa.select(Result.code, sa.func.min(Result.value), sa.func.max(Result.value)).group_by(Result.code)
    for code, least, most in db.session.execute(spans):
        low, high = RANGES.get(code, METAL)
        assert low <= least <= most <= high, code
    temperatures = [t for t in db.session.scalars(sa.select(Sample.oil_temp_c)) if t is not None]
    assert 20 <= min(temperatures) <= max(temperatures) <= 120


def test_meters_only_run_forward_and_not_faster_than_the_clock(year: Flask):
    samples = sa.select(Sample).join(Sample.compartment).order_by(Compartment.machine_id, Sample.taken_at)
    loaded = db.session.scalars(samples.options(sa.orm.joinedload(Sample.compartment)))
    for before, after in pairwise(loaded):
        if before.compartment.machine_id == after.compartment.machine_id:
            run = float(after.unit_hours - before.unit_hours)
            assert 0 <= run <= (after.taken_at - before.taken_at) / timedelta(hours=1) + 1, after.number


def test_the_file_of_a_machine_agrees_with_its_bottles(year: Flask):
    newest = sa.select(Compartment.machine_id, sa.func.max(Sample.unit_hours)).join(Sample.compartment)
    read = dict(db.session.execute(newest.group_by(Compartment.machine_id)).all())
    machines = sa.select(Machine).options(sa.orm.selectinload(Machine.compartments))
    for machine in db.session.scalars(machines):
        assert machine.hours is not None and machine.hours >= read.get(machine.id, 0), machine.number
        assert all(c.filled_at_h is None or c.filled_at_h <= machine.hours + 1 for c in machine.compartments)


def test_people_and_places_are_invented(year: Flask):
    contacts = list(db.session.scalars(sa.select(Contact)))
    people = list(db.session.scalars(sa.select(Person)))

    assert all(re.fullmatch(r"0\d\d-555-01\d\d", c.phone) for c in contacts)
    assert all(not c.email or c.email.endswith(".example") for c in contacts)
    assert all(p.email.endswith(".example") for p in people)
    assert len({c.phone for c in contacts}) == len(contacts)
    assert all(33 < s.latitude < 39 and 125 < s.longitude < 130 for s in db.session.scalars(sa.select(Site)))


def test_everybody_signs_with_one_key(year: Flask):
    assert count(SigningKey) <= count(Person)
    assert count(Document) == count(Visit, Visit.submitted_at.is_not(None))


def test_old_records_are_made_one_a_minute_and_new_ones_at_once(year: Flask):
    due = Counter(db.session.scalars(sa.select(Job.due_at).where(Job.kind == "records.seal")))
    at_once = [n for when, n in due.items() if when <= MONDAY_9AM]

    assert 20 <= sum(at_once) <= 60
    assert max(n for when, n in due.items() if when > MONDAY_9AM) == 2  # both signatures of one record


def test_the_search_finds_all_of_it(year: Flask):
    assert count(Name) == sum(map(count, (Customer, Site, Contact, Machine)))


def test_nothing_went_past_the_journal(year: Flask):
    assert verify() == []
    told = Counter(db.session.scalars(sa.select(Entry.what)))
    assert told["visit.planned"] == count(Visit)
    assert told["sample.taken"] == count(Sample)
    assert told["sample.reported"] == count(Sample, Sample.state == SampleState.REPORTED)
    assert told["complaint.received"] == count(Complaint)


def test_the_same_seed_gives_the_same_year(year: Flask, database: str, template: str, tmp_path: Path):
    if database != "sqlite":
        pytest.skip("one database is enough: what is written does not depend on it")
    first = content()
    shutil.copy(template, tmp_path / "sightglass.db")
    with grown_in(tmp_path, f"sqlite:///{tmp_path / 'sightglass.db'}"):
        assert content() == first


def content() -> dict[str, str]:
    """A hash of each table's rows, without what a clock or a salt made, and of what the journal tells in order."""
    found = {}
    for name in CONTENT:
        table = Base.metadata.tables[name]
        columns = [c for c in table.columns if c.name not in MADE_ANEW]
        found[name] = _hash(db.session.execute(sa.select(*columns).order_by(table.c.id)).all())
    told = sa.select(Entry.what, Entry.subject_kind, Entry.subject_id, Entry.by_id, Entry.at).order_by(Entry.id)
    return {**found, "journal": _hash(db.session.execute(told).all())}


def _hash(rows: Any) -> str:
    plain = [[sorted(value) if isinstance(value, frozenset) else value for value in row] for row in rows]
    return hashlib.sha256(canonical(plain).encode()).hexdigest()
