"""The words of a sample: where and why it was drawn, and what the eye saw in the bottle."""

from __future__ import annotations

from enum import StrEnum


class SamplePoint(StrEnum):
    """Where the oil came out. From a valve in a live line is best, from a filter worst."""

    VALVE = "valve"
    PUMP = "pump"  # dip tube and hand pump
    DRAIN = "drain"
    FILTER = "filter"


class Reason(StrEnum):
    ROUTINE = "routine"
    RESAMPLE = "resample"
    COMPLAINT = "complaint"
    NEW_OIL = "new_oil"
    AFTER_REPAIR = "after_repair"
    WARRANTY_END = "warranty_end"


class YesNo(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class VisualCode(StrEnum):
    """What the eye and the nose find in the bottle; several may hold at once.

    The name of a word is its token in the rules of diagnosis: `VIS:MAG_SUSPENSION`. A magnet held to the glass
    tells magnetic from non-magnetic; suspension drifts and shines, granules are single grains that sink.
    The words are short because all of them together fit one column of 120 characters.
    """

    CLEAR = "clear"
    DARK = "dark"
    HAZY = "hazy"
    MILKY = "milky"
    WATER = "water"  # free, below the oil
    MAG_SUSPENSION = "mag_suspension"
    MAG_GRANULES = "mag_granules"
    NONMAG_SUSPENSION = "nonmag_suspension"
    NONMAG_GRANULES = "nonmag_granules"
    SLUDGE = "sludge"
    FOAM = "foam"
    FUEL = "fuel"  # smell
    BURNT = "burnt"  # smell


NOT_CLEAR = frozenset({VisualCode.DARK, VisualCode.HAZY, VisualCode.MILKY})


class SampleState(StrEnum):
    """The road of a bottle. Void: mislabelled or from the wrong compartment; kept, but out of every trend."""

    TAKEN = "taken"
    SHIPPED = "shipped"
    RECEIVED = "received"
    REJECTED = "rejected"
    TESTING = "testing"
    REPORTED = "reported"
    VOID = "void"


def contradicts(visual: frozenset[VisualCode]) -> bool:
    """Whether the words cannot all be true: oil that is clear is neither dark nor hazy nor milky.

    Clear oil may well stand over water or carry grains.
    """
    return VisualCode.CLEAR in visual and not visual.isdisjoint(NOT_CLEAR)
