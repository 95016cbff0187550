"""Documents that the company issues, and the keys with which its people sign them."""

from __future__ import annotations

import secrets
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.kit.db import Base, new_uuid, word
from portal.people.models import Person

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # read over the phone: without 0 1 I L O U
CODE_LENGTH = 20


def new_code() -> str:
    """A code that nobody guesses: 20 letters and digits, 98 bits, none that look alike."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


class Kind(StrEnum):
    VISIT = "visit"


class SigningKey(Base):
    """A person's certificate and private key. The key is encrypted under the server's key file.

    A PIN or a password authorises its use; it does not decrypt it. At most one key of a person is in use.
    """

    __tablename__ = "signing_keys"
    __table_args__ = (
        sa.Index(
            "uq_signing_keys_in_use", "person_id", unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"), postgresql_where=sa.text("revoked_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    certificate: Mapped[str]  # PEM
    private_key: Mapped[str]  # encrypted PKCS#8
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]  # from then on it signs nothing; what it signed before stands

    @classmethod
    def in_use_by(cls, person_id: int) -> sa.Select[Any]:
        return sa.select(cls).where(cls.person_id == person_id, cls.revoked_at.is_(None))


class Document(Base):
    """One version of one document: what it says, who stands for it, and the bytes that were sealed.

    `facts` are frozen at issue; nothing else reaches the page. The issuer's signature makes the draft, the second
    person's the sealed file. Neither file is ever made again.
    """

    __tablename__ = "documents"
    __table_args__ = (
        sa.UniqueConstraint("number", "version"),
        sa.UniqueConstraint("subject_kind", "subject_id", "version"),
        sa.CheckConstraint("version >= 1", name="versions_count_from_one"),
        sa.CheckConstraint(f"length(code) = {CODE_LENGTH}", name="whole_code"),
        sa.CheckConstraint(
            "(countersigned_by_id IS NULL) = (countersigned_at IS NULL)", name="countersigned_by_someone"
        ),
        sa.CheckConstraint("countersigned_by_id <> issued_by_id", name="two_people_sign"),
        sa.CheckConstraint(
            "sealed_sha256 IS NULL OR (draft_sha256 IS NOT NULL AND countersigned_at IS NOT NULL)",
            name="sealed_means_both_signed",
        ),
        sa.CheckConstraint("sealed_sha256 <> draft_sha256", name="sealed_is_not_the_draft"),
        sa.CheckConstraint("superseded_by_id <> id", name="superseded_by_another"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uuid)
    code: Mapped[str] = mapped_column(sa.String(CODE_LENGTH), unique=True, default=new_code)
    number: Mapped[str] = mapped_column(sa.String(40))
    version: Mapped[int]
    kind: Mapped[Kind] = mapped_column(word(Kind))
    subject_kind: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[int]
    language: Mapped[str] = mapped_column(sa.String(8))
    template: Mapped[str] = mapped_column(sa.String(120))
    facts: Mapped[dict[str, Any]]
    facts_sha256: Mapped[str] = mapped_column(sa.String(64))  # of their canonical text, which is attached to the file
    issued_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    issued_at: Mapped[datetime]
    countersigned_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    countersigned_at: Mapped[datetime | None]
    journal_seq: Mapped[int]
    journal_head: Mapped[str] = mapped_column(sa.String(64))  # printed in the record: anchors the journal outside it
    draft_sha256: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    sealed_sha256: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    superseded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("documents.id"))

    issued_by: Mapped[Person] = relationship(foreign_keys=issued_by_id)
    countersigned_by: Mapped[Person | None] = relationship(foreign_keys=countersigned_by_id)
    superseded_by: Mapped[Document | None] = relationship(remote_side=id)

    @property
    def approved(self) -> bool:
        return self.countersigned_at is not None

    @property
    def pdf_sha256(self) -> str | None:
        """The newest file there is: sealed, else the draft with one signature, else none yet."""
        return self.sealed_sha256 or self.draft_sha256

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which the record's times are said: the site's."""
        return ZoneInfo(self.facts["visit"]["zone"])

    @classmethod
    def with_file(cls, sha256: str) -> sa.Select[Any]:
        """The document one of whose stored files has this SHA-256."""
        return sa.select(cls).where(sa.or_(cls.draft_sha256 == sha256, cls.sealed_sha256 == sha256))

    @classmethod
    def of(cls, subject: Any) -> sa.Select[Any]:
        """All versions for one subject, the newest first."""
        mine = sa.and_(cls.subject_kind == subject.__tablename__, cls.subject_id == subject.id)
        return sa.select(cls).where(mine).order_by(cls.version.desc())
