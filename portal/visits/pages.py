"""What the pages of a visit say, and the page of one field form, empty or as it was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Response, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.complaints.models import Complaint
from portal.kit import htmx
from portal.kit.db import db, new_uuid
from portal.kit.forms import RoomForm
from portal.kit.i18n import plain_number
from portal.people.models import me
from portal.records import actions as records
from portal.visits import labels, record
from portal.visits.field import FieldKind
from portal.visits.kinds import VisitState
from portal.visits.lists import Content, Waiting, content, waiting
from portal.visits.models import Signature, Visit


@dataclass(frozen=True)
class Section:
    """One part of an open visit as a row: `part` names its form, `count` is how much is recorded there."""

    part: str
    title: str
    count: int
    says: str


@dataclass(frozen=True)
class Typed:
    """How a form was sent, beside its fields: with which number, and what was said to it.

    `say` is why it was not accepted, when no single box is to blame. `doubts` are questions by field, and
    `confirmed` says whether they were answered.
    """

    uuid: str | None = None
    say: str = ""
    doubts: Mapping[str, str] | None = None
    confirmed: bool = False


def form_page(field: FieldKind, visit: Visit, form: RoomForm, typed: Typed = Typed(), status: int = 200) -> Response:
    told = showing(visit) if field.summary else {"visit": visit, "labels": labels}
    context = {
        **told, "form": form, "uuid": typed.uuid or new_uuid(), "say": typed.say, "kind": field.name,
        "doubts": typed.doubts or {}, "confirmed": typed.confirmed,
    }  # fmt: skip
    if htmx.asked_for_fragment():
        return htmx.fragment(field.page, "form", status, **context)
    return htmx.page(field.page, status, **context)


def showing(visit: Visit) -> dict[str, Any]:
    """What the page of a visit and the supervisor's reading view both say."""
    signed = visit.signed_at is not None
    what, works = content(visit), visit.is_worked_on_by(me())
    before = waiting(visit) if works else Waiting()
    is_open = works and visit.state is VisitState.ON_SITE
    return {
        "visit": visit,
        "content": what,
        "waiting": before,
        "sections": sections(what, before) if is_open else [],
        "missing": missing(visit, what, before) if is_open else [],
        "signature": db.session.scalar(sa.select(Signature).where(Signature.visit_id == visit.id)) if signed else None,
        "document": records.newest_of(visit) if visit.record_version else None,
        "where": where(visit),
        "words": record.WORDS,
        "mine": visit.belongs_to(me()),
        "works": works,
        "uuid": new_uuid(),
        "new_uuid": new_uuid,
        "labels": labels,
    }


def sections(what: Content, before: Waiting) -> list[Section]:
    """The parts of the work in the order in which they are mostly done; any other order will do."""
    worked_on = len(what.cases)
    still = len(untouched(what, before))
    complaints = [_recorded(worked_on)] if worked_on else []
    complaints += [_("%(count)s waiting", count=still)] if still else []
    numbers = " · ".join(sample.number for sample in what.samples)
    return [
        Section("sample", _("Oil samples"), len(what.samples), numbers or _recorded(0)),
        _section("guidance", _("Usage guidance"), what.guidance),
        Section("complaint", _("Complaints"), worked_on, " · ".join(complaints) or _("None so far")),
        _section("training", _("Training"), what.trainings),
        _section("photo", _("Photos"), what.photos),
        _section("finding", _("Findings"), what.findings),
        _section("promise", _("Promises"), what.promises),
        _section("left-over", _("Left for next time"), what.left),
    ]


def missing(visit: Visit, what: Content, before: Waiting) -> list[tuple[str, str]]:
    """What somebody should do before the customer signs, each with the address that leads on."""
    found = []
    if not what:
        say = _("Nothing is recorded yet, so the customer cannot sign. Begin with a sample.")
        found.append((say, url_for("visits.form", id=visit.id, part="sample")))
    if still := untouched(what, before):
        say = ngettext("%(num)s complaint waits for a step.", "%(num)s complaints wait for a step.", len(still))
        found.append((say, url_for("visits.form", id=visit.id, part="complaint-step", complaint=still[0].uuid)))
    return found


def untouched(what: Content, before: Waiting) -> list[Complaint]:
    """The open complaints that were not spoken of at this visit."""
    spoken_of = {case.complaint.id for case in what.cases}
    return [complaint for complaint in before.complaints if complaint.id not in spoken_of]


def where(visit: Visit) -> str:
    """Where the engineer checked in, in words: At the site · 40 m."""
    if visit.nearness is None:
        return ""
    distance = "" if visit.distance_m is None else f" · {plain_number(visit.distance_m)} m"
    return f"{labels.NEARNESS[visit.nearness]}{distance}"


def _section(part: str, title: str, recorded: list[Any]) -> Section:
    return Section(part, title, len(recorded), _recorded(len(recorded)))


def _recorded(count: int) -> str:
    return _("%(count)s recorded", count=count) if count else _("Nothing yet")
