"""Pieces of the guidance form that follow what is chosen in it."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, Response, request

from portal.catalogue.models import Product
from portal.customers.models import Compartment
from portal.guidance import record
from portal.guidance.forms import GuidanceForm
from portal.kit import htmx
from portal.kit.db import db
from portal.kit.forms import id_of
from portal.people.models import me
from portal.people.permits import Permit, allow

bp = Blueprint("guidance", __name__)


@bp.get("/guidance/advice")
@allow(Permit.VISIT_RECORD)
def advice() -> Response:
    """What the tables say to the compartment, product and air that are chosen; nothing to what is not known."""
    form = GuidanceForm(request.args)
    form.advice = record.advice_of(form, _compartment(), _product())
    return htmx.fragment("guidance/advice.html", "piece", form=form)


@bp.get("/guidance/known")
@allow(Permit.VISIT_RECORD)
def known() -> Response:
    """The boxes that a compartment fills by itself; the advice is asked for again when they have come."""
    form = GuidanceForm()
    form.fill(**record.known_of(_compartment()))
    response = htmx.fragment("guidance/known.html", "piece", form=form)
    response.headers["HX-Trigger"] = "known"
    return response


@bp.get("/guidance/texts")
@allow(Permit.VISIT_RECORD)
def texts() -> Response:
    """The texts used before, for the compartment that is chosen."""
    form, compartment = GuidanceForm(request.args), _compartment()
    customer_id = compartment.machine.site.customer_id if compartment else 0
    form.texts = record.texts_before(customer_id, me().id, compartment)
    return htmx.fragment("guidance/texts.html", "piece", form=form, visit_id=id_of(htmx.asked("visit")))


def _compartment() -> Compartment | None:
    return record.seen_compartment(htmx.asked("compartment"), me())


def _product() -> Product | None:
    uuid = htmx.asked("product").replace("\x00", "")
    found: sa.Select[tuple[Product]] = Product.seen_by(me()).where(Product.uuid == uuid)
    return db.session.scalar(found) if uuid else None
