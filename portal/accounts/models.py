"""Sessions in browsers, and the tries that failed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.kit.db import Base, word
from portal.people.models import Person


class Login(Base):
    """One session in one browser. The browser holds a random secret, we hold its hash; the row dies at logout."""

    __tablename__ = "logins"

    id: Mapped[int] = mapped_column(primary_key=True)
    secret_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    device: Mapped[str] = mapped_column(sa.String(200), default="")
    began_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)

    @classmethod
    def seen_by(cls, person: Person) -> sa.Select[Any]:
        """One's own sessions."""
        return sa.select(cls).where(cls.person_id == person.id)

    @classmethod
    def live_of(cls, person: Person, at: datetime) -> sa.Select[Any]:
        """The sessions in which a person is logged in, newest first."""
        return (
            sa.select(cls).where(cls.person_id == person.id, cls.expires_at > at).order_by(cls.began_at.desc(), cls.id)
        )


class Attempt(Base):
    """A password or PIN that was tried, counted against the account and against the network it came from."""

    __tablename__ = "attempts"
    __table_args__ = (sa.Index(None, "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(120))
    at: Mapped[datetime]


class LinkPurpose(StrEnum):
    INVITE = "invite"
    RESET = "reset"


class OneTimeLink(Base):
    """A link that was mailed to a person and opens one form, once. We hold only the hash of its secret."""

    __tablename__ = "one_time_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    secret_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    purpose: Mapped[LinkPurpose] = mapped_column(word(LinkPurpose))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
