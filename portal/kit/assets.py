"""Our own static files: addressed by their content, so that a browser may keep them for ever."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request, send_from_directory, url_for
from markupsafe import Markup
from werkzeug.security import safe_join

from portal.kit.headers import csp_nonce

PACKED = (".css", ".js", ".svg", ".wasm", ".webmanifest")
COMMENT = re.compile(r"/\*.*?\*/", re.S)
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
    return Markup(_spare(path))  # noqa: S704 - our own file


@cache
def fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _static(filename: str) -> Response:
    """A file under static/, packed where that makes it smaller; 404 for any other."""
    folder = str(current_app.static_folder)
    packed = _packed(safe_join(folder, filename)) if request.accept_encodings["gzip"] else None
    response = _gzipped(packed, filename) if packed else send_from_directory(folder, filename)
    response.headers["Cache-Control"] = FOR_EVER if "v" in request.args else "public, max-age=300"
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return response


def _gzipped(packed: bytes, filename: str) -> Response:
    response = Response(packed, mimetype=mimetypes.guess_type(filename)[0])
    response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    return response


@lru_cache(maxsize=200)  # addresses come from outside: a limit
def _packed(path: str | None) -> bytes | None:
    """The gzip of a file that gets smaller by it, made once; None for what is packed already or is not there."""
    if path is None or not path.endswith(PACKED) or not Path(path).is_file():
        return None
    own = "vendor" not in Path(path).parts
    return gzip.compress(_spare(Path(path)).encode() if own else Path(path).read_bytes(), 9, mtime=0)


def _spare(path: Path) -> str:
    """Our own stylesheet or script without what only its reader needs: indents, empty lines, comments on their own."""
    text = path.read_text()
    text = COMMENT.sub("", text) if path.suffix == ".css" else text  # a script may say "image/*"
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("// "))


open_to_all(_static)
