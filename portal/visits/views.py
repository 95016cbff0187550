"""The engineer's day and one visit, from the list to the last form."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request, send_file
from flask_babel import ngettext

from portal.kit import htmx
from portal.kit.blobs import blob_path
from portal.kit.clock import day_span, now
from portal.kit.db import new_uuid
from portal.kit.forms import id_of
from portal.kit.i18n import reader_zone
from portal.kit.i18n import today as reader_today
from portal.people.models import me
from portal.people.permits import Permit, allow
from portal.records import actions as records
from portal.records.files import pdf_response
from portal.visits import agenda, labels
from portal.visits.field import KINDS
from portal.visits.kinds import VisitState
from portal.visits.models import Photo, Visit
from portal.visits.pages import form_page, showing

bp = Blueprint("visits", __name__)

KIND_OF = {"sign": "signature", "submit": "submission"}
PARTS = (
    "any(sample, guidance, complaint, 'complaint-step', 'complaint-settle', training, photo, finding, promise,"
    " 'left-over', sign, submit)"
)


@bp.get("/today")
@allow(Permit.TODAY_READ)
def today() -> Response:
    """The visits of the reader's day in order, every one still open from before, and what is due."""
    day = reader_today(now())
    start, end = day_span(day, reader_zone())
    rows = agenda.of_day(me(), start, end)
    missed = [v for v in rows if v.state is VisitState.PLANNED and v.planned_at < start]
    stops = [v for v in rows if v not in missed]
    waiting = [v for v in stops if v.state in (VisitState.PLANNED, *agenda.BEGUN)]
    return htmx.page(
        "visits/today.html", waiting=waiting, done=[v for v in stops if v not in waiting], missed=missed, today=day,
        legs=agenda.legs_m([v for v in stops if v.planned_at >= start]), due=agenda.due(me(), stops, day),
        heading=ngettext("%(num)s visit today", "%(num)s visits today", len(stops)), uuid=new_uuid(), labels=labels,
        at=now(),
    )  # fmt: skip


@bp.get("/visits")
@allow(Permit.VISIT_READ)
def index() -> Response:
    """All visits this person may know of, or those of a customer or in a state, a page at a time by key."""
    customer, state = id_of(htmx.asked("customer")), _state(htmx.asked("state"))
    visits, more = agenda.page_of(me(), customer, state, id_of(htmx.asked("before")))
    return htmx.page(
        "visits/index.html", visits=visits, more=more, customer=customer, state=state, labels=labels
    )  # fmt: skip


def _state(text: str) -> VisitState | None:
    return VisitState(text) if text in set(VisitState) else None


@bp.get("/visits/<int:id>")
@allow(Permit.VISIT_READ, of=Visit)
def show(visit: Visit) -> Response:
    return htmx.page("visits/show.html", **showing(visit))


@bp.get(f"/visits/<int:id>/<{PARTS}:part>")
@allow(Permit.VISIT_RECORD, of=Visit)
def form(visit: Visit, part: str) -> Response:
    """An empty form, on a page of its own; its number makes a second post of it harmless."""
    kind = KINDS[KIND_OF.get(part, part)]
    kind.must_be_for(visit, me())
    form = kind.form(visit, request.args or None)
    if kind.suggest:
        kind.suggest(form)
    return form_page(kind, visit, form)


@bp.get("/visits/<int:id>/record.pdf")
@allow(Permit.VISIT_READ, of=Visit)
def paper(visit: Visit) -> Response:
    """The newest record of this visit: sealed once it is approved, before that with the engineer's signature."""
    return pdf_response(records.newest_of(visit)) if visit.record_version else abort(404)


@bp.get("/media/<uuid>")
@allow(Permit.MEDIA_READ, of=Photo, by="uuid")
def media(photo: Photo) -> Response:
    """A photo, for those who may see its visit. Its bytes never change, so a browser may keep it, alone."""
    response = send_file(blob_path(photo.sha256), mimetype="image/jpeg")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return response
