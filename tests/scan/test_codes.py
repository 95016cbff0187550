"""Numbers of bottles find their own mistakes, and a code is read however it comes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.oil.bottle import MOST_BOTTLES, bottle_number, check
from portal.scan.codes import Code, Kind, address, read

NUMBERS = st.integers(1, MOST_BOTTLES)
DIGITS = (2, 3, 4, 5, 6, 7, 8, 10, 11)  # places in B-1234567-89


def test_the_check_digits_are_those_of_the_standard():
    assert check("794") == "44"  # the example of ISO 7064
    assert int("79444") % 97 == 1
    assert bottle_number(1) == "B-0000001-95"


@given(NUMBERS)
def test_every_number_of_ours_is_read(n: int):
    assert read(bottle_number(n)) == Code(Kind.BOTTLE, bottle_number(n))


@given(NUMBERS, st.sampled_from(DIGITS), st.sampled_from("0123456789"))
def test_every_single_wrong_digit_is_found(n: int, place: int, digit: str):
    number = bottle_number(n)
    wrong = number[:place] + digit + number[place + 1 :]
    found = read(wrong)
    assert found and found.kind is (Kind.BOTTLE if wrong == number else Kind.MISREAD)


@given(NUMBERS, st.sampled_from(range(8)))
def test_every_swap_of_two_neighbours_is_found(n: int, place: int):
    digits = list(bottle_number(n)[2:].replace("-", ""))
    digits[place], digits[place + 1] = digits[place + 1], digits[place]
    wrong = f"B-{''.join(digits[:7])}-{''.join(digits[7:])}"
    found = read(wrong)
    assert found and found.kind is (Kind.BOTTLE if wrong == bottle_number(n) else Kind.MISREAD)


@pytest.mark.parametrize("n", [0, -1, MOST_BOTTLES + 1])
def test_there_are_seven_digits_and_no_bottle_zero(n: int):
    with pytest.raises(ValueError, match="no bottle"):
        bottle_number(n)
    assert read("B-0000000-98") == Code(Kind.MISREAD, "B-0000000-98")


@pytest.mark.parametrize(
    "typed",
    ["B-0000001-95", " b-0000001-95 ", "b000000195", "B 0000001 95", "Ｂ－０００００01－95", "B–0000001–95"],
)
def test_capitals_spaces_and_dashes_do_not_matter(typed: str):
    assert read(typed) == Code(Kind.BOTTLE, "B-0000001-95")


@pytest.mark.parametrize("host", ["https://portal.hanbit.example", "http://127.0.0.1:8000", "HTTPS://OLD.EXAMPLE/oil"])
@pytest.mark.parametrize("code", ["HBL-00001", "B-0000001-95", "PC200/8 #1"])
def test_the_address_of_any_host_leads_to_the_code(host: str, code: str):
    found = read(address(host, code))
    assert found and found.text == code.replace(" ", "")


def test_an_address_of_somebody_else_is_no_code():
    assert read("https://shop.example/promotion/2026?item=oil-and-grease-for-all") is None


@pytest.mark.parametrize("text", ["", "   ", "X" * 41, "https://x.example/q/", "a\x00b", "\u202eB-1"])
def test_nonsense_is_none(text: str):
    assert read(text) is None


@given(st.text(max_size=500))
def test_whatever_stands_in_a_picture_breaks_nothing(text: str):
    found = read(text)
    assert found is None or 0 < len(found.text) <= 40
