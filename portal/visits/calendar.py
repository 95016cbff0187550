"""The visits of a person as a feed for their own calendar, at an address that only they know."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, current_app, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from icalendar import Calendar as Feed
from icalendar import Event
from icalendar.prop import vGeo

from portal.kit import htmx
from portal.kit.clock import now
from portal.kit.db import db
from portal.people.models import Person, me
from portal.people.permits import HELD_BY, Permit, allow, public
from portal.visits import planning
from portal.visits.kinds import VisitState
from portal.visits.models import Calendar, Visit

bp = Blueprint("calendar", __name__)

BACK, AHEAD = timedelta(days=30), timedelta(days=180)
HOUR = timedelta(hours=1)  # how long a visit is shown; nobody plans its end
PRODUCT = "-//Sightglass//Visits//EN"


@bp.get("/me/calendar")
@allow(Permit.PLAN_READ)
def own() -> Response:
    return _page()


@bp.post("/me/calendar")
@allow(Permit.PLAN_READ)
def publish() -> Response:
    """A new address, in the place of the one before. It is said in this answer, and never again."""
    secret = planning.publish(me(), by=me(), at=now())
    db.session.commit()
    return _page(f"{current_app.config['SETTINGS'].base_url}{url_for('calendar.feed', secret=secret)}")


@bp.post("/me/calendar/withdrawn")
@allow(Permit.PLAN_READ)
def withdraw() -> Response:
    if calendar := planning.calendar_of(me()):
        planning.withdraw(calendar, by=me(), at=now())
        db.session.commit()
    return htmx.go(url_for("calendar.own"))


@bp.get("/calendar/<secret>.ics")
@public
def feed(secret: str) -> Response:
    """Whoever knows the address reads the visits of its owner, as long as the owner may."""
    found = sa.select(Calendar).where(Calendar.secret_hash == planning.hash_of(secret))
    calendar = db.session.scalar(found)
    if calendar is None or not _may_read(calendar.person):
        abort(404)
    visits, person = _visits(calendar.person, now()), calendar.person
    response = current_app.response_class(mimetype="text/calendar")
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(_tag(person, visits))
    if not response.make_conditional(request).status_code == 304:
        with force_locale(person.language):
            response.set_data(ics(visits, person, now()))
    return response


def ics(visits: Iterable[Visit], person: Person, at: datetime) -> bytes:
    """The feed itself (RFC 5545), in the words of the reader's language."""
    calendar = Feed.new(name=_("Visits"), prodid=PRODUCT, refresh_interval=HOUR)
    for visit in visits:
        calendar.add_component(_event(visit, person, at))
    return bytes(calendar.to_ical())


def _event(visit: Visit, person: Person, at: datetime) -> Event:
    off = visit.state is VisitState.CANCELLED
    event = Event.new(
        uid=visit.uuid, sequence=visit.version, stamp=at, start=visit.planned_at,
        status="CANCELLED" if off else "CONFIRMED", summary=f"{visit.customer.name} {visit.site.name}",
        location=visit.site.address, description=_said(visit, person), url=_link(visit),
    )  # fmt: skip
    event.add("duration", HOUR)
    event.add("geo", vGeo((visit.site.latitude, visit.site.longitude)))
    return event


def _said(visit: Visit, person: Person) -> str:
    contact = f"{visit.contact.name} {visit.contact.role} {visit.contact.phone}".strip() if visit.contact else ""
    beside = "" if visit.belongs_to(person) else _("With %(name)s", name=visit.engineer.name)
    return "\n".join(filter(None, [visit.purpose, visit.cancel_reason, contact, beside, _link(visit)]))


def _link(visit: Visit) -> str:
    return f"{current_app.config['SETTINGS'].base_url}{url_for('visits.show', id=visit.id)}"


def _may_read(person: Person) -> bool:
    return person.is_active and person.is_a(*HELD_BY[Permit.PLAN_READ])


def _visits(person: Person, at: datetime) -> list[Visit]:
    mine = sa.or_(Visit.engineer_id == person.id, Visit.co_visitor_id == person.id)
    near = sa.and_(Visit.planned_at >= at - BACK, Visit.planned_at < at + AHEAD)
    return list(db.session.scalars(sa.select(Visit).where(mine, near).order_by(Visit.planned_at, Visit.id)))


def _tag(person: Person, visits: Iterable[Visit]) -> str:
    """Changes when anything does that the feed says."""
    seen = [
        (v.id, v.version, v.customer.version, v.site.version, v.contact and v.contact.version, v.engineer.version)
        for v in visits
    ]
    return hashlib.sha256(repr((person.language, seen)).encode()).hexdigest()


def _page(address: str = "") -> Response:
    context: dict[str, Any] = {"address": address, "calendar": planning.calendar_of(me())}
    if htmx.asked_for_fragment():
        return htmx.fragment("visits/calendar.html", "form", **context)
    return htmx.page("visits/calendar.html", **context)
