"""The words of the labels."""

from __future__ import annotations

from enum import StrEnum

ON_A_SHEET = 24


class Count(StrEnum):
    """How many bottle labels are printed at once: whole sheets."""

    ONE = "24"
    TWO = "48"
    FOUR = "96"
