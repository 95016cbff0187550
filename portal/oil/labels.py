"""How the words of a sample are said to the reader."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.oil.kinds import Reason, SamplePoint, SampleState, VisualCode, YesNo

SAMPLE_POINT = {
    SamplePoint.VALVE: _l("Sampling valve"),
    SamplePoint.PUMP: _l("Tube and pump"),
    SamplePoint.DRAIN: _l("Drain"),
    SamplePoint.FILTER: _l("Filter"),
}
REASON = {
    Reason.ROUTINE: _l("Routine"),
    Reason.RESAMPLE: _l("Check sample"),
    Reason.COMPLAINT: _l("Complaint"),
    Reason.NEW_OIL: _l("New oil"),
    Reason.AFTER_REPAIR: _l("After repair"),
    Reason.WARRANTY_END: _l("Before warranty ends"),
}
YES_NO = {YesNo.YES: _l("Yes"), YesNo.NO: _l("No"), YesNo.UNKNOWN: _l("Not known")}
VISUAL = {
    VisualCode.CLEAR: _l("Clear"),
    VisualCode.DARK: _l("Dark"),
    VisualCode.HAZY: _l("Hazy"),
    VisualCode.MILKY: _l("Milky"),
    VisualCode.WATER: _l("Free water"),
    VisualCode.MAG_SUSPENSION: _l("Magnetic haze"),
    VisualCode.MAG_GRANULES: _l("Magnetic grains"),
    VisualCode.NONMAG_SUSPENSION: _l("Non-magnetic haze"),
    VisualCode.NONMAG_GRANULES: _l("Non-magnetic grains"),
    VisualCode.SLUDGE: _l("Sludge"),
    VisualCode.FOAM: _l("Foam"),
    VisualCode.FUEL: _l("Smells of fuel"),
    VisualCode.BURNT: _l("Smells burnt"),
}
SAMPLE_STATE = {
    SampleState.TAKEN: _l("Taken"),
    SampleState.SHIPPED: _l("On its way to the laboratory"),
    SampleState.RECEIVED: _l("At the laboratory"),
    SampleState.REJECTED: _l("Rejected by the laboratory"),
    SampleState.TESTING: _l("Being tested"),
    SampleState.REPORTED: _l("Reported"),
    SampleState.VOID: _l("Void"),
}
