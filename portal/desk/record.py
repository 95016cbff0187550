"""One request as its page tells it: what was said about it, and who is named in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal.desk.kinds import ErrandState, WordKind
from portal.desk.lists import company_day
from portal.desk.models import Errand, ErrandWord
from portal.kit.clock import now
from portal.kit.db import db


@dataclass(frozen=True)
class Told:
    """`question` is what waits for the dealer's answer, or empty; `today` is the company's day."""

    errand: Errand
    words: list[ErrandWord]
    question: str
    today: date


def told(errand: Errand) -> Told:
    _load(errand)
    said = sa.select(ErrandWord).where(ErrandWord.errand_id == errand.id).options(joinedload(ErrandWord.by))
    words = list(db.session.scalars(said.order_by(ErrandWord.id)))
    asked = [word.text for word in words if word.kind is WordKind.QUESTION]
    return Told(errand, words, asked[-1] if errand.state is ErrandState.ASKED else "", company_day(now()))


def _load(errand: Errand) -> None:
    """Fetch everybody it names in one question."""
    named = [joinedload(Errand.dealer), joinedload(Errand.owner), joinedload(Errand.logged_by)]
    db.session.scalar(sa.select(Errand).where(Errand.id == errand.id).options(*named))
