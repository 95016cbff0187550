"""The supervisor's inbox: submitted records, one to read, one key to approve."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, Response, request, url_for
from flask_babel import ngettext
from sqlalchemy.orm.exc import StaleDataError

from portal.accounts.views import confirm_pin
from portal.kit import htmx
from portal.kit.clock import now
from portal.kit.db import db
from portal.kit.errors import Refusal
from portal.people.models import Person, me
from portal.people.permits import Permit, allow
from portal.visits import actions
from portal.visits.forms import SubmitForm
from portal.visits.kinds import VisitState
from portal.visits.models import Visit
from portal.visits.pages import showing

bp = Blueprint("approvals", __name__)

MOST_ROWS = 50


@bp.get("/approvals")
@allow(Permit.VISIT_APPROVE)
def index() -> Response:
    waiting = _waiting()
    heading = ngettext("%(num)s record to approve", "%(num)s records to approve", len(waiting))
    return htmx.page("visits/approvals.html", waiting=waiting, heading=heading)


@bp.get("/approvals/<int:id>")
@allow(Permit.VISIT_APPROVE, of=Visit)
def show(visit: Visit) -> Response:
    return _page(visit, SubmitForm())


@bp.post("/approvals/<int:id>")
@allow(Permit.VISIT_APPROVE, of=Visit)
def approve(visit: Visit) -> Response:
    """Approve with the signing PIN, and go on to the next. A second press of the same hand changes nothing.

    Also when both presses arrive at once: the later one finds the approval made, by its own hand.
    """
    form = SubmitForm(request.form)
    if not form.ok:
        return _page(visit, form, 422)
    try:
        if visit.approved_by_id != me().id:
            confirm_pin(form.values["pin"])
            actions.approve(visit, by=me(), at=now())
            db.session.commit()
    except (Refusal, StaleDataError) as lost:
        db.session.rollback()
        if visit.approved_by_id == me().id:
            return htmx.go(url_for("approvals.index"))
        if isinstance(lost, StaleDataError):
            raise
        form.refuse("pin", lost.say)
        return _page(visit, form, lost.status)
    return htmx.go(url_for("approvals.index"))


def _page(visit: Visit, form: SubmitForm, status: int = 200) -> Response:
    context = {**showing(visit), "form": form, "waiting": _waiting()}
    if htmx.asked_for_fragment():
        return htmx.fragment("visits/approval.html", "form", status, **context)
    return htmx.page("visits/approval.html", status, **context)


def _waiting() -> list[Visit]:
    """What waits for this person's judgement, longest first. Nobody finds their own visit here."""
    submitted = Visit.state == sa.bindparam(
        "state", VisitState.SUBMITTED, literal_execute=True
    )  # keeps the partial index
    visits = (
        sa.select(Visit)
        .where(submitted, Visit.engineer_id.in_(sa.select(Person.id).where(Person.led_by(me()))))
        .where(Visit.co_visitor_id.is_distinct_from(me().id))
        .order_by(Visit.submitted_at, Visit.id)
        .limit(MOST_ROWS)
    )
    return list(db.session.scalars(visits))
