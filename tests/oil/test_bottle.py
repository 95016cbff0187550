"""One bottle, however its number is typed."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.oil.bottle import MOST_BOTTLES, bottle_number, clean, following, is_misread

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


def test_a_bottle_of_ours_counts_on_with_its_own_check_digits() -> None:
    assert following(bottle_number(1)) == bottle_number(2) == "B-0000002-92"
    assert following("b000000195".upper()) == bottle_number(2)
    assert following(bottle_number(MOST_BOTTLES)) == ""


def test_a_misread_number_of_ours_is_seen() -> None:
    assert not is_misread(bottle_number(4711))
    assert is_misread("B-0004711-00")
    assert is_misread("B-0000000-98")
    assert not is_misread("HB-2611-0427")
