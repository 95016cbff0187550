"""How the words of this room are said to the reader."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.customers.labels import COMPARTMENT, compartment_label, oil_label
from portal.oil.labels import REASON, SAMPLE_POINT, SAMPLE_STATE, VISUAL, YES_NO
from portal.scan.kinds import Count

__all__ = ["COMPARTMENT", "REASON", "SAMPLE_POINT", "SAMPLE_STATE", "VISUAL", "YES_NO"]
__all__ += ["compartment_label", "oil_label"]
COUNT = {
    Count.ONE: _l("24 · one sheet"),
    Count.TWO: _l("48 · two sheets"),
    Count.FOUR: _l("96 · four sheets"),
}
