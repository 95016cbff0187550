"""A bottle of oil, and what was known when it was filled."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.catalogue.models import Product
from portal.customers.models import Compartment, Customer, Machine, Site
from portal.kit.clock import now
from portal.kit.db import Base, Words, db, new_uuid, word
from portal.oil.kinds import Reason, SamplePoint, SampleState, VisualCode, YesNo
from portal.people.models import Person, Role


def _yes_no(name: str) -> sa.Enum:
    """A `word` with a CHECK name of its own: two columns of one table hold the same words."""
    column = word(YesNo)
    column.name = name
    return column


class Sample(Base):
    """One bottle from one compartment.

    Product and grade are those of the day it was filled, whatever the compartment holds later. Hours are those of
    the machine's meter and those on the oil. `visit_id` is empty for a bottle that came without a visit.
    """

    __tablename__ = "samples"
    __table_args__ = (
        sa.CheckConstraint("oil_hours BETWEEN 0 AND unit_hours", name="oil_not_older_than_machine"),
        sa.CheckConstraint("unit_hours >= 0", name="hours_not_negative"),
        sa.CheckConstraint("NOT oil_hours_estimated OR oil_hours IS NOT NULL", name="only_hours_are_estimated"),
        sa.CheckConstraint("makeup_l >= 0", name="makeup_not_negative"),
        sa.CheckConstraint("state <> 'reported' OR reported_at IS NOT NULL", name="reported_at_an_instant"),
        sa.Index(None, "compartment_id", "taken_at"),
        sa.Index(None, "state", "taken_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uuid)
    visit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("visits.id"), index=True)
    compartment_id: Mapped[int] = mapped_column(sa.ForeignKey("compartments.id"))
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("products.id"))
    oil_grade: Mapped[str]
    number: Mapped[str] = mapped_column(sa.String(40), unique=True)  # on the bottle
    taken_at: Mapped[datetime]
    unit_hours: Mapped[Decimal]
    oil_hours: Mapped[Decimal | None]
    oil_hours_estimated: Mapped[bool] = mapped_column(default=False)
    oil_changed: Mapped[YesNo] = mapped_column(_yes_no("oil_yes_no"))
    filter_changed: Mapped[YesNo] = mapped_column(_yes_no("filter_yes_no"))
    makeup_l: Mapped[Decimal | None]  # topped up since the sample before
    oil_temp_c: Mapped[Decimal | None]
    sample_point: Mapped[SamplePoint | None] = mapped_column(word(SamplePoint))
    reason: Mapped[Reason] = mapped_column(word(Reason))
    visual: Mapped[frozenset[VisualCode]] = mapped_column(Words(VisualCode))
    visual_note: Mapped[str] = mapped_column(default="")
    observed: Mapped[str] = mapped_column(default="")
    batch_no: Mapped[str] = mapped_column(default="")
    taken_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    state: Mapped[SampleState] = mapped_column(word(SampleState), default=SampleState.TAKEN)
    received_at: Mapped[datetime | None]  # at the laboratory
    reported_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)  # on our clock, when it reached us

    compartment: Mapped[Compartment] = relationship()
    product: Mapped[Product] = relationship()
    taken_by: Mapped[Person] = relationship()

    @classmethod
    def seen_by(cls, person: Person) -> sa.Select[Any]:
        """The samples `person` may know of: the laboratory all, others those of the customers they see.

        An engineer sees the bottles they filled themselves wherever that was.
        """
        if person.is_a(Role.LAB):
            return sa.select(cls)
        customers = Customer.seen_by(person).with_only_columns(Customer.id)
        compartments = sa.select(Compartment.id).join(Compartment.machine).join(Machine.site)
        theirs = compartments.where(Site.customer_id.in_(customers))
        return sa.select(cls).where(sa.or_(cls.compartment_id.in_(theirs), cls.taken_by_id == person.id))

    @classmethod
    def at_visit(cls, visit_id: int) -> sa.Select[Any]:
        return sa.select(cls).where(cls.visit_id == visit_id).order_by(cls.taken_at, cls.id)


class Result(Base):
    """One measured value of a sample. `code` is that of the parameter (`Fe`, `V40`), whose unit is its own."""

    __tablename__ = "results"
    __table_args__ = (sa.UniqueConstraint("sample_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("samples.id"))
    code: Mapped[str] = mapped_column(sa.String(16))
    value: Mapped[Decimal]
    method: Mapped[str] = mapped_column(default="")


class BottleRun(Base):
    """A run of bottle labels that was printed: their numbers are `first` to `first + count - 1`, once in the world."""

    __tablename__ = "bottle_runs"
    __table_args__ = (sa.CheckConstraint("first > 0 AND count > 0", name="some_bottles"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uuid)
    first: Mapped[int] = mapped_column(unique=True)
    count: Mapped[int]
    printed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    printed_at: Mapped[datetime]


def previous_of(compartment_id: int) -> Sample | None:
    """The newest sample of a compartment that still counts, or None before the first."""
    counted = sa.select(Sample).where(Sample.compartment_id == compartment_id, Sample.state != SampleState.VOID)
    return db.session.scalar(counted.order_by(Sample.taken_at.desc(), Sample.id.desc()).limit(1))


def number_is_free(number: str) -> bool:
    """Whether no bottle carries `number` yet; the number as `bottle.clean` leaves it."""
    return db.session.scalar(sa.select(Sample.id).where(Sample.number == number)) is None
