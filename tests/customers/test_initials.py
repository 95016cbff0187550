"""Korean is found by its initial consonants, and everything without what people leave out."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.customers.initials import CONSONANTS, fold, initials, is_initials


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("한빛 광산", "한빛광산"),
        ("(주)한빛-광산", "주한빛광산"),
        ("㈜한빛광산", "주한빛광산"),
        ("DT-07", "dt07"),
        ("ＤＴ－０７", "dt07"),
        ("033-555.0142", "0335550142"),
        (unicodedata.normalize("NFD", "한빛광산"), "한빛광산"),  # as some telephones send it
        ("Blue Heron\x00", "blueheron"),
        ("", ""),
    ],
)
def test_what_people_leave_out_does_not_count(text: str, folded: str):
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("한빛광산", "ㅎㅂㄱㅅ"),
        ("흰돌 석회광산", "ㅎㄷㅅㅎㄱㅅ"),
        ("꽃길 2호기", "ㄲㄱ2ㅎㄱ"),
        ("Blue 광산", "blueㄱㅅ"),
        ("힣가", "ㅎㄱ"),
    ],
)
def test_a_name_has_its_initials(text: str, letters: str):
    assert initials(text) == letters


@pytest.mark.parametrize("typed", ["ㅎㅂㄱㅅ", "ㅎ ㅂ ㄱ ㅅ", "ㅎㅂㄳ", "ᄒᄇᄀᄉ"])
def test_initials_are_known_however_the_keyboard_sends_them(typed: str):
    assert is_initials(typed)
    assert initials(typed) == "ㅎㅂㄱㅅ"


@pytest.mark.parametrize("text", ["한빛", "한ㅂ", "hb", "033", "", "ㅏ"])
def test_other_text_is_not_taken_for_initials(text: str):
    assert not is_initials(text)


@given(st.text())
def test_every_text_can_be_folded_and_nothing_is_left_that_does_not_count(text: str):
    folded = fold(text)
    assert not {unicodedata.category(c) for c in folded} & {"Cc", "Cf", "Cs", "Pd", "Ps", "Pe", "Zs"}
    assert folded == folded.lower()


@given(st.text(alphabet=st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), max_size=20))
def test_each_syllable_has_one_initial(text: str):
    assert len(initials(text)) == len(text)
    assert set(initials(text)) <= set(CONSONANTS)
