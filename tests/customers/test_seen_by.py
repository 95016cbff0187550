"""Whose file may whom open? Everything at a customer's follows the customer."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from portal.customers.models import Compartment, Customer, Machine, Site
from portal.kit.db import db
from portal.people.models import Role
from portal.town import Town

GANGWON = {"두레윤활유상사", "새벽광산", "흰돌석회광산", "Blue Heron Aggregates"}
CAPITAL = {"바위골석산", "누리운수"}
YEONGNAM = {"마루오일상사", "별빛제강", "Northgate Power Services", "하늘정비"}
SEES = {
    "mina": GANGWON,
    "bora": GANGWON,
    "jun": YEONGNAM,
    "han": GANGWON,
    "suh": CAPITAL | YEONGNAM,  # her own region, and that of Jun
    "dana": GANGWON | CAPITAL | YEONGNAM,  # she has no region; her people have
    "kim": {"두레윤활유상사"},
    "park": {"마루오일상사"},
    "desk": GANGWON | CAPITAL | YEONGNAM,
    "lab": set(),
    "admin": set(),
}


@pytest.mark.parametrize("who", SEES)
def test_who_sees_which_customers(people: Town, who: str):
    person = getattr(people, who)

    assert {c.name for c in db.session.scalars(Customer.seen_by(person))} == SEES[who]


@pytest.mark.parametrize("who", SEES)
def test_sites_machines_and_compartments_follow_their_customer(people: Town, who: str):
    person = getattr(people, who)

    sites = db.session.scalars(Site.seen_by(person)).all()
    machines = db.session.scalars(Machine.seen_by(person)).all()
    compartments = db.session.scalars(Compartment.seen_by(person)).all()

    assert {s.customer.name for s in sites} == SEES[who]
    assert set(machines) == {m for s in sites for m in s.machines}
    assert set(compartments) == {c for m in machines for c in m.compartments}


def test_an_engineer_without_a_region_sees_no_customer(people: Town):
    people.mina.region_id = None
    db.session.flush()

    assert db.session.scalars(Customer.seen_by(people.mina)).all() == []


def test_two_roles_see_what_either_sees(people: Town):
    people.suh.roles = frozenset({Role.SUPERVISOR, Role.DESK})
    db.session.flush()

    assert len(db.session.scalars(Customer.seen_by(people.suh)).all()) == 10


def test_a_former_leader_sees_their_own_region_only(people: Town):
    people.suh.team.leader_id = None
    db.session.flush()

    assert {c.name for c in db.session.scalars(Customer.seen_by(people.suh))} == CAPITAL


@pytest.mark.parametrize("who", ["mina", "suh", "kim", "desk"])
def test_a_customer_is_found_with_one_question(people: Town, who: str):
    person = getattr(people, who)
    db.session.refresh(person)
    with Counted() as questions:
        db.session.scalars(Customer.seen_by(person)).all()
    assert len(questions) == 1


class Counted:
    """The statements sent while it is open."""

    def __enter__(self) -> list[str]:
        self.said: list[str] = []
        sa.event.listen(db.engine, "before_cursor_execute", self._hear)
        return self.said

    def __exit__(self, *_: object) -> None:
        sa.event.remove(db.engine, "before_cursor_execute", self._hear)

    def _hear(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        self.said.append(statement)
