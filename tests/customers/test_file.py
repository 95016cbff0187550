"""What the file of a customer can and cannot say."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from flask_babel import force_locale

from portal.customers.kinds import Abc, CompartmentKind, CustomerKind
from portal.customers.labels import COMPARTMENT, CUSTOMER_KIND, compartment_label
from portal.customers.models import Compartment, Customer, Machine, Site
from portal.kit.db import db
from portal.town import Town


def test_the_pit_has_its_machines_and_each_its_oil(people: Town):
    inside = {c.kind: c.product.name for c in people.truck.compartments}

    assert people.pit.customer is people.mine
    assert people.mine.dealer is not None and people.mine.dealer.kind is CustomerKind.DEALER
    assert people.truck in people.pit.machines
    assert inside[CompartmentKind.ENGINE] == "Hanbit Diesel Pro 15W-40"


def test_the_compartments_of_a_site_come_in_order_and_with_their_oil(people: Town):
    db.session.expunge_all()
    found = db.session.scalars(Compartment.at_site(people.pit.id)).all()

    assert {c.machine.site_id for c in found} == {people.pit.id}
    assert [c.machine.number for c in found] == sorted(c.machine.number for c in found)
    assert not {"machine", "product"} & sa.inspect(found[0]).unloaded


@pytest.mark.usefixtures("app")
def test_a_compartment_says_where_it_is(people: Town):
    with force_locale("en"):
        assert compartment_label(people.engine) == "DT-07 KD785 · Engine · Hanbit Diesel Pro 15W-40"


def test_every_word_has_a_label():
    assert set(CUSTOMER_KIND) == set(CustomerKind)
    assert set(COMPARTMENT) == set(CompartmentKind)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"language": "zh"}, "language_we_write"),
        ({"abc_reason": ""}, "class_has_a_reason"),
        ({"abc": "D"}, "abc"),
        ({"kind": "bank"}, "customer_kind"),
    ],
)
def test_the_database_refuses_what_no_customer_is(people: Town, change: dict[str, str], rule: str):
    with pytest.raises(sa.exc.IntegrityError, match=rule):
        db.session.execute(
            sa.text(f"UPDATE customers SET {next(iter(change))} = :value WHERE id = :id"),  # noqa: S608 - names above
            {"value": next(iter(change.values())), "id": people.mine.id},
        )


def test_nobody_is_their_own_dealer(people: Town):
    people.mine.dealer_id = people.mine.id
    with pytest.raises(sa.exc.IntegrityError, match="nobody_supplies_themselves"):
        db.session.flush()


@pytest.mark.parametrize(
    ("change", "rule"),
    [({"latitude": 91.0}, "on_earth"), ({"longitude": -181.0}, "on_earth"), ({"radius_m": 0}, "radius_positive")],
)
def test_a_site_is_on_earth_and_has_a_size(people: Town, change: dict[str, float], rule: str):
    place = {"name": "X", "address": "X", "latitude": 37.0, "longitude": 127.0, "radius_m": 100}
    db.session.add(Site(customer=people.mine, **{**place, **change}))
    with pytest.raises(sa.exc.IntegrityError, match=rule):
        db.session.flush()


def test_a_position_comes_back_to_the_last_digit(people: Town):
    people.pit.latitude, people.pit.longitude = 37.123456789012, 129.987654321098
    db.session.flush()
    db.session.refresh(people.pit)

    assert (people.pit.latitude, people.pit.longitude) == (37.123456789012, 129.987654321098)


def test_an_asset_number_is_used_once_at_a_site_but_may_be_elsewhere(people: Town):
    again = {"number": "DT-07", "kind": "덤프트럭", "make": "X", "model": "X"}
    db.session.add(Machine(site=people.crusher, **again))
    db.session.flush()
    db.session.add(Machine(site=people.pit, **again))
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()


def test_a_customer_needs_a_region(people: Town):
    db.session.add(Customer(name="X", kind=CustomerKind.MINE, abc=Abc.C, abc_reason="new", abc_on=date(2026, 11, 23)))
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()
