"""What happens when a new oil or grease meets what is left of the old one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from portal.catalogue.kinds import BaseOil, Evidence, Family, Thickener
from portal.catalogue.tables import rows
from portal.guidance.kinds import Mixing

WORST_LAST = [Mixing.COMPATIBLE, Mixing.BORDERLINE, Mixing.UNKNOWN, Mixing.FLUSH, Mixing.INCOMPATIBLE]
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Oil:
    """What decides about mixing; None is what nobody wrote down."""

    family: Family
    base: BaseOil | None = None
    thickener: Thickener | None = None

    @property
    def fluid(self) -> str:
        """The base oil as the table knows it: what is partly mineral behaves as mineral."""
        return BaseOil.MINERAL if self.base is BaseOil.SEMI else (self.base or "")


@dataclass(frozen=True)
class Verdict:
    """`note` is the name under which the row is kept and found again: grease:lithium:calcium, fluid:mineral_pag."""

    mixing: Mixing
    note: str
    source: str
    evidence: Evidence


@dataclass(frozen=True)
class FluidRow:
    old_base: str
    new_base: str
    old_family: str
    new_family: str
    both_ways: bool
    verdict: Verdict

    def holds(self, old: Oil, new: Oil) -> bool:
        return self._one_way(old, new) or (self.both_ways and self._one_way(new, old))

    def _one_way(self, old: Oil, new: Oil) -> bool:
        if self.old_base and (old.fluid, new.fluid) != (self.old_base, self.new_base):
            return False
        if self.new_family == "same":
            return old.family is new.family
        return not self.old_family or (old.family, new.family) == (self.old_family, self.new_family)


def _greases() -> dict[tuple[str, str], Verdict]:
    return {
        (r["old"], r["new"]): Verdict(
            Mixing(r["verdict"]), f"grease:{r['old']}:{r['new']}", r["source"], Evidence(r["evidence"])
        )
        for r in rows(HERE / "grease.csv")
    }


def _fluids() -> list[FluidRow]:
    return [
        FluidRow(
            r["old_base"], r["new_base"], r["old_family"], r["new_family"], r["both_ways"] == "yes",
            Verdict(Mixing(r["verdict"]), f"fluid:{r['key']}", r["source"], Evidence(r["evidence"])),
        )
        for r in rows(HERE / "fluids.csv")
    ]  # fmt: skip


GREASES, FLUIDS = _greases(), _fluids()
SAME = Verdict(Mixing.COMPATIBLE, "same", "", Evidence.GENERAL)
UNKNOWN = Verdict(Mixing.UNKNOWN, "unknown", "", Evidence.GENERAL)
BY_NOTE = {v.note: v for v in (SAME, UNKNOWN, *GREASES.values(), *(row.verdict for row in FLUIDS))}


def judge(old: Oil | None, new: Oil) -> Verdict:
    """The worst that any row says of `new` on top of `old`; where no table speaks, test first."""
    if old is None:
        return UNKNOWN
    if Family.GREASE in (old.family, new.family):
        return GREASES.get((old.thickener or "", new.thickener or ""), UNKNOWN)
    found = [row.verdict for row in FLUIDS if row.holds(old, new)]
    return max(found, key=lambda verdict: WORST_LAST.index(verdict.mixing), default=UNKNOWN)
