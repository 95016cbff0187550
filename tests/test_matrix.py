"""Every address × every kind of person × visits of every state and owner, against a table written by hand.

The table repeats nothing of the portal's own rules: it says what the company decided, and the portal must agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from itertools import chain
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from portal.accounts.actions import add_person
from portal.accounts.passwords import hash_secret
from portal.complaints.actions import receive
from portal.customers.models import Compartment, Machine
from portal.fieldwork.actions import leave
from portal.journal.models import Entry
from portal.kit.clock import now
from portal.kit.db import db, new_uuid
from portal.town import Town
from portal.visits.models import Visit
from tests.support.answers import shape_of
from tests.support.client import SAME_ORIGIN, Browser
from tests.support.digest import digest_of
from tests.support.matrix import PIN, ROLE, Ask, Says, always, page, rooms
from tests.support.visits import STATES, Known, picture, visits_of_all_kinds
from tests.visits.deeds import COMPLAINT

OUTSIDE = ("nobody", "locked")  # without a login; with a session from before they were locked
MINAS, JUNS, SENT = ("own", "dealer", "abroad"), ("foreign", "along"), ("submitted", "approved")
SEES: dict[str, set[str]] = {  # who may know of which visits
    "mina": {f"{group}.{state}" for group in (*MINAS, "along") for state in STATES},  # hers, and where she goes along
    "bora": {f"{group}.{state}" for group in ("own", "dealer") for state in SENT},  # her region's, once sent
    "jun": {f"{group}.{state}" for group in JUNS for state in STATES} | {f"abroad.{state}" for state in SENT},
    "han": {f"{group}.{state}" for group in MINAS for state in STATES},  # leads Mina
    "suh": {f"{group}.{state}" for group in JUNS for state in STATES},  # leads Jun
    "dana": {f"{group}.{state}" for group in (*MINAS, *JUNS) for state in STATES},  # leads everybody
    "kim": {"dealer.approved"},  # their own company's, once approved
    "park": set(),
    "desk": set(),
    "lab": set(),
    "admin": set(),
}
OWNER = {"own": "mina", "dealer": "mina", "abroad": "mina", "foreign": "jun", "along": "jun"}
LEADER = {
    "own": "han",
    "dealer": "han",
    "abroad": "han",
    "foreign": "suh",
    "along": "suh",
}  # who approved the approved ones

OPEN_IN = {  # the states in which the owner may send this; a signature also needs something to sign
    "check-in": {"planned"},
    "sample": {"on_site"},
    "guidance": {"on_site"},
    "photo": {"on_site"},
    "training": {"on_site"},
    "finding": {"on_site"},
    "promise": {"on_site"},
    "left-over": {"on_site"},
    "left-over-done": {"on_site"},
    "complaint": {"on_site"},
    "complaint-step": {"on_site"},
    "complaint-settle": {"on_site"},
    "signature": {"on_site"},
    "submission": {"signed"},
}
ENGINEERS = {"check-in", "signature", "submission", "sign", "submit"}
FORM_PAGES = (
    *("sample", "guidance", "complaint", "complaint-step", "complaint-settle", "training", "photo", "finding"),
    *("promise", "left-over", "sign", "submit"),
)
FORM_PAGE = (
    "/visits/<int:id>/<any(sample, guidance, complaint, 'complaint-step', 'complaint-settle', training, photo, finding,"
    " promise, 'left-over', sign, submit):part>"
)


def of_visit(then: Says) -> Says:
    """Who may not know of the visit gets the answer for a visit that does not exist."""
    return lambda ask: then(ask) if ask.about in SEES[ask.who] else 404


def state_of(ask: Ask) -> str:
    return ask.about.split(".")[1]


def owns(ask: Ask) -> bool:
    return OWNER[ask.about.split(".")[0]] == ask.who


def records_at(ask: Ask, what: str) -> bool:
    """Whoever goes along records items; the arrival, the signature and the submission are the engineer's."""
    along = ask.who == "mina" and ask.about.startswith("along.")
    return owns(ask) or (along and what not in ENGINEERS)


def own_page(ask: Ask) -> int:
    return 200 if records_at(ask, ask.path.rsplit("/", 1)[1]) else 403


def field_post(ask: Ask) -> int:
    if not records_at(ask, ask.kind):
        return 403
    if ask.kind == "signature" and state_of(ask) == "planned":
        return 422  # nothing to sign yet
    return 303 if state_of(ask) in OPEN_IN[ask.kind] else 409


def envelope(ask: Ask) -> int:
    if ROLE[ask.who] != "engineer":
        return 403
    return of_visit(lambda a: {303: 201}.get(field_post(a), field_post(a)))(ask)


def approval(ask: Ask) -> int:
    if ROLE[ask.who] != "supervisor":
        return 403
    again = state_of(ask) == "approved" and LEADER[ask.about.split(".")[0]] == ask.who
    return 303 if state_of(ask) == "submitted" or again else 409


PUBLIC: dict[tuple[str, str], Says] = {  # the same for everybody, with or without a login
    ("GET", "/"): always(302),
    ("GET", "/healthz"): always(200),
    ("GET", "/login"): always(200),
    ("GET", "/offline"): always(200),
    ("GET", "/readyz"): always(200),
    ("GET", "/records/root.pem"): always(200),
    ("GET", "/static/<path:filename>"): always(200),
    ("GET", "/sw.js"): always(200),
    ("GET", "/verify"): always(200),
    ("GET", "/verify/<code>"): lambda ask: 200 if state_of(ask) in SENT else 404,  # who holds the paper may ask
    ("POST", "/language"): always(303),
    ("POST", "/login"): always(422),
    ("POST", "/theme"): always(303),
    ("POST", "/verify"): always(422),
}
POLICY: dict[tuple[str, str], Says] = {
    ("GET", "/approvals"): page("supervisor"),
    ("GET", "/approvals/<int:id>"): of_visit(page("supervisor")),
    ("GET", "/me"): page(*ROLE.values()),
    ("GET", "/media/<uuid>"): of_visit(lambda ask: 404 if state_of(ask) == "planned" else 200),  # no photo yet
    ("GET", "/today"): page("engineer"),
    ("GET", "/visits"): page("engineer", "supervisor", "dealer"),
    ("GET", "/visits/<int:id>"): of_visit(always(200)),
    ("GET", FORM_PAGE): of_visit(own_page),
    ("GET", "/visits/<int:id>/record.pdf"): of_visit(lambda ask: 200 if state_of(ask) in SENT else 404),
    ("POST", "/approvals/<int:id>"): of_visit(approval),
    ("POST", "/logout"): always(303),
    ("POST", "/o/<kind>/<uuid>"): of_visit(lambda ask: field_post(ask) if ROLE[ask.who] == "engineer" else 403),
    ("PUT", "/sync/records/<uuid>"): envelope,
}
ROOMS = rooms()
for room in ROOMS:  # each room has its own page of the table
    PUBLIC.update(room.PUBLIC)
    POLICY.update(room.POLICY)
LEAVING = ("POST", "/logout")
ENDING = ("signature", "submission")  # after these nothing can be added


def expected(ask: Ask) -> int:
    if rule := PUBLIC.get((ask.method, ask.rule)):
        return rule(ask)
    if ask.who in OUTSIDE:
        return 303 if ask.method == "GET" else 401
    return POLICY[ask.method, ask.rule](ask)


@pytest.fixture
def visits(people: Town) -> dict[str, Known]:
    return visits_of_all_kinds(people, now() - timedelta(hours=2))


@pytest.fixture
def browsers(bare_app: Flask, people: Town) -> dict[str, Browser]:
    """Everybody, logged in; and one who was, but has been locked since."""
    found = {"nobody": Browser(bare_app)}
    for who in ROLE:
        found[who] = Browser(bare_app).login(getattr(people, who).email)
    gone = add_person(
        "퇴사자", "gone@hanbit.example", people.mina.roles, password_hash=hash_secret("sightglass-gone"),
        pin_hash=people.mina.pin_hash, team=people.mina.team, region_id=people.mina.region_id, by=None, at=now(),
    )  # fmt: skip
    found["locked"] = Browser(bare_app).login(gone.email)
    gone.locked_at = now()
    db.session.commit()
    return found


def asks(who: str, visits: dict[str, Known], place: dict[str, str]) -> Iterator[Ask]:
    """Everything that `who` may try, reading first."""
    yield from _lone_reads(who)
    for about, visit in visits.items():
        yield from _reads_of(who, about, visit)
    yield from _lone_writes(who, visits["own.planned"], place)
    for about, visit in visits.items():
        yield from _writes_to(who, about, visit, place)


def _lone_reads(who: str) -> Iterator[Ask]:
    for method, rule in (*PUBLIC, *POLICY):
        if method == "GET" and "<" not in rule:
            yield Ask(who, "GET", rule, rule)  # also those of the rooms
    yield Ask(who, "GET", "/static/<path:filename>", "/static/record.css")


def _reads_of(who: str, about: str, visit: Known) -> Iterator[Ask]:
    read = partial(Ask, who, "GET", about=about)
    yield read("/visits/<int:id>", f"/visits/{visit.id}")
    yield read("/visits/<int:id>/record.pdf", f"/visits/{visit.id}/record.pdf")
    yield read("/approvals/<int:id>", f"/approvals/{visit.id}")
    yield read("/media/<uuid>", f"/media/{visit.photo}")
    yield read("/verify/<code>", f"/verify/{visit.code or '2' * 20}")
    for part in FORM_PAGES if about in SEES.get(who, ()) else FORM_PAGES[:1]:
        yield read(FORM_PAGE, f"/visits/{visit.id}/{part}")


def _lone_writes(who: str, visit: Known, place: dict[str, str]) -> Iterator[Ask]:
    write = partial(Ask, who, "POST")
    plan = {"site": str(visit.site), "engineer": place["mina"], "planned_at": "2027-01-11T09:00", "purpose": "Plan"}
    yield write("/plan/new", "/plan/new", send={"data": {**plan, "uuid": new_uuid()}})
    yield write("/login", "/login", send={"data": {"email": f"{who}@else.example", "password": "no"}})
    yield write("/language", "/language", send={"data": {"language": "en"}})
    yield write("/theme", "/theme", send={"data": {"theme": "day"}})
    yield write("/verify", "/verify")


def _writes_to(who: str, about: str, visit: Known, place: dict[str, str]) -> Iterator[Ask]:
    write = partial(Ask, who, about=about)
    for kind, data in forms(who, about.split(".")[0], place).items():
        send = {"data": {**data, "uuid": new_uuid()}}
        yield write("POST", "/o/<kind>/<uuid>", f"/o/{kind}/{visit.uuid}", kind=kind, send=send)
    body = {
        "uuid": new_uuid(), "kind": "guidance", "visit": visit.uuid, "occurred": now().isoformat(),
        "payload": {"topics": ["winter"], "text": "Advice", "compartment": ""},
    }  # fmt: skip
    path = f"/sync/records/{body['uuid']}"
    yield write("PUT", "/sync/records/<uuid>", path, kind="guidance", send={"json": body})
    pin = {"data": {"pin": PIN.get(who, "000000")}}
    yield write("POST", "/approvals/<int:id>", f"/approvals/{visit.id}", send=pin)


def forms(who: str, group: str, place: dict[str, str]) -> dict[str, dict[str, Any]]:
    """What a person sends who fills in each form as it should be."""
    mine = f"{who}.{group}" if f"{who}.{group}.left" in place else group
    found: dict[str, dict[str, Any]] = {
        "check-in": {"latitude": "37.2268", "longitude": "129.0431", "accuracy_m": "12"},
        "guidance": {"topics": ["winter"], "text": "Advice", "compartment": ""},
        "photo": {"photo": (picture(), "photo.jpg"), "caption": "Picture"},
        "training": {"topic": "Grease", "minutes": "40", "people_count": "6"},
        "finding": {"level": "act", "text": "Leak"},
        "promise": {"text": "Seal", "due_on": "2098-02-03"},
        "left-over": {"text": "Filter"},
        "left-over-done": {"left_over": place[f"{mine}.left"]},
        "complaint": {
            **{"category": "quality", "severity": "minor", "channel": "visit", "contact_name": "Kim"},
            "description": "It foams",
        },
        "complaint-step": {"complaint": place[f"{mine}.case"], "kind": "cause", "text": "Air"},
        "complaint-settle": {
            **{"complaint": place[f"{mine}.case"], "remedy": "New oil"},
            **{"customer_word": "accepted", "accepted_by": "Kim"},
        },
        "signature": {"name": "Kim", "role": "Foreman", "satisfaction": "5", "consented": "y"},
        "submission": {"pin": PIN.get(who, "000000")},
    }
    if place[group]:
        found["sample"] = {
            "compartment": place[group], "number": f"M-{new_uuid()[:8]}", "machine_hours": "12500", "oil_hours": "260",
            "oil_changed": "no", "reason": "routine", "visual": ["dark"], "confirmed": "y",
        }  # fmt: skip
    return found


@pytest.fixture
def place(people: Town, visits: dict[str, Known]) -> dict[str, str]:
    """A compartment at the site of each group (a dealer's office has none), what was left there, a complaint of the
    customer, and Mina's number in lists."""
    at_plant = sa.select(Compartment.uuid).join(Compartment.machine).where(Machine.site_id == people.plant.id).limit(1)
    plant = str(db.session.scalar(at_plant))
    found = {
        "own": people.engine.uuid,
        "dealer": "",
        "abroad": plant,
        "foreign": plant,
        "along": plant,
        "mina": str(people.mina.id),
    }
    for group, who in (*OWNER.items(), ("mina.along", "mina")):
        visit = db.session.get_one(Visit, visits[f"{group.rsplit('.')[-1]}.submitted"].id)
        words: dict[str, Any] = {"by": getattr(people, who), "at": now()}
        found[f"{group}.left"] = leave("Breather", uuid=new_uuid(), visit=visit, **words).uuid
        found[f"{group}.case"] = receive(COMPLAINT, uuid=new_uuid(), customer=visit.customer, **words).uuid
    db.session.commit()
    return found


def ask_it(browser: Browser, ask: Ask) -> TestResponse:
    send = partial(browser.client.open, method=ask.method)
    return browser._ask(send, ask.path, headers={**SAME_ORIGIN, "Accept-Language": "en"}, **ask.send)


def leaks(ask: Ask, answer: TestResponse, visits: dict[str, Known]) -> list[str]:
    """Visits whose own words stand in an answer to somebody who may not know of them."""
    if ask.rule == "/verify/<code>":
        return []  # whoever holds the code holds the paper
    body = answer.get_data()
    return [key for key, v in visits.items() if key not in SEES.get(ask.who, ()) and v.canary.encode() in body]


def refused(status: int) -> bool:
    return status >= 400


def changes_nothing(ask: Ask) -> bool:
    """Reads, refusals, and what only the browser remembers."""
    return ask.method == "GET" or refused(expected(ask)) or (ask.method, ask.rule) in PUBLIC


def test_every_address_has_a_line_in_the_table(bare_app: Flask) -> None:
    rules = {
        (method, rule.rule)
        for rule in bare_app.url_map.iter_rules()
        for method in set(rule.methods or ()) - {"HEAD", "OPTIONS"}
    }
    assert not rules - PUBLIC.keys() - POLICY.keys(), "who may do this? Write it into the table"
    assert not (PUBLIC.keys() | POLICY.keys()) - rules, "gone: take it out of the table"


def test_everybody_gets_what_the_table_says_and_a_refusal_changes_nothing(
    browsers: dict[str, Browser], people: Town, visits: dict[str, Known], place: dict[str, str]
) -> None:
    wrong, told, tried, seen = [], [], 0, set()
    made = [(room, room.make(people, now() - timedelta(hours=1))) for room in ROOMS]
    db.session.commit()
    for who, browser in browsers.items():
        before = digest_of()
        of_rooms = chain.from_iterable(room.asks(who, things) for room, things in made)
        for ask in filter(changes_nothing, chain(asks(who, visits, place), of_rooms)):
            answer = ask_it(browser, ask)
            tried += 1
            seen.add((ask.method, ask.rule))
            if answer.status_code != expected(ask):
                wrong.append(f"{who} {ask.method} {ask.path} ({ask.about}): {answer.status_code}, not {expected(ask)}")
            told += [f"{who} {ask.method} {ask.path} tells of {key}" for key in leaks(ask, answer, visits)]
            answer.close()
        assert digest_of() == before, f"something that {who} was refused changed the database"

    assert not wrong, f"{len(wrong)} of {tried}:\n" + "\n".join(wrong[:40])
    assert not told, "\n".join(told[:40])
    assert tried > 2000
    assert PUBLIC.keys() | POLICY.keys() == seen | {LEAVING}, "every address was tried"


def test_everybody_can_do_their_own_work(
    browsers: dict[str, Browser], visits: dict[str, Known], place: dict[str, str]
) -> None:
    """What the table allows is done, once: each leaves its mark in the journal; a second hand comes too late."""
    wrong, done, count = [], set(), 0
    for who in ("mina", "jun", "han", "suh", "dana"):
        for ask in sorted(asks(who, visits, place), key=lambda ask: ask.kind in ENDING):
            if changes_nothing(ask) or (expected(ask) == 303 and state_of_or_none(ask) == "approved"):
                continue
            late = (ask.rule, ask.about, ask.kind) in done and ask.rule == "/approvals/<int:id>"
            done.add((ask.rule, ask.about, ask.kind))
            entries = db.session.scalar(sa.select(sa.func.count()).select_from(Entry)) or 0
            answer = ask_it(browsers[who], ask)
            told = (db.session.scalar(sa.select(sa.func.count()).select_from(Entry)) or 0) > entries
            count += not late
            if answer.status_code != (409 if late else expected(ask)) or told is late:
                wrong.append(f"{who} {ask.method} {ask.path} {ask.kind} ({ask.about}): {answer.status_code}, {told=}")

    assert not wrong, "\n".join(wrong)
    assert count == 77


def test_a_foreign_visit_and_none_at_all_cannot_be_told_apart(
    browsers: dict[str, Browser], visits: dict[str, Known], place: dict[str, str]
) -> None:
    nothing = Known(999_999, new_uuid(), 999_999, new_uuid(), "2" * 20, "")
    compared, differ = 0, []
    for who in ("bora", "jun", "suh", "park", "lab"):
        for about, visit in visits.items():
            if about in SEES[who]:
                continue
            foreign = [*_reads_of(who, about, visit), *_writes_to(who, about, visit, place)]
            unknown = [*_reads_of(who, about, nothing), *_writes_to(who, about, nothing, place)]
            for one, other in zip(foreign, unknown, strict=True):
                if one.rule == "/verify/<code>":
                    continue
                first, second = ask_it(browsers[who], one), ask_it(browsers[who], other)
                compared += 1
                if shape_of(first, one.path) != shape_of(second, other.path):
                    differ.append(f"{who} {one.method} {one.path}: {first.status_code}, {second.status_code}")
    assert not differ, "\n".join(differ[:20])
    assert compared > 700


def state_of_or_none(ask: Ask) -> str | None:
    return state_of(ask) if ask.about else None
