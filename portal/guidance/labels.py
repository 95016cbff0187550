"""How the topics of guidance are said to the reader."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.guidance.kinds import Topic

TOPIC = {
    Topic.OIL_CHOICE: _l("Choice of oil"),
    Topic.DRAIN_INTERVAL: _l("Drain interval"),
    Topic.SAMPLING: _l("Sampling interval"),
    Topic.MIXING: _l("Mixing and flushing"),
    Topic.STORAGE: _l("Storage and cleanliness"),
    Topic.WINTER: _l("Winter preparation"),
    Topic.SAFETY: _l("Safety and waste oil"),
}
