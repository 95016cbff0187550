"""The words in which the table of who may do what is written: one page a room, in `tests/matrix/`.

A page has `PUBLIC` and `POLICY` (who gets which status, by method and rule), `make(people, at)`, which brings about
the records that are asked for and returns them, and `asks(who, made)`: everything that `who` may try.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from portal.town import ROWS

ROLE = {
    **{"mina": "engineer", "bora": "engineer", "jun": "engineer"},
    **{"han": "supervisor", "suh": "supervisor", "dana": "supervisor"},
    **{"kim": "dealer", "park": "dealer", "desk": "desk", "lab": "lab", "admin": "admin"},
}
PIN = {row["email"].split("@")[0]: row["pin"] for row in ROWS["logins"]}


@dataclass(frozen=True)
class Ask:
    """One request: who asks for which rule, about which visit, and what is sent along."""

    who: str
    method: str
    rule: str
    path: str
    about: str = ""  # the visit, as `group.state`
    kind: str = ""
    send: dict[str, Any] = field(default_factory=dict)


Says = Callable[[Ask], int]


def always(status: int) -> Says:
    return lambda ask: status


def page(*roles: str) -> Says:
    return lambda ask: 200 if ROLE[ask.who] in roles else 403


def rooms() -> list[ModuleType]:
    """The pages of the table, by name."""
    folder = Path(__file__).parents[1] / "matrix"
    return [import_module(f"tests.matrix.{found.name}") for found in pkgutil.iter_modules([str(folder)])]
