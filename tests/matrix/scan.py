"""Who scans, and who prints labels: everybody of ours but the administrator. Dealers have nothing to scan."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from portal.oil.bottle import bottle_number
from portal.scan.actions import print_bottles
from portal.town import Town
from tests.support.matrix import ROLE, Ask, Says, page

OURS = ("engineer", "supervisor", "desk", "lab")
SEES = {  # the truck stands at the pit, in Mina's region; the laboratory knows bottles and no machines
    "label": {"mina", "bora", "han", "dana", "desk"},
    "bottle": {"mina", "bora", "han", "dana", "desk", "lab"},
}


def opens(ask: Ask) -> int:
    if ROLE[ask.who] not in OURS:
        return 403
    return {"misread": 422, "new": 200}.get(ask.about) or (303 if ask.who in SEES[ask.about] else 404)


def printable(ask: Ask) -> int:
    """A sheet of the desk's, or nothing named at all."""
    if ROLE[ask.who] not in OURS:
        return 403
    return 200 if ask.about == "run" and ask.who == "desk" else 404


PUBLIC: dict[tuple[str, str], Says] = {}
POLICY: dict[tuple[str, str], Says] = {
    ("GET", "/scan"): page(*OURS),
    ("GET", "/q"): lambda ask: 303 if ROLE[ask.who] in OURS else 403,  # nothing typed: back to the camera
    ("GET", "/q/<path:code>"): opens,
    ("GET", "/samples/<int:id>"): lambda ask: page(*OURS)(ask) if ask.who in SEES["bottle"] else 404,
    ("GET", "/labels"): page(*OURS),
    ("GET", "/labels.pdf"): printable,
    ("POST", "/labels"): lambda ask: 422 if ROLE[ask.who] in OURS else 403,  # sent without saying how many
}


def make(people: Town, at: datetime) -> dict[str, Any]:
    run = print_bottles(24, uuid="5ca11ab1-0000-4000-8000-000000000001", by=people.desk, at=at)
    return {
        **{"label": people.engine.label_code, "bottle": people.sample.number, "sample": people.sample.id},
        **{"misread": "B-0000001-00", "new": bottle_number(run.first), "run": run.uuid},
    }


def asks(who: str, made: dict[str, Any]) -> Iterator[Ask]:
    read = partial(Ask, who, "GET")
    for about in ("label", "bottle", "misread", "new"):
        yield read("/q/<path:code>", f"/q/{made[about]}", about)
    yield read("/samples/<int:id>", f"/samples/{made['sample']}")
    yield read("/labels.pdf", f"/labels.pdf?run={made['run']}", "run")
    yield Ask(who, "POST", "/labels", "/labels", send={"data": {}})
