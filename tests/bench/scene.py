"""What is measured: a town with a full day in it, and somebody logged in for each page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import Flask

from portal import diary, town
from portal.app import create_app
from portal.config import ROOT, Settings
from portal.kit.assets import fingerprint
from portal.kit.clock import now
from portal.kit.db import db
from portal.people.models import Person
from portal.records.actions import newest_of
from portal.town import Town
from portal.visits.kinds import VisitState
from portal.visits.models import Visit
from tests.support.client import Browser
from tests.visits.deeds import advice, on_site, planned, sample, signed, submitted

ROWS = 24  # more plans, so that the lists are as long as a month makes them
CHECK_INS = 60


@dataclass(frozen=True)
class Page:
    """One page and who reads it; `path` as a browser asks for it."""

    name: str
    who: str
    path: str


@dataclass(frozen=True)
class Scene:
    """A portal with its pages, the cookie of each reader, and visits at which nobody has arrived yet."""

    app: Flask
    settings: Settings
    pages: tuple[Page, ...]
    cookies: dict[str, str]
    plans: tuple[str, ...]  # uuids
    record: int  # of an approved document
    stylesheet: str  # what a browser that has been here before says in its cookie


@contextmanager
def scene(settings: Settings) -> Iterator[Scene]:
    """Live through a day in a town that was just loaded. What the portal logs goes to a file in its data folder."""
    settings = replace(settings, log_level="INFO")  # as it is served
    with (settings.data_dir / "bench.log").open("a") as log:
        with redirect_stderr(log):
            app = create_app(settings)
        with app.app_context():
            people, at = town.find(), now()
            diary.write(people, at)
            db.session.commit()
            pages, record = _pages(people, at)
            plans = tuple(planned(people, planned_at=at + timedelta(days=3, minutes=i)).uuid for i in range(CHECK_INS))
            db.session.remove()
        cookies = {nick: _cookie(app, nick) for nick in ("mina", "han")}
        yield Scene(
            app, settings, pages, {**cookies, "": ""}, plans, record, fingerprint(ROOT / "static" / "portal.css")
        )
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def _pages(people: Town, at: datetime) -> tuple[tuple[Page, ...], int]:
    """The pages by name, and the number of an approved document."""
    open_visit = _being_recorded(people, at)
    for number in range(ROWS):
        submitted(people, people.bora, planned_at=at - timedelta(days=1 + number))
        planned(people, planned_at=at + timedelta(days=1 + number % 12))
    approved, waiting = (_first(people.mina, VisitState.APPROVED), _first(people.bora, VisitState.SUBMITTED))
    document = newest_of(approved)
    states = {
        "planned": planned(people, planned_at=at), "on site": open_visit, "signed": signed(people, planned_at=at),
        "submitted": submitted(people, planned_at=at), "approved": approved,
    }  # fmt: skip
    here = f"/visits/{open_visit.id}"
    return (
        Page("login", "", "/login"),
        Page("today", "mina", "/today"),
        Page("visits", "mina", "/visits"),
        *(Page(f"visit, {state}", "mina", f"/visits/{visit.id}") for state, visit in states.items()),
        Page("sample form", "mina", f"{here}/sample"),
        Page("sample form, last time", "mina", f"{here}/sample?compartment={people.engine.uuid}"),
        *(Page(part, "mina", f"{here}/{part}") for part in ("guidance", "photo", "sign")),
        Page("submit", "mina", f"/visits/{states['signed'].id}/submit"),
        Page("me", "mina", "/me"),
        Page("plan", "han", "/plan"),
        Page("plan, new", "han", "/plan/new"),
        Page("approvals", "han", "/approvals"),
        Page("reading view", "han", f"/approvals/{waiting.id}"),
        Page("verify, empty", "", "/verify"),
        Page("verify, a record", "", f"/verify/{document.code}"),
    ), document.id  # fmt: skip


def _being_recorded(people: Town, at: datetime) -> Visit:
    """A visit of today with three samples and two pieces of guidance."""
    visit = on_site(people, planned_at=at)
    for number, compartment in enumerate(people.truck.compartments[:3]):
        sample(people, visit, number=f"HB-BENCH-{number}", compartment=compartment)
    for compartment in people.truck.compartments[:2]:
        advice(people, visit, compartment=compartment)
    db.session.commit()
    return visit


def _first(engineer: Person, state: VisitState) -> Visit:
    first = sa.select(Visit).where(Visit.engineer_id == engineer.id, Visit.state == state).order_by(Visit.id).limit(1)
    return db.session.scalars(first).one()


def _cookie(app: Flask, nick: str) -> str:
    """The Cookie header of somebody who has just logged in."""
    client = Browser(app).login(f"{nick}@hanbit.example").client
    found = client.get_cookie("sid")
    assert found, "no session"
    return f"sid={found.value}"
