"""Passwords and PINs: argon2id, and the same work for a person who does not exist."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# 46 MiB, one pass: above the OWASP minimum (19 MiB, t=2) and bearable on a small server with eight threads.
HASHER = PasswordHasher(time_cost=2, memory_cost=47104, parallelism=1)


def hash_secret(text: str) -> str:
    """The argon2id hash of a password or PIN, with its parameters and salt inside."""
    return HASHER.hash(text)


@cache
def _nobodys() -> str:
    """A hash to spend the time on when nobody has the name; made at first use, so that starting costs nothing."""
    return HASHER.hash("nobody has this password")


def fits(hashed: str | None, text: str) -> bool:
    """Whether `text` is the secret behind `hashed`. Takes as long for None as for a hash."""
    try:
        return HASHER.verify(hashed or _nobodys(), text) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False
