"""An errand: what a dealer asked us for, and what was said and done about it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.customers.models import Customer
from portal.desk.kinds import NEXT, OPEN, ErrandKind, ErrandState, Item, WordKind
from portal.kit.db import Base, Words, new_uuid, word
from portal.people.models import Person, Role


class Errand(Base):
    """A dealer's request, from the log to the receipt.

    `due_on` is the day by which the company promises a plan. `needed_on` is the day the dealer has in mind.
    """

    __tablename__ = "errands"
    __table_args__ = (
        sa.CheckConstraint("items <> '  '", name="some_item"),
        sa.CheckConstraint("reason <> ''", name="has_a_reason"),
        sa.CheckConstraint("quantity > 0", name="quantity_positive"),
        sa.CheckConstraint("state NOT IN ('planned', 'done') OR planned_on IS NOT NULL", name="planned_for_a_day"),
        sa.CheckConstraint("(state IN ('done', 'refused')) = (closed_at IS NOT NULL)", name="closed_at_an_instant"),
        sa.Index(None, "dealer_id", "state", "due_on"),
        sa.Index(None, "state", "due_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uuid)
    kind: Mapped[ErrandKind] = mapped_column(word(ErrandKind), default=ErrandKind.PROMOTION)
    dealer_id: Mapped[int] = mapped_column(sa.ForeignKey("customers.id"))
    items: Mapped[frozenset[Item]] = mapped_column(Words(Item))
    quantity: Mapped[int | None]
    needed_on: Mapped[date]
    place: Mapped[str] = mapped_column(default="")
    reason: Mapped[str]
    photo_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    logged_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    logged_at: Mapped[datetime]
    due_on: Mapped[date]
    state: Mapped[ErrandState] = mapped_column(word(ErrandState), default=ErrandState.LOGGED)
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)  # the supervisor who has it
    planned_on: Mapped[date | None]
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar = {"version_id_col": version}

    dealer: Mapped[Customer] = relationship()
    logged_by: Mapped[Person] = relationship(foreign_keys=logged_by_id)
    owner: Mapped[Person | None] = relationship(foreign_keys=owner_id)
    words: Mapped[list[ErrandWord]] = relationship(back_populates="errand", order_by="ErrandWord.id")

    @property
    def number(self) -> str:
        """The number people say on the phone: R-2026-000123. The year is that of the log, in UTC."""
        return f"R-{self.logged_at.year}-{self.id:06d}"

    def may_become(self, state: ErrandState) -> bool:
        return state in NEXT[self.state]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def promised_on(self) -> date:
        """The day that counts now: by which there is a plan, and once there is one the day it is planned for."""
        return self.planned_on or self.due_on

    @property
    def is_needed_earlier(self) -> bool:
        """The dealer's day comes before the one that is promised."""
        return self.is_open and self.needed_on < self.promised_on

    @classmethod
    def seen_by(cls, person: Person) -> sa.Select[Any]:
        """A dealer's own company's; the desk all; a supervisor those of the dealers whose file they may open."""
        if person.is_a(Role.DESK):
            return sa.select(cls)
        mine: list[sa.ColumnElement[bool]] = []
        if person.is_a(Role.SUPERVISOR):
            mine.append(cls.dealer_id.in_(Customer.seen_by(person).with_only_columns(Customer.id)))
        if person.is_a(Role.DEALER):
            mine.append(cls.dealer_id == person.dealer_id)
        return sa.select(cls).where(sa.or_(sa.false(), *mine))


class ErrandWord(Base):
    """What one side said about an errand. Never changed."""

    __tablename__ = "errand_words"
    __table_args__ = (sa.CheckConstraint("text <> ''", name="says_something"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uuid)
    errand_id: Mapped[int] = mapped_column(sa.ForeignKey("errands.id"), index=True)
    kind: Mapped[WordKind] = mapped_column(word(WordKind))
    text: Mapped[str]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    at: Mapped[datetime]

    errand: Mapped[Errand] = relationship(back_populates="words")
    by: Mapped[Person] = relationship()
