"""Where the field's work arrives: as a form, or as the envelope of a phone. Both do the same, once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.datastructures import FileStorage

from portal.accounts.views import confirm_pin
from portal.kit import htmx
from portal.kit.clock import now
from portal.kit.db import db
from portal.kit.errors import NotValid, Refusal
from portal.kit.forms import RoomForm
from portal.people.models import me
from portal.people.permits import Permit, allow, find, must_hold
from portal.sync import actions
from portal.sync.envelope import Envelope, from_form, from_json
from portal.sync.models import SyncRecord
from portal.visits.field import KINDS, Deed, FieldKind, doubts_of
from portal.visits.models import Visit
from portal.visits.pages import Typed, form_page

bp = Blueprint("sync", __name__)

ONLINE_ONLY = frozenset({"photo", "submission"})  # need a file or a PIN beside the envelope


@bp.post("/o/<kind>/<uuid>")
@allow(Permit.FIELD_WRITE, of=Visit, by="uuid")
def post(kind: str, visit: Visit) -> Response:
    """A field form. What cannot be accepted comes back as it was typed, with the sentence beside it."""
    field, at = KINDS.get(kind) or abort(404), now()
    uploads = {name: file for name, file in request.files.items() if file.filename}
    hashes = {name: _sha256(file) for name, file in uploads.items()}
    envelope = from_form(kind, visit.uuid, request.form, hashes, at)
    form = field.form(visit, request.form)
    typed = Typed(envelope.uuid, confirmed=request.form.get("confirmed") == "y")
    try:
        address = _after(field, visit, form, envelope.uuid)  # before the commit, after which all would be read again
        if not actions.known(envelope, me()):
            field.must_be_for(visit, me())
            if not form.ok:
                return form_page(field, visit, form, typed, 422)
            if (doubts := doubts_of(form, at)) and not typed.confirmed:
                return form_page(field, visit, form, replace(typed, doubts=doubts), 422)
            if field.pin:
                confirm_pin(form.values["pin"])
            _once(envelope, _work(field, visit, form, envelope.uuid, uploads), at)
    except Refusal as refusal:
        db.session.rollback()
        return form_page(field, visit, form, replace(typed, say=refusal.say), refusal.status)
    return htmx.go(address)


def _after(field: FieldKind, visit: Visit, form: RoomForm, uuid: str) -> str:
    """Where to go on: to the visit, or to the next record of the same kind when that was pressed."""
    if request.form.get("then") == "next" and field.next and form.ok:
        begins = field.next(Deed(visit, form, uuid, me(), now(), {}))
        return url_for("visits.form", id=visit.id, part=field.name, **begins)
    return url_for("visits.show", id=visit.id)


@bp.put("/sync/records/<uuid>")
@allow(Permit.FIELD_WRITE)
def put(uuid: str) -> Response:
    """An envelope as JSON. 201 the first time, 200 with the same body for ever after."""
    envelope, at = from_json(_json()), now()
    if envelope.uuid != uuid:
        raise NotValid(_("The envelope names another record than its address."))
    visit = find(Visit, "uuid", envelope.visit)
    must_hold(Permit.FIELD_WRITE)
    before = actions.known(envelope, me())
    if before:
        return _receipt(before, 200)
    field = KINDS.get(envelope.kind)
    if field is None or envelope.kind in ONLINE_ONLY:
        raise NotValid(_("Records of this kind do not arrive this way."), kind=envelope.kind)
    field.must_be_for(visit, me())
    form = field.form(visit, envelope.payload)
    if not form.ok:
        raise NotValid("; ".join(f"{name}: {error}" for name, errors in form.errors.items() for error in errors))
    record, first = _once(envelope, _work(field, visit, form, envelope.uuid, {}), at)
    return _receipt(record, 201 if first else 200)


def _once(envelope: Envelope, work: actions.Apply, at: datetime) -> tuple[SyncRecord, bool]:
    """Receive and commit; the loser of a race between equals is given what the winner was given.

    Who lost another race (a cloned phone with the same device number, two hands on one complaint) simply comes a
    second time.
    """
    try:
        return _receive(envelope, work, at), True
    except (IntegrityError, StaleDataError):
        db.session.rollback()
        before = actions.known(envelope, me())
        return (before, False) if before else (_receive(envelope, work, at), True)


def _receive(envelope: Envelope, work: actions.Apply, at: datetime) -> SyncRecord:
    record = actions.receive(envelope, work, by=me(), at=at)
    db.session.commit()
    return record


def _work(
    field: FieldKind, visit: Visit, form: RoomForm, uuid: str, uploads: dict[str, FileStorage]
) -> Callable[[datetime], dict[str, Any]]:
    def apply(occurred_at: datetime) -> dict[str, Any]:
        files = {name: upload.stream for name, upload in uploads.items()}
        for stream in files.values():
            stream.seek(0)  # a second try reads it again
        doubted = tuple(sorted(doubts_of(form, occurred_at)))
        field.do(Deed(visit, form, uuid, me(), occurred_at, files, doubted))
        return {"number": visit.number}

    return apply


def _json() -> Any:
    """The body as JSON, or None for what is none."""
    try:
        return request.get_json(silent=True)
    except RecursionError:  # thousands of brackets
        return None


def _receipt(record: SyncRecord, status: int) -> Response:
    response = jsonify(record.result)
    response.status_code = status
    if status == 200:
        response.headers["Idempotent-Replay"] = "true"
    return response


def _sha256(upload: FileStorage) -> str:
    digest = hashlib.file_digest(upload.stream, "sha256")  # type: ignore[arg-type]
    upload.stream.seek(0)
    return digest.hexdigest()
