"""What the pages of a visit say, and the page of one field form, empty or as it was typed."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Response

from portal.kit import htmx
from portal.kit.db import db, new_uuid
from portal.kit.forms import RoomForm
from portal.kit.i18n import plain_number
from portal.people.models import me
from portal.records import actions as records
from portal.visits import labels, record
from portal.visits.field import FieldKind
from portal.visits.models import Signature, Visit


def form_page(
    field: FieldKind, visit: Visit, form: RoomForm, uuid: str | None = None, status: int = 200, say: str = ""
) -> Response:
    """`say` is why it was not accepted, when no single box is to blame."""
    told = showing(visit) if field.summary else {"visit": visit, "labels": labels}
    context = {**told, "form": form, "uuid": uuid or new_uuid(), "say": say, "kind": field.name}
    if htmx.asked_for_fragment():
        return htmx.fragment(field.page, "form", status, **context)
    return htmx.page(field.page, status, **context)


def showing(visit: Visit) -> dict[str, Any]:
    """What the page of a visit and the supervisor's reading view both say."""
    signed = visit.signed_at is not None
    return {
        "visit": visit,
        "content": record.content(visit),
        "signature": db.session.scalar(sa.select(Signature).where(Signature.visit_id == visit.id)) if signed else None,
        "document": records.newest_of(visit) if visit.record_version else None,
        "where": where(visit),
        "words": record.WORDS,
        "mine": visit.belongs_to(me()),
        "uuid": new_uuid(),
        "labels": labels,
    }


def where(visit: Visit) -> str:
    """Where the engineer checked in, in words: At the site · 40 m."""
    if visit.nearness is None:
        return ""
    distance = "" if visit.distance_m is None else f" · {plain_number(visit.distance_m)} m"
    return f"{labels.NEARNESS[visit.nearness]}{distance}"
