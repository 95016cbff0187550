"""How a finding is said to the reader."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.fieldwork.kinds import Level

LEVEL = {Level.GOOD: _l("In order"), Level.WATCH: _l("Keep an eye on it"), Level.ACT: _l("Act now")}
LEVEL_TAG = {
    Level.GOOD: ("ok", "circle-check"),
    Level.WATCH: ("warn", "triangle-alert"),
    Level.ACT: ("bad", "circle-alert"),
}
