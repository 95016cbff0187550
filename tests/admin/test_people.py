"""Who has a login: found, changed, logged out, kept out; and never without an administrator."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.accounts.actions import add_person
from portal.accounts.models import Login
from portal.admin import actions
from portal.journal.models import Entry
from portal.kit.clock import now
from portal.kit.db import db, new_uuid
from portal.kit.errors import NotValid, WrongState
from portal.people.models import Person, Role
from portal.town import Town
from tests.support.client import Browser
from tests.visits.test_pages import counted


def told(what: str) -> list[Entry]:
    return list(db.session.scalars(sa.select(Entry).where(Entry.what == what).order_by(Entry.id)))


def another(town: Town, nick: str, role: Role = Role.ADMIN, **changes: Any) -> Person:
    words = {"password_hash": town.admin.password_hash, "pin_hash": "", "by": None, "at": now(), **changes}
    return add_person(f"사람 {nick}", f"{nick}@hanbit.example", frozenset({role}), **words)


def change(admin: Browser, person: Person, status: int = 303, **values: Any) -> Any:
    path = f"/people/{person.id}/edit"
    return admin.post(path, admin.fill(admin.get(path), path, **values), status=status)


def crowd(town: Town, count: int) -> None:
    for number in range(count):
        another(town, f"crowd{number:03}", Role.LAB, team=town.mina.team, region_id=town.mina.region_id)


def test_everybody_comes_a_page_at_a_time_by_name(admin: Browser, town: Town) -> None:
    crowd(town, 65)
    seen: list[str] = []
    path: str | None = "/people"
    while path:
        page = admin.get(path)
        seen += [str(a["href"]) for a in page.select("section.stops a.stop")]
        more = page.select_one("a[href*='after=']")
        path = str(more["href"]) if more else None
    people = sa.select(Person.id).order_by(Person.name, Person.id)
    assert seen == [f"/people/{id}" for id in db.session.scalars(people)]


@pytest.mark.parametrize(("path", "most"), [("/people", 2), ("/people/{mina}", 7), ("/teams", 4)])
def test_a_page_asks_no_more_when_there_are_more(
    admin: Browser, town: Town, mailing_app: Flask, path: str, most: int
) -> None:
    path = path.format(mina=town.mina.id)

    def questions() -> int:
        with counted(mailing_app) as asked:
            admin.get(path)
        return len(asked)

    few = questions()
    crowd(town, 5)
    assert questions() == few
    assert few <= most, f"{path}: {few} questions"


@pytest.mark.parametrize("sought", ["강민", "MINA@", "0147", " 민아 "])
def test_somebody_is_found_by_a_part(admin: Browser, town: Town, sought: str) -> None:
    town.mina.phone = "010-5550-0147"
    page = admin.get("/people", query_string={"q": sought})
    assert [a["href"] for a in page.select("section.stops a.stop")] == [f"/people/{town.mina.id}"]


@pytest.mark.parametrize("query", ["q=%25", "q=%00", "q=" + "x" * 500, "after=x", "after=99999999999", "q=_"])
def test_nonsense_in_the_address_breaks_nothing(admin: Browser, town: Town, query: str) -> None:
    admin.get(f"/people?{query}")


def test_the_locked_and_the_invited_are_shown_as_such(admin: Browser, town: Town) -> None:
    town.jun.locked_at = now()
    another(town, "fresh", password_hash="")
    rows = {a.select_one("b").text: a.text for a in admin.get("/people").select("section.stops a.stop")}
    assert [name for name, text in rows.items() if "Locked" in text] == [town.jun.name]
    assert [name for name, text in rows.items() if "Invited" in text] == ["사람 fresh"]


def test_a_change_is_written_with_what_was_before(admin: Browser, town: Town) -> None:
    change(admin, town.mina, roles=["engineer", "supervisor"], phone="010-5550-0101")
    [entry] = told("person.changed")
    assert entry.by_id == town.admin.id
    assert entry.facts["before"] == {"phone": "", "roles": ["engineer"]}
    assert entry.facts["after"] == {"phone": "010-5550-0101", "roles": ["engineer", "supervisor"]}


def test_saving_without_a_change_changes_nothing(admin: Browser, town: Town) -> None:
    change(admin, town.mina)
    assert not told("person.changed")


def test_a_role_that_is_taken_away_closes_the_pages_at_once(admin: Browser, mailing_app: Flask, town: Town) -> None:
    mina = Browser(mailing_app).login(town.mina.email)
    mina.get("/visits")
    change(admin, town.mina, roles=["lab"])
    mina.get("/visits", status=403)
    mina.get("/today", status=403)


def test_of_two_hands_the_second_sees_that_it_is_late(admin: Browser, town: Town) -> None:
    path = f"/people/{town.mina.id}/edit"
    form = admin.fill(admin.get(path), path, name="강민아 (휴직)")
    change(admin, town.mina, phone="010-5550-0101")
    page = admin.post(path, form, status=409)
    assert page.select_one("#name")["value"] == "강민아 (휴직)"
    assert "Somebody else" in page.text
    assert town.mina.name == "강민아"


def test_an_address_belongs_to_one_person(admin: Browser, town: Town) -> None:
    page = change(admin, town.mina, email="JUN@hanbit.example", status=422)
    assert page.select_one("#email-error")
    change(admin, town.mina, email="MINA@hanbit.example")
    assert not told("person.changed"), "her own, in capitals, is no change"


def test_the_last_administrator_keeps_the_role(admin: Browser, town: Town) -> None:
    page = change(admin, town.admin, roles=["lab"], status=422)
    assert page.select_one("#roles-error")

    another(town, "second")
    change(admin, town.admin, roles=["lab"])
    admin.get("/people", status=403)


def test_an_administrator_who_is_locked_or_never_came_does_not_count(app: Flask, people: Town) -> None:
    another(people, "invited", password_hash="")
    another(people, "gone").locked_at = now()
    with pytest.raises(NotValid):
        actions.change_person(people.admin, {"roles": frozenset({Role.LAB})}, by=people.admin, at=now())


def test_a_leader_stays_a_supervisor(admin: Browser, town: Town) -> None:
    page = change(admin, town.han, roles=["engineer"], status=422)
    assert town.han.team and town.han.team.name in page.select_one("#roles-error").text


def test_a_locked_person_is_out_and_comes_back_with_the_old_password(
    admin: Browser, mailing_app: Flask, town: Town
) -> None:
    mina = Browser(mailing_app).login(town.mina.email)
    for _press in range(2):
        admin.post(f"/people/{town.mina.id}/locked", {"locked": "yes"})
    mina.get("/today", status=303)
    mina.post("/login", {"email": town.mina.email, "password": "sightglass-mina"}, status=422)
    admin.post(f"/people/{town.mina.id}/link", {"uuid": new_uuid()}, status=409)
    assert len(told("person.locked")) == len(told("person.sessions_ended")) == 1

    for _press in range(2):
        admin.post(f"/people/{town.mina.id}/locked", {"locked": "no"})
    mina.get("/today", status=303)
    mina.login(town.mina.email).get("/today")
    assert len(told("person.unlocked")) == 1


def test_nobody_locks_themselves_nor_the_last_administrator(admin: Browser, town: Town) -> None:
    assert not admin.get(f"/people/{town.admin.id}").select("input[name=locked]")
    admin.post(f"/people/{town.admin.id}/locked", {"locked": "yes"}, status=409)
    second = another(town, "second")
    admin.post(f"/people/{town.admin.id}/locked", {"locked": "yes"}, status=409)
    with pytest.raises(WrongState):
        actions.lock(second, by=second, at=now())
    actions.lock(town.admin, by=second, at=now())
    with pytest.raises(WrongState):
        actions.lock(second, by=town.admin, at=now())


def test_sessions_are_seen_and_ended_one_by_one_or_all(admin: Browser, mailing_app: Flask, town: Town) -> None:
    first, second, third = (Browser(mailing_app).login(town.mina.email) for _number in range(3))
    page = admin.get(f"/people/{town.mina.id}")
    assert len(page.select("input[name=login]")) == 3
    oldest = db.session.scalar(sa.select(sa.func.min(Login.id)).where(Login.person_id == town.mina.id))
    admin.post(f"/people/{town.mina.id}/sessions", {"login": str(oldest)})
    first.get("/today", status=303)
    second.get("/today")

    admin.post(f"/people/{town.mina.id}/sessions")
    second.get("/today", status=303)
    third.get("/today", status=303)


@pytest.mark.parametrize("named", ["{other}", "424242", "x"])
def test_only_sessions_of_this_person_are_ended_here(
    admin: Browser, mailing_app: Flask, town: Town, named: str
) -> None:
    jun = Browser(mailing_app).login(town.jun.email)
    other = db.session.scalar(sa.select(Login.id).where(Login.person_id == town.jun.id))
    admin.post(f"/people/{town.mina.id}/sessions", {"login": named.format(other=other)}, status=404)
    jun.get("/today")


def test_the_console_is_there_for_administrators_alone(mailing_app: Flask, town: Town) -> None:
    for nick in ("mina", "dana", "desk", "kim"):
        browser = Browser(mailing_app).login(getattr(town, nick).email)
        browser.get("/people", status=403)
        for id in (town.jun.id, 424242):
            browser.get(f"/people/{id}", status=404)
            browser.post(f"/people/{id}/locked", {"locked": "yes"}, status=404)
    assert town.jun.locked_at is None
