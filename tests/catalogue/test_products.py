"""The oils of the town could stand in a real tank: their figures agree with the standards they name."""

from __future__ import annotations

import math
import re
from decimal import Decimal

import pytest
import sqlalchemy as sa

from portal.catalogue.kinds import Family
from portal.catalogue.models import Product
from portal.kit.db import db
from portal.town import ROWS, Town

# ASTM D2270, table 1: from kinematic viscosity at 100 °C; L = aY² + bY + c and H = dY² + eY + f
D2270 = (
    (5.0, 0.101, 16.635, -45.469, 0.04985, 9.1613, -18.557),
    (6.4, 3.35714, -23.5643, 78.466, 0.22619, 7.7369, -16.656),
    (7.0, 0.01191, 21.475, -72.87, 0.79762, -0.7321, 14.61),
    (7.7, 0.41858, 16.1558, -56.04, 0.05794, 10.5156, -28.24),
    (9.0, 0.88779, 7.5527, -16.6, 0.26665, 6.7015, -10.81),
    (12.0, 0.7672, 10.7972, -38.18, 0.20073, 8.4658, -22.49),
    (15.0, 0.97305, 5.3135, -2.2, 0.28889, 5.9741, -4.93),
    (18.0, 0.97256, 5.25, -0.98, 0.24504, 7.416, -16.73),
    (22.0, 0.91413, 7.4759, -21.82, 0.20323, 9.1267, -34.23),
    (28.0, 0.87031, 9.7157, -50.77, 0.18411, 10.1015, -46.75),
)
# SAE J300 and J306 at 100 °C: from, and below
HOT = {"40": (12.5, 16.3), "30": (9.3, 12.5), "10W": (4.1, 9.3), "90": (13.5, 18.5), "140": (24.0, 32.5)}
OILS = [row for row in ROWS["oils"] if "v40" in row]


def named(row: dict[str, object]) -> str:
    return str(row["code"])


@pytest.mark.parametrize("row", OILS, ids=named)
def test_the_viscosity_index_is_that_of_astm_d2270(row):
    v40, v100 = float(row["v40"]), float(row["v100"])
    _, a, b, c, d, e, f = next(line for line in reversed(D2270) if line[0] <= v100)
    low, high = a * v100**2 + b * v100 + c, d * v100**2 + e * v100 + f
    if v40 >= high:
        index = 100 * (low - v40) / (low - high)
    else:
        index = (10 ** (math.log10(high / v40) / math.log10(v100)) - 1) / 0.00715 + 100
    assert abs(index - row["vi"]) <= 1


@pytest.mark.parametrize("row", [row for row in OILS if "VG" in row["grade"]], ids=named)
def test_an_iso_vg_oil_is_within_ten_percent_of_its_grade(row):
    grade = Decimal(row["grade"].removeprefix("ISO VG "))
    assert abs(row["v40"] - grade) <= grade / 10


@pytest.mark.parametrize("row", [row for row in OILS if re.search(r"W-|SAE", row["grade"])], ids=named)
def test_an_sae_oil_is_as_thick_at_100_degrees_as_its_grade_says(row):
    low, below = HOT[re.split(r"-| ", row["grade"])[-1]]
    assert low <= float(row["v100"]) < below


def test_there_are_twenty_oils_with_figures_that_come_back_as_written(people: Town):
    oil = people.products["HB-DP1540"]
    db.session.refresh(oil)

    assert len(people.products) == 20
    assert (oil.family, oil.grade, oil.v40_mm2_s, oil.v100_mm2_s) == (Family.ENGINE, "15W-40", 110, Decimal("14.6"))
    assert (oil.vi, oil.tbn_mg_koh_g, oil.retired_at) == (136, Decimal("10.2"), None)


@pytest.mark.parametrize(
    ("figures", "rule"),
    [
        ({"v40_mm2_s": Decimal(8), "v100_mm2_s": Decimal(9)}, "thinner_when_hot"),
        ({"v40_mm2_s": Decimal(0)}, "thinner_when_hot"),
        ({"tbn_mg_koh_g": Decimal(-1)}, "tbn_not_negative"),
    ],
)
def test_the_database_refuses_impossible_oil(people: Town, figures: dict[str, Decimal], rule: str):
    oil = Product(code="X-1", maker="X", name="X", family=Family.GEAR, grade="ISO VG 10", **figures)
    db.session.add(oil)
    with pytest.raises(sa.exc.IntegrityError, match=rule):
        db.session.flush()


def test_a_code_names_one_product(people: Town):
    db.session.add(Product(code="HB-HY46", maker="X", name="X", family=Family.HYDRAULIC, grade="ISO VG 46"))
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()
