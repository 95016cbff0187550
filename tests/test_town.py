"""The demo town is whole, always the same, and loaded once."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

from portal import town
from portal.accounts.passwords import fits
from portal.customers.models import Compartment, Customer, Machine, Site
from portal.journal.actions import verify
from portal.kit.db import db
from portal.oil.models import Sample
from portal.people.models import Person, Region, Role, Team
from portal.town import Town

MONDAY_9AM = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)


def count(model: type[object]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_the_town_has_what_was_promised(people: Town):
    assert (count(Customer), count(Team), count(Region)) == (10, 3, 3)
    assert len(people.products) == 20
    assert {role for person in db.session.scalars(sa.select(Person)) for role in person.roles} == set(Role)
    assert {c.language for c in people.customers} == {"ko", "en"}
    assert all(c.sites and c.contacts for c in people.customers)
    assert all(machine.compartments for machine in people.machines)


def test_loading_twice_does_nothing(people: Town):
    before = [count(model) for model in (Person, Customer, Site, Machine, Compartment, Sample)]

    assert town.load(MONDAY_9AM) == "There are people already; the town is left as it is."
    assert [count(model) for model in (Person, Customer, Site, Machine, Compartment, Sample)] == before
    assert town.is_loaded()


def test_the_teams_are_a_tree_under_dana(people: Town):
    led = {
        leader: set(db.session.scalars(sa.select(Person).where(Person.led_by(leader)))) for leader in leaders(people)
    }

    assert led[people.han] == {people.mina, people.bora}
    assert led[people.suh] == {people.jun}
    assert led[people.dana] == {people.han, people.mina, people.bora, people.suh, people.jun}
    assert led[people.mina] == set()


def leaders(people: Town) -> list[Person]:
    return [people.han, people.suh, people.dana, people.mina]


def test_the_shown_login_opens_the_door(people: Town):
    [line] = [line for line in town.logins() if line.startswith("mina@")]
    email, password, _pin, pin, _role, _name = line.split()

    assert people.mina.email == email
    assert fits(people.mina.password_hash, password) and fits(people.mina.pin_hash, pin)
    assert len(town.logins()) == 11


def test_dealers_belong_to_a_dealer_and_to_different_ones(people: Town):
    assert people.kim.dealer_id != people.park.dealer_id
    assert people.mine.dealer_id == people.kim.dealer_id


def test_the_truck_has_a_last_time(people: Town):
    assert people.sample.compartment is people.engine
    assert people.sample.unit_hours == 12180
    assert people.sample.taken_at < MONDAY_9AM


def test_the_same_things_have_the_same_ids_in_every_town(people: Town):
    assert people.engine.uuid == "a606ef01-40f0-583f-892e-5ac075647692"


def test_the_journal_of_the_town_is_whole(people: Town):
    assert verify() == []
