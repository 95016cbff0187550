"""What the worker in the browser needs: its own script, and the page that is shown without a connection."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, current_app, make_response

from portal.kit import htmx
from portal.kit.assets import open_to_all

bp = Blueprint("shell", __name__)


@bp.get("/sw.js")
@open_to_all
def worker() -> Response:
    """The worker, for the whole portal. Its text changes with any static file, so browsers notice a new version."""
    folder = Path(str(current_app.static_folder))
    text = (folder / "sw.js").read_text().replace("__VERSION__", _version(folder))
    headers = {
        "Content-Type": "text/javascript; charset=utf-8",
        "Cache-Control": "no-cache",
        "Service-Worker-Allowed": "/",
    }
    return make_response(text, 200, headers)


@bp.get("/offline")
@open_to_all
def offline() -> Response:
    return htmx.page("offline.html")


@cache
def _version(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.iterdir() if p.is_file()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
