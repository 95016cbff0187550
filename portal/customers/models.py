"""The file on every customer: sites, people, machines, and the oil in each compartment."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from portal.catalogue.models import Product
from portal.customers.kinds import Abc, CompartmentKind, CustomerKind, NameKind, PromiseState
from portal.kit.db import Base, new_uuid, word
from portal.people.models import Person, Region, Role


class Customer(Base):
    """A company we serve: an end user, or a dealer who sells our oil to others.

    `zone` is None where the company's own time zone holds; `language` is the one their records are written in.
    """

    __tablename__ = "customers"
    __table_args__ = (
        sa.CheckConstraint("language IN ('ko', 'en')", name="language_we_write"),
        sa.CheckConstraint("dealer_id <> id", name="nobody_supplies_themselves"),
        sa.CheckConstraint("abc_reason <> ''", name="class_has_a_reason"),
        sa.CheckConstraint("merged_into_id IS NULL OR archived_at IS NOT NULL", name="merged_is_archived"),
        sa.CheckConstraint("merged_into_id <> id", name="nobody_merges_into_themselves"),
        sa.Index(None, "region_id", "name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uuid)
    name: Mapped[str] = mapped_column(index=True)
    kind: Mapped[CustomerKind] = mapped_column(word(CustomerKind))
    abc: Mapped[Abc] = mapped_column(word(Abc))
    abc_reason: Mapped[str]
    abc_on: Mapped[date]
    region_id: Mapped[int] = mapped_column(sa.ForeignKey("regions.id"))
    language: Mapped[str] = mapped_column(sa.String(8), default="ko")
    zone: Mapped[str | None] = mapped_column(sa.String(64))
    dealer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("customers.id"), index=True)  # who sells to them
    why_bought: Mapped[str] = mapped_column(default="")
    situation: Mapped[str] = mapped_column(default="")
    used_before: Mapped[str] = mapped_column(default="")  # whose oil, and what went wrong with it
    engineer_id: Mapped[int | None] = mapped_column(  # who looks after them
        sa.ForeignKey("people.id", use_alter=True), index=True
    )
    archived_at: Mapped[datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("customers.id"))  # the file that goes on
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar = {"version_id_col": version}

    region: Mapped[Region] = relationship()
    dealer: Mapped[Customer | None] = relationship(remote_side=[id], foreign_keys=dealer_id)
    engineer: Mapped[Person | None] = relationship(foreign_keys=engineer_id)
    sites: Mapped[list[Site]] = relationship(back_populates="customer", order_by="Site.name")
    contacts: Mapped[list[Contact]] = relationship(back_populates="customer", order_by="Contact.name")

    @classmethod
    def seen_by(cls, person: Person) -> sa.Select[Any]:
        """The customers whose file `person` may open.

        An engineer those of their region, a supervisor those of their own region and of the regions in which
        their people work, a dealer their own company, the desk all. Laboratory and administrator none.
        """
        if person.is_a(Role.DESK):
            return sa.select(cls)
        mine: list[sa.ColumnElement[bool]] = []
        if person.is_a(Role.ENGINEER):
            mine.append(cls.region_id == person.region_id)
        if person.is_a(Role.SUPERVISOR):
            theirs = sa.select(Person.region_id).where(sa.or_(Person.id == person.id, Person.led_by(person)))
            mine.append(cls.region_id.in_(theirs))
        if person.is_a(Role.DEALER):
            mine.append(cls.id == person.dealer_id)
        return sa.select(cls).where(sa.or_(sa.false(), *mine))

    @classmethod
    def current(cls, person: Person) -> sa.Select[Any]:
        """Those of them who are still served, as lists and forms offer them."""
        return cls.seen_by(person).where(cls.archived_at.is_(None))


class Site(Base):
    """A place where a customer's machines stand.

    Degrees (WGS 84) are floats: they only ever feed a distance that is rounded to metres, and a double is exact
    to a hundredth of a micrometre on the ground. `radius_m` is the circle that counts as inside.
    """

    __tablename__ = "sites"
    __table_args__ = (
        sa.CheckConstraint("latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name="on_earth"),
        sa.CheckConstraint("radius_m > 0", name="radius_positive"),
        sa.UniqueConstraint("customer_id", "name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(sa.ForeignKey("customers.id"))
    name: Mapped[str]
    address: Mapped[str]
    latitude: Mapped[float] = mapped_column(sa.Double)
    longitude: Mapped[float] = mapped_column(sa.Double)
    radius_m: Mapped[int]
    zone: Mapped[str | None] = mapped_column(sa.String(64))
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar = {"version_id_col": version}

    customer: Mapped[Customer] = relationship(back_populates="sites")
    machines: Mapped[list[Machine]] = relationship(back_populates="site", order_by="Machine.number")

    @classmethod
    def seen_by(cls, person: Person) -> sa.Select[Any]:
        return sa.select(cls).where(cls.customer_id.in_(Customer.seen_by(person).with_only_columns(Customer.id)))

    @classmethod
    def current(cls, person: Person) -> sa.Select[Any]:
        """The sites in use, of customers who are still served."""
        served = Customer.current(person).with_only_columns(Customer.id)
        return sa.select(cls).where(cls.archived_at.is_(None), cls.customer_id.in_(served))


class Contact(Base):
    """Somebody at the customer's. `role` is their title as they say it themselves."""

    __tablename__ = "contacts"
    __table_args__ = (
        sa.CheckConstraint("language IN ('ko', 'en')", name="language_we_write"),
        sa.Index(None, "customer_id", "name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(sa.ForeignKey("customers.id"))
    name: Mapped[str]
    role: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(sa.String(8), default="ko")
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar = {"version_id_col": version}

    customer: Mapped[Customer] = relationship(back_populates="contacts")

    @property
    def tel(self) -> str:
        """The number as a telephone takes it: digits, a plus in front where there was one, and no extension."""
        number = re.split(r"#|내선|ext", self.phone, maxsplit=1, flags=re.IGNORECASE)[0]
        digits = "".join(c for c in number if c.isdecimal())
        return f"+{digits}" if self.phone.startswith("+") else digits

    @classmethod
    def seen_by(cls, person: Person) -> sa.Select[Any]:
        return sa.select(cls).where(cls.customer_id.in_(Customer.seen_by(person).with_only_columns(Customer.id)))


class Machine(Base):
    """A machine at a site. `number` is the asset number painted on it, `kind` what people call such a machine.

    `hours` is its meter as last read, at `hours_at`.
    """

    __tablename__ = "machines"
    __table_args__ = (
        sa.UniqueConstraint("site_id", "number"),
        sa.CheckConstraint("hours >= 0", name="hours_not_negative"),
        sa.CheckConstraint("(hours IS NULL) = (hours_at IS NULL)", name="hours_have_an_instant"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uuid)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"))
    number: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[str]
    make: Mapped[str]
    model: Mapped[str]
    serial: Mapped[str] = mapped_column(default="")
    hours: Mapped[Decimal | None]
    hours_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar = {"version_id_col": version}

    site: Mapped[Site] = relationship(back_populates="machines")
    compartments: Mapped[list[Compartment]] = relationship(back_populates="machine", order_by="Compartment.id")

    @classmethod
    def seen_by(cls, person: Person) -> sa.Select[Any]:
        return sa.select(cls).where(cls.site_id.in_(Site.seen_by(person).with_only_columns(Site.id)))


class Compartment(Base):
    """One body of oil in a machine. `label_code` is on the label at its sampling point.

    `filled_at_h` is what the machine's meter showed when this oil was put in, on `filled_on`.
    """

    __tablename__ = "compartments"
    __table_args__ = (
        sa.CheckConstraint("sump_l > 0", name="sump_positive"),
        sa.CheckConstraint("filled_at_h >= 0", name="filled_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uuid)
    machine_id: Mapped[int] = mapped_column(sa.ForeignKey("machines.id"), index=True)
    kind: Mapped[CompartmentKind] = mapped_column(word(CompartmentKind))
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("products.id"), index=True)  # the oil in it now
    sump_l: Mapped[Decimal | None]
    label_code: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    filled_at_h: Mapped[Decimal | None]
    filled_on: Mapped[date | None]
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar = {"version_id_col": version}

    machine: Mapped[Machine] = relationship(back_populates="compartments")
    product: Mapped[Product] = relationship()

    @property
    def oil_hours(self) -> Decimal | None:
        """How long this oil has worked, by the machine's last reading; None when either is not known."""
        if self.machine.hours is None or self.filled_at_h is None:
            return None
        return max(self.machine.hours - self.filled_at_h, Decimal(0))

    @classmethod
    def at_site(cls, site_id: int) -> sa.Select[Any]:
        """The compartments in use at a site in the order of the machines, with machine and oil already loaded."""
        loaded = sa.select(cls).join(cls.machine).options(joinedload(cls.machine), joinedload(cls.product))
        in_use = loaded.where(cls.archived_at.is_(None), Machine.archived_at.is_(None))
        return in_use.where(Machine.site_id == site_id).order_by(Machine.number, cls.id)

    @classmethod
    def seen_by(cls, person: Person) -> sa.Select[Any]:
        return sa.select(cls).where(cls.machine_id.in_(Machine.seen_by(person).with_only_columns(Machine.id)))


class Promise(Base):
    """What somebody of ours promised a customer, and whether it was kept."""

    __tablename__ = "promises"
    __table_args__ = (
        sa.CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed_with_an_instant"),
        sa.CheckConstraint("text <> ''", name="says_something"),
        sa.Index(None, "customer_id", "state", "due_on"),
        sa.Index(None, "promised_by_id", "state", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uuid)
    customer_id: Mapped[int] = mapped_column(sa.ForeignKey("customers.id"))
    visit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("visits.id"), index=True)  # where it was given
    text: Mapped[str]
    promised_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    promised_at: Mapped[datetime]
    due_on: Mapped[date]
    state: Mapped[PromiseState] = mapped_column(word(PromiseState), default=PromiseState.OPEN)
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(default="")  # what came of it, in the words of whoever closed it

    customer: Mapped[Customer] = relationship()
    promised_by: Mapped[Person] = relationship()

    @classmethod
    def seen_by(cls, person: Person) -> sa.Select[Any]:
        """Those of the customers whose file one may open, and one's own."""
        customers = Customer.seen_by(person).with_only_columns(Customer.id)
        return sa.select(cls).where(sa.or_(cls.customer_id.in_(customers), cls.promised_by_id == person.id))


class Name(Base):
    """What a customer, site, contact or machine is found by.

    `said` is the text without spaces, hyphens and case; `initials` its Hangul syllables as initial consonants.
    """

    __tablename__ = "names"
    __table_args__ = (sa.UniqueConstraint("kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[NameKind] = mapped_column(word(NameKind))
    subject_id: Mapped[int]
    customer_id: Mapped[int] = mapped_column(sa.ForeignKey("customers.id"), index=True)
    said: Mapped[str]
    initials: Mapped[str]
