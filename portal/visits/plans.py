"""Planning: the supervisor's next days, and a new visit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from wtforms import SelectChoice

from portal.customers.models import Contact, Customer, Site
from portal.kit import htmx
from portal.kit.clock import now
from portal.kit.db import db, new_uuid, uuid_or_new
from portal.kit.forms import id_of
from portal.kit.i18n import zone
from portal.people.models import Person, Role, me
from portal.people.permits import Permit, allow
from portal.visits import actions, labels
from portal.visits.forms import PlanForm
from portal.visits.models import Visit

bp = Blueprint("plans", __name__)

AHEAD = timedelta(days=14)
MOST_ROWS = 100


@bp.get("/plan")
@allow(Permit.PLAN_READ)
def index() -> Response:
    """What the team has before it in the next two weeks."""
    at = now()
    visits = (
        Visit.seen_by(me())
        .where(Visit.planned_at >= at - timedelta(hours=12), Visit.planned_at < at + AHEAD)
        .order_by(Visit.planned_at, Visit.id)
        .limit(MOST_ROWS)
    )
    return htmx.page("visits/plan.html", visits=list(db.session.scalars(visits)), labels=labels)


@bp.get("/plan/new")
@allow(Permit.VISIT_PLAN)
def new() -> Response:
    return _page(PlanForm(), new_uuid())


@bp.post("/plan/new")
@allow(Permit.VISIT_PLAN)
def plan() -> Response:
    form, uuid = PlanForm(request.form), uuid_or_new(request.form.get("uuid"))
    site, engineer = _site(form), _engineer(form)
    if site is None and form.ok:
        form.refuse("site", _("Choose a site."))
    if engineer is None and form.ok:
        form.refuse("engineer", _("Choose an engineer."))
    if not form.ok or site is None or engineer is None:
        return _page(form, uuid, 422)
    if not _planned(uuid):
        where = zone(site.zone or site.customer.zone)
        try:
            actions.plan(
                site, engineer, form.values["planned_at"].replace(tzinfo=where), form.values["purpose"],
                uuid=uuid, contact=_contact(site), by=me(), at=now(),
            )  # fmt: skip
            db.session.commit()
        except IntegrityError:
            db.session.rollback()
            if not _planned(uuid):
                raise  # not the second of two equal posts at once
    return htmx.go(url_for("plans.index"))


def _planned(uuid: str) -> bool:
    return db.session.scalar(sa.select(Visit.id).where(Visit.uuid == uuid)) is not None


def _page(form: PlanForm, uuid: str, status: int = 200) -> Response:
    nobody = SelectChoice("", _("Choose"))
    form.site.choices = [nobody, *(SelectChoice(str(s.id), f"{s.customer.name} · {s.name}") for s in _sites())]
    form.engineer.choices = [nobody, *(SelectChoice(str(p.id), p.name) for p in _engineers())]
    context: dict[str, Any] = {"form": form, "uuid": uuid}
    if htmx.asked_for_fragment():
        return htmx.fragment("visits/plan_new.html", "form", status, **context)
    return htmx.page("visits/plan_new.html", status, **context)


def _sites() -> list[Site]:
    sites = Site.seen_by(me()).options(sa.orm.joinedload(Site.customer)).join(Customer, Site.customer_id == Customer.id)
    return list(db.session.scalars(sites.order_by(Customer.name, Site.name)))


def _site(form: PlanForm) -> Site | None:
    id = id_of(form.site.data)
    return db.session.scalar(Site.seen_by(me()).where(Site.id == id)) if id else None


def _engineers() -> list[Person]:
    return list(db.session.scalars(_plannable().order_by(Person.name)))


def _engineer(form: PlanForm) -> Person | None:
    id = id_of(form.engineer.data)
    return db.session.scalar(_plannable().where(Person.id == id)) if id else None


def _plannable() -> sa.Select[tuple[Person]]:
    """The engineers for whom this person plans: those in the tree of their teams, and themselves."""
    return sa.select(Person).where(
        sa.or_(Person.led_by(me()), Person.id == me().id),
        Person.holding(Role.ENGINEER),
        Person.locked_at.is_(None),
    )


def _contact(site: Site) -> Contact | None:
    first = sa.select(Contact).where(Contact.customer_id == site.customer_id).order_by(Contact.id).limit(1)
    return db.session.scalar(first)
