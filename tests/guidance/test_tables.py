"""What the tables say of air, mixing and keeping, held against the sources."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from flask import Flask
from flask_babel import Babel

from portal.catalogue.kinds import BaseOil, Evidence, Family, Thickener
from portal.guidance.ambient import CHART, bands_of, fits, suited
from portal.guidance.kinds import DrainBasis, Mixing
from portal.guidance.labels import DRAIN_BASIS, GREASE_THEN, MIXING, MIXING_NOTE, NOTE, note_said
from portal.guidance.mixing import BY_NOTE, FLUIDS, GREASES, Oil, judge
from portal.guidance.record import band_said
from portal.guidance.tables import SHELF_LIFE, shelf_life


@pytest.fixture(autouse=True, scope="module")
def speech() -> Iterator[None]:
    """A language to speak, and no database."""
    app = Flask("speech")
    Babel(app)
    with app.app_context():
        yield


def grease(thickener: str | None) -> Oil:
    return Oil(Family.GREASE, BaseOil.MINERAL, Thickener(thickener) if thickener else None)


def oil(family: str, base: str | None) -> Oil:
    return Oil(Family(family), BaseOil(base) if base else None)


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ("lithium", "calcium", "borderline"), ("calcium", "lithium", "borderline"),
        ("lithium", "lithium_complex", "compatible"), ("lithium", "polyurea", "incompatible"),
        ("clay", "clay", "compatible"), ("clay", "lithium", "incompatible"), ("polyurea", "polyurea", "compatible"),
        ("aluminium_complex", "lithium", "borderline"), ("calcium_complex", "lithium_complex", "incompatible"),
        ("sodium", "calcium", "incompatible"), (None, "lithium", "unknown"), ("lithium", None, "unknown"),
    ],
)  # fmt: skip
def test_greases_mix_as_their_thickeners_do(old: str | None, new: str | None, verdict: str):
    assert judge(grease(old), grease(new)).mixing == verdict


def test_the_table_of_greases_is_whole():
    assert set(GREASES) == {(old, new) for old in Thickener for new in Thickener}
    assert all(GREASES[same, same].mixing is Mixing.COMPATIBLE for same in Thickener)


def test_a_misprint_put_right_is_marked_as_our_own_choice():
    marked = {pair for pair, verdict in GREASES.items() if verdict.evidence is not Evidence.SOURCE}
    assert marked == {(Thickener.CLAY, Thickener.CLAY)}


@pytest.mark.parametrize(
    ("old", "new", "verdict", "evidence"),
    [
        (("gear", "mineral"), ("gear", "pao"), "compatible", "S"),
        (("gear", "pao"), ("gear", "mineral"), "compatible", "S"),
        (("hydraulic", "mineral"), ("hydraulic", "ester"), "flush", "S"),
        (("gear", "mineral"), ("gear", "pag"), "incompatible", "GK"),
        (("gear", "pag"), ("gear", "mineral"), "incompatible", "GK"),
        (("gear", "semi"), ("gear", "pag"), "incompatible", "GK"),
        (("gear", "pao"), ("gear", "pag"), "incompatible", "GK"),
        (("hydraulic", "mineral"), ("hydraulic", "hfc"), "incompatible", "GK"),
        (("hydraulic", "mineral"), ("hydraulic", "hfdr"), "incompatible", "GK"),
        (("engine", "mineral"), ("turbine", "mineral"), "flush", "GK"),
        (("engine", "mineral"), ("hydraulic", "mineral"), "flush", "GK"),
        (("engine", "mineral"), ("turbine", "pag"), "incompatible", "GK"),
        (("turbine", "mineral"), ("turbine", "mineral"), "unknown", "GK"),
        (("compressor", "mineral"), ("compressor", "ester"), "incompatible", "GK"),
        (("engine", "mineral"), ("engine", "semi"), "compatible", "GK"),
        (("gear", "pag"), ("gear", "pag"), "unknown", "GK"),
        (("hydraulic", "ester"), ("hydraulic", "mineral"), "unknown", "GK"),
        (("gear", None), ("gear", "mineral"), "unknown", "GK"),
        (("gear", "mineral"), ("hydraulic", "mineral"), "unknown", "GK"),
        (("grease", "mineral"), ("gear", "mineral"), "unknown", "GK"),
        (("coolant", None), ("coolant", None), "unknown", "GK"),
    ],
)
def test_oils_mix_as_their_base_oils_do(old: tuple[str, str], new: tuple[str, str], verdict: str, evidence: str):
    found = judge(oil(*old), oil(*new))
    assert (found.mixing, found.evidence) == (verdict, evidence)


def test_an_oil_that_nobody_knows_is_tested_first():
    assert judge(None, oil("gear", "mineral")).mixing is Mixing.UNKNOWN


def test_every_verdict_has_its_words_and_says_whose_they_are():
    assert {row.verdict.note for row in FLUIDS} <= set(NOTE)
    for note, verdict in BY_NOTE.items():
        said = note_said(note)
        if note in {"same", "unknown"}:
            continue
        assert (verdict.source or "general knowledge of the trade, not verified") in said
        if verdict.evidence is Evidence.GENERAL:
            assert "not verified" in said and not verdict.source
    assert set(NOTE) <= set(BY_NOTE)
    assert note_said("a row that is gone") == "a row that is gone"


@pytest.mark.parametrize(
    ("coldest", "hottest", "grades"),
    [
        ("-9.5", "50", {"5W-40", "15W-40"}),
        ("-9.6", "50", {"5W-40"}),
        ("-18", "40", {"0W-40", "5W-40", "10W-30"}),
        ("-35", "5", {"0W-20", "0W-30", "0W-40"}),
        ("-30", "-12", {"0W-20", "0W-30", "0W-40", "5W-30", "5W-40", "SAE 10W", "10W-30"}),
        ("-41", "30", set()),
        ("26", "45", {"5W-40", "15W-40", "SAE 30", "10W-30"}),
    ],
)
def test_the_grades_that_suit_the_air(coldest: str, hottest: str, grades: set[str]):
    assert {g for band in suited(Decimal(coldest), Decimal(hottest)) for g in band.grades} == grades


def test_one_temperature_is_better_than_none():
    assert suited(None, None) == []
    assert suited(Decimal(-20), None) == suited(Decimal(-20), Decimal(-20))
    assert suited(None, Decimal(45)) == suited(Decimal(45), Decimal(45))


def test_whether_a_grade_fits():
    assert fits("15W-40", Decimal("-9.5"), Decimal(30)) is True
    assert fits("15W-40", Decimal(-15), Decimal(30)) is False
    assert fits("SAE 50", Decimal(-15), Decimal(30)) is None, "no chart names it"
    assert fits("15W-40", None, None) is None


def test_a_chart_whose_prints_differ_says_so_and_is_not_called_verified():
    [band] = [b for b in bands_of("15W-40") if b.coldest == Decimal("-9.5")]
    said = band_said(band)
    assert "-9.5, -15" in said and "not verified" in said and "Caterpillar" in said
    assert [b.evidence for b in CHART].count(Evidence.GENERAL) == 3


@pytest.mark.parametrize(
    ("family", "grade", "base", "thickener", "months"),
    [
        (Family.HYDRAULIC, "ISO VG 46", BaseOil.MINERAL, None, 60),
        (Family.ENGINE, "15W-40", None, None, 60),
        (Family.GEAR, "ISO VG 220", BaseOil.PAG, None, 24),
        (Family.GREASE, "NLGI 2", None, Thickener.LITHIUM_COMPLEX, 60),
        (Family.GREASE, "NLGI 00", None, Thickener.LITHIUM, 24),
        (Family.GREASE, "NLGI 2", None, Thickener.POLYUREA, 24),
        (Family.GREASE, "NLGI 2", None, None, 24),
        (Family.COOLANT, "50 %", None, None, None),
        (Family.HYDRAULIC, "ISO VG 46", BaseOil.HFC, None, None),
    ],
)
def test_how_long_it_keeps(
    family: Family, grade: str, base: BaseOil | None, thickener: Thickener | None, months: int | None
):
    found = shelf_life(family, grade, base, thickener)
    assert (found.months if found else None) == months


def test_every_word_has_a_label_and_every_shelf_life_a_source():
    assert (list(DRAIN_BASIS), list(MIXING), list(MIXING_NOTE)) == (list(DrainBasis), list(Mixing), list(Mixing))
    assert {verdict.mixing for verdict in GREASES.values()} == set(GREASE_THEN)
    assert all(row.source for row in SHELF_LIFE.values())
