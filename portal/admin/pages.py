"""What the pages of the console show."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Response, request
from wtforms import SelectChoice

from portal.accounts.labels import device
from portal.accounts.models import Login
from portal.admin import lists
from portal.admin.forms import HandOverForm, PersonForm, RegionForm, TeamForm
from portal.admin.labels import WORK
from portal.customers.forms import SOME_ZONES
from portal.customers.models import Customer
from portal.kit import htmx
from portal.kit.clock import now
from portal.kit.db import db, new_uuid
from portal.kit.forms import RoomForm
from portal.people.labels import ROLE
from portal.people.models import Person, Region, Team
from portal.visits.labels import STATE


def answer(template: str, form: RoomForm, status: int = 200, say: str = "", **context: Any) -> Response:
    """A form: the page, or for htmx the form alone."""
    context = {"form": form, "say": say, "zones": SOME_ZONES, **context}
    if htmx.asked_for_fragment():
        return htmx.fragment(template, "form", status, **context)
    return htmx.page(template, status, **context)


def of_person(person: Person) -> Response:
    dealer = db.session.get(Customer, person.dealer_id) if person.dealer_id else None
    return htmx.page(
        "admin/person.html", person=person, dealer=dealer, roles=[ROLE[role] for role in sorted(person.roles)],
        logins=db.session.scalars(Login.live_of(person, now())).all(), device=device, uuid=new_uuid(),
        open_work=sum(lists.work_of(person).values()), done=htmx.asked("done"),
    )  # fmt: skip


def person_form(
    form: PersonForm, status: int = 200, say: str = "", *, person: Person | None = None, uuid: str = ""
) -> Response:
    version = request.form.get("version", person.version if person else "")
    return answer("admin/edit.html", form, status, say, person=person, uuid=uuid, version=version)


def offering(form: PersonForm) -> PersonForm:
    return form.among(lists.dealers(), lists.team_names(), lists.region_names())


def hand_over(form: HandOverForm, leaver: Person, status: int = 200, say: str = "") -> Response:
    """The kinds of which there is something are offered, each with how much."""
    counts = {kind: count for kind, count in lists.work_of(leaver).items() if count}
    form.work.choices = [SelectChoice(kind.value, f"{WORK[kind]} · {count}") for kind, count in counts.items()]
    return answer(
        "admin/hand_over.html", form, status, say, person=leaver, counts=counts, begun=lists.begun_by(leaver),
        promises=lists.open_promises_of(leaver), states=STATE,
    )  # fmt: skip


def team_form(form: TeamForm, status: int = 200, say: str = "", *, team: Team | None = None) -> Response:
    version = request.form.get("version", stamp(team) if team else "")
    return answer("admin/team_edit.html", form, status, say, team=team, version=version)


def region_form(form: RegionForm, status: int = 200, say: str = "", *, region: Region | None = None) -> Response:
    version = request.form.get("version", stamp(region) if region else "")
    return answer("admin/region_edit.html", form, status, say, region=region, version=version)


def stamp(row: Team | Region) -> str:
    """What a row that counts no versions holds, in sixteen signs, to tell whether it is still what was read."""
    held = "\n".join(str(getattr(row, column.name)) for column in row.__table__.columns)
    return hashlib.sha256(held.encode()).hexdigest()[:16]
