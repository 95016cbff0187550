"""The number on a bottle."""

from __future__ import annotations

import re
import unicodedata

LAST_DIGITS = re.compile(r"[0-9]+$")
OURS = re.compile(r"B-?([0-9]{7})-?([0-9]{2})")  # as our labels print it, with or without its dashes
MOST_BOTTLES = 9_999_999
MOST = 40  # signs on a label


def clean(text: str | None) -> str | None:
    """The number as it is kept: capitals, no spaces, full-width signs made narrow.

    A number typed in two ways is one bottle. Other laboratories' bottles have numbers of their own shape, so any
    text is accepted; None stays None.
    """
    if text is None:
        return None
    capitals = unicodedata.normalize("NFKC", "".join(text.split())).upper()
    return "".join(unicodedata.normalize("NFKC", capitals).split())


def check(digits: str) -> str:
    """The two check digits of ISO 7064 MOD 97-10: every wrong digit and every swap of two neighbours is found."""
    return f"{98 - int(digits) * 100 % 97:02d}"


def bottle_number(n: int) -> str:
    """The number of the n-th bottle that we label: `B-1234567-89`. Raises ValueError where seven digits do not do."""
    if not 0 < n <= MOST_BOTTLES:
        raise ValueError(f"no bottle has the number {n}")
    return f"B-{n:07d}-{check(f'{n:07d}')}"


def is_misread(number: str) -> bool:
    """Whether a number has the shape of ours, but not our check digits."""
    ours = OURS.fullmatch(number)
    return ours is not None and (check(ours[1]) != ours[2] or int(ours[1]) == 0)


def following(number: str) -> str:
    """The number of the bottle that comes next in the box: HB-0099 becomes HB-0100.

    One of ours gets its own check digits. Empty for a number whose end is no number, or which no label would hold.
    """
    if ours := OURS.fullmatch(number):
        counted = int(ours[1]) + 1
        return bottle_number(counted) if counted <= MOST_BOTTLES else ""
    digits = LAST_DIGITS.search(number)
    if digits is None:
        return ""
    counted = f"{int(digits[0]) + 1:0{len(digits[0])}d}"
    found = number[: digits.start()] + counted
    return found if len(found) <= MOST else ""
