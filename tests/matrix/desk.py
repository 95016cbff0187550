"""Who logs a dealer's request, reads it, answers and judges it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from PIL import Image

from portal.customers.models import Customer
from portal.desk import actions
from portal.desk.kinds import Item
from portal.desk.models import Errand
from portal.kit.blobs import keep
from portal.kit.db import db, new_uuid
from portal.people.models import Person
from portal.town import Town
from tests.support.matrix import ROLE, Ask, Says, page

REPLIES, VERDICTS = ("answer", "confirm"), ("accept", "ask", "plan", "refuse", "hand-over")
REPLY = "/errands/<int:id>/<any(answer, confirm):part>"
JUDGE = "/errands/<int:id>/<any(accept, ask, plan, refuse, 'hand-over'):part>"
READERS = ("dealer", "desk", "supervisor")
SEES = {  # Kim's company is in Mina's region, Park's in Jun's
    "logged": {"kim", "han", "dana", "desk"},
    "asked": {"kim", "han", "dana", "desk"},
    "planned": {"kim", "han", "dana", "desk"},
    "refused": {"kim", "han", "dana", "desk"},
    "foreign": {"park", "suh", "dana", "desk"},
}
OPEN_FOR = {
    "answer": {"asked"},
    "confirm": {"planned"},
    "accept": {"logged", "asked", "foreign"},
    "ask": {"logged", "foreign"},
    "plan": {"logged", "asked", "planned", "foreign"},
    "refuse": {"logged", "asked", "planned", "foreign"},
    "hand-over": {"logged", "asked", "planned", "foreign"},
}


def of_errand(then: Says) -> Says:
    return lambda ask: then(ask) if ask.who in SEES[ask.about] else 404


def work_of(role: str) -> Says:
    def says(ask: Ask) -> int:
        if ROLE[ask.who] != role:
            return 403
        if ask.about not in OPEN_FOR[ask.kind]:
            return 409
        return 200 if ask.method == "GET" else 303

    return says


PUBLIC: dict[tuple[str, str], Says] = {}
POLICY: dict[tuple[str, str], Says] = {
    ("GET", "/dealer"): page("dealer"),
    ("GET", "/dealer/promotions/new"): page("dealer"),
    ("GET", "/errands"): page(*READERS),
    ("GET", "/errands/<int:id>"): of_errand(page(*READERS)),
    ("GET", "/errands/<int:id>/photo"): of_errand(lambda ask: 200 if ask.about == "logged" else 404),
    ("GET", REPLY): of_errand(work_of("dealer")),
    ("GET", JUDGE): of_errand(work_of("supervisor")),
    ("POST", "/dealer/promotions/new"): lambda ask: 303 if ROLE[ask.who] == "dealer" else 403,
    ("POST", REPLY): of_errand(work_of("dealer")),
    ("POST", JUDGE): of_errand(work_of("supervisor")),
}


def make(people: Town, at: datetime) -> dict[str, dict[str, str]]:
    """One in each state from Kim, of which one with a photo, and one from Park."""
    said = {"by": people.han, "at": at}
    made = {about: _logged(people.kim, at, about == "logged") for about in SEES if about != "foreign"}
    made["foreign"] = _logged(people.park, at)
    actions.ask(made["asked"], "How many guests?", uuid=new_uuid(), **said)
    actions.plan(made["planned"], "Two people", (at + timedelta(days=9)).date(), uuid=new_uuid(), **said)
    actions.refuse(made["refused"], "No stock", uuid=new_uuid(), **said)
    heir = {"foreign": people.suh.id}
    known = {a: {"id": e.id, "version": e.version, "heir": heir.get(a, people.dana.id)} for a, e in made.items()}
    return {about: {name: str(value) for name, value in facts.items()} for about, facts in known.items()}


def asks(who: str, made: dict[str, dict[str, str]]) -> Iterator[Ask]:
    for about, known in made.items():
        yield Ask(who, "GET", "/errands/<int:id>", f"/errands/{known['id']}", about)
        yield Ask(who, "GET", "/errands/<int:id>/photo", f"/errands/{known['id']}/photo", about)
        for rule, parts in ((REPLY, REPLIES), (JUDGE, VERDICTS)):
            for part in parts:
                yield from _work(who, about, known, rule, part)
    request = {"items": ["gifts"], "soon": "month", "reason": "A fair", "uuid": new_uuid()}
    yield Ask(who, "POST", "/dealer/promotions/new", "/dealer/promotions/new", send={"data": request})


def _work(who: str, about: str, known: dict[str, str], rule: str, part: str) -> Iterator[Ask]:
    values = {"text": "Word", "planned_on": "2027-01-11", "to": known["heir"], "version": known["version"]}
    ask = partial(Ask, who, rule=rule, path=f"/errands/{known['id']}/{part}", about=about, kind=part)
    yield ask(method="GET")
    yield ask(method="POST", send={"data": {**values, "uuid": new_uuid()}})


def _logged(by: Person, at: datetime, with_photo: bool = False) -> Errand:
    values = {"items": {Item.GIFTS}, "needed_on": (at + timedelta(days=30)).date(), "reason": "A fair"}
    company = db.session.get_one(Customer, by.dealer_id)
    sha256 = keep(_picture(), media_type="image/jpeg", uuid=new_uuid(), at=at).sha256 if with_photo else None
    return actions.log(values, uuid=new_uuid(), dealer=company, by=by, at=at, photo_sha256=sha256)


def _picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(file, "JPEG")
    return file.getvalue()
