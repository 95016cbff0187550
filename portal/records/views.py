"""The pages where anybody may ask whether a record is genuine, and the files themselves."""

from __future__ import annotations

import re
from threading import BoundedSemaphore
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, make_response, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FileField

from portal.kit import htmx
from portal.kit.clock import now
from portal.kit.db import db
from portal.kit.errors import TooMany
from portal.kit.forms import RoomForm, TextField
from portal.people.models import somebody
from portal.people.permits import public
from portal.records import sealing  # noqa: F401 - registers the job that makes the files
from portal.records.actions import authority
from portal.records.models import CODE_LENGTH, Document
from portal.records.verify import Standing, Verdict, judge, standing_of

bp = Blueprint("records", __name__)

EXAMINING = BoundedSemaphore(1)  # an unknown file may cost seconds of CPU: one at a time in each server
SIGNS = {
    Standing.ALTERED: ("bad", "circle-alert"),
    Standing.GENUINE: ("ok", "shield-check"),
    Standing.SUPERSEDED: ("warn", "triangle-alert"),
    Standing.UNAPPROVED: ("warn", "clock"),
    Standing.UNKNOWN: ("bad", "circle-alert"),
}


class CodeForm(RoomForm):
    code = TextField(_l("Code under the QR picture"), most=60)


class FileForm(RoomForm):
    file = FileField(_l("PDF file"))


@bp.get("/verify")
@public
def ask() -> Response:
    code = re.sub(r"[^0-9A-Za-z]", "", request.args.get("code", "")).upper()
    if code:
        return redirect(url_for("records.verify", code=code), 303)  # type: ignore[return-value]
    return _page(None, FileForm())


@bp.get("/verify/<code>")
@public
def verify(code: str) -> Response:
    document = _document(code) or abort(404)
    return _page(standing_of(document), FileForm())


@bp.post("/verify")
@public
def check() -> Response:
    """Judge the file that was sent. Keeps nothing of it."""
    form, sent = FileForm(request.form), request.files.get("file")
    pdf = sent.read() if sent else b""
    if not pdf.startswith(b"%PDF-"):
        form.refuse("file", _("Choose the record as you got it, a PDF file."))
        return _page(None, form, status=422)
    if not EXAMINING.acquire(blocking=False):
        raise TooMany(_("Another file is being examined at this moment. Try again in a few seconds."))
    try:
        return _page(judge(pdf), form, file_name=sent.filename if sent else "")
    finally:
        EXAMINING.release()


@bp.get("/records/root.pem")
@public
def root() -> Response:
    response = make_response(authority(now()).root)
    response.headers["Content-Type"] = "application/x-pem-file"
    response.headers["Content-Disposition"] = "attachment; filename=root.pem"
    return response


@bp.after_request
def not_for_search_engines(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _document(code: str) -> Document | None:
    if len(code) != CODE_LENGTH:
        return None
    found: Document | None = db.session.scalar(sa.select(Document).where(Document.code == code))
    return found


def _page(verdict: Verdict | None, form: FileForm, status: int = 200, **more: Any) -> Response:
    kind, sign = SIGNS[verdict.standing] if verdict else ("", "")
    return htmx.page(
        "records/verify.html", status, verdict=verdict, kind=kind, sign=sign, form=form, code_form=CodeForm(),
        may_open=somebody() is not None, **more,
    )  # fmt: skip
