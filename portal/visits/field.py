"""What can be recorded at a visit: one row a kind, with its form, its page and its verb.

The same row serves the page on the phone, the plain form without JavaScript and the envelope of a phone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from portal.customers.models import Compartment, Machine
from portal.guidance.forms import GuidanceForm
from portal.kit import photos
from portal.kit.blobs import keep
from portal.kit.clock import now
from portal.kit.db import db
from portal.kit.errors import NotValid
from portal.kit.forms import RoomForm
from portal.kit.i18n import reader_language, zone
from portal.oil.forms import SampleForm
from portal.oil.models import previous_of
from portal.people.models import Person
from portal.visits import actions
from portal.visits.forms import CheckInForm, PhotoForm, SignForm, SubmitForm
from portal.visits.models import Visit

Data = Any  # a MultiDict of a form, a dict of an envelope, or None for an empty form


@dataclass(frozen=True)
class Deed:
    """One verb in the field, with all it needs."""

    visit: Visit
    form: RoomForm
    uuid: str
    by: Person
    at: datetime
    files: dict[str, Any]


@dataclass(frozen=True)
class FieldKind:
    """`page` is the template of its form, which shows all that was recorded where `summary` is set.

    `pin` asks for the signing PIN, which never enters an envelope.
    """

    name: str
    page: str
    form: Callable[[Visit, Data], RoomForm]
    do: Callable[[Deed], Any]
    pin: bool = False
    summary: bool = False


def compartments_of(visit: Visit) -> list[Compartment]:
    """The compartments at the visit's site, machine by machine, with machine and oil loaded."""
    return list(db.session.scalars(Compartment.at_site(visit.site_id)))


def _sample_form(visit: Visit, data: Data) -> RoomForm:
    """The form for one bottle; once its compartment is chosen, with the values of the bottle before."""
    compartments = compartments_of(visit)
    form = SampleForm(data).among(compartments)
    for compartment in compartments:
        if compartment.uuid == form.compartment.data:
            form.remember(previous_of(compartment.id), where=zone(visit.zone_name))
    return form


def _guidance_form(visit: Visit, data: Data) -> RoomForm:
    today = now().astimezone(zone(visit.zone_name)).date()
    return GuidanceForm(data).among(compartments_of(visit)).not_before(today)


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
    actions.record_sample(deed.visit, values, compartment, uuid=deed.uuid, by=deed.by, at=deed.at)


def _guidance(deed: Deed) -> None:
    values = deed.form.values
    compartment = _compartment(deed.visit, values["compartment"]) if values["compartment"] else None
    actions.give_guidance(deed.visit, values, compartment, uuid=deed.uuid, by=deed.by, at=deed.at)


def _photo(deed: Deed) -> None:
    upload = deed.files.get("photo")
    if upload is None:
        raise NotValid(_("Take or choose a photo first."))
    picture, width, height = photos.clean(upload)
    blob = keep(picture, media_type="image/jpeg", uuid=deed.uuid, at=deed.at, by_id=deed.by.id)
    caption = deed.form.values["caption"]
    actions.add_photo(deed.visit, blob.sha256, (width, height), caption, uuid=deed.uuid, by=deed.by, at=deed.at)


def _signature(deed: Deed) -> None:
    language = reader_language()
    actions.sign(deed.visit, deed.form.values, uuid=deed.uuid, language=language, by=deed.by, at=deed.at)


def _submission(deed: Deed) -> None:
    actions.submit(deed.visit, by=deed.by, at=deed.at)


def _compartment(visit: Visit, uuid: str) -> Compartment:
    """The compartment of this uuid at the visit's site. Raises NotValid for any other."""
    here = (
        sa.select(Compartment)
        .join(Compartment.machine)
        .where(Compartment.uuid == uuid, Machine.site_id == visit.site_id)
    )
    found = db.session.scalar(here)
    if found is None:
        raise NotValid(_("This compartment is not at this site. Choose one from the list."))
    return found


KINDS: dict[str, FieldKind] = {
    kind.name: kind
    for kind in (
        FieldKind("check-in", "visits/show.html", _plain(CheckInForm), _check_in, summary=True),
        FieldKind("sample", "visits/sample.html", _sample_form, _sample),
        FieldKind("guidance", "visits/guidance.html", _guidance_form, _guidance),
        FieldKind("photo", "visits/photo.html", _plain(PhotoForm), _photo),
        FieldKind("signature", "visits/sign.html", _sign_form, _signature, summary=True),
        FieldKind("submission", "visits/submit.html", _plain(SubmitForm), _submission, pin=True, summary=True),
    )
}
