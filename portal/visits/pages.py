"""The page of one field form, empty or as it was typed."""

from __future__ import annotations

from typing import Any

from flask import Response

from portal.kit import htmx
from portal.kit.db import new_uuid
from portal.kit.forms import RoomForm
from portal.visits import labels, record
from portal.visits.field import FieldKind
from portal.visits.models import Visit


def form_page(
    field: FieldKind, visit: Visit, form: RoomForm, uuid: str | None = None, status: int = 200, say: str = ""
) -> Response:
    """`say` is why it was not accepted, when no single box is to blame."""
    context: dict[str, Any] = {
        "visit": visit, "form": form, "uuid": uuid or new_uuid(), "say": say, "labels": labels,
        "content": record.content(visit) if field.summary else record.NOTHING, "words": record.WORDS,
        "kind": field.name, "mine": True,
    }  # fmt: skip
    if htmx.asked_for_fragment():
        return htmx.fragment(field.page, "form", status, **context)
    return htmx.page(field.page, status, **context)
