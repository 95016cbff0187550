"""Finding a customer, site, contact or machine by any part of what people call it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import joinedload

from portal.customers.initials import CONSONANTS, fold, initials, is_initials
from portal.customers.kinds import NameKind
from portal.customers.models import Contact, Customer, Machine, Name, Site
from portal.kit.db import db
from portal.people.models import Person

Named = Customer | Site | Contact | Machine
KINDS: dict[type[Any], NameKind] = {
    Customer: NameKind.CUSTOMER, Site: NameKind.SITE, Contact: NameKind.CONTACT, Machine: NameKind.MACHINE,
}  # fmt: skip
ORDER = list(KINDS.values())  # in which they are shown
BETWEEN = "\n"  # no folded text has it, so nothing is found across two words of different matters
PAGES = {NameKind.CUSTOMER: "customers.show", NameKind.SITE: "things.site", NameKind.MACHINE: "things.machine"}
BATCH = 500


@dataclass(frozen=True)
class Found:
    """One thing that was found: what it is called, and a line that tells it from others."""

    kind: NameKind
    id: int
    customer_id: int
    title: str
    below: str

    @property
    def url(self) -> str:
        """Its page; a contact stands on the page of the customer."""
        if self.kind is NameKind.CONTACT:
            return url_for("customers.show", id=self.customer_id, _anchor=f"contact-{self.id}")
        return url_for(PAGES[self.kind], id=self.id)


def learn(thing: Named) -> None:
    """Keep what `thing` is found by, in the caller's transaction."""
    db.session.flush()  # a new thing gets its id
    kind, columns = KINDS[type(thing)], _name(thing)
    name = db.session.scalar(sa.select(Name).where(Name.kind == kind, Name.subject_id == thing.id))
    if name is None:
        db.session.add(Name(kind=kind, subject_id=thing.id, **columns))
        return
    for column, value in columns.items():
        setattr(name, column, value)


def relearn() -> int:
    """Forget every name and learn them all again, in the caller's transaction; how many there are."""
    db.session.flush()
    db.session.execute(sa.delete(Name))
    count = 0
    for model, kind in KINDS.items():
        rows = [{"kind": kind, "subject_id": thing.id, **_name(thing)} for thing in _all(model)]
        count += len(rows)
        for start in range(0, len(rows), BATCH):
            db.session.execute(sa.insert(Name), rows[start : start + BATCH])
    return count


def find(query: str, person: Person, limit: int = 30) -> list[Found]:
    """At most `limit` things whose name holds `query`, those of one kind together, each as `person` may see it.

    Initial consonants are looked for in the initials, everything else in the text. Nothing is found by nothing.
    """
    sought = fold(query).removeprefix("+")
    column = Name.initials if is_initials(query) else Name.said
    if column is Name.said:
        sought = sought.rstrip(CONSONANTS)  # a syllable that is still being typed
    if not sought:
        return []
    rows = db.session.execute(_found(column, sought, person).limit(limit))
    once = dict.fromkeys(map(_told, rows))  # a file is also found by the name of one that went into it
    return sorted(once, key=lambda found: ORDER.index(found.kind))


def same_name(name: str, region_id: int, besides: int | None = None) -> sa.Select[Any]:
    """The customers in use of this name in a region, however it is written."""
    named = sa.select(Name.subject_id).where(Name.kind == NameKind.CUSTOMER, Name.said == fold(name))
    others = sa.select(Customer).where(Customer.id.in_(named), Customer.region_id == region_id)
    return others.where(Customer.archived_at.is_(None), Customer.id != (besides or 0)).order_by(Customer.id)


def _found(column: Any, sought: str, person: Person) -> sa.Select[Any]:
    """Names that hold `sought`, with the things themselves; those that begin with it first."""
    site_id = sa.case((Name.kind == NameKind.SITE, Name.subject_id), else_=Machine.site_id)
    return (
        sa.select(Name.kind, Name.subject_id, Customer, Site, Contact, Machine)
        .join(Customer, Customer.id == Name.customer_id)
        .outerjoin(Machine, sa.and_(Name.kind == NameKind.MACHINE, Machine.id == Name.subject_id))
        .outerjoin(Site, Site.id == site_id)
        .outerjoin(Contact, sa.and_(Name.kind == NameKind.CONTACT, Contact.id == Name.subject_id))
        .where(column.contains(sought, autoescape=True))
        .where(Customer.id.in_(Customer.seen_by(person).with_only_columns(Customer.id)))
        .where(*(model.archived_at.is_(None) for model in KINDS))
        .order_by(column.startswith(sought, autoescape=True).desc(), _rank(), Name.said, Name.id)
    )


def _rank() -> sa.ColumnElement[int]:
    return sa.case({kind: place for place, kind in enumerate(ORDER)}, value=Name.kind)


def _told(row: Any) -> Found:
    kind, id, customer, site, contact, machine = row
    if kind is NameKind.SITE:
        told = site.name, f"{customer.name} · {site.address}"
    elif kind is NameKind.CONTACT:
        told = f"{contact.name} {contact.role}", f"{customer.name} · {contact.phone}".rstrip(" ·")
    elif kind is NameKind.MACHINE:
        told = f"{machine.number} {machine.model}", f"{customer.name} · {site.name} · {machine.kind}"
    else:
        id, told = customer.id, (customer.name, "")
    return Found(kind, id, customer.id, *told)


def _name(thing: Named) -> dict[str, Any]:
    words = list(_words(thing))
    said, first = BETWEEN.join(map(fold, words)), BETWEEN.join(map(initials, words))
    return {"customer_id": _file_of(thing), "said": said, "initials": first}


def _file_of(thing: Named) -> int:
    """The customer in whose file it stands; for a file that went into another, that one."""
    if isinstance(thing, Customer):
        return thing.merged_into_id or thing.id
    return thing.site.customer_id if isinstance(thing, Machine) else thing.customer_id


def _words(thing: Named) -> Iterator[str]:
    """What it is called, each by itself."""
    if isinstance(thing, Machine):
        yield from (thing.number, f"{thing.make} {thing.model}", thing.serial)
        return
    yield thing.name
    if isinstance(thing, Site):
        yield thing.address
    elif isinstance(thing, Contact):
        digits = thing.tel.removeprefix("+")
        yield from (thing.role, digits, f"0{digits[2:]}" if thing.tel.startswith("+82") else "")


def _all(model: type[Any]) -> list[Any]:
    things = sa.select(model).order_by(model.id)
    return list(db.session.scalars(things.options(joinedload(Machine.site)) if model is Machine else things))
