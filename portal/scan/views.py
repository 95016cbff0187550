"""Labels to print, and what opens when one is scanned."""

from __future__ import annotations

from io import BytesIO
from threading import BoundedSemaphore

from flask import Blueprint, Response, abort, request, send_file, url_for
from flask_babel import gettext as _

from portal.customers.models import Machine, Site
from portal.kit import htmx
from portal.kit.clock import now
from portal.kit.db import db, new_uuid, uuid_or_new
from portal.kit.errors import TooMany
from portal.kit.forms import id_of
from portal.oil.bottle import bottle_number
from portal.oil.models import Sample
from portal.people.models import me
from portal.people.permits import Permit, allow
from portal.records.printing import printed
from portal.scan import actions, labels, record, sheet
from portal.scan.codes import Code, Kind, read
from portal.scan.forms import BottlesForm, CodeForm
from portal.scan.pages import Trail, answer
from portal.scan.record import Order

bp = Blueprint("scan", __name__)

PRESSES = BoundedSemaphore(1)  # a sheet costs seconds of CPU: one at a time in each server
PATIENCE = 20  # seconds


@bp.get("/scan")
@allow(Permit.SCAN)
def camera() -> Response:
    """The camera, and a box for those without one. At a visit it says what is found already and what is missing."""
    trail = Trail.asked()
    compartment = record.known(trail.compartment, me()) if trail.compartment else None
    return htmx.page("scan/scan.html", trail=trail, compartment=compartment, form=CodeForm(), labels=labels)


@bp.get("/q")
@allow(Permit.SCAN)
def typed() -> Response:
    """What was typed, or what the camera of the page above saw."""
    text = htmx.asked("code")
    return _opened(text) if text.strip() else htmx.go(Trail.asked().camera)


@bp.get("/q/<path:code>")
@allow(Permit.SCAN)
def opened(code: str) -> Response:
    """The address in the QR code of a label, as any camera opens it."""
    return _opened(code)


@bp.get("/samples/<int:id>")
@allow(Permit.SCAN, of=Sample)
def sample(sample: Sample) -> Response:
    return htmx.page("scan/sample.html", sample=record.whole(sample), labels=labels)


@bp.get("/labels")
@allow(Permit.LABEL_PRINT)
def order() -> Response:
    """Labels for new bottles; with `run`, `site` or `machine`, those that were asked for, ready to be fetched."""
    return _labels_page(BottlesForm(), new_uuid(), _order())


@bp.post("/labels")
@allow(Permit.LABEL_PRINT)
def print_bottles() -> Response:
    form, uuid = BottlesForm(request.form), uuid_or_new(request.form.get("uuid"))
    if not form.ok:
        return _labels_page(form, uuid, Order(), 422)
    run = actions.print_bottles(int(form.values["count"]), uuid=uuid, by=me(), at=now())
    db.session.commit()
    return htmx.go(url_for("scan.order", run=run.uuid))


@bp.get("/labels.pdf")
@allow(Permit.LABEL_PRINT)
def paper() -> Response:
    """The sheet itself. It may be fetched again: the numbers were given out when it was ordered."""
    asked = _order()
    if not asked.run and not asked.compartments:
        abort(404)
    page = sheet.page_of(asked)
    db.session.rollback()  # nothing is held while the press works
    if not PRESSES.acquire(timeout=PATIENCE):
        raise TooMany(_("Others are printing labels just now. Try again in a minute."))
    try:
        [pdf] = printed([page], {}, css=sheet.CSS)
    finally:
        PRESSES.release()
    name = f"labels-{asked.name}.pdf"
    return send_file(BytesIO(pdf), mimetype="application/pdf", as_attachment=True, download_name=name)


def _opened(text: str) -> Response:
    trail, code = Trail.asked(), read(text)
    if code is None:
        return answer("nothing", trail, 404)
    if code.kind is Kind.MISREAD:
        return answer("misread", trail, 422, code.text)
    if compartment := record.labelled(code.text, me()):
        found = trail.with_(compartment=compartment.uuid)
        return htmx.go(found.onward if trail.visit else f"/machines/{compartment.machine_id}")
    if sample := record.bottle(code.text, me()):
        return htmx.go(url_for("scan.sample", id=sample.id))
    return _bottle_or_machine(code, trail)


def _bottle_or_machine(code: Code, trail: Trail) -> Response:
    if code.kind is Kind.BOTTLE:
        return htmx.go(trail.with_(number=code.text).onward) if trail.visit else answer("bottle", trail, 200, code.text)
    machines = record.machines(code.text, me())
    if len(machines) == 1 and not trail.visit:
        return htmx.go(f"/machines/{machines[0].id}")
    if machines:
        return answer("machines", trail, 200, code.text, machines=machines)
    return answer("nothing", trail, 404, code.text)


def _order() -> Order:
    """What the address asks for; 404 for a run, a site or a machine that the person may not know of."""
    if uuid := htmx.asked("run"):
        return Order(run=record.run_of(uuid_or_new(uuid), me()) or abort(404))
    if text := htmx.asked("machine"):
        machine = db.session.scalar(Machine.seen_by(me()).where(Machine.id == id_of(text))) or abort(404)
        return Order(None, machine.site, machine, record.compartments(machine.site, machine))
    if text := htmx.asked("site"):
        site = db.session.scalar(Site.seen_by(me()).where(Site.id == id_of(text))) or abort(404)
        return Order(None, site, None, record.compartments(site))
    return Order()


def _labels_page(form: BottlesForm, uuid: str, order: Order, status: int = 200) -> Response:
    context = {"form": form, "uuid": uuid, "order": order, "bottle_number": bottle_number, "labels": labels}
    if htmx.asked_for_fragment():
        return htmx.fragment("scan/labels.html", "form", status, **context)
    return htmx.page("scan/labels.html", status, **context)
