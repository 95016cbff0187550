"""The words of a complaint: what it is about, how it came, where it stands."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

ANSWER_WITHIN = timedelta(hours=24)  # standard S11; elapsed time, whatever the clocks on the wall do


class Category(StrEnum):
    ADVICE = "advice"
    CONDUCT = "conduct"
    CONTAMINATION = "contamination"
    COUNTERFEIT = "counterfeit"
    DEALER = "dealer"
    DELIVERY = "delivery"
    DOCUMENTS = "documents"
    PACKAGE = "package"
    PERFORMANCE = "performance"
    QUALITY = "quality"
    SHORT = "short"
    WRONG_GRADE = "wrong_grade"


class Severity(StrEnum):
    """Critical: somebody may be hurt, or a machine stands still."""

    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"


class Channel(StrEnum):
    DEALER = "dealer"
    FAX = "fax"
    IN_PERSON = "in_person"
    MAIL = "mail"
    PHONE = "phone"
    VISIT = "visit"


class ComplaintState(StrEnum):
    RECEIVED = "received"
    WORKING = "working"
    SETTLED = "settled"
    CLOSED = "closed"


class StepKind(StrEnum):
    """One line of the process record. Answered: the first word of substance to the customer."""

    ANSWERED = "answered"
    CONTAINED = "contained"
    INVESTIGATED = "investigated"
    CAUSE = "cause"
    REMEDY = "remedy"
    SETTLED = "settled"
    CLOSED = "closed"


class CustomerWord(StrEnum):
    """What the customer says of the remedy."""

    ACCEPTED = "accepted"
    PARTLY = "partly"
    REFUSED = "refused"


class Shown(StrEnum):
    """Which complaints a list shows."""

    OPEN = "open"
    SETTLED = "settled"
    CLOSED = "closed"
    ALL = "all"


NEXT: dict[ComplaintState, frozenset[ComplaintState]] = {
    ComplaintState.RECEIVED: frozenset({ComplaintState.WORKING, ComplaintState.SETTLED}),
    ComplaintState.WORKING: frozenset({ComplaintState.SETTLED}),
    ComplaintState.SETTLED: frozenset({ComplaintState.CLOSED, ComplaintState.WORKING}),
    ComplaintState.CLOSED: frozenset(),
}
OPEN = (ComplaintState.RECEIVED, ComplaintState.WORKING)  # the customer still waits
WORK = (StepKind.ANSWERED, StepKind.CONTAINED, StepKind.INVESTIGATED, StepKind.CAUSE, StepKind.REMEDY)  # in this order


def answer_by(received_at: datetime) -> datetime:
    """Until when the customer hears a first word of substance."""
    return received_at + ANSWER_WITHIN


def settle_by(received_at: datetime, zone: tzinfo) -> datetime:
    """Until when it is settled: one calendar month on, at the same time of the wall clock in `zone`, in UTC.

    The last day of a shorter month stands for a day it does not have: 31 January becomes 28 or 29 February.
    """
    local = received_at.astimezone(zone)
    year, month = (local.year, local.month + 1) if local.month < 12 else (local.year + 1, 1)
    day = min(local.day, monthrange(year, month)[1])
    return local.replace(year=year, month=month, day=day).astimezone(UTC)
