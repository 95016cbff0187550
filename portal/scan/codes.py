"""What stands in a QR code of ours, and what somebody typed from a label."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, unquote

from portal.oil.bottle import MOST, OURS, clean, is_misread

ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://[^?#]*/q/([^?#]+)", re.IGNORECASE)
LONGEST = 400  # signs of an address
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))


class Kind(StrEnum):
    """What a code is by its looks. Labels of compartments and numbers of machines can be told by a look-up only."""

    BOTTLE = "bottle"  # printed by us, and its check digits agree
    MISREAD = "misread"  # the shape of ours, but the check digits disagree
    OTHER = "other"


@dataclass(frozen=True)
class Code:
    kind: Kind
    text: str


def address(base_url: str, code: str) -> str:
    """What a QR code holds: any camera opens it, ours reads the end of it."""
    return f"{base_url}/q/{quote(code, safe='')}"


def read(text: str) -> Code | None:
    """The code in what a camera saw or somebody typed: an address of any host, or the code alone.

    Capitals, spaces and the kind of dash do not matter. None for what is no code of anybody's.
    """
    text = text[:LONGEST].strip()
    ours = ADDRESS.fullmatch(text)
    code = (clean(unquote(ours[1]) if ours else text) or "").translate(DASHES)
    if not code or len(code) > MOST or not code.isprintable() or "://" in code:
        return None
    bottle = OURS.fullmatch(code)
    if bottle is None:
        return Code(Kind.OTHER, code)
    number, digits = bottle.groups()
    kind = Kind.MISREAD if is_misread(code) else Kind.BOTTLE
    return Code(kind, f"B-{number}-{digits}")
