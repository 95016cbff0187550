"""Passwords and PINs: argon2id, the same work for a person who does not exist, and what is too easily guessed."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# 46 MiB, one pass: above the OWASP minimum (19 MiB, t=2) and bearable on a small server with eight threads.
HASHER = PasswordHasher(time_cost=2, memory_cost=47104, parallelism=1)

LEAST_LENGTH = 10  # characters of a password
COMMON = frozenset(
    "password12 password123 password1234 password12345 passw0rd123 p@ssword123 p@ssw0rd123 password!@#$ "
    "1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc qwertyuiop qwerty12345 qwerty123456 asdfghjkl123 zxcvbnm1234 "
    "iloveyou123 letmein1234 welcome123 welcome1234 changeme123 administrator admin12345 admin123456 adminadmin "
    "1234567890 0123456789 12345678910 123456789a a123456789 abcdefghij abc1234567 abcd123456 abcd1234!@ "
    "sightglass sightglass1 lubricant123 engineoil123 korea12345 dlatl12345 qlalfqjsgh qlalfqjsgh1 rkskekfk123".split()
)  # at least ten signs each; among the most used of the lists that guessers try first, and what our trade would add


def hash_secret(text: str) -> str:
    """The argon2id hash of a password or PIN, with its parameters and salt inside."""
    return HASHER.hash(text)


@cache
def _nobodys() -> str:
    """A hash to spend the time on when nobody has the name; made at first use, so that starting costs nothing."""
    return HASHER.hash("nobody has this password")


def fits(hashed: str | None, text: str) -> bool:
    """Whether `text` is the secret behind `hashed`. Takes as long for None or an empty hash as for a real one."""
    try:
        return HASHER.verify(hashed or _nobodys(), text) and bool(hashed)
    except (VerificationError, InvalidHashError):
        return False


def is_short(password: str) -> bool:
    return len(password) < LEAST_LENGTH


def is_common(password: str, email: str = "") -> bool:
    """Whether a guesser would try it early: a well-known one, a few signs again and again, or one's own address."""
    plain = password.casefold()
    own = {email.casefold(), email.casefold().partition("@")[0]} - {""}
    few_signs = len(set(plain)) < 5
    return few_signs or plain in COMMON or any(plain.strip("0123456789!@#.") == word for word in own) or plain in own


def is_plain_pin(pin: str) -> bool:
    """Whether six digits are among the first that anybody tries: 111111, 123456, 987654, 121212, 123123."""
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    repeated = any(pin == pin[:size] * (len(pin) // size) for size in (2, 3))
    return (len(steps) == 1 and steps <= {0, 1, 9}) or repeated
