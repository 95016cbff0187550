"""The tables of the standards, and the viscosity index of ASTM D2270 against the examples of the standard."""

from __future__ import annotations

from decimal import Decimal

import pytest

from portal.catalogue.kinds import Evidence, Family
from portal.catalogue.tables import ISO_VG, J300, J306, NLGI, grade_of, reference_oils, viscosity_index


@pytest.mark.parametrize(
    ("v40", "v100", "low", "high", "index"),
    [  # the first two stand in ASTM D2270
        ("73.3", "8.86", 119.959, 69.476, 92),
        ("22.83", "5.05", 41.114, 28.979, 156),
        ("53.47", "7.8", 95.442, 57.307, 111),
        ("46", "6.8", 73.463, 46.414, 102),
        ("100", "14.5", 279.683, 142.468, 150),
        ("220", "19", 449.864, 212.633, 97),
        ("32", "5.4", 47.305, 32.368, 102),
        ("320", "24", 684.140, 301.871, 95),
        ("1000", "40", 1728.946, 651.308, 68),
        ("6.5", "2.0", 7.993, 6.393, 93),
    ],
)
def test_the_index_is_that_of_the_worked_examples(v40: str, v100: str, low: float, high: float, index: int):
    assert reference_oils(Decimal(v100)) == pytest.approx((low, high), abs=0.001)
    assert viscosity_index(Decimal(v40), Decimal(v100)) == index


def test_at_h_both_ways_of_reckoning_give_a_hundred():
    _low, high = reference_oils(Decimal("7.0"))
    assert viscosity_index(Decimal(str(high)), Decimal("7.0")) == 100
    assert viscosity_index(Decimal("48.568"), Decimal("7.0")) == viscosity_index(Decimal("48.570"), Decimal("7.0"))


def test_below_two_at_a_hundred_degrees_there_is_no_index():
    assert viscosity_index(Decimal(8), Decimal("1.99")) is None
    with pytest.raises(ValueError, match="not defined"):
        reference_oils(Decimal("1.99"))


@pytest.mark.parametrize(
    ("family", "typed", "meant", "standard"),
    [
        ("engine", "15w40", "15W-40", "SAE J300"),
        ("engine", "SAE 15W-40", "15W-40", "SAE J300"),
        ("engine", "15W/40", "15W-40", "SAE J300"),
        ("engine", "40", "SAE 40", "SAE J300"),
        ("hydraulic", "VG46", "ISO VG 46", "ISO 3448"),
        ("hydraulic", "iso vg 46", "ISO VG 46", "ISO 3448"),
        ("hydraulic", "10w", "SAE 10W", "SAE J300"),
        ("gear", "80W-90", "80W-90", "SAE J306"),
        ("gear", "SAE 140", "SAE 140", "SAE J306"),
        ("gear", "220", "ISO VG 220", "ISO 3448"),
        ("grease", "nlgi 2", "NLGI 2", "NLGI"),
        ("grease", "000", "NLGI 000", "NLGI"),
        ("transmission", "SAE 30", "SAE 30", "SAE J300"),
        ("transmission", "75W-80", "75W-80", "SAE J306"),
    ],
)
def test_a_grade_is_understood_however_it_is_typed(family: str, typed: str, meant: str, standard: str):
    grade = grade_of(Family(family), typed)
    assert grade is not None and (grade.text, grade.standard) == (meant, standard)


@pytest.mark.parametrize(
    ("family", "typed"),
    [
        ("engine", "ISO VG 46"), ("engine", "80W-90"), ("engine", "15W-45"), ("hydraulic", "47"), ("gear", "SAE 30"),
        ("grease", "NLGI 7"), ("turbine", "SAE 30"), ("engine", "25W-20"), ("engine", ""), ("engine", "75W-40"),
        ("coolant", "50 %"), ("engine", "W"), ("engine", "15W-40; DROP"),
    ],
)  # fmt: skip
def test_what_no_table_of_the_family_has_is_no_grade(family: str, typed: str):
    assert grade_of(Family(family), typed) is None


def test_the_windows_are_those_of_the_standards():
    vg46, sae40, w90 = ISO_VG["46"].at_40, J300["40"].at_100, J306["90"].at_100
    assert vg46 and (vg46.low, vg46.high) == (Decimal("41.4"), Decimal("50.6"))
    assert vg46.holds(Decimal("43.1")) and vg46.holds(Decimal("50.6")) and not vg46.holds(Decimal(52))
    assert sae40 and sae40.holds(Decimal("14.2")) and sae40.holds(Decimal("12.5")) and not sae40.holds(Decimal("16.3"))
    assert w90 and (w90.low, w90.high) == (Decimal("13.5"), Decimal("18.5"))
    assert J300["30"].at_100 and not J300["30"].at_100.holds(Decimal("8.6")), "sold as 5W-30, it reads as SAE 20"


def test_every_row_has_a_source_or_says_that_it_was_not_verified():
    for table in (ISO_VG, J300, J306, NLGI):
        assert all(grade.source or grade.evidence is Evidence.GENERAL for grade in table.values())
    assert ISO_VG["2200"].evidence is Evidence.GENERAL
