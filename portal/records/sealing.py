"""The job that makes a record's files: page, first signature, second signature. Each is made once and kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app

from portal.journal.actions import note
from portal.kit.blobs import blob_path, keep
from portal.kit.clock import now
from portal.kit.db import db, new_uuid
from portal.kit.jobs import handles
from portal.people.models import Person
from portal.records import sheet
from portal.records.actions import authority
from portal.records.authority import server_keys
from portal.records.models import Document, SigningKey
from portal.records.printing import Step, page_of, signed

PDF = "application/pdf"
TOLD = {"draft_sha256": "record.signed", "sealed_sha256": "record.sealed"}  # in the journal


class Overtaken(RuntimeError):
    """Another runner has made this file in the meantime. The job is tried again and finds nothing left to do."""


@handles("records.seal")
def run(payload: dict[str, Any]) -> None:
    """Bring one document as far as its signatures allow. Safe to run again, at any point, after any crash."""
    document: Document = db.session.scalars(sa.select(Document).where(Document.uuid == payload["uuid"])).one()
    steps = _steps_left(document)
    if not steps:
        return
    identity, draft = document.id, document.draft_sha256
    paper = blob_path(draft).read_bytes() if draft else page_of(document)
    photos = _photos(document)
    # On SQLite the reading transaction would keep everybody else from writing while the page is made.
    db.session.rollback()
    files = signed(paper, photos, list(steps.values()))
    _store(identity, draft, dict(zip(steps, files, strict=True)))


def _steps_left(document: Document) -> dict[str, Step]:
    """The signatures still to be made, by the column that will name the file with them, in order."""
    steps = {}
    if document.draft_sha256 is None:
        steps["draft_sha256"] = _step(document, document.issued_by, sheet.ISSUER)
    if document.countersigned_by is not None and document.sealed_sha256 is None:
        steps["sealed_sha256"] = _step(document, document.countersigned_by, sheet.APPROVER)
    return steps


def _step(document: Document, person: Person, field: str) -> Step:
    settings = current_app.config["SETTINGS"]
    key: SigningKey = db.session.scalars(SigningKey.in_use_by(person.id)).one()
    company = authority(now())
    secret = server_keys(settings.data_dir).decrypt(key.private_key.encode()).decode()
    return Step(
        field=field,
        certify=field == sheet.ISSUER,
        name=person.name,
        key=secret,
        chain=(key.certificate, company.issuing.decode(), company.root.decode()),
        stamp=sheet.stamp_of(document, field),
    )


def _photos(document: Document) -> dict[str, Path]:
    paths = {photo["sha256"]: blob_path(photo["sha256"]) for photo in document.facts["photos"]}
    for sha256, path in paths.items():
        if not path.exists():
            raise FileNotFoundError(f"the photo {sha256} is gone: restore it from the backup, then run the job again")
    return paths


def _store(identity: int, draft: str | None, files: dict[str, bytes]) -> None:
    """Keep the files and name them in the document, if nobody did so first. Raises Overtaken."""
    at = now()
    kept = {column: keep(pdf, media_type=PDF, uuid=new_uuid(), at=at).sha256 for column, pdf in files.items()}
    claim = sa.update(Document).where(
        Document.id == identity, Document.draft_sha256.is_not_distinct_from(draft), Document.sealed_sha256.is_(None)
    )
    if db.session.execute(claim.values(**kept)).rowcount != 1:
        raise Overtaken(f"document {identity} was made by another runner")
    document = db.session.get_one(Document, identity, populate_existing=True)
    for column, sha256 in kept.items():
        note(TOLD[column], document, by=None, at=at, after={"sha256": sha256})
