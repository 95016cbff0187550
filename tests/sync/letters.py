"""Envelopes as a phone makes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.kit.clock import now
from portal.kit.db import new_uuid
from portal.town import Town
from portal.visits.models import Visit


def bottle(town: Town, **changes: Any) -> dict[str, Any]:
    """What a phone sends of one bottle."""
    return {
        "compartment": town.engine.uuid, "number": "HB-2611-0427", "machine_hours": "12450", "oil_hours": "270",
        "oil_changed": "no", "reason": "routine", "visual": ["dark"], **changes,
    }  # fmt: skip


def envelope(kind: str, visit: Visit | str, payload: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A letter written and sent this moment, by a phone whose clock is right. A visit may be named by its uuid."""
    at: datetime = now()
    return {
        "uuid": new_uuid(), "kind": kind, "visit": visit if isinstance(visit, str) else visit.uuid, "schema": 1,
        "device": None, "seq": None, "occurred": at.isoformat(), "sent": at.isoformat(), "base_version": None,
        "payload": payload, **changes,
    }  # fmt: skip
