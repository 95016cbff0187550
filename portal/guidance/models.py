"""What we advised a customer to do with their oil."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.catalogue.models import Product
from portal.customers.models import Compartment, Site
from portal.guidance.kinds import DrainBasis, Mixing, Topic
from portal.kit.db import Base, Words, new_uuid, word
from portal.people.models import Person


class Guidance(Base):
    """One piece of usage guidance, for a compartment or, without one, for the whole site.

    `drain_h` is the interval advised, in hours on the oil. `follow_up_on` is the day we look again.
    """

    __tablename__ = "guidances"
    __table_args__ = (
        sa.CheckConstraint("topics <> '  '", name="some_topic"),
        sa.CheckConstraint("text <> ''", name="says_something"),
        sa.CheckConstraint("drain_h > 0", name="drain_positive"),
        sa.CheckConstraint("first_drain_h > 0 AND sampling_h > 0", name="intervals_positive"),
        sa.CheckConstraint("quantity_l > 0", name="quantity_positive"),
        sa.CheckConstraint("ambient_min_c <= ambient_max_c", name="coldest_below_hottest"),
        sa.Index(None, "site_id", "given_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uuid)
    visit_id: Mapped[int] = mapped_column(sa.ForeignKey("visits.id"), index=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"))
    compartment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("compartments.id"), index=True)
    topics: Mapped[frozenset[Topic]] = mapped_column(Words(Topic))
    text: Mapped[str]
    duty: Mapped[str] = mapped_column(default="")  # load, hours a day, dust, idling, altitude
    ambient_min_c: Mapped[Decimal | None]  # the coldest start
    ambient_max_c: Mapped[Decimal | None]  # the hottest run
    maker_requirement: Mapped[str] = mapped_column(default="")
    fuel_sulfur: Mapped[str] = mapped_column(default="")
    old_oil: Mapped[str] = mapped_column(default="")
    product_id: Mapped[int | None] = mapped_column(sa.ForeignKey("products.id"), index=True)  # what we recommend
    quantity_l: Mapped[Decimal | None]
    drain_h: Mapped[int | None]
    drain_basis: Mapped[DrainBasis | None] = mapped_column(word(DrainBasis))
    first_drain_h: Mapped[int | None]
    mixing: Mapped[Mixing | None] = mapped_column(word(Mixing))
    mixing_note: Mapped[str] = mapped_column(default="")  # what the table said, and whose table it is
    seals: Mapped[str] = mapped_column(default="")  # and paint
    storage: Mapped[str] = mapped_column(default="")
    sds_given: Mapped[bool] = mapped_column(default=False)
    waste_oil: Mapped[str] = mapped_column(default="")
    sampling_h: Mapped[int | None]
    follow_up_on: Mapped[date | None]
    given_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    given_at: Mapped[datetime]

    site: Mapped[Site] = relationship()
    compartment: Mapped[Compartment | None] = relationship()
    given_by: Mapped[Person] = relationship()
    product: Mapped[Product | None] = relationship()

    @classmethod
    def seen_by(cls, person: Person) -> sa.Select[Any]:
        """The guidance `person` may know of: that of the sites they see, and their own."""
        sites = Site.seen_by(person).with_only_columns(Site.id)
        return sa.select(cls).where(sa.or_(cls.site_id.in_(sites), cls.given_by_id == person.id))

    @classmethod
    def at_visit(cls, visit_id: int) -> sa.Select[Any]:
        return sa.select(cls).where(cls.visit_id == visit_id).order_by(cls.given_at, cls.id)
