"""The tree of teams: added, renamed, led, moved with all below; and the regions."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.admin import actions
from portal.journal.models import Entry
from portal.kit.clock import now
from portal.kit.db import db
from portal.kit.errors import NotValid
from portal.people.models import Person, Region, Team
from portal.town import Town
from tests.support.client import Browser


def told(what: str) -> list[Entry]:
    return list(db.session.scalars(sa.select(Entry).where(Entry.what == what).order_by(Entry.id)))


def team(town: Town, name: str, above: Team | None = None, leader: Person | None = None) -> Team:
    values = {"name": name, "leader_id": leader.id if leader else None, "parent_id": above.id if above else None}
    return actions.add_team(values, by=town.admin, at=now())


def move(town: Town, moved: Team, above: Team | None) -> None:
    values = {"name": moved.name, "leader_id": moved.leader_id, "parent_id": above.id if above else None}
    actions.change_team(moved, values, by=town.admin, at=now())
    db.session.flush()


def led(leader: Person) -> set[str]:
    return set(db.session.scalars(sa.select(Person.name).where(Person.led_by(leader))))


def of(person: Person) -> Team:
    assert person.team
    return person.team


def test_a_team_is_added_below_another(admin: Browser, town: Town) -> None:
    form = {"name": "시료팀", "leader_id": str(town.suh.id), "parent_id": str(town.han.team_id)}
    admin.post("/teams/new", form)
    assert "시료팀" in admin.follow().text
    [new] = db.session.scalars(sa.select(Team).where(Team.name == "시료팀"))
    assert new.path == f"{of(town.han).path}{new.id}/"
    assert len(told("team.added")) == 1

    page = admin.post("/teams/new", form, status=422)
    assert page.select_one("#name-error"), "the same once more changes nothing"


def test_a_team_moves_with_all_below_it(app: Flask, people: Town) -> None:
    below = team(people, "시료팀", of(people.mina))
    deepest = team(people, "야간반", below)
    assert people.mina.name not in led(people.suh)

    move(people, of(people.mina), of(people.jun))

    assert of(people.mina).path == f"{of(people.jun).path}{people.mina.team_id}/"
    assert below.path == f"{of(people.mina).path}{below.id}/"
    assert deepest.path == f"{below.path}{deepest.id}/"
    assert {people.mina.name, people.bora.name, people.han.name} <= led(people.suh)
    move(people, of(people.mina), None)
    assert of(people.mina).path == f"{people.mina.team_id}/"
    assert people.mina.name not in led(people.dana)


def test_no_team_stands_below_itself(app: Flask, people: Town) -> None:
    below = team(people, "시료팀", of(people.mina))
    for place in (below, of(people.mina)):
        with pytest.raises(NotValid):
            move(people, of(people.mina), place)
    db.session.expire_all()
    assert people.mina.name in led(people.dana)


def test_the_form_offers_no_circle(admin: Browser, town: Town) -> None:
    path = f"/teams/{town.dana.team_id}/edit"
    page = admin.get(path)
    assert [option["value"] for option in page.select("#parent_id option")] == [""]
    admin.post(path, admin.fill(page, path, parent_id=str(town.mina.team_id)), status=422)


def test_a_path_has_an_end(app: Flask, people: Town) -> None:
    last = of(people.mina)
    with pytest.raises(NotValid):
        for number in range(200):
            last = team(people, f"팀 {number}", last)
    db.session.rollback()


def test_a_leader_is_a_supervisor(admin: Browser, town: Town) -> None:
    path = f"/teams/{town.mina.team_id}/edit"
    page = admin.get(path)
    assert str(town.mina.id) not in [option["value"] for option in page.select("#leader_id option")]
    admin.post(path, admin.fill(page, path, leader_id=str(town.mina.id)), status=422)

    admin.post(path, admin.fill(page, path, leader_id=str(town.suh.id)))
    assert town.mina.name in led(town.suh) and town.mina.name not in led(town.han)
    [entry] = told("team.changed")
    assert entry.facts == {"before": {"leader_id": town.han.id}, "after": {"leader_id": town.suh.id}}
    with pytest.raises(NotValid):
        actions.lead(of(town.mina), town.bora, by=town.admin, at=now())


def test_of_two_hands_the_second_is_told(admin: Browser, town: Town) -> None:
    path = f"/teams/{town.mina.team_id}/edit"
    form = admin.fill(admin.get(path), path, name="광산팀")
    admin.post(path, form)
    page = admin.post(path, {**form, "name": "채석팀"}, status=409)
    assert page.select_one("#name")["value"] == "채석팀"
    assert of(town.mina).name == "광산팀"


def test_regions_are_added_and_renamed(admin: Browser, town: Town) -> None:
    admin.post("/regions/new", {"name": "호남권"})
    assert "호남권" in admin.follow().text
    admin.post("/regions/new", {"name": "호남권"}, status=422)
    region = db.session.scalars(sa.select(Region).where(Region.name == "호남권")).one()
    path = f"/regions/{region.id}/edit"
    form = admin.fill(admin.get(path), path, name="전라권")
    admin.post(path, form)
    admin.post(path, {**form, "name": "강원권"}, status=409)
    admin.post(path, admin.fill(admin.get(path), path, name="강원권"), status=422)
    db.session.refresh(region)
    assert region.name == "전라권"
    assert len(told("region.added")) == len(told("region.changed")) == 1


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("/teams/new", {"name": ""}),
        ("/teams/new", {"name": "두\n줄"}),
        ("/teams/new", {"name": "x" * 300}),
        ("/teams/new", {"name": "팀", "parent_id": "424242"}),
        ("/teams/new", {"name": "팀", "leader_id": "424242"}),
        ("/regions/new", {"name": "\x00"}),
    ],
)
def test_what_cannot_be_is_refused(admin: Browser, town: Town, path: str, values: dict[str, Any]) -> None:
    admin.post(path, values, status=422)
    assert not told("team.added") and not told("region.added")
