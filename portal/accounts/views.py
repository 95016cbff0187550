"""Login, logout, one's own page, and the choice of language and light."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, redirect, request, url_for
from flask_babel import lazy_gettext as _l

from portal.accounts import actions
from portal.accounts.forms import LoginForm, PinForm
from portal.accounts.session import current_login, hand_over, take_back
from portal.kit import htmx
from portal.kit.clock import now
from portal.kit.db import db
from portal.kit.errors import Refusal
from portal.kit.i18n import LANGUAGES
from portal.people.labels import ROLE
from portal.people.models import Person, Role, me, somebody
from portal.people.permits import Permit, allow, public

bp = Blueprint("accounts", __name__)

THEMES = {"auto": _l("As the phone"), "day": _l("Day"), "night": _l("Night"), "sun": _l("Sunlight")}
OWN_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\\\x7f]*")  # browsers drop tabs and take "\\" for "/"
YEAR = 365 * 24 * 3600  # seconds


@bp.get("/")
@public
def index() -> Response:
    person = somebody()
    return redirect(home_of(person) if person else url_for("accounts.login"))  # type: ignore[return-value]


@bp.get("/login")
@public
def login() -> Response:
    return htmx.page("accounts/login.html", form=LoginForm({"next": request.args.get("next", "")}))


@bp.post("/login")
@public
def log_in() -> Response:
    form = LoginForm(request.form)
    if not form.ok:
        return htmx.page("accounts/login.html", 422, form=form)
    email, net, at = form.values["email"], actions.net_of(request.remote_addr), now()
    actions.note_tries(*actions.login_keys(email, net), at=at)
    db.session.commit()
    try:
        login, secret = actions.log_in(email, form.values["password"], net=net, device=request.user_agent.string, at=at)
    except Refusal as refusal:
        form.refuse("password", refusal.say)
        return htmx.page("accounts/login.html", refusal.status, form=form)
    old = current_login()
    if old:
        db.session.delete(old)
    person = login.person
    db.session.commit()
    return hand_over(redirect(_safe(form.values["next"]) or home_of(person), 303), secret)  # type: ignore[arg-type]


@bp.post("/logout")
@allow(Permit.ME_READ)
def log_out() -> Response:
    login = current_login()
    if login:
        actions.log_out(login, by=me(), at=now())
        db.session.commit()
    return take_back(redirect(url_for("accounts.login"), 303))  # type: ignore[arg-type]


@bp.get("/me")
@allow(Permit.ME_READ)
def own_page() -> Response:
    roles = [str(ROLE[role]) for role in sorted(me().roles)]
    return htmx.page("accounts/me.html", person=me(), roles=roles, themes=THEMES.items())


@bp.post("/language")
@public
def language() -> Response:
    return _remember("language", request.form.get("language", ""), tuple(LANGUAGES))


@bp.post("/theme")
@public
def theme() -> Response:
    return _remember("theme", request.form.get("theme", ""), tuple(THEMES))


def confirm_pin(pin: str) -> None:
    """Check the signing PIN of the person who is logged in. Raises Refusal.

    Commits, before and after: a wrong try stays counted and a right one is forgotten, whatever becomes of the rest.
    So it must stand before anything else that the request writes.
    """
    form, at = PinForm({"pin": pin}), now()
    actions.note_tries(actions.pin_key(me()), at=at)
    db.session.commit()
    actions.authorise(me(), form.values["pin"] if form.ok else "", at=at)
    db.session.commit()


def home_of(person: Person) -> str:
    """The page where this person's day begins."""
    if person.is_a(Role.SUPERVISOR):
        return url_for("approvals.index")
    return url_for("visits.today") if person.is_a(Role.ENGINEER) else url_for("accounts.own_page")


def _remember(name: str, value: str, allowed: tuple[str, ...]) -> Response:
    back = _safe(urlsplit(request.referrer or "").path) or url_for("accounts.index")
    response: Response = redirect(back, 303)  # type: ignore[assignment]
    if value in allowed:
        secure = current_app.config["SETTINGS"].https
        response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=secure, httponly=True)
    return response


def _safe(path: str | None) -> str | None:
    """`path` if it stays on this portal, else None."""
    return path if path and OWN_PATH.fullmatch(path) else None
