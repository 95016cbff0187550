"""How the words of a visit are said to the reader."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.customers.distance import Nearness
from portal.visits.kinds import PhotoStage, VisitState

STATE = {
    VisitState.PLANNED: _l("Planned"),
    VisitState.ON_SITE: _l("On site"),
    VisitState.SIGNED: _l("Signed"),
    VisitState.SUBMITTED: _l("Awaiting approval"),
    VisitState.RETURNED: _l("Returned"),
    VisitState.APPROVED: _l("Approved"),
    VisitState.CANCELLED: _l("Cancelled"),
    VisitState.CLOSED_UNSIGNED: _l("Closed without signature"),
}
STATE_TAG = {
    VisitState.PLANNED: ("", "calendar-clock"),
    VisitState.ON_SITE: ("brand", "map-pin"),
    VisitState.SIGNED: ("ok", "signature"),
    VisitState.SUBMITTED: ("warn", "clock"),
    VisitState.RETURNED: ("bad", "rotate-ccw"),
    VisitState.APPROVED: ("ok", "shield-check"),
    VisitState.CANCELLED: ("", "circle-x"),
    VisitState.CLOSED_UNSIGNED: ("bad", "circle-alert"),
}
NEARNESS = {
    Nearness.INSIDE: _l("At the site"),
    Nearness.NEAR: _l("Near the site"),
    Nearness.FAR: _l("Far from the site"),
    Nearness.UNKNOWN: _l("Position unknown"),
}
STAGE = {PhotoStage.BEFORE: _l("Before"), PhotoStage.AFTER: _l("After"), PhotoStage.OTHER: _l("Other")}
SATISFACTION = {1: _l("Poor"), 2: _l("Fair"), 3: _l("OK"), 4: _l("Good"), 5: _l("Very good")}
CONSENT = _l(
    "With my signature I confirm that what is written above was done and explained to me."
    " I agree that it is signed electronically."
)
