"""The rules of diagnosis, read from the tables of the trade: the stories are judged by what they did not write."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from portal.oil.models import Sample

FACTS = Path(__file__).parent / "facts"
FAMILY = {
    "axle": "axle_differential", "compressor": "compressor", "converter": "powershift_transmission",
    "engine": "diesel_engine", "final_drive_left": "final_drive", "final_drive_right": "final_drive",
    "gearbox": "gearbox", "hydraulic": "hydraulic", "transmission": "powershift_transmission", "turbine": "turbine",
}  # fmt: skip
TARGET = {"hydraulic": (18, 16, 13), "turbine": (18, 16, 13), "gearbox": (17, 15, 12)}
PARTS = ("ISO4406_4", "ISO4406_6", "ISO4406_14")
RPVOT_NEW = 900
RISING = Decimal("1.3")  # times the first of its story


@dataclass(frozen=True)
class Bottle:
    """What is known of one reported bottle."""

    sample: Sample
    values: Mapping[str, Decimal]

    @property
    def family(self) -> str:
        gas = self.sample.product.code == "HB-GE40"
        return "gas_engine" if gas else FAMILY[self.sample.compartment.kind]

    def new(self, code: str) -> Decimal:
        """What the new oil measures; elements and oxidation start from nothing."""
        product = self.sample.product
        known = {
            "V40": product.v40_mm2_s, "V100": product.v100_mm2_s, "TBN": product.tbn_mg_koh_g,
            "TAN": product.tan_mg_koh_g, "RPVOT": Decimal(RPVOT_NEW), "RULER": Decimal(100),
        }  # fmt: skip
        return known.get(code) or Decimal(0)


@dataclass(frozen=True)
class Limit:
    basis: str
    direction: str
    caution: str
    critical: str

    def level(self, code: str, bottle: Bottle) -> int:
        """0 within, 1 caution, 2 critical."""
        if code == "ISO4406":
            return self._cleanliness(bottle)
        value = self._on_basis(code, bottle)
        bounds = [Decimal(bound) for bound in (self.caution, self.critical)]
        if self.direction == "low":
            return sum(value <= bound for bound in bounds)
        if code == "GLYCOL":
            return sum(value > bound for bound in bounds)
        return sum((abs(value) if self.direction == "band" else value) >= bound for bound in bounds)

    def _on_basis(self, code: str, bottle: Bottle) -> Decimal:
        value, new = bottle.values[code], bottle.new(code)
        if self.basis == "delta_new":
            return value - new
        if self.basis == "pct_of_new":
            return value / new * 100
        if self.basis == "pct_new":
            return (value / new - 1) * 100
        return value

    def _cleanliness(self, bottle: Bottle) -> int:
        if self.basis == "abs":
            return 0
        over = max(bottle.values[part] - aim for part, aim in zip(PARTS, TARGET[bottle.family], strict=True))
        return sum(over >= Decimal(step) for step in (self.caution, self.critical))


def levels(bottle: Bottle, direction: str | None = None) -> dict[str, int]:
    """The worst level of every code that has a limit in this family."""
    found: dict[str, int] = {}
    for row in _rows("limits"):
        code = row["param"]
        measured = code in bottle.values or (code == "ISO4406" and PARTS[0] in bottle.values)
        way = row["direction"] in (direction, "band") if direction else True
        if row["family"] == bottle.family and measured and way:
            limit = Limit(row["basis"], _way(row), row["caution"], row["critical"])
            found[code] = max(found.get(code, 0), limit.level(code, bottle))
    return found


def _way(row: dict[str, str]) -> str:
    return "band" if row["basis"] == "pct_new" and row["direction"] == "band" else row["direction"]


def fires(rule_id: str, bottles: list[Bottle]) -> bool:
    """Whether the newest of a story's bottles satisfies the rule."""
    [rule] = [row for row in _rows("rules") if row["id"] == rule_id]
    all_of, any_of, none_of = (rule[name].split(";") if rule[name] else [] for name in ("all_of", "any_of", "none_of"))
    held = [holds(token, bottles) for token in all_of]
    some = not any_of or any(holds(token, bottles) for token in any_of)
    return all(held) and some and not any(holds(token, bottles) for token in none_of)


def holds(token: str, bottles: list[Bottle]) -> bool:
    kind, _colon, what = token.partition(":")
    newest = bottles[-1]
    if kind == "VIS":
        return what in {word.name for word in newest.sample.visual}
    if kind == "UP":
        return newest.values.get(what, 0) >= RISING * max(bottles[0].values.get(what, Decimal(0)), Decimal(1))
    if kind == "POS":
        return newest.values.get(what, 0) > 0
    if kind == "RATIO":
        return _ratio(what, newest)
    return levels(newest, {"HI": "high", "LOW": "low"}[kind]).get(what, 0) > 0


def _ratio(what: str, bottle: Bottle) -> bool:
    names, _colon, span = what.partition(":")
    above, below = (bottle.values[name] for name in names.split("/"))
    least, _dots, most = span.partition("..")
    return Decimal(least) <= above / below <= Decimal(most)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FACTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
