"""What a piece of usage guidance is about."""

from __future__ import annotations

from enum import StrEnum


class Topic(StrEnum):
    """The words are short because all of them together fit one column of 120 characters."""

    OIL_CHOICE = "oil_choice"
    DRAIN_INTERVAL = "drain_interval"
    SAMPLING = "sampling"
    MIXING = "mixing"
    STORAGE = "storage"
    WINTER = "winter"
    SAFETY = "safety"


class DrainBasis(StrEnum):
    ANALYSIS = "analysis"
    MAKER = "maker"
    TRIAL = "trial"


class Mixing(StrEnum):
    """What may happen when the new oil meets what is left of the old."""

    BORDERLINE = "borderline"
    COMPATIBLE = "compatible"
    FLUSH = "flush"
    INCOMPATIBLE = "incompatible"
    UNKNOWN = "unknown"  # no table says: test first
