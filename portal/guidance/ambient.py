"""Which SAE grades of engine oil suit the air around the machine: the coldest start and the hottest run, in °C."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from portal.catalogue.kinds import Evidence
from portal.catalogue.tables import amount, rows


@dataclass(frozen=True)
class Band:
    """A line of a maker's chart. None leaves a side open; `editions` are the coldest starts of prints that differ."""

    grades: tuple[str, ...]
    coldest: Decimal | None
    hottest: Decimal | None
    editions: tuple[Decimal, ...]
    source: str
    evidence: Evidence

    def holds(self, coldest: Decimal, hottest: Decimal) -> bool:
        cold_enough = self.coldest is None or coldest >= self.coldest
        return cold_enough and (self.hottest is None or hottest <= self.hottest)


CHART = [
    Band(
        tuple(r["grades"].split("|")), amount(r["coldest_start"]), amount(r["hottest"]),
        tuple(Decimal(each) for each in r["editions"].split("|") if each), r["source"], Evidence(r["evidence"]),
    )
    for r in rows(Path(__file__).with_name("ambient.csv"))
]  # fmt: skip


def suited(coldest: Decimal | None, hottest: Decimal | None) -> list[Band]:
    """The lines of the charts that hold from the coldest start to the hottest run.

    Where one of the two is not known, the other alone is asked for; without both there is nothing to say.
    """
    ends = [end for end in (coldest, hottest) if end is not None]
    return [band for band in CHART if band.holds(min(ends), max(ends))] if ends else []


def fits(grade: str, coldest: Decimal | None, hottest: Decimal | None) -> bool | None:
    """Whether a chart allows this grade here, or None where no chart names it or no temperature is known."""
    if (coldest is None and hottest is None) or not bands_of(grade):
        return None
    return any(grade in band.grades for band in suited(coldest, hottest))


def bands_of(grade: str) -> list[Band]:
    return [band for band in CHART if grade in band.grades]
