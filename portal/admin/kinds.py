"""The words of the console: what of a person's work can go to somebody else."""

from __future__ import annotations

from enum import StrEnum


class Work(StrEnum):
    """What one person hands over to another. In the order in which it is shown and done."""

    VISITS = "visits"  # planned ones
    COMPANY = "company"  # places at the side of an engineer, at planned visits
    CUSTOMERS = "customers"  # whom they look after
    COMPLAINTS = "complaints"  # not closed
    ERRANDS = "errands"  # of dealers, open
    TEAMS = "teams"  # which they lead
