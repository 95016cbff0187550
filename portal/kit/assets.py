"""Our own static files: addressed by their content, so that a browser may keep them for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request, send_from_directory, url_for
from markupsafe import Markup

from portal.kit.headers import csp_nonce

FOR_EVER = "public, max-age=31536000, immutable"


def open_to_all(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a view of the kit, which knows no permits, as open to everybody."""
    view.door = "public"  # type: ignore[attr-defined]
    return view


def init_assets(app: Flask) -> None:
    app.jinja_env.globals.update(static_url=static_url, stylesheet=stylesheet)
    app.view_functions["static"] = _static


def static_url(name: str) -> str:
    """The address of a file under static/, with its fingerprint."""
    return url_for("static", filename=name, v=fingerprint(Path(str(current_app.static_folder)) / name))


def stylesheet() -> Markup:
    """The stylesheet: inside the page on a first visit, so that it paints after one round trip; afterwards a link.

    The browser's worker keeps what stood in the first page, and app.js says so in the cookie `css`: it travels once.
    """
    url = static_url("portal.css")
    path = Path(str(current_app.static_folder)) / "portal.css"
    if request.cookies.get("css") == fingerprint(path):
        return Markup('<link rel="stylesheet" href="{}">').format(url)
    return Markup('<style nonce="{}" data-css="{}">{}</style>').format(csp_nonce(), url, _own_words(path))


@cache
def _own_words(path: Path) -> Markup:
    return Markup(path.read_text())  # noqa: S704 - our own file


@cache
def fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _static(filename: str) -> Response:
    response = send_from_directory(str(current_app.static_folder), filename)
    response.headers["Cache-Control"] = FOR_EVER if "v" in request.args else "public, max-age=300"
    return response


open_to_all(_static)
