"""Text as it is searched: without what people leave out, and Hangul by its initial consonants."""

from __future__ import annotations

import re
import unicodedata

CONSONANTS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"  # in the order of the syllables, U+AC00 and on
FIRST, LAST, EACH = 0xAC00, 0xD7A3, 588  # syllables that begin with one consonant
JAMO = {0x1100 + place: letter for place, letter in enumerate(CONSONANTS)}
# Two initials typed in a row come from some keyboards as one letter.
PAIRS = str.maketrans(
    {
        **{"ㄳ": "ㄱㅅ", "ㄵ": "ㄴㅈ", "ㄶ": "ㄴㅎ", "ㄺ": "ㄹㄱ", "ㄻ": "ㄹㅁ", "ㄼ": "ㄹㅂ"},
        **{"ㄽ": "ㄹㅅ", "ㄾ": "ㄹㅌ", "ㄿ": "ㄹㅍ", "ㅀ": "ㄹㅎ", "ㅄ": "ㅂㅅ"},
    }
)
LEFT_OUT = {"Cc", "Cf", "Cs", "Pd", "Ps", "Pe", "Zs", "Zl", "Zp"}  # control, dashes, brackets, blanks
DOTS = frozenset(".·・‧")


def fold(text: str) -> str:
    """The text without blanks, hyphens, dots, brackets and capitals; full-width signs narrow, Hangul composed."""
    pieces = re.split(f"([{CONSONANTS}])", text.translate(PAIRS))  # NFKC would take single consonants apart
    plain = "".join(piece if piece in CONSONANTS else unicodedata.normalize("NFKC", piece) for piece in pieces)
    return "".join(
        c for c in plain.translate(JAMO).lower() if c not in DOTS and unicodedata.category(c) not in LEFT_OUT
    )


def initials(text: str) -> str:
    """한빛광산 → ㅎㅂㄱㅅ; what is no Hangul stays as `fold` leaves it."""
    return "".join(map(_initial, fold(text)))


def is_initials(query: str) -> bool:
    """True when somebody types initial consonants: there is one, and no whole syllable."""
    folded = fold(query)
    return any(c in CONSONANTS for c in folded) and not any(FIRST <= ord(c) <= LAST for c in folded)


def _counts(letter: str) -> bool:
    return letter not in DOTS and unicodedata.category(letter) not in LEFT_OUT


def _initial(letter: str) -> str:
    return CONSONANTS[(ord(letter) - FIRST) // EACH] if FIRST <= ord(letter) <= LAST else letter
