"""Somebody leaves: whatever they had open goes to somebody else, and what they must end themselves is shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.admin import actions
from portal.admin.kinds import Work
from portal.complaints.models import Complaint
from portal.customers.actions import promise
from portal.customers.models import Customer, Promise
from portal.desk import actions as desk
from portal.desk.kinds import ErrandKind, Item
from portal.desk.models import Errand
from portal.journal.models import Entry
from portal.kit.clock import now
from portal.kit.db import db, new_uuid
from portal.kit.errors import NotValid
from portal.people.models import Person, Role
from portal.town import Town
from portal.visits.kinds import VisitState
from portal.visits.models import Visit
from tests.complaints import deeds as complaints
from tests.support.client import Browser
from tests.visits.deeds import on_site, planned

Deed = Callable[[Town, Person], Any]


def told(what: str) -> list[Entry]:
    return list(db.session.scalars(sa.select(Entry).where(Entry.what == what).order_by(Entry.id)))


def a_plan(town: Town, person: Person) -> Visit:
    return planned(town, person, planned_at=now() + timedelta(days=2))


def a_complaint(town: Town, owner: Person) -> Complaint:
    complaint = complaints.received(town)
    complaint.owner_id = owner.id
    return complaint


def an_errand(town: Town, owner: Person) -> Errand:
    errand = Errand(
        kind=ErrandKind.PROMOTION, dealer_id=town.kim.dealer_id, items=frozenset({next(iter(Item))}), quantity=10,
        needed_on=date(2027, 1, 10), reason="개업 행사", logged_by_id=town.kim.id, logged_at=now(),
        due_on=date(2026, 12, 20), owner_id=owner.id,
    )  # fmt: skip
    db.session.add(errand)
    return errand


def leave(town: Town, leaver: Person, to: Person, **words: Any) -> dict[Work, int]:
    db.session.flush()
    return actions.hand_over(leaver, to, by=town.admin, at=now(), **words)


def test_everything_open_of_an_engineer_goes_over(town: Town) -> None:
    plan, along = a_plan(town, town.mina), a_plan(town, town.han)
    along.co_visitor_id = town.mina.id
    complaint = a_complaint(town, town.mina)
    looked_after = db.session.scalars(sa.select(Customer).where(Customer.engineer_id == town.mina.id)).all()
    assert looked_after

    moved = leave(town, town.mina, town.bora)

    assert moved == {Work.VISITS: 1, Work.COMPANY: 1, Work.CUSTOMERS: len(looked_after), Work.COMPLAINTS: 1}
    assert plan.engineer_id == along.co_visitor_id == complaint.owner_id == town.bora.id
    assert {customer.engineer_id for customer in looked_after} == {town.bora.id}
    [entry] = told("person.handed_over")
    assert (entry.subject_id, entry.by_id, entry.facts["after"]["to"]) == (town.mina.id, town.admin.id, town.bora.id)
    assert not leave(town, town.mina, town.bora), "there is nothing left"
    assert len(told("person.handed_over")) == 1


def test_what_a_leader_has_goes_to_another_leader(town: Town) -> None:
    errand, team = an_errand(town, town.han), town.han.team
    moved = leave(town, town.han, town.dana)
    assert moved == {Work.ERRANDS: 1, Work.TEAMS: 1}
    assert errand.owner_id == town.dana.id
    assert team and team.leader_id == town.dana.id


def test_a_place_at_their_own_visit_becomes_free(town: Town) -> None:
    along, own = a_plan(town, town.bora), a_plan(town, town.mina)
    along.co_visitor, own.co_visitor = town.mina, town.bora
    leave(town, town.mina, town.bora)
    assert (along.engineer_id, along.co_visitor_id) == (town.bora.id, None)
    assert (own.engineer_id, own.co_visitor_id) == (town.bora.id, None)


def test_what_has_begun_stays_and_what_is_over_is_history(town: Town) -> None:
    begun, kept = (
        on_site(town, town.mina),
        promise(town.mine, "분기 보고서", date(2027, 3, 1), uuid=new_uuid(), by=town.mina, at=now()),
    )
    closed = complaints.closed(town)
    closed.owner_id = town.mina.id
    leave(town, town.mina, town.bora)
    assert begun.engineer_id == kept.promised_by_id == closed.owner_id == town.mina.id
    assert begun.state is VisitState.ON_SITE


def test_the_one_who_takes_the_customers_sees_the_promises(town: Town) -> None:
    given = promise(town.mine, "분기 보고서", date(2027, 3, 1), uuid=new_uuid(), by=town.mina, at=now())
    leave(town, town.mina, town.bora)
    assert given in db.session.scalars(Promise.seen_by(town.bora)).all()
    assert town.mine.engineer_id == town.bora.id


@pytest.mark.parametrize(
    ("leaver", "to", "deed"),
    [
        ("mina", "desk", a_plan),  # no engineer
        ("mina", "mina", a_plan),
        ("mina", "kim", a_plan),  # a dealer's
        ("mina", "lab", a_complaint),
        ("mina", "jun", lambda town, person: None),  # of another region: could not open her customers' files
        ("han", "bora", an_errand),  # no supervisor
    ],
)
def test_who_cannot_take_it_gets_nothing_of_it(town: Town, leaver: str, to: str, deed: Deed) -> None:
    deed(town, getattr(town, leaver))
    db.session.commit()
    with pytest.raises(NotValid):
        leave(town, getattr(town, leaver), getattr(town, to))
    db.session.rollback()
    assert not told("person.handed_over")
    assert not told("visit.reassigned")


def test_different_people_take_different_things(town: Town) -> None:
    plan, complaint = a_plan(town, town.mina), a_complaint(town, town.mina)
    leave(town, town.mina, town.desk, work={Work.COMPLAINTS})
    leave(town, town.mina, town.jun, work={Work.VISITS})
    assert (complaint.owner_id, plan.engineer_id) == (town.desk.id, town.jun.id)


def test_the_page_counts_what_there_is_and_hands_it_over(admin: Browser, town: Town) -> None:
    plan, begun = a_plan(town, town.mina), on_site(town, town.mina)
    promise(town.mine, "분기 보고서", date(2027, 3, 1), uuid=new_uuid(), by=town.mina, at=now())
    path = f"/people/{town.mina.id}/hand-over"
    page = admin.get(path)
    assert begun.number in page.text
    assert "1 open promise stays" in page.text
    assert [box["value"] for box in page.select("[name=work][checked]")] == ["visits", "customers"]
    assert str(town.kim.id) not in [option["value"] for option in page.select("#to option")]

    form = admin.fill(page, path, to=str(town.desk.id))
    page = admin.post(path, form, status=422)
    assert page.select_one("#to-error")
    for _press in range(2):
        admin.post(path, {**form, "to": str(town.bora.id)})
    assert "handed over" in admin.follow().text
    assert "Nothing open" in admin.get(path).text
    assert db.session.get_one(Visit, plan.id).engineer_id == town.bora.id
    assert len(told("person.handed_over")) == 1


@pytest.mark.parametrize("values", [{}, {"to": ""}, {"to": "424242"}, {"work": ["everything"]}, {"work": []}])
def test_half_a_form_hands_nothing_over(admin: Browser, town: Town, values: dict[str, Any]) -> None:
    a_plan(town, town.mina)
    full = {"to": str(town.bora.id), "work": ["visits"], **values} if values else {}
    admin.post(f"/people/{town.mina.id}/hand-over", full, status=422)
    assert not told("person.handed_over")


def test_a_locked_person_with_open_work_is_pointed_out(admin: Browser, town: Town) -> None:
    admin.post(f"/people/{town.mina.id}/locked", {"locked": "yes"})
    page = admin.follow()
    assert page.select_one(f"a.note[href='/people/{town.mina.id}/hand-over']")


def test_the_rooms_agree_on_who_may_take(town: Town) -> None:
    town.bora.roles = frozenset({Role.ENGINEER, Role.SUPERVISOR})
    errand = an_errand(town, town.han)
    db.session.flush()
    desk.hand_over(errand, town.bora, by=town.admin, at=now())
    assert errand.owner_id == town.bora.id
