"""What can be recorded at a visit: one row a kind, with its form, its page and its verb.

The same row serves the page on the phone, the plain form without JavaScript and the envelope of a phone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from portal.complaints.forms import ComplaintForm, SettleForm, StepForm
from portal.complaints.kinds import Channel
from portal.complaints.lists import offer
from portal.complaints.models import Complaint
from portal.customers.forms import PromiseForm
from portal.customers.models import Compartment, Machine
from portal.fieldwork.forms import FindingForm, LeftOverForm, TrainingForm
from portal.fieldwork.models import LeftOver
from portal.guidance.record import prepare
from portal.kit import photos
from portal.kit.blobs import keep
from portal.kit.clock import now
from portal.kit.db import db
from portal.kit.errors import NotValid
from portal.kit.forms import RoomForm
from portal.kit.i18n import reader_language, zone
from portal.oil.bottle import following
from portal.oil.forms import SampleForm
from portal.oil.models import previous_of
from portal.people.models import Person, me
from portal.visits import actions
from portal.visits.forms import CheckInForm, DoneForm, PhotoForm, SignForm, SubmitForm
from portal.visits.kinds import PhotoStage
from portal.visits.models import Visit

Data = Any  # a MultiDict of a form, a dict of an envelope, or None for an empty form


@dataclass(frozen=True)
class Deed:
    """One verb in the field, with all it needs.

    `doubted` are the fields about which somebody was asked, or, behind an envelope, would have been.
    """

    visit: Visit
    form: RoomForm
    uuid: str
    by: Person
    at: datetime
    files: dict[str, Any]
    doubted: tuple[str, ...] = ()

    @property
    def born(self) -> dict[str, Any]:
        """Of a row that comes of it: its name, by whom and when."""
        return {"uuid": self.uuid, "by": self.by, "at": self.at}


@dataclass(frozen=True)
class FieldKind:
    """`page` is the template of its form, which shows all that was recorded where `summary` is set.

    `pin` asks for the signing PIN, which never enters an envelope. `alone` leaves it to the engineer whose visit it
    is. `suggest` fills in what is so most times, on an empty page. `next` is what the page of the next such record
    begins with.
    """

    name: str
    page: str
    form: Callable[[Visit, Data], RoomForm]
    do: Callable[[Deed], Any]
    pin: bool = False
    summary: bool = False
    alone: bool = False
    suggest: Callable[[Any], None] | None = None
    next: Callable[[Deed], dict[str, str]] | None = None

    def must_be_for(self, visit: Visit, person: Person) -> None:
        """Raises NotYours unless this person may send it at this visit, in whatever state that is."""
        (actions.must_be_own if self.alone else actions.must_be_on_it)(visit, person)


def doubts_of(form: Any, at: datetime) -> dict[str, str]:
    """What a sound form has that somebody should look at twice: a sentence by field. Most forms have no doubts."""
    return form.doubts(at) if hasattr(form, "doubts") else {}


def compartments_of(visit: Visit) -> list[Compartment]:
    """The compartments at the visit's site, machine by machine, with machine and oil loaded."""
    return list(db.session.scalars(Compartment.at_site(visit.site_id)))


def today_at(visit: Visit) -> date:
    return now().astimezone(zone(visit.zone_name)).date()


def _sample_form(visit: Visit, data: Data) -> RoomForm:
    """The form for one bottle; once its compartment is chosen, with the values of the bottle before."""
    first = (data or {}).get("first")
    compartments = sorted(compartments_of(visit), key=lambda c: c.machine.uuid != first)
    form = SampleForm(data).among(compartments)
    for compartment in compartments:
        if compartment.uuid == form.compartment.data:
            form.remember(previous_of(compartment.id), where=zone(visit.zone_name))
    return form


def _next_sample(deed: Deed) -> dict[str, str]:
    """The next bottle of the box, the same machine before the others, for the same reason."""
    values = deed.form.values
    machine = _compartment(deed.visit, values["compartment"]).machine
    return {"number": following(values["number"]), "reason": values["reason"], "first": machine.uuid}


def _guidance_form(visit: Visit, data: Data) -> RoomForm:
    who = {"customer_id": visit.customer_id, "engineer_id": me().id}
    return prepare(data, compartments_of(visit), **who, today=today_at(visit))


def _finding_form(visit: Visit, data: Data) -> RoomForm:
    machines = sa.select(Machine).where(Machine.site_id == visit.site_id, Machine.archived_at.is_(None))
    return FindingForm(data).among(db.session.scalars(machines.order_by(Machine.number)))


def _promise_form(visit: Visit, data: Data) -> RoomForm:
    return PromiseForm(data).not_before(today_at(visit))


def _complaint_form(visit: Visit, data: Data) -> RoomForm:
    known = offer(me(), visit.customer)
    given = {"channel": Channel.VISIT, "contact": str(visit.contact_id or "")}
    return ComplaintForm(data, **given).among(known.machines, known.products, known.contacts)


def _step_form(visit: Visit, data: Data) -> RoomForm:
    return _on_complaint(StepForm, visit, data)


def _settle_form(visit: Visit, data: Data) -> RoomForm:
    return _on_complaint(SettleForm, visit, data, accepted_by=visit.contact.name if visit.contact else None)


def _on_complaint(form: type[Any], visit: Visit, data: Data, **given: Any) -> RoomForm:
    """A form about one of the customer's open complaints; where there is one, it is chosen."""
    open_ones = list(db.session.scalars(Complaint.open_of(visit.customer_id)))
    only = open_ones[0].uuid if len(open_ones) == 1 else None
    return form(data, complaint=only, **given).among(open_ones)  # type: ignore[no-any-return]


def _sign_form(visit: Visit, data: Data) -> RoomForm:
    contact = visit.contact
    given = {"name": contact.name, "role": contact.role} if contact else {}
    return SignForm(data, **given)


def _plain(form: type[RoomForm]) -> Callable[[Visit, Data], RoomForm]:
    return lambda _visit, data: form(data)


def _check_in(deed: Deed) -> None:
    actions.check_in(deed.visit, deed.form.position, by=deed.by, at=deed.at)  # type: ignore[attr-defined]


def _sample(deed: Deed) -> None:
    values = deed.form.values
    compartment = _compartment(deed.visit, values["compartment"])
    actions.record_sample(deed.visit, values, compartment, doubted=deed.doubted, **deed.born)


def _guidance(deed: Deed) -> None:
    values = deed.form.values
    compartment = _compartment(deed.visit, values["compartment"]) if values["compartment"] else None
    actions.give_guidance(deed.visit, values, compartment, **deed.born)


def _photo(deed: Deed) -> None:
    upload = deed.files.get("photo")
    if upload is None:
        raise NotValid(_("Take or choose a photo first."))
    picture, width, height = photos.clean(upload)
    blob = keep(picture, media_type="image/jpeg", uuid=deed.uuid, at=deed.at, by_id=deed.by.id)
    caption, stage = deed.form.values["caption"], deed.form.values["stage"] or PhotoStage.OTHER
    actions.add_photo(deed.visit, blob.sha256, (width, height), caption, stage=stage, **deed.born)


def _training(deed: Deed) -> None:
    actions.train(deed.visit, deed.form.values, **deed.born)


def _finding(deed: Deed) -> None:
    values = deed.form.values
    machine = _machine(deed.visit, values["machine"]) if values["machine"] else None
    actions.find(deed.visit, values, machine, **deed.born)


def _promise(deed: Deed) -> None:
    actions.promise(deed.visit, deed.form.values["text"], deed.form.values["due_on"], **deed.born)


def _left_over(deed: Deed) -> None:
    actions.leave(deed.visit, deed.form.values["text"], **deed.born)


def _left_over_done(deed: Deed) -> None:
    here = sa.select(LeftOver).where(LeftOver.uuid == deed.form.values["left_over"])
    left = db.session.scalar(here.where(LeftOver.site_id == deed.visit.site_id).with_for_update())
    if left is None:
        raise NotValid(_("This was not left at this site. Reload the page."))
    actions.finish(deed.visit, left, by=deed.by, at=deed.at)


def _complaint(deed: Deed) -> None:
    actions.hear_complaint(deed.visit, deed.form.values, **deed.born)


def _complaint_step(deed: Deed) -> None:
    values = deed.form.values
    complaint = _complaint_of(deed.visit, values["complaint"])
    actions.work_on_complaint(deed.visit, complaint, values["kind"], values["text"], **deed.born)


def _complaint_settle(deed: Deed) -> None:
    values = deed.form.values
    said = values["remedy"], values["customer_word"], values["accepted_by"]
    actions.settle_complaint(deed.visit, _complaint_of(deed.visit, values["complaint"]), *said, **deed.born)


def _signature(deed: Deed) -> None:
    actions.sign(deed.visit, deed.form.values, language=reader_language(), **deed.born)


def _submission(deed: Deed) -> None:
    actions.submit(deed.visit, by=deed.by, at=deed.at)


def _compartment(visit: Visit, uuid: str) -> Compartment:
    """The compartment of this uuid at the visit's site. Raises NotValid for any other."""
    here = (
        sa.select(Compartment)
        .join(Compartment.machine)
        .where(Compartment.uuid == uuid, Machine.site_id == visit.site_id)
    )
    return _found(here, _("This compartment is not at this site. Choose one from the list."))


def _machine(visit: Visit, uuid: str) -> Machine:
    here = sa.select(Machine).where(Machine.uuid == uuid, Machine.site_id == visit.site_id)
    return _found(here, _("This machine is not at this site. Choose another."))


def _complaint_of(visit: Visit, uuid: str) -> Complaint:
    theirs = sa.select(Complaint).where(Complaint.uuid == uuid, Complaint.customer_id == visit.customer_id)
    return _found(theirs, _("This complaint is not open here. Choose another."))


def _found(select: sa.Select[Any], say: str) -> Any:
    """The one row. Raises NotValid with the sentence when there is none."""
    row = db.session.scalar(select)
    if row is None:
        raise NotValid(say)
    return row


KINDS: dict[str, FieldKind] = {
    kind.name: kind
    for kind in (
        FieldKind("check-in", "visits/show.html", _plain(CheckInForm), _check_in, summary=True, alone=True),
        FieldKind("sample", "visits/sample.html", _sample_form, _sample, suggest=SampleForm.suggest, next=_next_sample),
        FieldKind("guidance", "visits/guidance.html", _guidance_form, _guidance),
        FieldKind("complaint", "visits/complaint.html", _complaint_form, _complaint),
        FieldKind("complaint-step", "visits/complaint_step.html", _step_form, _complaint_step),
        FieldKind("complaint-settle", "visits/complaint_settle.html", _settle_form, _complaint_settle),
        FieldKind("training", "visits/training.html", _plain(TrainingForm), _training),
        FieldKind("photo", "visits/photo.html", _plain(PhotoForm), _photo),
        FieldKind("finding", "visits/finding.html", _finding_form, _finding),
        FieldKind("promise", "visits/promise.html", _promise_form, _promise),
        FieldKind("left-over", "visits/left_over.html", _plain(LeftOverForm), _left_over),
        FieldKind("left-over-done", "visits/show.html", _plain(DoneForm), _left_over_done, summary=True),
        FieldKind("signature", "visits/sign.html", _sign_form, _signature, summary=True, alone=True),
        FieldKind(
            "submission", "visits/submit.html", _plain(SubmitForm), _submission, pin=True, summary=True, alone=True
        ),
    )
}
