"""What happened: audit trail, history of every record, and outbox in one append-only table."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.journal.triggers import TRIGGERS
from portal.kit.db import Base, canonical
from portal.people.models import Person

GENESIS = "0" * 64  # what the first entry names as the hash before it


class Entry(Base):
    """One thing that happened. `id` counts without gaps, so a missing entry shows.

    `at` is when it happened, as claimed (a phone without signal tells later); `written_at` is when we heard of it.
    Written by `journal.actions.note` and by nobody else.
    """

    __tablename__ = "journal"
    __table_args__ = (
        sa.Index(None, "subject_kind", "subject_id", "id"),
        sa.Index(None, "by_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    what: Mapped[str] = mapped_column(sa.String(64))
    subject_kind: Mapped[str] = mapped_column(sa.String(64))
    subject_id: Mapped[int]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    at: Mapped[datetime]
    written_at: Mapped[datetime]
    facts: Mapped[dict[str, Any]]
    previous_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))

    by: Mapped[Person | None] = relationship(viewonly=True)


for _dialect, _statements in TRIGGERS.items():
    for _statement in _statements:
        sa.event.listen(Entry.__table__, "after_create", sa.DDL(_statement).execute_if(dialect=_dialect))


def digest(row: Mapping[str, Any]) -> str:
    """SHA-256, in hex, of the canonical JSON of every column but `hash` itself.

    `facts` is the stored text, not the object. Instants may be datetimes or what SQLite stores; text that is no
    instant is hashed as it stands, so that a spoilt row gives a wrong hash and not an exception.
    """
    columns = {name: value for name, value in row.items() if name != "hash"}
    columns.update(at=_instant(row["at"]), written_at=_instant(row["written_at"]))
    return hashlib.sha256(canonical(columns).encode("utf-8", "surrogatepass")).hexdigest()


def _instant(value: object) -> object:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return value
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value
