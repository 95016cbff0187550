"""Two files of one company become one, and nothing is lost on the way."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from portal.customers import actions, search
from portal.customers.kinds import CustomerKind
from portal.customers.models import Customer, Name
from portal.kit.clock import now
from portal.kit.db import Base, db, new_uuid
from portal.kit.errors import NotValid, WrongState
from portal.town import Town
from tests.customers import deeds
from tests.customers.deeds import told
from tests.customers.test_keeping import DUE
from tests.support.visits import visit_in

POINTING = {  # a new column here: what must become of it when two files become one?
    "complaints.customer_id",
    "complaints.dealer_id",
    "contacts.customer_id",
    "customers.dealer_id",
    "customers.merged_into_id",
    "errands.dealer_id",
    "names.customer_id",
    "people.dealer_id",
    "promises.customer_id",
    "sites.customer_id",
    "visits.customer_id",
}


def pointing_at(id: int) -> dict[str, int]:
    """How many rows name this customer, by column; read from the database, not from the verb."""
    counts = {}
    for name in POINTING:
        table, column = name.split(".")
        where = Base.metadata.tables[table].c[column] == id
        counts[name] = db.session.scalar(sa.select(sa.func.count()).where(where)) or 0
    return {name: count for name, count in counts.items() if count}


@pytest.fixture
def double(people: Town) -> Customer:
    """A second file of the mine, with something of everything."""
    double = deeds.customer(people, name="새벽광산(주)", kind=CustomerKind.MINE)
    deeds.machine(people, deeds.site(people, double))
    deeds.contact(people, double)
    actions.promise(double, "시료 결과를 설명합니다.", DUE, uuid=new_uuid(), by=people.mina, at=now())
    visit_in("approved", double.sites[0], people.mina, people.han, at=now())
    deeds.customer(people, name="하청업체", dealer_id=double.id)
    search.relearn()
    db.session.commit()
    return double


def test_every_column_that_names_a_customer_is_known():
    assert {f"{column.table.name}.{column.name}" for column in actions.led_to_customers()} == POINTING


def test_everything_moves_and_the_file_goes_to_the_archive(people: Town, double: Customer):
    before, had = pointing_at(double.id), pointing_at(people.mine.id)
    assert set(before) >= {"contacts.customer_id", "customers.dealer_id", "promises.customer_id", "visits.customer_id"}

    actions.merge(double, people.mine, by=people.han, at=now())
    db.session.commit()

    after = pointing_at(people.mine.id)
    assert pointing_at(double.id) == {}
    assert after.pop("customers.merged_into_id") == 1
    assert after == {name: had.get(name, 0) + before.get(name, 0) for name in {*before, *had}}
    assert (double.merged_into_id, double.archived_at is not None) == (people.mine.id, True)
    [entry] = told("customer.merged")
    assert entry.facts["after"] == {"merged_into": people.mine.id, "moved": before}


def test_a_merged_file_is_found_under_both_names_and_shown_once(people: Town, double: Customer):
    actions.merge(double, people.mine, by=people.han, at=now())
    for _again in range(2):
        found = [f for f in search.find("새벽광산주", people.mina) if f.kind == "customer"]
        assert [(f.id, f.title) for f in found] == [(people.mine.id, "새벽광산")]
        assert len([f for f in search.find("새벽광산", people.mina) if f.kind == "customer"]) == 1
        search.relearn()
    assert db.session.scalar(sa.select(Name.customer_id).where(Name.said.startswith("새벽광산주"))) == people.mine.id


def test_who_went_into_the_double_goes_on_with_it(people: Town, double: Customer):
    third = deeds.customer(people, name="새벽 광산 3")
    actions.merge(third, double, by=people.han, at=now())
    actions.merge(double, people.mine, by=people.han, at=now())
    assert third.merged_into_id == people.mine.id


def test_whose_dealer_the_double_was_does_not_become_their_own(people: Town):
    one = deeds.customer(people, name="한들상사", kind=CustomerKind.DEALER)
    other = deeds.customer(people, name="한들상사 본점", kind=CustomerKind.DEALER, dealer_id=one.id)
    actions.merge(one, other, by=people.han, at=now())
    assert other.dealer_id is None


def test_the_people_of_a_dealer_move_with_it(people: Town):
    dealer = db.session.get(Customer, people.kim.dealer_id)
    other = deeds.customer(people, name="두레상사", kind=CustomerKind.DEALER, region_id=dealer.region_id)
    actions.merge(dealer, other, by=people.han, at=now())
    assert people.kim.dealer_id == other.id


def test_what_cannot_be_one_is_told(people: Town, double: Customer):
    with pytest.raises(NotValid):
        actions.merge(double, double, by=people.han, at=now())
    with pytest.raises(NotValid):
        actions.merge(double, db.session.get(Customer, people.kim.dealer_id), by=people.han, at=now())
    deeds.site(people, double, name=people.pit.name)
    with pytest.raises(NotValid, match=people.pit.name):
        actions.merge(double, people.mine, by=people.han, at=now())
    assert pointing_at(double.id)["sites.customer_id"] == 2


def test_a_merged_file_does_not_come_back_and_takes_nothing(people: Town, double: Customer):
    actions.merge(double, people.mine, by=people.han, at=now())
    with pytest.raises(WrongState):
        actions.restore(double, by=people.han, at=now())
    with pytest.raises(WrongState):
        actions.merge(people.mine, double, by=people.han, at=now())
