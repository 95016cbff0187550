"""The words of what is done at a site beside oil."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """How a machine was found. Act: it should not run on as it is."""

    GOOD = "good"
    WATCH = "watch"
    ACT = "act"
