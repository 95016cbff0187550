"""Every view has a door: a permit, or the word that it is open to everybody."""

from __future__ import annotations

import inspect

from flask import Blueprint, Flask

from portal.people.models import Role
from portal.people.permits import HELD_BY, Permit, allow
from tests.support.source import ROOT, modules

PUBLIC = {  # open without a login; each line is a decision
    "accounts.forgotten",  # who forgot their password has no login
    "accounts.index",  # sends on to the login or to one's own pages
    "accounts.language",
    "accounts.log_in",
    "accounts.login",
    "accounts.send_link",
    "accounts.theme",
    "calendar.feed",  # the address is the secret
    "health.alive",
    "health.ready",
    "links.form",  # the address is the secret
    "links.take_up",
    "records.ask",  # whoever holds a paper may ask whether it is genuine
    "records.check",
    "records.root",
    "records.verify",
    "shell.offline",
    "shell.worker",
    "static",
}


def doorless(app: Flask) -> list[str]:
    """Views without a door, with file and line."""
    views = {endpoint: view for endpoint, view in app.view_functions.items() if not hasattr(view, "door")}
    return [f"{place_of(view)}: put @allow or @public on {endpoint}" for endpoint, view in sorted(views.items())]


def place_of(view: object) -> str:
    code = inspect.unwrap(view).__code__  # type: ignore[arg-type]
    return f"{code.co_filename.removeprefix(f'{ROOT}/')}:{code.co_firstlineno}"


def test_every_view_has_a_door(bare_app: Flask) -> None:
    assert not doorless(bare_app), "\n" + "\n".join(doorless(bare_app))


def test_what_is_public_is_on_the_list(bare_app: Flask) -> None:
    found = {endpoint for endpoint, view in bare_app.view_functions.items() if view.door == "public"}  # type: ignore[attr-defined]
    assert found == PUBLIC


def test_every_other_door_asks_for_a_permit(bare_app: Flask) -> None:
    doors = {endpoint: view.door for endpoint, view in bare_app.view_functions.items()}  # type: ignore[attr-defined]
    assert not [endpoint for endpoint, door in doors.items() if endpoint not in PUBLIC and not isinstance(door, Permit)]


def test_every_permit_is_held_by_somebody_and_asked_for_somewhere(bare_app: Flask) -> None:
    asked = {view.door for view in bare_app.view_functions.values()}  # type: ignore[attr-defined]
    said = {permit for permit in Permit for module in modules() if f"must_hold(Permit.{permit.name})" in module.text}

    assert set(HELD_BY) == set(Permit)
    assert all(HELD_BY.values())
    assert set(Permit) <= asked | said, "a permit that opens nothing"


def test_permits_are_alphabetical_and_say_record_and_verb() -> None:
    names = [permit.name for permit in Permit]
    assert names == sorted(names)
    assert list(HELD_BY) == list(Permit)
    assert all(len(permit.split(":")) == 2 for permit in Permit)
    assert {role for roles in HELD_BY.values() for role in roles} <= set(Role)


def test_a_planted_view_without_a_door_is_named_with_file_and_line() -> None:
    def guarded() -> str:
        return ""

    def forgotten() -> str:
        return ""

    app, planted = Flask("planted", static_folder=None), Blueprint("planted", __name__)
    planted.get("/guarded")(allow(Permit.ME_READ)(guarded))
    planted.get("/forgotten")(forgotten)
    app.register_blueprint(planted)

    line = forgotten.__code__.co_firstlineno
    assert doorless(app) == [f"tests/test_doors.py:{line}: put @allow or @public on planted.forgotten"]
