"""The words of what a dealer asks us for. One kind so far; the others join it here."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

PROMISED_DAYS = 20  # S13: marketing and promotion planned with the customer within 20 days of the request
PROMISED = timedelta(days=PROMISED_DAYS)


class ErrandKind(StrEnum):
    PROMOTION = "promotion"


class Item(StrEnum):
    """What promotion support is made of. The words are short: all together fit one column of 120 characters."""

    STUDY = "study"  # of the local market
    PLAN = "plan"  # of the campaign
    VENUE = "venue"
    PEOPLE = "people"
    POSTERS = "posters"
    ALBUMS = "albums"
    PAPERS = "papers"  # certificates
    LEAFLETS = "leaflets"
    GIFTS = "gifts"
    WORKWEAR = "workwear"
    SIGN = "sign"  # over the shop


class ErrandState(StrEnum):
    LOGGED = "logged"
    ASKED = "asked"
    ACCEPTED = "accepted"
    PLANNED = "planned"
    DONE = "done"
    REFUSED = "refused"


class WordKind(StrEnum):
    """What was said about a request, and by which side."""

    QUESTION = "question"
    ANSWER = "answer"
    PLAN = "plan"
    REFUSAL = "refusal"
    RECEIPT = "receipt"


class Soon(StrEnum):
    """When something is needed, in one tap; the third word leads to a box for the day."""

    FORTNIGHT = "fortnight"
    MONTH = "month"
    DAY = "day"


class Shown(StrEnum):
    """Which requests a list shows."""

    OPEN = "open"
    CLOSED = "closed"
    ALL = "all"


AHEAD = {Soon.FORTNIGHT: timedelta(days=14), Soon.MONTH: timedelta(days=30)}
NEXT: dict[ErrandState, frozenset[ErrandState]] = {
    ErrandState.LOGGED: frozenset({ErrandState.ASKED, ErrandState.ACCEPTED, ErrandState.PLANNED, ErrandState.REFUSED}),
    ErrandState.ASKED: frozenset({ErrandState.LOGGED, ErrandState.ACCEPTED, ErrandState.PLANNED, ErrandState.REFUSED}),
    ErrandState.ACCEPTED: frozenset({ErrandState.ASKED, ErrandState.PLANNED, ErrandState.REFUSED}),
    ErrandState.PLANNED: frozenset({ErrandState.PLANNED, ErrandState.DONE, ErrandState.REFUSED}),
    ErrandState.DONE: frozenset(),
    ErrandState.REFUSED: frozenset(),
}
CLOSED = (ErrandState.DONE, ErrandState.REFUSED)
OPEN = (ErrandState.LOGGED, ErrandState.ASKED, ErrandState.ACCEPTED, ErrandState.PLANNED)
