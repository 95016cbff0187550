"""Who registers complaints, reads them, works on them and closes them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from portal.complaints import actions
from portal.complaints.kinds import Category, Channel, CustomerWord, Severity
from portal.complaints.models import Complaint
from portal.customers.models import Customer
from portal.kit.db import new_uuid
from portal.people.models import Person
from portal.town import Town
from tests.support.matrix import ROLE, Ask, Says, page

READERS = ("engineer", "supervisor", "dealer", "desk")
INSIDE = ("engineer", "supervisor", "desk")
JUDGES = ("supervisor", "desk")
SEES = {  # the mine is in Mina's region and buys from Kim; the plant is in Jun's
    "open": {"mina", "bora", "han", "dana", "desk"},
    "settled": {"mina", "bora", "han", "dana", "desk"},
    "dealers": {"mina", "bora", "han", "dana", "desk", "kim"},
    "abroad": {"jun", "suh", "dana", "desk"},
}


def of_complaint(then: Says) -> Says:
    return lambda ask: then(ask) if ask.who in SEES[ask.about] else 404


def step(ask: Ask) -> int:
    """Settling ends with the customer's word: the step page stays open, the settling one does not."""
    if ROLE[ask.who] not in INSIDE:
        return 403
    if ask.kind == "settle" and ask.about == "settled":
        return 409
    return 200 if ask.method == "GET" else 303


def judgement(ask: Ask) -> int:
    if ROLE[ask.who] not in JUDGES:
        return 403
    if ask.kind == "close" and ask.about != "settled":
        return 409
    return 200 if ask.method == "GET" else 303


def taken(ask: Ask) -> int:
    """Settled is Mina's already."""
    if ROLE[ask.who] not in INSIDE:
        return 403
    return 409 if ask.about == "settled" and ask.who != "mina" else 303


def registered(ask: Ask) -> int:
    """The mine is of those whom Kim supplies."""
    if ROLE[ask.who] not in READERS:
        return 403
    return 303 if ask.who in {"mina", "bora", "han", "dana", "desk", "kim"} else 404


PUBLIC: dict[tuple[str, str], Says] = {}
POLICY: dict[tuple[str, str], Says] = {
    ("GET", "/complaints"): page(*READERS),
    ("GET", "/complaints/<int:id>"): of_complaint(page(*READERS)),
    ("GET", "/complaints/<int:id>/<any(close, 'hand-over'):part>"): of_complaint(judgement),
    ("GET", "/complaints/<int:id>/<any(step, settle):part>"): of_complaint(step),
    ("GET", "/complaints/new"): page(*READERS),
    ("POST", "/complaints/<int:id>/<any(close, 'hand-over'):part>"): of_complaint(judgement),
    ("POST", "/complaints/<int:id>/<any(step, settle):part>"): of_complaint(step),
    ("POST", "/complaints/<int:id>/taken"): of_complaint(taken),
    ("POST", "/complaints/new"): registered,
}


def make(people: Town, at: datetime) -> dict[str, dict[str, str]]:
    """Open and settled ones of the mine, one that came through its dealer, and one in the other region."""
    assert people.mine.dealer_id == people.kim.dealer_id
    made = {
        "open": _received(people.mine, people.desk, at),
        "settled": _received(people.mine, people.desk, at),
        "dealers": _received(people.mine, people.kim, at),
        "abroad": _received(people.plant.customer, people.desk, at),
    }
    said = {"remedy": "New oil", "word": CustomerWord.ACCEPTED, "accepted_by": "Kim"}
    actions.settle(made["settled"], **said, uuid=new_uuid(), by=people.mina, at=at)
    heirs = {"open": people.bora, "settled": people.bora, "dealers": people.bora, "abroad": people.jun}
    found = {about: _known(complaint, heirs[about]) for about, complaint in made.items()}
    return {**found, "new": {"customer": str(people.mine.id)}}


def asks(who: str, made: dict[str, dict[str, str]]) -> Iterator[Ask]:
    for about in SEES:
        yield from _about(who, about, made[about])
    intake = {
        "category": "quality", "severity": "minor", "channel": "phone", "description": "Cloudy", "contact_name": "Kim",
        "uuid": new_uuid(), **made["new"],
    }  # fmt: skip
    yield Ask(who, "POST", "/complaints/new", "/complaints/new", send={"data": intake})


def _about(who: str, about: str, known: dict[str, str]) -> Iterator[Ask]:
    address = f"/complaints/{known['id']}"
    common = {"uuid": new_uuid(), "version": known["version"], "complaint": known["uuid"]}
    sent = {
        "step": {"kind": "cause", "text": "Seal"},
        "settle": {"remedy": "New oil", "customer_word": "accepted", "accepted_by": "Kim"},
        "close": {"lesson": "Check the seals"},
        "hand-over": {"to": known["heir"]},
    }
    yield Ask(who, "GET", "/complaints/<int:id>", address, about)
    yield Ask(who, "POST", "/complaints/<int:id>/taken", f"{address}/taken", about)
    for part, values in sent.items():
        parts = "step, settle" if part in ("step", "settle") else "close, 'hand-over'"
        ask = partial(Ask, who, rule=f"/complaints/<int:id>/<any({parts}):part>", path=f"{address}/{part}")
        yield ask(method="GET", about=about, kind=part)
        yield ask(method="POST", about=about, kind=part, send={"data": {**common, **values}})


def _received(customer: Customer, by: Person, at: datetime) -> Complaint:
    values = {
        "category": Category.QUALITY, "severity": Severity.MINOR, "channel": Channel.PHONE, "description": "Cloudy",
    }  # fmt: skip
    return actions.receive(values, uuid=new_uuid(), customer=customer, by=by, at=at)


def _known(complaint: Complaint, heir: Person) -> dict[str, str]:
    known = {"id": complaint.id, "uuid": complaint.uuid, "version": complaint.version, "heir": heir.id}
    return {name: str(value) for name, value in known.items()}
