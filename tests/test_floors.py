"""Rooms stand on floors, and inside a room every file on its stair: imports only go down."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.source import PORTAL, ROOT, Import, Module, imports, modules

FLOORS = [  # bottom first; rooms on one line are neighbours and do not see each other
    ["config"],
    ["kit"],  # knows nothing about oil
    ["people"],
    ["journal"],
    ["accounts", "catalogue", "records"],
    ["customers"],
    ["complaints", "desk", "fieldwork", "guidance", "oil"],
    ["scan", "visits"],  # a visit gathers samples, guidance, complaints, findings and photos
    ["admin", "sync"],  # the console of people; where the field's work arrives
    ["navigation", "serve", "town"],
    ["diary", "growth"],  # what the people of the town have done so far, and the year before in the whole country
    ["cli"],
    ["app"],
]
LEVEL = {room: level for level, rooms in enumerate(FLOORS) for room in rooms}

PURE = [
    "triggers",
    "kinds",
    "distance",
    "bottle",
    "codes",
    "tables",
    "ambient",
    "mixing",
    "hours",
    "initials",
    "weeks",
]  # plain Python: no Flask, no SQLAlchemy
STAIRS = [  # bottom first; the same in every room
    *PURE,
    *("envelope", "passwords", "authority", "child", "notary", "press"),  # one matter each, and no table
    *("models", "labels", "forms", "search"),
    *("lists", "agenda", "record", "sheet", "printing"),  # what is read together and said on paper
    *("actions", "planning", "reporting", "mailing", "session", "permits", "sealing", "verify", "files"),
    *("field", "pages", "views", "things", "links", "approvals", "plans", "calendar"),
    "cli",
    *(
        "chance",
        "clockwork",
        "ground",
        "lab",
        "stories",
        "rounds",
        "bottles",
        "work",
        "cases",
        "errands",
        "year",
    ),  # the grown town
]
KIT_STAIRS = [
    *("clock", "errors", "headers", "assets", "paper", "photos", "logs", "htmx", "vendor", "shell", "mail"),
    *("db", "csrf", "health", "i18n", "forms", "migrate", "once", "blobs", "jobs"),
]
FRAMEWORKS = {"flask", "flask_babel", "flask_login", "flask_sqlalchemy", "sqlalchemy", "wtforms", "werkzeug"}
ON_DEMAND = {"__import__(", "import_module(", "TYPE_CHECKING"}  # imports that would hide from this page


def stairs_of(room: str) -> list[str]:
    return KIT_STAIRS if room == "kit" else STAIRS


def fault_in(module: Module, found: Import) -> str | None:
    """Why this import may not stand here, or None."""
    package, *parts = found.name.split(".")
    if found.name.startswith("."):
        return "import by the full name"
    if found.inside:
        return "import at the top of the file"
    if module.stair in PURE and (fault := _impurity(package, parts)):
        return f"{module.stair} is pure, and {fault} is not"
    if package != "portal":
        return None
    if not parts or parts[0] not in LEVEL:
        return "import the room, not the house"
    if parts[0] != module.room:
        return None if LEVEL[parts[0]] < LEVEL[module.room] else f"{module.room} is not above {parts[0]}"
    return _fault_on_stairs(module, parts)


def _impurity(package: str, parts: list[str]) -> str | None:
    if package in FRAMEWORKS:
        return package
    clean = package != "portal" or (len(parts) > 1 and (parts[1] in PURE or parts[:2] == ["kit", "errors"]))
    return None if clean else ".".join([package, *parts[:2]])


def _fault_on_stairs(module: Module, parts: list[str]) -> str | None:
    stairs = stairs_of(module.room)
    if module.stair not in stairs or len(parts) < 2 or parts[1] not in stairs:
        return None  # a file without a stair is named by `homeless`
    below = stairs.index(parts[1]) < stairs.index(module.stair)
    return None if below else f"{module.stair} comes before {parts[1]}"


def walls(portal: Path = PORTAL) -> list[str]:
    """Every import that climbs, peeps at a neighbour or hides, with file and line."""
    found = [(m, i, fault_in(m, i)) for m in modules(portal) for i in imports(m)]
    return [f"{m.at(i.node)}: {fault}" for m, i, fault in found if fault]


def homeless(portal: Path = PORTAL) -> list[str]:
    """Files whose room has no floor, or that have no stair in their room."""
    found = []
    for module in modules(portal):
        if module.room not in LEVEL:
            found.append(f"portal/{module.name}.py: give {module.room} a floor in tests/test_floors.py")
        elif module.room not in {module.stair, "town"} and module.stair not in stairs_of(module.room):
            found.append(f"portal/{module.name}.py: give {module.stair} a stair in tests/test_floors.py")
    return found


def hidden(portal: Path = PORTAL) -> list[str]:
    """Imports that a reader of the file's top would not find."""
    return [
        f"portal/{m.name}.py:{number}: {word.rstrip('(')} hides an import"
        for m in modules(portal)
        for number, line in enumerate(m.text.splitlines(), 1)
        for word in sorted(ON_DEMAND)
        if word in line
    ]


def test_nobody_climbs() -> None:
    assert not walls(), "\n" + "\n".join(walls())


def test_every_room_has_a_floor_and_every_file_a_stair() -> None:
    assert not homeless(), "\n" + "\n".join(homeless())


def test_no_import_hides() -> None:
    assert not hidden(), "\n" + "\n".join(hidden())


@pytest.mark.parametrize(
    ("file", "line", "says"),
    [
        ("kit/clock.py", "from portal.people.models import Person", "kit is not above people"),
        ("journal/models.py", "from portal.visits import actions", "journal is not above visits"),
        ("oil/models.py", "from portal.guidance.models import Guidance", "oil is not above guidance"),
        ("customers/models.py", "import portal.sync.views", "customers is not above sync"),
        ("visits/models.py", "from portal.visits.actions import sign", "models comes before actions"),
        ("visits/actions.py", "from portal.visits import views", "actions comes before views"),
        ("kit/errors.py", "from portal.kit.db import db", "errors comes before db"),
        ("visits/kinds.py", "import sqlalchemy as sa", "kinds is pure, and sqlalchemy is not"),
        ("customers/distance.py", "from flask import g", "distance is pure, and flask is not"),
        ("oil/kinds.py", "from portal.kit.db import db", "kinds is pure, and portal.kit.db is not"),
        ("oil/forms.py", "import portal", "import the room, not the house"),
        ("people/models.py", "from portal import create_app", "import the room, not the house"),
        ("people/permits.py", "from .models import Role", "import by the full name"),
        ("sync/views.py", "def late():\n    from portal.kit import htmx", "import at the top of the file"),
        ("people/models.py", "def late():\n    import json", "import at the top of the file"),
    ],
)
def test_a_planted_fault_is_named_with_file_and_line(tmp_path: Path, file: str, line: str, says: str) -> None:
    portal = _copy(tmp_path)
    text = (portal / file).read_text() + line + "\n"
    (portal / file).write_text(text)

    planted = [fault for fault in walls(portal) if fault not in walls()]

    assert planted == [f"portal/{file}:{len(text.splitlines())}: {says}"]


def test_a_new_room_and_a_new_file_must_find_their_place(tmp_path: Path) -> None:
    portal = _copy(tmp_path)
    (portal / "gadgets").mkdir()
    (portal / "gadgets" / "models.py").write_text("X = 1\n")
    (portal / "visits" / "utils.py").write_text("X = 1\n")

    assert [fault.partition(":")[0] for fault in homeless(portal) if fault not in homeless()] == [
        "portal/gadgets/models.py",
        "portal/visits/utils.py",
    ]


@pytest.mark.parametrize(
    "line",
    ["from typing import TYPE_CHECKING", 'sync = __import__("portal.sync.views")', 'import_module("portal.sync")'],
)
def test_a_planted_hidden_import_is_named(tmp_path: Path, line: str) -> None:
    portal = _copy(tmp_path)
    text = (portal / "oil" / "models.py").read_text() + line + "\n"
    (portal / "oil" / "models.py").write_text(text)

    [planted] = [fault for fault in hidden(portal) if fault not in hidden()]

    assert planted.startswith(f"portal/oil/models.py:{len(text.splitlines())}: ")


def test_the_web_server_does_not_carry_the_pdf_library() -> None:
    """WeasyPrint takes a second to import and a hundred megabytes to keep; only the runner's child needs it."""
    look = "import sys, portal; print('weasyprint' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", look], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"


def _copy(tmp_path: Path) -> Path:
    portal = tmp_path / "portal"
    shutil.copytree(PORTAL, portal, ignore=shutil.ignore_patterns("__pycache__", "translations"))
    return portal
