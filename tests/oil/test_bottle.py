"""One bottle, however its number is typed."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.oil.bottle import clean

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault


@pytest.mark.parametrize(
    "typed", ["HB-2611-0427", " hb-2611-0427 ", "HB - 2611 - 0427", "ＨＢ－２６１１－０４２７", "hb-2611-0427\n"]
)
def test_the_same_bottle_has_one_number(typed: str):
    assert clean(typed) == "HB-2611-0427"


@pytest.mark.parametrize("other", ["0153427-19", "OELCHECK 5512", "시료 12", "A/7"])
def test_bottles_of_other_laboratories_keep_their_own(other: str):
    assert clean(other) == other.replace(" ", "")


def test_no_number_stays_none():
    assert clean(None) is None


@CALM
@given(st.text(st.characters(categories=["Lu", "Ll", "Lo", "Nd", "Pd", "Zs"])))
def test_cleaning_twice_changes_nothing(text: str):
    assert clean(clean(text)) == clean(text)
