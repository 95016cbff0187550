"""The grades of ISO 3448, SAE J300, SAE J306 and NLGI, and the viscosity index of ASTM D2270.

Viscosities are kinematic, in mm²/s. Every row of the files beside this one names its source and its evidence mark.
"""

from __future__ import annotations

import csv
import math
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from portal.catalogue.kinds import Evidence, Family

HERE = Path(__file__).parent
THINNEST = Decimal(2)  # mm²/s at 100 °C: below, ASTM D2270 is not defined
VI_SLACK = 5  # how far a printed index may be from that of the printed viscosities


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of one of our tables, by the names in its first line."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def amount(text: str) -> Decimal | None:
    return Decimal(text) if text else None


@dataclass(frozen=True)
class Window:
    """From `low`; up to `high`, which belongs to it (ISO 3448) or does not (SAE: `below`)."""

    low: Decimal
    high: Decimal | None
    closed: bool

    def holds(self, value: Decimal) -> bool:
        if value < self.low:
            return False
        return self.high is None or value < self.high or (self.closed and value == self.high)


@dataclass(frozen=True)
class Grade:
    """A grade as it is written on the pack. A window is None where the standard sets none at that temperature."""

    text: str
    standard: str
    source: str
    evidence: Evidence
    at_40: Window | None = None
    at_100: Window | None = None


def _iso() -> dict[str, Grade]:
    found = {}
    for r in rows(HERE / "iso3448.csv"):
        window = Window(Decimal(r["low"]), Decimal(r["high"]), closed=True)
        found[r["vg"]] = Grade(f"ISO VG {r['vg']}", "ISO 3448", r["source"], Evidence(r["evidence"]), at_40=window)
    return found


def _sae(standard: str, file: str) -> dict[str, Grade]:
    found = {}
    for r in rows(HERE / file):
        window = Window(Decimal(r["low"]), amount(r["below"]), closed=False)
        found[r["grade"]] = Grade(f"SAE {r['grade']}", standard, r["source"], Evidence(r["evidence"]), at_100=window)
    return found


def _nlgi() -> dict[str, Grade]:
    read = rows(HERE / "nlgi.csv")
    return {r["grade"]: Grade(f"NLGI {r['grade']}", "NLGI", r["source"], Evidence(r["evidence"])) for r in read}


ISO_VG, J300, J306, NLGI = _iso(), _sae("SAE J300", "j300.csv"), _sae("SAE J306", "j306.csv"), _nlgi()
TABLES: dict[Family, tuple[dict[str, Grade], ...]] = {  # the tables a family takes its grades from
    Family.COMPRESSOR: (ISO_VG, J300),
    Family.COOLANT: (),
    Family.ENGINE: (J300,),
    Family.GEAR: (ISO_VG, J306),
    Family.GREASE: (NLGI,),
    Family.HYDRAULIC: (ISO_VG, J300),
    Family.TRANSMISSION: (J300, J306, ISO_VG),
    Family.TURBINE: (ISO_VG,),
}
PREFIXED = re.compile(r"(ISO ?VG|VG|SAE|NLGI)? ?([0-9.]+W?)")
MULTI = re.compile(r"(?:SAE ?)?([0-9]+W)[ /-]?([0-9]+)")
TABLE_OF = {"ISOVG": (ISO_VG,), "VG": (ISO_VG,), "SAE": (J300, J306), "NLGI": (NLGI,)}


def grade_of(family: Family, text: str) -> Grade | None:
    """The grade meant by `text` (46, VG46, ISO VG 46; 15w40, SAE 15W-40); None when no table of the family has it."""
    said = " ".join(unicodedata.normalize("NFKC", text).upper().split())
    tables = TABLES[family]
    if multi := MULTI.fullmatch(said):
        return next((g for table in tables if (g := _multigrade(table, *multi.groups()))), None)
    single = PREFIXED.fullmatch(said)
    if single is None:
        return None
    prefix, number = (single[1] or "").replace(" ", ""), single[2]
    asked = [table for table in tables if not prefix or any(table is named for named in TABLE_OF[prefix])]
    return next((table[number] for table in asked if number in table), None)


def _multigrade(table: dict[str, Grade], winter: str, summer: str) -> Grade | None:
    """Both halves must be of one table; at 100 °C the oil has to meet both."""
    cold, hot = table.get(winter), table.get(summer)
    if cold is None or hot is None or cold.at_100 is None or hot.at_100 is None:
        return None
    window = Window(max(cold.at_100.low, hot.at_100.low), hot.at_100.high, closed=False)
    if window.high is not None and window.low >= window.high:
        return None
    return Grade(f"{winter}-{summer}", hot.standard, hot.source, hot.evidence, at_100=window)


D2270 = [tuple(float(r[name]) for name in ("from", *"abcdef")) for r in rows(HERE / "d2270.csv")]


def reference_oils(v100: Decimal) -> tuple[float, float]:
    """L and H of ASTM D2270: the viscosities at 40 °C of oils of index 0 and 100 that are as thick at 100 °C.

    Raises ValueError below 2 mm²/s at 100 °C, where the standard is not defined.
    """
    if v100 < THINNEST:
        raise ValueError("ASTM D2270 is not defined below 2 mm²/s at 100 °C")
    y = float(v100)
    _from, a, b, c, d, e, f = next(line for line in reversed(D2270) if line[0] <= y)
    return a * y * y + b * y + c, d * y * y + e * y + f


def viscosity_index(v40: Decimal, v100: Decimal) -> int | None:
    """The index of ASTM D2270, a whole number; None where the standard does not define it."""
    if v100 < THINNEST or v40 <= v100:
        return None
    low, high = reference_oils(v100)
    u = float(v40)
    if u >= high:
        return round(100 * (low - u) / (low - high))
    power = math.log10(high / u) / math.log10(float(v100))
    return round((10**power - 1) / 0.00715 + 100)
