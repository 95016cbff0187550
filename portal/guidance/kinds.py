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
