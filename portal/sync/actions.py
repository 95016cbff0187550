"""Exactly once: the record's id decides, in the same transaction as what it does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from portal.kit.db import db
from portal.kit.errors import NotValid
from portal.people.models import Person
from portal.sync.envelope import Envelope
from portal.sync.models import Fate, SyncRecord

Apply = Callable[[datetime], dict[str, Any]]  # does the work as of the corrected instant; what it returns is kept


def known(envelope: Envelope, by: Person) -> SyncRecord | None:
    """The record as it arrived before, or None.

    Raises NotValid when the same id comes with other contents, or from another person.
    """
    record = db.session.get(SyncRecord, envelope.uuid)
    if record and record.fingerprint != envelope.fingerprint(by.id):
        raise NotValid(_("This was sent before with other contents. Reload the page and enter it again."))
    return record


def receive(envelope: Envelope, apply: Apply, *, by: Person, at: datetime) -> SyncRecord:
    """Keep the envelope and do what it says, once. The caller commits, or catches IntegrityError and asks `known`.

    The row is flushed before the work begins, so that of two equal deliveries at once the key lets one pass.
    """
    occurred_at = envelope.occurred_at(at)
    record = SyncRecord(
        id=envelope.uuid, person_id=by.id, device_id=envelope.device, device_seq=_free_seq(envelope),
        kind=envelope.kind, schema_version=envelope.schema, fingerprint=envelope.fingerprint(by.id),
        body=envelope.body(), status=Fate.APPLIED, result={},
        device_time=(envelope.device_time or "")[:40] or None,
        skew_ms=int(envelope.skew(at).total_seconds() * 1000),
        occurred_at=occurred_at, received_at=at, clock_suspect=envelope.suspect(at),
    )  # fmt: skip
    db.session.add(record)
    db.session.flush()
    done = apply(occurred_at)
    record.result = {
        "id": record.id, "status": record.status, "fingerprint": record.fingerprint, "received_at": at, **done
    }  # fmt: skip
    db.session.flush()
    return record


def _free_seq(envelope: Envelope) -> int | None:
    """The device's number, or None when a cloned phone used it before: the record still counts."""
    taken = sa.select(SyncRecord.id).where(
        SyncRecord.device_id == envelope.device, SyncRecord.device_seq == envelope.seq
    )
    return None if envelope.device is None or db.session.scalar(taken) else envelope.seq
