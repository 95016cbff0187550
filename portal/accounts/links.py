"""The page behind the links we mail: a first password, or a new one."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from portal.accounts import actions
from portal.accounts.forms import SetForm
from portal.accounts.models import OneTimeLink
from portal.accounts.passwords import hash_secret
from portal.accounts.views import keep
from portal.kit import htmx
from portal.kit.clock import now
from portal.people.permits import public

bp = Blueprint("links", __name__)


@bp.after_request
def _tell_nobody(response: Response) -> Response:
    """The address holds the secret, so it goes along to nobody, not even to our own other pages."""
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


@bp.get("/set/<secret>")
@public
def form(secret: str) -> Response:
    """Reading uses nothing up: programs that look for viruses open links before people do."""
    link = actions.live_link(secret, now())
    return _dead() if link is None else _page(SetForm().of(link.person), link)


@bp.post("/set/<secret>")
@public
def take_up(secret: str) -> Response:
    at = now()
    link = actions.live_link(secret, at)
    if link is None:
        return _dead()
    form = SetForm(request.form).of(link.person)

    def act() -> str:
        pin = form.values["pin"]
        actions.take_up(link, hash_secret(form.values["password"]), hash_secret(pin) if pin else None, at=at)
        return url_for("accounts.login", set="yes")

    return keep(form, act, lambda status, say="": _page(form, link, status))


def _page(form: SetForm, link: OneTimeLink, status: int = 200) -> Response:
    return htmx.page("accounts/set.html", status, form=form, person=link.person)


def _dead() -> Response:
    return htmx.page("accounts/dead_link.html", 404)
