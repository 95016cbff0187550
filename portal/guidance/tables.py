"""How long oil keeps in its closed pack, dry and out of the sun. Each row has its source and evidence mark."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from portal.catalogue.kinds import BaseOil, Evidence, Family, Thickener
from portal.catalogue.tables import rows

KEEPS = frozenset({Thickener.LITHIUM, Thickener.LITHIUM_COMPLEX})  # greases that keep longest, from NLGI 1 up
SOFT = frozenset({"NLGI 000", "NLGI 00", "NLGI 0"})
NO_ROW = frozenset({BaseOil.HFC, BaseOil.HFDR})  # fire-resistant fluids: the tables say nothing of them


@dataclass(frozen=True)
class ShelfLife:
    months: int
    source: str
    evidence: Evidence


SHELF_LIFE = {
    r["what"]: ShelfLife(int(r["months"]), r["source"], Evidence(r["evidence"]))
    for r in rows(Path(__file__).with_name("shelf_life.csv"))
}


def shelf_life(family: Family, grade: str, base: BaseOil | None, thickener: Thickener | None) -> ShelfLife | None:
    """The row for such a product, or None where no table speaks of it."""
    if family is Family.COOLANT or base in NO_ROW:
        return None
    if family is Family.GREASE:
        return SHELF_LIFE["grease_firm" if thickener in KEEPS and grade not in SOFT else "grease_other"]
    return SHELF_LIFE["pag" if base is BaseOil.PAG else "oil"]
