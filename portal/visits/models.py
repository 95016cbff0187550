"""A visit, what was photographed there, and the customer's signature under it."""

from __future__ import annotations

import json
from datetime import datetime
from itertools import pairwise
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.customers.distance import Nearness
from portal.customers.models import Contact, Customer, Site
from portal.kit.db import Base, new_uuid, word
from portal.people.models import Person, Role
from portal.visits.kinds import NEXT, SENT, PhotoStage, VisitState


class Visit(Base):
    """An engineer at a customer's site, from plan to approved record.

    Each state has its evidence, and the database holds the two together: nobody can be on site without an
    instant of arrival, nothing is signed without a signature, nothing approved without a supervisor.
    """

    __tablename__ = "visits"
    __table_args__ = (
        sa.CheckConstraint(
            "state IN ('planned', 'cancelled') OR (arrived_at IS NOT NULL AND nearness IS NOT NULL)", name="arrived"
        ),
        sa.CheckConstraint(
            "(state IN ('signed', 'submitted', 'returned', 'approved')) = (signed_at IS NOT NULL)", name="signed"
        ),
        sa.CheckConstraint(
            "(state IN ('submitted', 'returned', 'approved')) = (submitted_at IS NOT NULL)", name="submitted"
        ),
        sa.CheckConstraint("(submitted_at IS NULL) = (record_version = 0)", name="every_submit_is_a_version"),
        sa.CheckConstraint(
            "(state = 'approved') = (approved_at IS NOT NULL) AND (approved_at IS NULL) = (approved_by_id IS NULL)",
            name="approved_by_someone",
        ),
        sa.CheckConstraint(
            "approved_by_id <> engineer_id AND approved_by_id <> coalesce(co_visitor_id, 0)",
            name="nobody_approves_their_own",
        ),
        sa.CheckConstraint("co_visitor_id <> engineer_id", name="nobody_goes_with_themselves"),
        sa.CheckConstraint("(state = 'cancelled') = (cancel_reason <> '')", name="cancelled_for_a_reason"),
        sa.Index(None, "engineer_id", "planned_at", "id"),
        sa.Index(None, "customer_id", "planned_at"),
        sa.Index(None, "planned_at", "id"),
        sa.Index(
            "ix_visits_waiting", "submitted_at", "id",
            sqlite_where=sa.text("state = 'submitted'"), postgresql_where=sa.text("state = 'submitted'"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uuid)
    customer_id: Mapped[int] = mapped_column(sa.ForeignKey("customers.id"))
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(sa.ForeignKey("contacts.id"))
    engineer_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    co_visitor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)  # may record, too
    planned_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    planned_at: Mapped[datetime]
    purpose: Mapped[str]
    state: Mapped[VisitState] = mapped_column(word(VisitState), default=VisitState.PLANNED)
    cancel_reason: Mapped[str] = mapped_column(default="")
    arrived_at: Mapped[datetime | None]
    latitude: Mapped[float | None]  # where the phone was at check-in, once; never followed afterwards
    longitude: Mapped[float | None]
    accuracy_m: Mapped[int | None]
    distance_m: Mapped[int | None]  # to the site
    nearness: Mapped[Nearness | None] = mapped_column(word(Nearness))
    signed_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    record_version: Mapped[int] = mapped_column(default=0)  # counts the submits
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    version: Mapped[int] = mapped_column(default=1)  # two hands on one record: the second is refused

    __mapper_args__: ClassVar = {"version_id_col": version}

    # Every page of a visit says these, so they come with it in one query.
    customer: Mapped[Customer] = relationship(lazy="joined", innerjoin=True)
    site: Mapped[Site] = relationship(lazy="joined", innerjoin=True)
    contact: Mapped[Contact | None] = relationship(lazy="joined")
    engineer: Mapped[Person] = relationship(foreign_keys=engineer_id, lazy="joined", innerjoin=True)
    approved_by: Mapped[Person | None] = relationship(foreign_keys=approved_by_id, lazy="joined")
    co_visitor: Mapped[Person | None] = relationship(foreign_keys=co_visitor_id, lazy="joined")

    @property
    def number(self) -> str:
        """The number people say on the phone: V-2026-000123. The year is that of the plan, in UTC."""
        return f"V-{self.planned_at.year}-{self.id:06d}"

    @property
    def zone_name(self) -> str | None:
        """The site's zone, else the customer's; None means the company's."""
        return self.site.zone or self.customer.zone

    def may_become(self, state: VisitState) -> bool:
        return state in NEXT[self.state]

    def belongs_to(self, person: Person) -> bool:
        return self.engineer_id == person.id

    def is_worked_on_by(self, person: Person) -> bool:
        """Whether this person may record at it: the engineer, or who goes along."""
        return person.id in (self.engineer_id, self.co_visitor_id)

    @classmethod
    def seen_by(cls, person: Person) -> sa.Select[Any]:
        """The visits `person` may know of. Every lookup in a view starts here."""
        mine: list[sa.ColumnElement[bool]] = []
        if person.is_a(Role.ENGINEER):
            region = sa.select(Customer.id).where(Customer.region_id == person.region_id)
            mine += [cls.engineer_id == person.id, cls.co_visitor_id == person.id]
            mine.append(cls.state.in_(SENT) & cls.customer_id.in_(region))
        if person.is_a(Role.SUPERVISOR):
            led = sa.select(Person.id).where(Person.led_by(person))
            mine += [cls.engineer_id == person.id, cls.engineer_id.in_(led)]
        if person.is_a(Role.DEALER):
            mine.append((cls.customer_id == person.dealer_id) & (cls.state == VisitState.APPROVED))
        return sa.select(cls).where(sa.or_(sa.false(), *mine))


class Photo(Base):
    """A picture taken at the site, already reduced and without metadata."""

    __tablename__ = "photos"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(sa.String(36), unique=True)
    visit_id: Mapped[int] = mapped_column(sa.ForeignKey("visits.id"), index=True)
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)  # of the blob
    width_px: Mapped[int]
    height_px: Mapped[int]
    caption: Mapped[str]
    stage: Mapped[PhotoStage] = mapped_column(word(PhotoStage), default=PhotoStage.OTHER)
    taken_at: Mapped[datetime]
    taken_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))

    @classmethod
    def seen_by(cls, person: Person) -> sa.Select[Any]:
        """Who may see the visit may see its pictures."""
        return sa.select(cls).where(cls.visit_id.in_(Visit.seen_by(person).with_only_columns(Visit.id)))


class Signature(Base):
    """The customer's word under a visit: handwriting, or a typed name with consent.

    `digest` is the SHA-256 of what they read and signed.
    """

    __tablename__ = "signatures"
    __table_args__ = (
        sa.CheckConstraint("satisfaction BETWEEN 1 AND 5", name="satisfaction_1_to_5"),
        sa.CheckConstraint("strokes IS NOT NULL OR consented", name="drawn_or_consented"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(sa.String(36), unique=True)
    visit_id: Mapped[int] = mapped_column(sa.ForeignKey("visits.id"), unique=True)
    name: Mapped[str]  # the customer's own, as printed under the signature
    role: Mapped[str]
    satisfaction: Mapped[int]
    strokes: Mapped[str | None]  # JSON: lines of points in a box of 1000 by 400
    consented: Mapped[bool]
    language: Mapped[str] = mapped_column(sa.String(8))
    digest: Mapped[str] = mapped_column(sa.String(64))
    signed_at: Mapped[datetime]
    taken_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))

    @property
    def paths(self) -> list[str]:
        """The handwriting as SVG paths, one a line."""
        return [_smooth(line) for line in json.loads(self.strokes or "[]")]


def _smooth(points: list[list[int]]) -> str:
    """One line of the hand as a path: curves through the middle of each two points, as the pen drew them."""
    (x, y), *rest = points
    bends = [f"Q{a} {b} {(a + c) / 2:g} {(b + d) / 2:g}" for (a, b), (c, d) in pairwise(rest)]
    end = rest[-1] if rest else (x, y)
    return f"M{x} {y}{''.join(bends)}L{end[0]} {end[1]}"


class Calendar(Base):
    """The secret address of a person's visits as a calendar feed. We hold its hash; a new one replaces it."""

    __tablename__ = "calendars"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), unique=True)
    secret_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    made_at: Mapped[datetime]

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
