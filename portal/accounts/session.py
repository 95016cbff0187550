"""Which browser is whose: our own session table behind Flask-Login, of which we use four names.

Flask's signed cookie is not used at all: a copy of it would stay valid after logout.
"""

from __future__ import annotations

from flask import Flask, Request, Response, current_app, g
from flask_login import LoginManager

from portal.accounts.actions import LASTS, open_session
from portal.accounts.models import Login
from portal.kit.clock import now
from portal.people.models import Person


def init_session(app: Flask) -> None:
    manager = LoginManager()
    manager.session_protection = None
    manager.init_app(app)
    manager.request_loader(_whose)


def cookie_name() -> str:
    """`__Host-` binds the cookie to this host on https; WebKit drops it on plain loopback."""
    return "__Host-sid" if current_app.config["SETTINGS"].https else "sid"


def current_login() -> Login | None:
    return g.get("login")


def hand_over(response: Response, secret: str) -> Response:
    """Give the browser its secret. Scripts cannot read it, other sites cannot send it along."""
    response.set_cookie(
        cookie_name(), secret, max_age=int(LASTS.total_seconds()), path="/", httponly=True, samesite="Lax",
        secure=current_app.config["SETTINGS"].https,
    )  # fmt: skip
    return response


def take_back(response: Response) -> Response:
    response.delete_cookie(
        cookie_name(), path="/", httponly=True, samesite="Lax", secure=current_app.config["SETTINGS"].https
    )
    return response


def _whose(request: Request) -> Person | None:
    secret = request.cookies.get(cookie_name())
    g.login = open_session(secret, now()) if secret else None
    return g.login.person if g.login else None
