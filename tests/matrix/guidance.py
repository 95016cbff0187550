"""Who is advised while they write guidance: the engineers. A compartment they may not know of says nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from portal.town import Town
from tests.support.matrix import Ask, Says, page

PIECES = ("/guidance/advice", "/guidance/known", "/guidance/texts")
PUBLIC: dict[tuple[str, str], Says] = {}
POLICY: dict[tuple[str, str], Says] = {("GET", piece): page("engineer") for piece in PIECES}


def make(people: Town, at: datetime) -> dict[str, str]:
    return {"compartment": people.engine.uuid, "product": people.products["HB-DX1040"].uuid}


def asks(who: str, made: dict[str, str]) -> Iterator[Ask]:
    query = "&".join(f"{name}={value}" for name, value in made.items())
    for piece in PIECES:
        yield Ask(who, "GET", piece, f"{piece}?{query}")
