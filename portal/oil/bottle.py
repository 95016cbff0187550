"""The number on a bottle."""

from __future__ import annotations

import unicodedata


def clean(text: str | None) -> str | None:
    """The number as it is kept: capitals, no spaces, full-width signs made narrow.

    A number typed in two ways is one bottle. Other laboratories' bottles have numbers of their own shape, so any
    text is accepted; None stays None.
    """
    if text is None:
        return None
    capitals = unicodedata.normalize("NFKC", "".join(text.split())).upper()
    return "".join(unicodedata.normalize("NFKC", capitals).split())
