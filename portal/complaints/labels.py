"""How the words of a complaint are said to the reader. Categories and channels stand in the order they are offered."""

from __future__ import annotations

from datetime import datetime

from flask_babel import format_timedelta
from flask_babel import lazy_gettext as _l

from portal.complaints.kinds import Category, Channel, ComplaintState, CustomerWord, Severity, Shown, StepKind
from portal.complaints.models import Complaint

CATEGORY = {
    Category.QUALITY: _l("Product quality"),
    Category.PERFORMANCE: _l("Failure in use"),
    Category.CONTAMINATION: _l("Contamination"),
    Category.WRONG_GRADE: _l("Wrong grade or product"),
    Category.PACKAGE: _l("Package leak or damage"),
    Category.SHORT: _l("Short quantity"),
    Category.DELIVERY: _l("Late delivery"),
    Category.COUNTERFEIT: _l("Suspected counterfeit"),
    Category.ADVICE: _l("Wrong advice"),
    Category.CONDUCT: _l("Conduct of staff"),
    Category.DOCUMENTS: _l("Documents, payment"),
    Category.DEALER: _l("Dealer support"),
}
SEVERITY = {Severity.MINOR: _l("Minor"), Severity.MAJOR: _l("Major"), Severity.CRITICAL: _l("Critical")}
SEVERITY_TAG = {
    Severity.MINOR: ("", ""),
    Severity.MAJOR: ("warn", "triangle-alert"),
    Severity.CRITICAL: ("bad", "circle-alert"),
}
CHANNEL = {
    Channel.PHONE: _l("By phone"),
    Channel.VISIT: _l("At a visit"),
    Channel.DEALER: _l("Through a dealer"),
    Channel.IN_PERSON: _l("In person"),
    Channel.MAIL: _l("By mail"),
    Channel.FAX: _l("By fax"),
}
COMPLAINT_STATE = {
    ComplaintState.RECEIVED: _l("Received"),
    ComplaintState.WORKING: _l("Being worked on"),
    ComplaintState.SETTLED: _l("Settled"),
    ComplaintState.CLOSED: _l("Closed"),
}
COMPLAINT_TAG = {
    ComplaintState.RECEIVED: ("warn", "inbox"),
    ComplaintState.WORKING: ("brand", "wrench"),
    ComplaintState.SETTLED: ("ok", "circle-check"),
    ComplaintState.CLOSED: ("", "check"),
}
STEP = {
    StepKind.ANSWERED: _l("Answered the customer"),
    StepKind.CONTAINED: _l("Immediate action"),
    StepKind.INVESTIGATED: _l("Investigated"),
    StepKind.CAUSE: _l("Cause found"),
    StepKind.REMEDY: _l("Remedy offered"),
    StepKind.SETTLED: _l("Settled"),
    StepKind.CLOSED: _l("Closed"),
}
CUSTOMER_WORD = {
    CustomerWord.ACCEPTED: _l("Accepted"),
    CustomerWord.PARTLY: _l("Accepted in part"),
    CustomerWord.REFUSED: _l("Refused"),
}
SHOWN = {Shown.OPEN: _l("Waiting"), Shown.SETTLED: _l("Settled"), Shown.CLOSED: _l("Closed"), Shown.ALL: _l("All")}


def complaint_label(complaint: Complaint) -> str:
    """Number and category in one line: `C-2026-000123 · Product quality`."""
    return f"{complaint.number} · {CATEGORY[complaint.category]}"


def ago(instant: datetime, at: datetime) -> str:
    """How long before `at` it was, in words: 3 hours ago."""
    return format_timedelta(instant - at, add_direction=True)
