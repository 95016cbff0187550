"""Sessions in browsers, and the tries that failed."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.kit.db import Base
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


class Attempt(Base):
    """A password or PIN that was tried, counted against the account and against the network it came from."""

    __tablename__ = "attempts"
    __table_args__ = (sa.Index(None, "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(120))
    at: Mapped[datetime]
