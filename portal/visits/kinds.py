"""The words of a visit: its states and which may follow which."""

from __future__ import annotations

from enum import StrEnum


class VisitState(StrEnum):
    PLANNED = "planned"
    ON_SITE = "on_site"
    SIGNED = "signed"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    CANCELLED = "cancelled"
    CLOSED_UNSIGNED = "closed_unsigned"


class PhotoStage(StrEnum):
    """When a picture was taken, seen from the work."""

    AFTER = "after"
    BEFORE = "before"
    OTHER = "other"


NEXT: dict[VisitState, frozenset[VisitState]] = {
    VisitState.PLANNED: frozenset({VisitState.ON_SITE, VisitState.CANCELLED}),
    VisitState.ON_SITE: frozenset({VisitState.SIGNED, VisitState.CLOSED_UNSIGNED}),
    VisitState.SIGNED: frozenset({VisitState.SUBMITTED}),
    VisitState.SUBMITTED: frozenset({VisitState.APPROVED, VisitState.RETURNED}),
    VisitState.RETURNED: frozenset({VisitState.SUBMITTED}),
    VisitState.APPROVED: frozenset(),
    VisitState.CANCELLED: frozenset(),
    VisitState.CLOSED_UNSIGNED: frozenset(),
}

SENT = (VisitState.SUBMITTED, VisitState.RETURNED, VisitState.APPROVED)  # what colleagues of the region may read
