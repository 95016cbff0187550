"""What phones sent, word for word, and what we answered."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.kit.db import Base, word


class Fate(StrEnum):
    APPLIED = "applied"
    HELD = "held"
    VOID = "void"


class SyncRecord(Base):
    """One record born in the field. Its id is made by its author, so a second delivery finds the first.

    `result` is the answer, given again for ever. Rows are never deleted.
    """

    __tablename__ = "sync_record"
    __table_args__ = (
        sa.UniqueConstraint("device_id", "device_seq"),
        sa.CheckConstraint("(status = 'held') = (reason IS NOT NULL)", name="held_for_a_reason"),
    )

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    device_id: Mapped[str | None] = mapped_column(sa.String(36))
    device_seq: Mapped[int | None] = mapped_column(sa.BigInteger)
    kind: Mapped[str] = mapped_column(sa.String(32))
    schema_version: Mapped[int]
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    body: Mapped[str]  # the envelope as it came
    status: Mapped[Fate] = mapped_column(word(Fate))
    reason: Mapped[str | None]
    result: Mapped[dict[str, Any]]
    device_time: Mapped[str | None] = mapped_column(sa.String(40))
    skew_ms: Mapped[int | None] = mapped_column(sa.BigInteger)
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime]
    clock_suspect: Mapped[bool] = mapped_column(default=False)
