"""The engineer's day and one visit, from the list to the last form."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, Response, abort, request, send_file
from flask_babel import ngettext

from portal.kit import htmx
from portal.kit.blobs import blob_path
from portal.kit.clock import day_span, now
from portal.kit.db import db, new_uuid
from portal.kit.forms import id_of
from portal.kit.i18n import reader_zone
from portal.kit.i18n import today as reader_today
from portal.people.models import me
from portal.people.permits import Permit, allow
from portal.records import actions as records
from portal.records.files import pdf_response
from portal.visits import actions, labels
from portal.visits.field import KINDS
from portal.visits.kinds import VisitState
from portal.visits.models import Photo, Visit
from portal.visits.pages import form_page, showing

bp = Blueprint("visits", __name__)

KIND_OF = {"sign": "signature", "submit": "submission"}
PAGE = 30  # rows


@bp.get("/today")
@allow(Permit.TODAY_READ)
def today() -> Response:
    """The visits of the reader's day in order, and every one still open from before."""
    start, end = day_span(reader_today(now()), reader_zone())
    open_states = (VisitState.ON_SITE, VisitState.SIGNED, VisitState.RETURNED)
    visits = (
        sa.select(Visit)
        .where(Visit.engineer_id == me().id, Visit.planned_at < end)
        .where(sa.or_(Visit.planned_at >= start, Visit.state.in_(open_states)))
        .where(Visit.state != VisitState.CANCELLED)
        .order_by(Visit.planned_at, Visit.id)
    )
    rows = list(db.session.scalars(visits))
    waiting = [v for v in rows if v.state in (VisitState.PLANNED, *open_states)]
    return htmx.page(
        "visits/today.html", waiting=waiting, done=[v for v in rows if v not in waiting], today=reader_today(now()),
        heading=ngettext("%(num)s visit today", "%(num)s visits today", len(rows)), uuid=new_uuid(), labels=labels,
    )  # fmt: skip


@bp.get("/visits")
@allow(Permit.VISIT_READ)
def index() -> Response:
    """All visits this person may know of, newest first, a page at a time by key."""
    before = id_of(htmx.asked("before"))
    visits = Visit.seen_by(me()).order_by(Visit.id.desc()).limit(PAGE + 1)
    rows = list(db.session.scalars(visits.where(Visit.id < before) if before else visits))
    more = rows[PAGE - 1].id if len(rows) > PAGE else None
    return htmx.page("visits/index.html", visits=rows[:PAGE], more=more, labels=labels)


@bp.get("/visits/<int:id>")
@allow(Permit.VISIT_READ, of=Visit)
def show(visit: Visit) -> Response:
    return htmx.page("visits/show.html", **showing(visit))


@bp.get("/visits/<int:id>/<any(sample, guidance, photo, sign, submit):part>")
@allow(Permit.VISIT_RECORD, of=Visit)
def form(visit: Visit, part: str) -> Response:
    """An empty form, on a page of its own; its number makes a second post of it harmless."""
    actions.must_be_own(visit, me())
    kind = KINDS[KIND_OF.get(part, part)]
    return form_page(kind, visit, kind.form(visit, request.args or None))


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
