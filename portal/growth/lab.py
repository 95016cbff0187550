"""What the laboratory of the grown town measures: healthy values, and over them what a story says."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from portal.catalogue.models import Product
from portal.customers.models import Compartment
from portal.growth.chance import Chance
from portal.oil.kinds import VisualCode

ROWS: dict[str, Any] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
CLEANLINESS = ("ISO4406_4", "ISO4406_6", "ISO4406_14")
NEW = {"v40": "v40_mm2_s", "v100": "v100_mm2_s", "tbn": "tbn_mg_koh_g", "tan": "tan_mg_koh_g"}
Spec = Mapping[str, Any]


def family_of(compartment: Compartment) -> str:
    """The family by whose habits this oil ages; an engine's depends on whether it burns gas."""
    family = ROWS["families"][compartment.kind]
    return ROWS["gas_oils"].get(compartment.product.code, family) if family == "engine" else family


def seen_in(compartment: Compartment) -> list[VisualCode]:
    return [VisualCode(word) for word in ROWS["seen"][family_of(compartment)]]


def values_of(
    compartment: Compartment, oil_hours: Decimal, chance: Chance, told: Mapping[str, Any]
) -> dict[str, Decimal]:
    """What this oil measures after `oil_hours`; `told` are the values of a story, which stand as they are."""
    family = family_of(compartment)
    values: dict[str, Decimal] = {}
    for code, spec in ROWS["values"][family].items():
        if code == "ISO4406":
            values |= _cleanliness(spec["target"], chance)
        else:
            values[code] = _value(_middle(spec, compartment.product, float(oil_hours)), spec, chance)
    for element, ppm in ROWS["additives"].get(compartment.product.code, {}).items():
        values[element] = _value(ppm, {"spread": 0.03, "decimals": 0}, chance)
    return values | _told(told)


def _told(told: Mapping[str, Any]) -> dict[str, Decimal]:
    codes = {code: Decimal(str(value)) for code, value in told.items() if code != "ISO4406"}
    if "ISO4406" in told:
        codes |= {code: Decimal(n) for code, n in zip(CLEANLINESS, told["ISO4406"].split("/"), strict=True)}
    return codes


def _middle(spec: Spec, product: Product, oil_hours: float) -> float:
    if "new" not in spec:
        return float(spec["scale"] * max(oil_hours, 1) ** spec.get("power", 0))
    return float(getattr(product, NEW[spec["new"]])) * (1 + spec["per_1000h"] * oil_hours / 1000)


def _value(middle: float, spec: Spec, chance: Chance) -> Decimal:
    scatter = max(-2.0, min(2.0, chance.pick.gauss(0, 1)))
    value = middle * (1 + spec.get("spread", 0) * scatter)
    value = min(max(value, spec.get("least", 0)), spec.get("most", value))
    return round(Decimal(str(value)), spec["decimals"])


def _cleanliness(target: list[int], chance: Chance) -> dict[str, Decimal]:
    """The three numbers of an ISO 4406 code, at the target or one or two steps cleaner, as one oil has them."""
    cleaner = chance.pick.choice((0, 1, 1, 2))
    return {code: Decimal(number - cleaner) for code, number in zip(CLEANLINESS, target, strict=True)}
