"""What is done and found at a visit beside oil and guidance: training, findings, and what is left for next time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.customers.models import Machine, Site
from portal.fieldwork.kinds import Level
from portal.kit.db import Base, new_uuid, word
from portal.people.models import Person


class Training(Base):
    """What the customer's people were taught, and who they were: `attended` are names as they write them."""

    __tablename__ = "trainings"
    __table_args__ = (
        sa.CheckConstraint("topic <> ''", name="says_something"),
        sa.CheckConstraint("minutes > 0 AND people_count > 0", name="somebody_for_some_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uuid)
    visit_id: Mapped[int] = mapped_column(sa.ForeignKey("visits.id"), index=True)
    topic: Mapped[str]
    minutes: Mapped[int]
    people_count: Mapped[int]
    attended: Mapped[str] = mapped_column(default="")
    given_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    given_at: Mapped[datetime]

    given_by: Mapped[Person] = relationship()


class Finding(Base):
    """How a machine, or without one the whole site, was found."""

    __tablename__ = "findings"
    __table_args__ = (sa.CheckConstraint("text <> ''", name="says_something"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uuid)
    visit_id: Mapped[int] = mapped_column(sa.ForeignKey("visits.id"), index=True)
    machine_id: Mapped[int | None] = mapped_column(sa.ForeignKey("machines.id"), index=True)
    level: Mapped[Level] = mapped_column(word(Level))
    text: Mapped[str]
    found_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    found_at: Mapped[datetime]

    machine: Mapped[Machine | None] = relationship()
    found_by: Mapped[Person] = relationship()


class LeftOver(Base):
    """Something left for the next visit at this site. It stays open until somebody has done it."""

    __tablename__ = "left_overs"
    __table_args__ = (
        sa.CheckConstraint("text <> ''", name="says_something"),
        sa.CheckConstraint("(done_at IS NULL) = (done_by_id IS NULL)", name="done_by_someone"),
        sa.Index(
            "ix_left_overs_open", "site_id", "id",
            sqlite_where=sa.text("done_at IS NULL"), postgresql_where=sa.text("done_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uuid)
    visit_id: Mapped[int] = mapped_column(sa.ForeignKey("visits.id"), index=True)  # where it was left
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"))
    text: Mapped[str]
    left_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    left_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    done_visit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("visits.id"), index=True)

    left_by: Mapped[Person] = relationship(foreign_keys=left_by_id)
    site: Mapped[Site] = relationship()

    @classmethod
    def open_at(cls, site_id: int) -> sa.Select[Any]:
        return sa.select(cls).where(cls.site_id == site_id, cls.done_at.is_(None)).order_by(cls.id)
