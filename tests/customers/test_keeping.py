"""The file is kept by verbs, each of which leaves its mark in the journal."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from portal.customers import actions
from portal.customers.kinds import Abc, PromiseState
from portal.customers.models import Compartment, Customer, Promise, Site
from portal.kit.clock import now
from portal.kit.db import db, new_uuid
from portal.kit.errors import NotValid, WrongState
from portal.town import Town
from tests.customers import deeds
from tests.customers.deeds import told

DUE = date(2026, 12, 20)


def promise(town: Town, **changes: Any) -> Promise:
    given: dict[str, Any] = {"uuid": new_uuid(), "by": town.mina, "at": now(), **changes}
    return actions.promise(town.mine, "분기 보고서를 보냅니다.", DUE, **given)


def test_what_is_added_is_there_and_told(people: Town):
    customer = deeds.customer(people)
    site = deeds.site(people, customer)
    machine = deeds.machine(people, site)
    compartment = deeds.compartment(people, machine)
    contact = deeds.contact(people, customer)

    for thing, what in [
        (customer, "customer"), (site, "site"), (machine, "machine"), (compartment, "compartment"),
        (contact, "contact"),
    ]:  # fmt: skip
        [entry] = told(f"{what}.added")
        assert (entry.subject_id, entry.by_id) == (thing.id, people.mina.id)
    assert compartment in machine.compartments and machine in site.machines and site in customer.sites


def test_every_compartment_has_a_label_of_its_own(people: Town):
    codes = {deeds.compartment(people, people.truck).label_code for _again in range(5)}
    assert len(codes) == 5
    assert all(code and code.startswith("C-") and len(code) == 8 for code in codes)


def test_a_change_tells_what_was_there_and_what_is_new(people: Town):
    values = {"name": "파쇄장 2", "address": people.crusher.address}
    before = people.crusher.name
    actions.change_site(people.crusher, values, by=people.mina, at=now())

    [entry] = told("site.changed")
    assert entry.facts == {"before": {"name": before}, "after": {"name": "파쇄장 2"}}


def test_what_stays_as_it_is_is_no_change(people: Town):
    version = people.foreman.version
    actions.change_contact(people.foreman, {"name": people.foreman.name}, by=people.mina, at=now())
    db.session.flush()
    assert (told("contact.changed"), people.foreman.version) == ([], version)


def test_another_class_has_its_own_entry_with_reason_and_day(people: Town):
    before = people.mine.abc
    new = next(abc for abc in Abc if abc is not before)
    actions.reclassify(people.mine, new, "거래가 줄었습니다.", date(2026, 11, 20), by=people.mina, at=now())

    [entry] = told("customer.reclassified")
    assert entry.facts["before"]["abc"] == before
    assert entry.facts["after"] == {"abc": new, "abc_reason": "거래가 줄었습니다.", "abc_on": "2026-11-20"}


def test_a_site_name_and_a_machine_number_are_used_once(people: Town):
    with pytest.raises(NotValid):
        deeds.site(people, people.mine, name=people.pit.name)
    with pytest.raises(NotValid):
        actions.change_site(people.crusher, {"name": people.pit.name}, by=people.mina, at=now())
    with pytest.raises(NotValid):
        deeds.machine(people, people.pit, number=people.truck.number)


def test_the_same_site_and_the_same_contact_once_more_are_the_same(people: Town):
    customer = deeds.customer(people)
    assert deeds.site(people, customer) is deeds.site(people, customer)
    assert deeds.contact(people, customer) is deeds.contact(people, customer)
    assert (len(told("site.added")), len(told("contact.added"))) == (1, 1)


def test_a_machine_moves_to_another_site_of_the_customer(people: Town):
    values = {"number": people.truck.number, "site_id": people.crusher.id}
    actions.change_machine(people.truck, values, by=people.mina, at=now())
    db.session.commit()
    assert people.truck.site is people.crusher


def test_nobody_becomes_their_own_dealer(people: Town):
    with pytest.raises(NotValid):
        actions.change_customer(people.mine, {"dealer_id": people.mine.id}, by=people.mina, at=now())


def test_a_reading_is_kept_and_an_older_one_changes_nothing(people: Town):
    at = now()
    actions.read_meter(people.truck, Decimal("13000.5"), by=people.mina, at=at)
    actions.read_meter(people.truck, Decimal(12000), by=people.mina, at=at - timedelta(days=3))
    actions.read_meter(people.truck, Decimal("13000.5"), by=people.mina, at=at + timedelta(hours=1))
    db.session.commit()

    assert (people.truck.hours, people.truck.hours_at) == (Decimal("13000.5"), at + timedelta(hours=1))
    assert [entry.facts["after"] for entry in told("machine.meter_read")] == [{"hours": "13000.5"}]


def test_the_hours_on_an_oil_follow_the_meter(people: Town):
    people.engine.filled_at_h = Decimal(12000)
    actions.read_meter(people.truck, Decimal("12345.5"), by=people.mina, at=now())
    assert people.engine.oil_hours == Decimal("345.5")
    people.engine.filled_at_h = Decimal(20000)
    assert people.engine.oil_hours == 0
    people.engine.filled_at_h = None
    assert people.engine.oil_hours is None


@pytest.mark.parametrize("name", ["mine", "pit", "foreman", "truck", "engine"])
def test_everything_goes_to_the_archive_and_comes_back(people: Town, name: str):
    thing = getattr(people, name)
    with pytest.raises(WrongState):
        actions.restore(thing, by=people.han, at=now())
    actions.archive(thing, by=people.han, at=now())
    with pytest.raises(WrongState):
        actions.archive(thing, by=people.han, at=now())
    actions.restore(thing, by=people.han, at=now())
    kind = actions.CALLED[type(thing)]
    assert len(told(f"{kind}.archived")) == len(told(f"{kind}.restored")) == 1


def test_what_is_in_the_archive_is_not_offered(people: Town):
    actions.archive(people.engine, by=people.han, at=now())
    assert people.engine not in db.session.scalars(Compartment.at_site(people.pit.id)).all()
    actions.archive(people.truck, by=people.han, at=now())
    assert people.hydraulic not in db.session.scalars(Compartment.at_site(people.pit.id)).all()
    actions.archive(people.mine, by=people.han, at=now())
    assert people.mine not in db.session.scalars(Customer.current(people.mina)).all()
    assert people.pit not in db.session.scalars(Site.current(people.mina)).all()


def test_a_promise_is_given_and_kept(people: Town):
    given = promise(people)
    actions.close_promise(given, PromiseState.KEPT, "", by=people.han, at=now())

    assert (given.state, given.promised_by) == (PromiseState.KEPT, people.mina)
    assert given.closed_at is not None
    assert len(told("promise.given")) == len(told("promise.kept")) == 1
    with pytest.raises(WrongState):
        actions.close_promise(given, PromiseState.BROKEN, "잊었습니다.", by=people.han, at=now())


def test_a_broken_promise_is_explained(people: Town):
    given = promise(people)
    with pytest.raises(NotValid):
        actions.close_promise(given, PromiseState.BROKEN, "", by=people.mina, at=now())
    with pytest.raises(NotValid):
        actions.close_promise(given, PromiseState.OPEN, "", by=people.mina, at=now())
    actions.close_promise(given, PromiseState.BROKEN, "부품이 늦었습니다.", by=people.mina, at=now())
    assert told("promise.broken")[0].facts["after"] == {"outcome": "부품이 늦었습니다."}


def test_a_promise_of_a_visit_knows_it(people: Town):
    class Seen:
        id = None

    assert promise(people, visit=Seen()).visit_id is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Promise)) == 1
