"""Login, logout, the way back in, one's own page, and the choice of language and light."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm.exc import StaleDataError

from portal.accounts import actions, mailing
from portal.accounts.forms import ForgottenForm, LoginForm, OwnPasswordForm, OwnPinForm, OwnSettingsForm, PinForm
from portal.accounts.labels import device
from portal.accounts.models import Attempt, LinkPurpose, Login
from portal.accounts.passwords import hash_secret
from portal.accounts.session import current_login, hand_over, take_back
from portal.kit import htmx
from portal.kit.clock import now
from portal.kit.db import db
from portal.kit.errors import NotValid, Refusal, TooMany
from portal.kit.forms import RoomForm
from portal.kit.i18n import LANGUAGES
from portal.people.labels import ROLE
from portal.people.models import Person, Role, me, somebody
from portal.people.permits import Permit, allow, public

bp = Blueprint("accounts", __name__)

THEMES = {"auto": _l("As the phone"), "day": _l("Day"), "night": _l("Night"), "sun": _l("Sunlight")}
OWN_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\\\x7f]*")  # browsers drop tabs and take "\\" for "/"
YEAR = 365 * 24 * 3600  # seconds
HOMES = {  # where the day of each begins; who holds several roles starts at the first
    Role.SUPERVISOR: "approvals.index",
    Role.ENGINEER: "visits.today",
    Role.DEALER: "desk.home",
    Role.DESK: "complaints.index",
    Role.ADMIN: "admin.index",
}


@bp.get("/")
@public
def index() -> Response:
    person = somebody()
    return redirect(home_of(person) if person else url_for("accounts.login"))  # type: ignore[return-value]


@bp.get("/login")
@public
def login() -> Response:
    return htmx.page(
        "accounts/login.html", form=LoginForm({"next": htmx.asked("next")}), is_set=htmx.asked("set") == "yes"
    )


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


@bp.get("/forgotten")
@public
def forgotten() -> Response:
    return htmx.page("accounts/forgotten.html", form=ForgottenForm(), sent=htmx.asked("sent") == "yes")


@bp.post("/forgotten")
@public
def send_link() -> Response:
    """Mail a link to whoever has the address. The answer is the same when nobody has it, and takes as long."""
    form, at = ForgottenForm(request.form), now()
    if not form.ok:
        return htmx.page("accounts/forgotten.html", 422, form=form)
    email, net = form.values["email"], actions.net_of(request.remote_addr)
    actions.note_tries(*actions.inbox_keys(email, net), at=at)
    db.session.commit()
    try:
        person = actions.reachable(email, net, at)
    except TooMany as refusal:
        form.refuse("email", refusal.say)
        return htmx.page("accounts/forgotten.html", refusal.status, form=form)
    if person is not None:
        mailing.mail_link_to(person, LinkPurpose.RESET, at=at)
    db.session.add(Attempt(key="wish", at=at))  # so that there is something to write for nobody, too
    db.session.commit()
    return htmx.go(url_for("accounts.forgotten", sent="yes"))


@bp.get("/me")
@allow(Permit.ME_READ)
def own_page() -> Response:
    roles = [str(ROLE[role]) for role in sorted(me().roles)]
    logins = db.session.scalars(Login.live_of(me(), now())).all()
    return htmx.page(
        "accounts/me.html", person=me(), roles=roles, themes=THEMES.items(), logins=logins, here=current_login(),
        device=device, saved=htmx.asked("saved"),
    )  # fmt: skip


@bp.get("/me/password")
@allow(Permit.ME_READ)
def password_form() -> Response:
    return answer("accounts/me_password.html", form=OwnPasswordForm())


@bp.post("/me/password")
@allow(Permit.ME_READ)
def change_password() -> Response:
    """The old password is asked for; every other session ends."""
    form, at = OwnPasswordForm(request.form).of(me()), now()

    def act() -> str:
        _check_password(form, at)
        new = hash_secret(form.values["password"])
        actions.set_password(me(), new, by=me(), at=at, but=current_login())
        return url_for("accounts.own_page", saved="password")

    return keep(form, act, again("accounts/me_password.html", form))


@bp.get("/me/pin")
@allow(Permit.ME_READ)
def pin_form() -> Response:
    return answer("accounts/me_pin.html", form=OwnPinForm())


@bp.post("/me/pin")
@allow(Permit.ME_READ)
def change_pin() -> Response:
    form, at = OwnPinForm(request.form), now()

    def act() -> str:
        _check_password(form, at)
        actions.set_pin(me(), hash_secret(form.values["pin"]), by=me(), at=at)
        return url_for("accounts.own_page", saved="pin")

    return keep(form, act, again("accounts/me_pin.html", form))


@bp.get("/me/settings")
@allow(Permit.ME_READ)
def settings_form() -> Response:
    return answer("accounts/me_settings.html", form=OwnSettingsForm(obj=me()), version=me().version)


@bp.post("/me/settings")
@allow(Permit.ME_READ)
def change_settings() -> Response:
    """Language and zone; the browser takes the language at once."""
    form, version = OwnSettingsForm(request.form), request.form.get("version", "")

    def act() -> str:
        if version != str(me().version):
            raise StaleDataError("the form is older than the row")
        actions.change_own(me(), form.values["language"], form.values["zone"] or None, by=me(), at=now())
        return url_for("accounts.own_page", saved="settings")

    response = keep(form, act, again("accounts/me_settings.html", form, version=version))
    if response.status_code in (200, 303):
        _set_cookie(response, "language", me().language)
    return response


@bp.post("/me/sessions/<int:id>/end")
@allow(Permit.ME_READ, of=Login)
def end_session(login: Login) -> Response:
    """Log oneself out elsewhere. The session one is in ends by the button for that."""
    if login is not current_login():
        actions.end_session(login, by=me(), at=now())
        db.session.commit()
    return htmx.go(url_for("accounts.own_page", saved="session"))


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


def answer(template: str, status: int = 200, **context: Any) -> Response:
    """A form: the page, or for htmx the form alone."""
    context = {"say": "", **context}
    if htmx.asked_for_fragment():
        return htmx.fragment(template, "form", status, **context)
    return htmx.page(template, status, **context)


def again(template: str, form: RoomForm, **context: Any) -> Callable[..., Response]:
    return lambda status, say="": answer(template, status, form=form, say=say, **context)


def keep(form: RoomForm, act: Callable[[], str], again: Callable[..., Response]) -> Response:
    """Do what the form says, and go to the address that `act` gives; or show the form again with what is wrong."""
    if not form.ok:
        return again(422)
    try:
        url = act()
        db.session.commit()
    except StaleDataError:
        db.session.rollback()
        return again(409, _("Somebody else changed this a moment ago. Open it again and look before you go on."))
    except (NotValid, TooMany) as refused:
        db.session.rollback()
        form.refuse(str(refused.facts.get("beside", "current")), refused.say)
        return again(refused.status)
    return htmx.go(url)


def _check_password(form: RoomForm, at: datetime) -> None:
    """The person's own password, as `confirm_pin` checks a PIN. Raises Refusal."""
    actions.note_tries(actions.own_key(me()), at=at)
    db.session.commit()
    actions.must_know_password(me(), form.values["current"], at=at)


def home_of(person: Person) -> str:
    """The page where this person's day begins."""
    for role, page in HOMES.items():
        if person.is_a(role):
            return url_for(page)
    return url_for("accounts.own_page")


def _remember(name: str, value: str, allowed: tuple[str, ...]) -> Response:
    back = _safe(urlsplit(request.referrer or "").path) or url_for("accounts.index")
    response: Response = redirect(back, 303)  # type: ignore[assignment]
    if value in allowed:
        _set_cookie(response, name, value)
    return response


def _set_cookie(response: Response, name: str, value: str) -> None:
    secure = current_app.config["SETTINGS"].https
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=secure, httponly=True)


def _safe(path: str | None) -> str | None:
    """`path` if it stays on this portal, else None."""
    return path if path and OWN_PATH.fullmatch(path) else None
