"""Issuing a document and standing for it a second time. The files themselves are made by the runner (`sealing`)."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext as _

from portal.journal.actions import head, note
from portal.kit.db import canonical, db
from portal.kit.errors import NotYours, WrongState
from portal.kit.jobs import enqueue
from portal.people.models import Person
from portal.records.authority import Authority, ensure_authority, server_keys
from portal.records.models import Document, Kind, SigningKey, new_code

RENEW_BEFORE = timedelta(days=30)


def issue(
    *,
    subject: Any,
    number: str,
    version: int,
    template: str,
    facts: dict[str, Any],
    language: str,
    by: Person,
    at: datetime,
) -> Document:
    """Freeze `facts` as version `version` of a document that `by` stands for; older versions are superseded.

    The number, version, verify code and journal head are added to the facts: they are printed in the record.
    """
    key_of(by, at=at)
    code, (journal_seq, journal_head) = new_code(), head()
    printed = {"number": number, "version": version, "code": code}
    frozen = {**facts, **printed, "journal_seq": journal_seq, "journal_head": journal_head}
    document = Document(
        code=code, number=number, version=version, kind=Kind.VISIT,
        subject_kind=subject.__tablename__, subject_id=subject.id, language=language, template=template,
        facts=frozen, facts_sha256=hashlib.sha256(canonical(frozen).encode()).hexdigest(),
        journal_seq=journal_seq, journal_head=journal_head, issued_by_id=by.id, issued_at=at,
    )  # fmt: skip
    db.session.add(document)
    db.session.flush()
    _supersede_older(document, subject)
    note(
        "record.issued", document, by=by, at=at,
        after={**printed, "facts_sha256": document.facts_sha256},
    )  # fmt: skip
    enqueue("records.seal", dedup=f"{document.uuid}:issue", payload={"uuid": document.uuid}, at=at)
    return document


def countersign(document: Document, *, by: Person, at: datetime) -> None:
    """A second person stands for the record. Raises NotYours for the issuer, WrongState when it is done or replaced."""
    if by.id == document.issued_by_id:
        raise NotYours(_("Somebody else has to approve what you have signed."))
    if document.approved:
        raise WrongState(_("This record is already approved."), document=document.id)
    if document.superseded_by_id is not None:
        raise WrongState(_("A newer version has replaced this record. Approve the newer one."), document=document.id)
    key_of(by, at=at)
    document.countersigned_by_id, document.countersigned_at = by.id, at
    db.session.flush()
    note("record.countersigned", document, by=by, at=at, after={"countersigned_by": by.id})
    enqueue("records.seal", dedup=f"{document.uuid}:countersign", payload={"uuid": document.uuid}, at=at)


def newest_of(subject: Any) -> Document:
    """The newest version issued for `subject`. Raises NoResultFound when there is none."""
    return db.session.scalars(Document.of(subject).limit(1)).one()


def key_of(person: Person, *, at: datetime) -> SigningKey:
    """The key with which `person` signs now; made at first use, renewed a month before its certificate ends."""
    key: SigningKey | None = db.session.scalar(SigningKey.in_use_by(person.id))
    if key is not None and key.expires_at - RENEW_BEFORE > at:
        return key
    if key is not None:
        key.revoked_at = at
        db.session.flush()
    return _new_key(person, at)


def _new_key(person: Person, at: datetime) -> SigningKey:
    certificate, secret, ends = authority(at).certify(name=person.name, email=person.email, uuid=person.uuid, at=at)
    sealed = server_keys(current_app.config["SETTINGS"].data_dir).encrypt(secret).decode()
    key = SigningKey(
        person_id=person.id, certificate=certificate.decode(), private_key=sealed, created_at=at, expires_at=ends
    )
    try:
        with db.session.begin_nested():
            db.session.add(key)
    except sa.exc.IntegrityError:  # the same person signs in another window: one key is enough
        return db.session.scalars(SigningKey.in_use_by(person.id)).one()
    note("key.made", key, by=person, at=at, after={"person": person.id, "expires_at": ends})
    return key


def authority(at: datetime) -> Authority:
    """This company's certificate authority."""
    settings = current_app.config["SETTINGS"]
    return ensure_authority(settings.data_dir, settings.company, at)


def _supersede_older(document: Document, subject: Any) -> None:
    older = sa.update(Document).where(
        Document.subject_kind == subject.__tablename__,
        Document.subject_id == subject.id,
        Document.id != document.id,
        Document.superseded_by_id.is_(None),
    )
    db.session.execute(older.values(superseded_by_id=document.id))
