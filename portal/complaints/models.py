"""A complaint from the first word to the lesson, and the steps in between: the service process record."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.catalogue.models import Product
from portal.complaints.kinds import (
    NEXT,
    OPEN,
    Category,
    Channel,
    ComplaintState,
    CustomerWord,
    Severity,
    StepKind,
)
from portal.customers.models import Customer, Machine, Site
from portal.kit.db import Base, new_uuid, word
from portal.people.models import Person, Role


class Complaint(Base):
    """One complaint of one customer; one owner has it from start to end.

    `dealer_id` is the company through which it came. `settled` needs a remedy and the customer's word, `closed` the
    lesson; the database agrees.
    """

    __tablename__ = "complaints"
    __table_args__ = (
        sa.CheckConstraint("description <> ''", name="says_something"),
        sa.CheckConstraint("(answered_at IS NULL) = (answered_by_id IS NULL)", name="answered_by_someone"),
        sa.CheckConstraint(
            "(state IN ('settled', 'closed')) = (settled_at IS NOT NULL) AND (settled_at IS NULL) = (customer_word IS"
            " NULL) AND (settled_at IS NULL OR remedy <> '')",
            name="settled_with_remedy_and_word",
        ),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_at_an_instant"),
        sa.CheckConstraint("state <> 'closed' OR lesson <> ''", name="closed_with_a_lesson"),
        sa.Index(None, "customer_id", "state"),
        sa.Index(None, "state", "received_at", "id"),
        sa.Index(None, "owner_id", "state"),
        sa.Index(None, "dealer_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uuid)
    customer_id: Mapped[int] = mapped_column(sa.ForeignKey("customers.id"))
    site_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sites.id"))
    machine_id: Mapped[int | None] = mapped_column(sa.ForeignKey("machines.id"), index=True)
    product_id: Mapped[int | None] = mapped_column(sa.ForeignKey("products.id"))
    dealer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("customers.id"))
    visit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("visits.id"), index=True)  # at which it was registered
    batch_no: Mapped[str] = mapped_column(default="")
    category: Mapped[Category] = mapped_column(word(Category))
    severity: Mapped[Severity] = mapped_column(word(Severity))
    channel: Mapped[Channel] = mapped_column(word(Channel))
    contact_name: Mapped[str] = mapped_column(default="")
    contact_phone: Mapped[str] = mapped_column(default="")
    description: Mapped[str]  # in the customer's words
    asks: Mapped[str] = mapped_column(default="")  # what the customer wants
    received_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    received_at: Mapped[datetime]
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    state: Mapped[ComplaintState] = mapped_column(word(ComplaintState), default=ComplaintState.RECEIVED)
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    remedy: Mapped[str] = mapped_column(default="")
    customer_word: Mapped[CustomerWord | None] = mapped_column(word(CustomerWord))
    accepted_by: Mapped[str] = mapped_column(default="")  # who at the customer's said so
    settled_at: Mapped[datetime | None]
    lesson: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar = {"version_id_col": version}

    customer: Mapped[Customer] = relationship(foreign_keys=customer_id)
    dealer: Mapped[Customer | None] = relationship(foreign_keys=dealer_id)
    site: Mapped[Site | None] = relationship()
    machine: Mapped[Machine | None] = relationship()
    product: Mapped[Product | None] = relationship()
    owner: Mapped[Person | None] = relationship(foreign_keys=owner_id)
    received_by: Mapped[Person] = relationship(foreign_keys=received_by_id)
    answered_by: Mapped[Person | None] = relationship(foreign_keys=answered_by_id)
    steps: Mapped[list[ComplaintStep]] = relationship(back_populates="complaint", order_by="ComplaintStep.id")

    @property
    def number(self) -> str:
        """The number people say on the phone: C-2026-000123. The year is that of the receipt, in UTC."""
        return f"C-{self.received_at.year}-{self.id:06d}"

    def may_become(self, state: ComplaintState) -> bool:
        return state in NEXT[self.state]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @classmethod
    def seen_by(cls, person: Person) -> sa.Select[Any]:
        """Those of the customers whose file one may open, those one owns or took, and a dealer's own company's."""
        customers = Customer.seen_by(person).with_only_columns(Customer.id)
        mine: list[sa.ColumnElement[bool]] = [
            cls.customer_id.in_(customers), cls.owner_id == person.id, cls.received_by_id == person.id
        ]  # fmt: skip
        if person.is_a(Role.DEALER):
            mine.append(cls.dealer_id == person.dealer_id)
        return sa.select(cls).where(sa.or_(*mine))

    @classmethod
    def open_of(cls, customer_id: int) -> sa.Select[Any]:
        """What a customer still waits for, oldest first."""
        waiting = sa.select(cls).where(cls.customer_id == customer_id, cls.state.in_(OPEN))
        return waiting.order_by(cls.received_at, cls.id)

    @classmethod
    def customers_of(cls, person: Person) -> sa.Select[Any]:
        """The customers whose complaints `person` hears: those whose file one may open, and whom a dealer supplies."""
        theirs = Customer.id.in_(Customer.seen_by(person).with_only_columns(Customer.id))
        if person.is_a(Role.DEALER):
            theirs = sa.or_(theirs, Customer.dealer_id == person.dealer_id)
        return sa.select(Customer).where(theirs)

    @classmethod
    def customers_for(cls, person: Person) -> sa.Select[Any]:
        """Those of whom `person` may register a new one: not in an archived file."""
        return cls.customers_of(person).where(Customer.archived_at.is_(None))


class ComplaintStep(Base):
    """One step of the work on a complaint, at a visit or from a desk. Never changed."""

    __tablename__ = "complaint_steps"
    __table_args__ = (sa.CheckConstraint("text <> ''", name="says_something"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uuid)
    complaint_id: Mapped[int] = mapped_column(sa.ForeignKey("complaints.id"), index=True)
    visit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("visits.id"), index=True)
    kind: Mapped[StepKind] = mapped_column(word(StepKind))
    text: Mapped[str]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    at: Mapped[datetime]

    complaint: Mapped[Complaint] = relationship(back_populates="steps")
    by: Mapped[Person] = relationship()
