"""How the words of guidance are said to the reader."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.catalogue.labels import THICKENER, sourced
from portal.guidance.kinds import DrainBasis, Mixing, Topic
from portal.guidance.mixing import BY_NOTE

TOPIC = {
    Topic.OIL_CHOICE: _l("Choice of oil"),
    Topic.DRAIN_INTERVAL: _l("Drain interval"),
    Topic.SAMPLING: _l("Sampling interval"),
    Topic.MIXING: _l("Mixing and flushing"),
    Topic.STORAGE: _l("Storage and cleanliness"),
    Topic.WINTER: _l("Winter preparation"),
    Topic.SAFETY: _l("Safety and waste oil"),
}
DRAIN_BASIS = {
    DrainBasis.ANALYSIS: _l("Oil analysis"),
    DrainBasis.MAKER: _l("Maker's interval"),
    DrainBasis.TRIAL: _l("Trial"),
}
MIXING = {
    Mixing.BORDERLINE: _l("Borderline: test first"),
    Mixing.COMPATIBLE: _l("May be mixed"),
    Mixing.FLUSH: _l("Flush before filling"),
    Mixing.INCOMPATIBLE: _l("Must not be mixed"),
    Mixing.UNKNOWN: _l("Not known: test first"),
}
MIXING_NOTE = {  # kind of the page's note
    Mixing.BORDERLINE: "warn",
    Mixing.COMPATIBLE: "ok",
    Mixing.FLUSH: "warn",
    Mixing.INCOMPATIBLE: "bad",
    Mixing.UNKNOWN: "warn",
}
GREASE_THEN = {
    Mixing.BORDERLINE: _l("Have the mixture tested, or push the old grease out until only new grease comes."),
    Mixing.COMPATIBLE: _l("The new grease may be pressed in on top of the old."),
    Mixing.INCOMPATIBLE: _l("Open, clean and dry the bearing before the new grease goes in."),
}
NOTE = {  # by the name under which a row is kept
    "same": _l("It is the same product."),
    "unknown": _l("No table of ours knows this pair. Test the mixture first, or drain and flush."),
    "fluid:air_compressor": _l("In an air compressor this fluid must not meet mineral oil. Flush as its maker says."),
    "fluid:mineral_ester": _l(
        "They mix, but a fluid sold as biodegradable may hold at most 2 % mineral oil (ISO 15380). Flush down to"
        " that, and check seals and paint."
    ),
    "fluid:mineral_hfc": _l("They do not mix. Clean the whole system, change the filters, check zinc parts and paint."),
    "fluid:mineral_hfdr": _l("They are not compatible. Clean all, change the seals (FKM or butyl), check the paint."),
    "fluid:mineral_pag": _l("They do not mix. Drain, clean and flush; change the seals if the maker asks."),
    "fluid:mineral_pao": _l("They mix. An ordinary oil change is enough."),
    "fluid:pao_pag": _l("They do not mix. Drain, clean and flush; change the seals if the maker asks."),
    "fluid:same_base": _l("Both are made from the same kind of base oil. An ordinary oil change is enough."),
    "fluid:turbine_brands": _l("Turbine oils of two kinds: have the mixture tested first (ASTM D7155)."),
    "fluid:zinc_hydraulic": _l(
        "An engine oil with zinc spoils the water separation and filtering of an ashless hydraulic oil. Flush."
    ),
    "fluid:zinc_turbine": _l(
        "An engine oil with zinc spoils the water separation and filtering of a turbine oil. Flush."
    ),
}


def note_said(note: str) -> str:
    """What the row kept as `note` says, and whose word it is; a note that no table has any more stays as it is."""
    verdict = BY_NOTE.get(note)
    if verdict is None:
        return note
    says = _grease(note) if note.startswith("grease:") else str(NOTE[note])
    return says if note in {"same", "unknown"} else f"{says} ({sourced(verdict.source, verdict.evidence)})"


def _grease(note: str) -> str:
    _kind, old, new = note.split(":")
    pair = _("%(old)s in use, %(new)s new.", old=_thickener(old), new=_thickener(new))
    return f"{pair} {GREASE_THEN[BY_NOTE[note].mixing]}"


def _thickener(word: str) -> str:
    return str(next(label for key, label in THICKENER.items() if key == word))
