"""What a code leads to, among that which the person may know of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portal.customers.models import Compartment, Machine, Site
from portal.kit.db import db
from portal.oil.bottle import bottle_number
from portal.oil.models import BottleRun, Sample
from portal.people.models import Person

MOST_ROWS = 20
MOST_LABELS = 480
PLACE = (joinedload(Machine.site).joinedload(Site.customer),)


def labelled(code: str, person: Person) -> Compartment | None:
    """The compartment whose label has this code."""
    return db.session.scalar(Compartment.seen_by(person).where(Compartment.label_code == code))


def known(uuid: str, person: Person) -> Compartment | None:
    """The compartment with its machine and oil."""
    loaded = (joinedload(Compartment.machine), joinedload(Compartment.product))
    return db.session.scalar(Compartment.seen_by(person).where(Compartment.uuid == uuid).options(*loaded))


def bottle(number: str, person: Person) -> Sample | None:
    return db.session.scalar(Sample.seen_by(person).where(Sample.number == number))


def machines(number: str, person: Person) -> Sequence[Machine]:
    """The machines in use with this number, at whichever site; capitals and spaces do not matter."""
    plain = sa.func.upper(sa.func.replace(Machine.number, " ", ""))
    found = Machine.seen_by(person).where(Machine.archived_at.is_(None), plain == number)
    oil = selectinload(Machine.compartments).joinedload(Compartment.product)
    return db.session.scalars(found.options(*PLACE, oil).order_by(Machine.id).limit(MOST_ROWS)).all()


def whole(sample: Sample) -> Sample:
    """The sample with all that its page says, loaded in one question."""
    at = joinedload(Sample.compartment).joinedload(Compartment.machine).joinedload(Machine.site)
    loaded = (at.joinedload(Site.customer), joinedload(Sample.product), joinedload(Sample.taken_by))
    return db.session.get_one(Sample, sample.id, options=loaded, populate_existing=True)


@dataclass(frozen=True)
class Order:
    """Labels that can be printed: those of a run of bottles, or those of the compartments at a site or in a machine."""

    run: BottleRun | None = None
    site: Site | None = None
    machine: Machine | None = None
    compartments: Sequence[Compartment] = ()

    @property
    def name(self) -> str:
        """Of the file; plain letters."""
        if self.run:
            return bottle_number(self.run.first)
        return f"machine-{self.machine.id}" if self.machine else f"site-{self.site.id if self.site else ''}"


def run_of(uuid: str, person: Person) -> BottleRun | None:
    """A run of labels; only who printed it may print it again."""
    mine = sa.select(BottleRun).where(BottleRun.uuid == uuid, BottleRun.printed_by_id == person.id)
    return db.session.scalar(mine)


def compartments(site: Site, machine: Machine | None = None) -> Sequence[Compartment]:
    """The compartments in use that have a code to print, in the order of the machines."""
    coded = Compartment.at_site(site.id).where(Compartment.label_code.is_not(None)).limit(MOST_LABELS)
    return db.session.scalars(coded.where(Machine.id == machine.id) if machine else coded).all()
