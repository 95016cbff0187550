"""What the office types about a product, held against the standards."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.catalogue.forms import FindForm, ProductForm
from portal.catalogue.kinds import BaseOil, Evidence, Family, Thickener
from portal.catalogue.labels import BASE_OIL, EVIDENCE, FAMILY, GRADE_ASKED, THICKENER
from portal.catalogue.tables import TABLES
from portal.town import ROWS

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault
GOOD = {
    "family": "hydraulic", "code": "HB-X46", "maker": "한빛윤활유", "name": "Hydro X 46", "grade": "ISO VG 46",
    "v40": "46", "v100": "6.8", "vi": "102",
}  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def speech() -> Iterator[None]:
    """A language to speak, and no database."""
    app = Flask("speech")
    Babel(app)
    with app.app_context():
        yield


def form(**changes: Any) -> ProductForm:
    return ProductForm({name: value for name, value in {**GOOD, **changes}.items() if value is not None})


def test_a_filled_form_gives_clean_values():
    filled = form(code=" hb-x 46 ", grade="vg46", base="mineral", tbn="10,5")
    assert filled.ok, filled.errors
    values = filled.values
    assert (values["code"], values["grade"], values["family"]) == ("HB-X46", "ISO VG 46", Family.HYDRAULIC)
    assert (values["v100"], values["vi"], values["tbn"]) == (Decimal("6.8"), 102, Decimal("10.5"))
    assert (values["base"], values["thickener"]) == (BaseOil.MINERAL, None)


@pytest.mark.parametrize("name", ["v40", "v100", "vi", "tbn", "tan", "base", "thickener", "approvals"])
@pytest.mark.parametrize("empty", [None, ""])
def test_typical_values_may_stay_empty(name: str, empty: str | None):
    assert form(**{name: empty}).ok


@pytest.mark.parametrize("name", ["family", "code", "maker", "name", "grade"])
@pytest.mark.parametrize("empty", [None, "", "  "])
def test_what_a_product_is_must_be_said(name: str, empty: str | None):
    asked = form(**{name: empty})
    assert not asked.ok and name in asked.errors


@pytest.mark.parametrize(
    ("changes", "name", "says"),
    [
        ({"grade": "VG 47"}, "grade", "ISO VG"),
        ({"v40": "52"}, "v40", "41.4 to 50.6"),
        ({"v100": "46"}, "v100", "thinner when it is hot"),
        ({"v100": "47"}, "v100", "thinner when it is hot"),
        ({"vi": "110"}, "vi", "gives 102"),
        ({"thickener": "lithium"}, "thickener", "Only a grease"),
        ({"family": "engine", "grade": "5W-30", "v40": "46", "v100": "8.6", "vi": None}, "v100", "9.3 to less than"),
        ({"family": "engine", "grade": "15W-40", "v40": "120", "v100": "16.3", "vi": None}, "v100", "less than 16.3"),
        ({"family": "gear", "grade": "SAE 250", "v40": "700", "v100": "40", "vi": None}, "v100", "at least 41"),
        ({"family": "gear", "grade": "80W-90", "v40": "141", "v100": "13", "vi": None}, "v100", "13.5"),
        ({"grade": "VG 2200", "v40": "46"}, "v40", "not verified: ISO VG 2200"),
        ({"v40": "0"}, "v40", ""), ({"v40": "NaN"}, "v40", ""), ({"vi": "1.5"}, "vi", ""),
        ({"name": "a\x00b"}, "name", ""), ({"family": "soap"}, "family", ""), ({"tan": "-1"}, "tan", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_beside_its_box(changes: dict[str, Any], name: str, says: str):
    asked = form(**changes)
    assert not asked.ok and list(asked.errors) == [name]
    assert says in str(asked.errors[name][0])


@pytest.mark.parametrize("off", [-5, 5])
def test_an_index_within_five_of_astm_d2270_is_accepted(off: int):
    assert form(vi=str(102 + off)).ok
    assert not form(vi=str(102 + (off + 1 if off > 0 else off - 1))).ok


def test_the_grade_of_a_coolant_is_free():
    assert form(family="coolant", grade="50 %", v40=None, v100=None, vi=None).ok


@pytest.mark.parametrize("row", ROWS["oils"], ids=lambda row: row["code"])
def test_every_oil_of_the_town_could_be_typed_in(row: dict[str, Any]):
    data = {name: str(row[name]) for name in ("family", "code", "name", "grade", "approvals")}
    data |= {name: str(row[name]) for name in ("v40", "v100", "vi", "tbn") if name in row}
    typed = ProductForm({**data, "maker": "한빛윤활유"})
    assert typed.ok, typed.errors
    assert typed.values["grade"] == row["grade"]


ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text(), max_size=3)


@CALM
@given(st.dictionaries(st.sampled_from(list(ProductForm()._fields)), ANYTHING))
def test_no_payload_falls_over(payload: dict[str, Any]):
    asked = form(**payload)
    assert asked.ok or asked.errors
    assert FindForm(payload).ok is not None


def test_every_word_has_a_label():
    assert (list(FAMILY), list(BASE_OIL), list(THICKENER)) == (list(Family), list(BaseOil), list(Thickener))
    assert (list(EVIDENCE), list(GRADE_ASKED)) == (list(Evidence), [family for family in Family if TABLES[family]])
