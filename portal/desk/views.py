"""What dealers ask for: their home, a new request, and where each stands, for both sides."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from portal.customers.models import Customer
from portal.desk import actions, labels, lists, pages
from portal.desk.forms import LogForm
from portal.desk.kinds import PROMISED, Shown
from portal.desk.models import Errand
from portal.desk.record import told
from portal.kit import htmx, photos
from portal.kit.blobs import blob_path, keep
from portal.kit.clock import now
from portal.kit.db import db, new_uuid, uuid_or_new
from portal.kit.errors import NotValid, Refusal
from portal.kit.forms import id_of
from portal.kit.i18n import today
from portal.people.models import Role, me
from portal.people.permits import HELD_BY, Permit, allow

bp = Blueprint("desk", __name__)


@bp.get("/dealer")
@allow(Permit.ERRAND_LOG)
def home() -> Response:
    """What a dealer wants to know without a tap: a question of ours, and where each request stands."""
    found, (company, _address) = lists.home(me(), now()), lists.shop(me())
    heading = ngettext("%(num)s open request", "%(num)s open requests", len(found.waiting))
    return htmx.page(
        "desk/home.html", home=found, shop=company, heading=heading, labels=labels, today=lists.company_day(now())
    )


@bp.get("/dealer/promotions/new")
@allow(Permit.ERRAND_LOG)
def new() -> Response:
    company, address = _shop()
    return _page(LogForm(place=address).not_before(today(now())), company, new_uuid())


@bp.post("/dealer/promotions/new")
@allow(Permit.ERRAND_LOG)
def log() -> Response:
    form, uuid = LogForm(request.form).not_before(today(now())), uuid_or_new(request.form.get("uuid"))
    company, _address = _shop()
    if _logged(uuid):
        return htmx.go(url_for("desk.home"))
    picture = _picture(form)
    if not form.ok:
        return _page(form, company, uuid, 422, lost=picture is not None)
    try:
        actions.log(form.values, uuid=uuid, dealer=company, by=me(), at=now(), photo_sha256=_kept(picture, uuid))
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        if not _logged(uuid):
            raise  # not the second of two equal posts at once
    return htmx.go(url_for("desk.home"))


@bp.get("/errands")
@allow(Permit.ERRAND_READ)
def index() -> Response:
    """Open ones first, and of these what waits for judgement; a page at a time by key."""
    asked = htmx.asked("state")
    shown = Shown(asked) if asked in set(Shown) else Shown.OPEN
    rows, more = lists.page_of(me(), shown, id_of(htmx.asked("after")))
    return htmx.page(
        "desk/index.html", errands=rows, more=more, shown=shown, labels=labels, today=lists.company_day(now()),
        dealer=me().is_a(Role.DEALER),
    )  # fmt: skip


@bp.get("/errands/<int:id>")
@allow(Permit.ERRAND_READ, of=Errand)
def show(errand: Errand) -> Response:
    may: dict[str, Any] = {"judges": _may(Permit.ERRAND_JUDGE), "answers": _may(Permit.ERRAND_ANSWER)}
    return htmx.page("desk/show.html", errand=errand, told=told(errand), labels=labels, uuid=new_uuid(), **may)


@bp.get("/errands/<int:id>/photo")
@allow(Permit.ERRAND_READ, of=Errand)
def photo(errand: Errand) -> Response:
    """The dealer's photo. Its bytes never change, so a browser may keep it, alone."""
    if not errand.photo_sha256:
        abort(404)
    response = send_file(blob_path(errand.photo_sha256), mimetype="image/jpeg")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return response


@bp.get("/errands/<int:id>/<any(answer, confirm):part>")
@allow(Permit.ERRAND_ANSWER, of=Errand)
def reply(errand: Errand, part: str) -> Response:
    return pages.empty_page(part, errand)


@bp.post("/errands/<int:id>/<any(answer, confirm):part>")
@allow(Permit.ERRAND_ANSWER, of=Errand)
def replied(errand: Errand, part: str) -> Response:
    return _done(part, errand)


@bp.get("/errands/<int:id>/<any(accept, ask, plan, refuse, 'hand-over'):part>")
@allow(Permit.ERRAND_JUDGE, of=Errand)
def judge(errand: Errand, part: str) -> Response:
    return pages.empty_page(part, errand)


@bp.post("/errands/<int:id>/<any(accept, ask, plan, refuse, 'hand-over'):part>")
@allow(Permit.ERRAND_JUDGE, of=Errand)
def judged(errand: Errand, part: str) -> Response:
    return _done(part, errand)


def _done(part: str, errand: Errand) -> Response:
    """Do what was sent, once. Whoever comes second keeps what they typed and sees what has changed."""
    work, uuid = pages.WORKS[part], uuid_or_new(request.form.get("uuid"))
    form, address = work.form(errand, request.form), url_for("desk.show", id=errand.id)
    if pages.already(errand, form, uuid):
        return htmx.go(address)
    if not form.ok:
        return pages.page(work, errand, form, uuid, 422)
    if request.form.get("version") != str(errand.version):
        return pages.page(work, errand, form, uuid, 409, pages.too_late())
    try:
        work.do(errand, form.values, {"uuid": uuid, "by": me(), "at": now()})
        db.session.commit()
    except (Refusal, StaleDataError, IntegrityError) as lost:
        db.session.rollback()
        if pages.already(errand, form, uuid):
            return htmx.go(address)
        if isinstance(lost, IntegrityError):
            raise
        status, say = (lost.status, lost.say) if isinstance(lost, Refusal) else (409, pages.too_late())
        return pages.page(work, errand, form, uuid, status, say)
    return htmx.go(address)


def _may(permit: Permit) -> bool:
    return me().is_a(*HELD_BY[permit])


def _shop() -> tuple[Customer, str]:
    company, address = lists.shop(me())
    return company or abort(404), address


def _picture(form: LogForm) -> bytes | None:
    """The photo that came with the form, cleaned; what is none is refused beside its box."""
    upload = request.files.get("photo")
    if upload is None or not upload.filename:
        return None
    try:
        return photos.clean(upload.stream)[0]
    except NotValid as wrong:
        form.validate()  # its own checks first: they would begin anew and forget this sentence
        form.refuse("photo", wrong.say)
        return None


def _kept(picture: bytes | None, uuid: str) -> str | None:
    if picture is None:
        return None
    return keep(picture, media_type="image/jpeg", uuid=uuid, at=now(), by_id=me().id).sha256


def _page(form: LogForm, company: Customer, uuid: str, status: int = 200, lost: bool = False) -> Response:
    """`lost` is whether a good photo came with a form that must be put right: no browser sends it back."""
    hint = _("A browser cannot keep a photo while something is put right. Choose it again.") if lost else ""
    context: dict[str, Any] = {"form": form, "shop": company, "uuid": uuid, "photo_hint": hint}
    context["plan_by"] = lists.company_day(now()) + PROMISED
    if htmx.asked_for_fragment():
        return htmx.fragment("desk/new.html", "form", status, **context)
    return htmx.page("desk/new.html", status, **context)


def _logged(uuid: str) -> bool:
    return db.session.scalar(sa.select(Errand.id).where(Errand.uuid == uuid)) is not None
