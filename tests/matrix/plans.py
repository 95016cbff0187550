"""Who plans whose visits, and who reads a calendar at which address."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from portal.kit.db import new_uuid
from portal.people.models import Person
from portal.town import Town
from portal.visits import actions
from portal.visits.models import Visit
from tests.support.matrix import ROLE, Ask, Says, always, page

FIELD = ("engineer", "supervisor")
SEES = {  # Mina's visits, one of them with Bora, one begun; and Jun's
    "own": {"mina", "han", "dana"},
    "along": {"mina", "bora", "han", "dana"},
    "begun": {"mina", "han", "dana"},
    "foreign": {"jun", "suh", "dana"},
}


def field(*statuses: int) -> Says:
    """For engineers and supervisors the one status, for everybody else 403."""
    return lambda ask: statuses[0] if ROLE[ask.who] in FIELD else 403


def form_of(ask: Ask) -> int:
    """Whoever goes along only reads; what has begun is shown on the page of the visit."""
    if ask.who not in SEES[ask.about]:
        return 404
    if ask.who == "bora":
        return 403
    return 303 if ask.about == "begun" else 200


def changed(ask: Ask) -> int:
    """The change is too late for what has begun; the cancellation is sent without a reason."""
    if ask.who not in SEES[ask.about]:
        return 404
    if ask.who == "bora":
        return 403
    return 422 if ask.kind == "cancel" else 409 if ask.about == "begun" else 303


def planned(ask: Ask) -> int:
    """The pit is not Suh's and not Jun's, and Mina is not Bora's to send."""
    if ROLE[ask.who] not in FIELD:
        return 403
    return 303 if ask.who in {"mina", "han", "dana"} else 422


PUBLIC: dict[tuple[str, str], Says] = {("GET", "/calendar/<secret>.ics"): always(404)}  # nobody has made this one
POLICY: dict[tuple[str, str], Says] = {
    ("GET", "/me/calendar"): page(*FIELD),
    ("GET", "/plan"): page(*FIELD),
    ("GET", "/plan/<int:id>"): form_of,
    ("GET", "/plan/<int:id>/cancel"): form_of,
    ("GET", "/plan/new"): page(*FIELD),
    ("POST", "/me/calendar"): field(200),
    ("POST", "/me/calendar/withdrawn"): field(303),
    ("POST", "/plan/<int:id>"): changed,
    ("POST", "/plan/<int:id>/cancel"): changed,
    ("POST", "/plan/move"): field(422),  # nothing is chosen
    ("POST", "/plan/new"): planned,
}


def make(people: Town, at: datetime) -> dict[str, Visit]:
    def plan(engineer: Person, **more: Any) -> Visit:
        site, leader = (people.plant, people.suh) if engineer is people.jun else (people.pit, people.han)
        return actions.plan(site, engineer, at + timedelta(days=3), "Look", uuid=new_uuid(), by=leader, at=at, **more)

    begun = plan(people.mina)
    actions.check_in(begun, None, by=people.mina, at=at)
    along = plan(people.mina, co_visitor=people.bora)
    return {"own": plan(people.mina), "along": along, "begun": begun, "foreign": plan(people.jun)}


def asks(who: str, made: dict[str, Visit]) -> Iterator[Ask]:
    yield Ask(who, "GET", "/calendar/<secret>.ics", "/calendar/nobody.ics")
    for rule in ("/me/calendar", "/me/calendar/withdrawn", "/plan/move"):
        yield Ask(who, "POST", rule, rule)
    for about, visit in made.items():
        ask = partial(Ask, who, about=about)
        known = {"version": str(visit.version), "engineer": str(visit.engineer_id), "planned_at": "2027-01-11T09:00"}
        for rule, path in (
            ("/plan/<int:id>", f"/plan/{visit.id}"),
            ("/plan/<int:id>/cancel", f"/plan/{visit.id}/cancel"),
        ):
            yield ask(method="GET", rule=rule, path=path)
            yield ask(method="POST", rule=rule, path=path, kind=rule.rpartition("/")[2], send={"data": known})
