"""The verbs of a visit, from plan to approval. Each checks, changes and tells the journal; none commits."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from portal.complaints import actions as complaints
from portal.complaints.kinds import CustomerWord, StepKind
from portal.complaints.models import Complaint, ComplaintStep
from portal.customers import actions as customers
from portal.customers.distance import distance_m, grade
from portal.customers.models import Compartment, Contact, Machine, Promise, Site
from portal.fieldwork import actions as fieldwork
from portal.fieldwork.models import Finding, LeftOver, Training
from portal.guidance import actions as guidance
from portal.guidance.models import Guidance
from portal.journal.actions import note
from portal.kit.db import db
from portal.kit.errors import NotValid, NotYours, WrongState
from portal.oil import actions as oil
from portal.oil.models import Sample
from portal.people.models import Person
from portal.records import actions as records
from portal.visits import record
from portal.visits.kinds import PhotoStage, VisitState
from portal.visits.labels import STATE
from portal.visits.lists import has_content
from portal.visits.models import Photo, Signature, Visit

Position = tuple[float, float, int]  # latitude and longitude in degrees, accuracy in metres


def plan(
    site: Site, engineer: Person, planned_at: datetime, purpose: str, *, uuid: str, by: Person, at: datetime,
    contact: Contact | None = None, co_visitor: Person | None = None,
) -> Visit:  # fmt: skip
    visit = Visit(
        uuid=uuid, site=site, customer=site.customer, contact=contact, engineer=engineer, co_visitor=co_visitor,
        planned_by_id=by.id, planned_at=planned_at, purpose=purpose,
    )  # fmt: skip
    db.session.add(visit)
    db.session.flush()
    after: dict[str, Any] = {"engineer": engineer.id, "site": site.id, "planned_at": planned_at}
    if co_visitor is not None:
        after["co_visitor"] = co_visitor.id
    note("visit.planned", visit, by=by, at=at, after=after)
    return visit


def check_in(visit: Visit, position: Position | None, *, by: Person, at: datetime) -> None:
    """The engineer has arrived. The position is graded, and never stands in the way."""
    must_be_own(visit, by)
    site = visit.site
    latitude, longitude, accuracy_m = position or (None, None, None)
    away_m = None if position is None else distance_m(position[0], position[1], site.latitude, site.longitude)
    before = _move(visit, VisitState.ON_SITE)
    visit.arrived_at = at
    visit.latitude, visit.longitude, visit.accuracy_m, visit.distance_m = latitude, longitude, accuracy_m, away_m
    visit.nearness = grade(away_m, accuracy_m, site.radius_m)
    after = {"state": visit.state, "nearness": visit.nearness, "distance_m": visit.distance_m}
    note("visit.checked_in", visit, by=by, at=at, before=before, after=after)


def record_sample(
    visit: Visit, values: dict[str, Any], compartment: Compartment, *, uuid: str, by: Person, at: datetime,
    doubted: Collection[str] = (),
) -> Sample:  # fmt: skip
    """A bottle, and with it a reading of the machine's meter."""
    _must_be_open(visit, by)
    sample = oil.take(values, uuid=uuid, visit=visit, compartment=compartment, by=by, at=at, doubted=doubted)
    customers.read_meter(compartment.machine, values["machine_hours"], by=by, at=at)
    return sample


def give_guidance(
    visit: Visit, values: dict[str, Any], compartment: Compartment | None, *, uuid: str, by: Person, at: datetime
) -> Guidance:
    _must_be_open(visit, by)
    return guidance.give(values, uuid=uuid, visit=visit, compartment=compartment, by=by, at=at)


def add_photo(
    visit: Visit, sha256: str, size_px: tuple[int, int], caption: str, *, uuid: str, by: Person, at: datetime,
    stage: PhotoStage = PhotoStage.OTHER,
) -> Photo:  # fmt: skip
    """Keep a picture whose bytes are already in the store under `sha256`."""
    _must_be_open(visit, by)
    width, height = size_px
    photo = Photo(
        uuid=uuid, visit_id=visit.id, sha256=sha256, width_px=width, height_px=height, caption=caption, stage=stage,
        taken_at=at, taken_by_id=by.id,
    )  # fmt: skip
    db.session.add(photo)
    db.session.flush()
    after = {"visit": visit.id, "sha256": sha256, "caption": caption, "stage": stage}
    note("photo.taken", photo, by=by, at=at, after=after)
    return photo


def train(visit: Visit, values: dict[str, Any], *, uuid: str, by: Person, at: datetime) -> Training:
    _must_be_open(visit, by)
    return fieldwork.train(values, uuid=uuid, visit=visit, by=by, at=at)


def find(
    visit: Visit, values: dict[str, Any], machine: Machine | None, *, uuid: str, by: Person, at: datetime
) -> Finding:
    _must_be_open(visit, by)
    return fieldwork.find(values, machine, uuid=uuid, visit=visit, by=by, at=at)


def promise(visit: Visit, text: str, due_on: date, *, uuid: str, by: Person, at: datetime) -> Promise:
    _must_be_open(visit, by)
    return customers.promise(visit.customer, text, due_on, uuid=uuid, by=by, at=at, visit=visit)


def leave(visit: Visit, text: str, *, uuid: str, by: Person, at: datetime) -> LeftOver:
    """Something is left for the next visit at this site."""
    _must_be_open(visit, by)
    return fieldwork.leave(text, uuid=uuid, visit=visit, by=by, at=at)


def finish(visit: Visit, left: LeftOver, *, by: Person, at: datetime) -> None:
    """What an earlier visit at this site left is done now."""
    _must_be_open(visit, by)
    fieldwork.finish(left, visit=visit, by=by, at=at)


def hear_complaint(visit: Visit, values: dict[str, Any], *, uuid: str, by: Person, at: datetime) -> Complaint:
    """The customer complains on site, by the clean values of a ComplaintForm."""
    _must_be_open(visit, by)
    return complaints.receive(values, uuid=uuid, customer=visit.customer, site=visit.site, visit=visit, by=by, at=at)


def work_on_complaint(
    visit: Visit, complaint: Complaint, kind: StepKind, text: str, *, uuid: str, by: Person, at: datetime
) -> ComplaintStep:
    _must_be_open(visit, by)
    return complaints.add_step(complaint, kind, text, uuid=uuid, visit=visit, by=by, at=at)


def settle_complaint(
    visit: Visit, complaint: Complaint, remedy: str, word: CustomerWord, accepted_by: str, *, uuid: str, by: Person,
    at: datetime,
) -> ComplaintStep:  # fmt: skip
    """The customer says on site what they think of the remedy; it is part of what they sign."""
    _must_be_open(visit, by)
    said: dict[str, Any] = {"remedy": remedy, "word": word, "accepted_by": accepted_by}
    return complaints.settle(complaint, **said, uuid=uuid, visit=visit, by=by, at=at)


def sign(visit: Visit, values: dict[str, Any], *, uuid: str, language: str, by: Person, at: datetime) -> Signature:
    """The customer signs what is written so far, on the engineer's phone. `name` and `role` are the customer's."""
    must_be_own(visit, by)
    if not has_content(visit):
        raise NotValid(_("Record at least one thing that was done before the customer signs."))
    before = _move(visit, VisitState.SIGNED)
    visit.signed_at = at
    signature = Signature(
        uuid=uuid, visit_id=visit.id, name=values["name"], role=values["role"],
        satisfaction=int(values["satisfaction"]), strokes=values["strokes"], consented=values["consented"],
        language=language, digest=record.digest(visit), signed_at=at, taken_by_id=by.id,
    )  # fmt: skip
    db.session.add(signature)
    db.session.flush()
    note(
        "visit.signed", visit, by=by, at=at,
        before=before, after={
            "state": visit.state, "name": signature.name, "satisfaction": signature.satisfaction,
            "digest": signature.digest,
        },
    )  # fmt: skip
    return signature


def submit(visit: Visit, *, by: Person, at: datetime) -> None:
    """The engineer puts their own signature under the record and sends it to the supervisor."""
    must_be_own(visit, by)
    before = _move(visit, VisitState.SUBMITTED)
    visit.submitted_at = at
    visit.record_version += 1
    after = {"state": visit.state, "record_version": visit.record_version}
    note("visit.submitted", visit, by=by, at=at, before=before, after=after)
    records.issue(
        subject=visit, number=visit.number, version=visit.record_version, template="visits/record.html",
        facts=record.facts(visit), language=record.language(visit), by=by, at=at,
    )  # fmt: skip


def approve(visit: Visit, *, by: Person, at: datetime) -> None:
    """A leader above the engineer approves. Raises NotYours for anybody else, and for whoever was on the visit."""
    if visit.is_worked_on_by(by):
        raise NotYours(_("Nobody approves their own visit. The next leader up does."))
    if not db.session.scalar(sa.select(Person.id).where(Person.id == visit.engineer_id, Person.led_by(by))):
        raise NotYours(_("Only a leader above the engineer approves this visit."))
    before = _move(visit, VisitState.APPROVED)
    visit.approved_at, visit.approved_by = at, by
    note("visit.approved", visit, by=by, at=at, before=before, after={"state": visit.state})
    records.countersign(records.newest_of(visit), by=by, at=at)


def must_be_own(visit: Visit, person: Person) -> None:
    """Raises NotYours, naming the engineer whose visit it is."""
    if not visit.belongs_to(person):
        raise NotYours(_("This visit belongs to %(name)s. Ask them to record it.", name=visit.engineer.name))


def must_be_on_it(visit: Visit, person: Person) -> None:
    """Raises NotYours for everybody but the engineer and whoever goes along."""
    if not visit.is_worked_on_by(person):
        must_be_own(visit, person)


def _must_be_open(visit: Visit, person: Person) -> None:
    must_be_on_it(visit, person)
    if visit.state is not VisitState.ON_SITE:
        raise WrongState(
            _("Check in first.") if visit.state is VisitState.PLANNED
            else _("The customer has signed this visit, so it can no longer be changed. Add it to the next visit."),
            visit=visit.id,
        )  # fmt: skip


def _move(visit: Visit, state: VisitState) -> dict[str, Any]:
    """Bring the visit to `state`; what it was before comes back, for the journal. Raises WrongState."""
    if not visit.may_become(state):
        raise WrongState(
            _("This visit is “%(state)s” already. Open it again to see how it stands.", state=STATE[visit.state]),
            visit=visit.id,
        )  # fmt: skip
    before = {"state": visit.state}
    visit.state = state
    return before
