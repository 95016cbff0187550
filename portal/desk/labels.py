"""How the words of a request are said to the reader. What is wanted most stands first."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from portal.desk.kinds import ErrandKind, ErrandState, Item, Shown, Soon, WordKind
from portal.desk.models import Errand
from portal.kit.i18n import day

Tag = tuple[str, str, str]  # text, kind and icon of a tag

ERRAND_KIND = {ErrandKind.PROMOTION: _l("Promotion support")}
ITEM = {
    Item.GIFTS: _l("Gifts"),
    Item.LEAFLETS: _l("Leaflets"),
    Item.POSTERS: _l("Posters"),
    Item.SIGN: _l("Shop sign"),
    Item.WORKWEAR: _l("Workwear"),
    Item.ALBUMS: _l("Company albums"),
    Item.PAPERS: _l("Certificates"),
    Item.PEOPLE: _l("People on site"),
    Item.VENUE: _l("Venue set-up"),
    Item.PLAN: _l("Campaign plan"),
    Item.STUDY: _l("Market study"),
}
SOON = {Soon.FORTNIGHT: _l("In 2 weeks"), Soon.MONTH: _l("In a month"), Soon.DAY: _l("On another day")}
ERRAND_STATE = {
    ErrandState.LOGGED: _l("Under review"),
    ErrandState.ASKED: _l("Question to the dealer"),
    ErrandState.ACCEPTED: _l("Accepted, being planned"),
    ErrandState.PLANNED: _l("Plan made"),
    ErrandState.DONE: _l("Arrived, confirmed"),
    ErrandState.REFUSED: _l("Not possible"),
}
ERRAND_TAG = {
    ErrandState.LOGGED: ("info", "inbox"),
    ErrandState.ASKED: ("warn", "circle-help"),
    ErrandState.ACCEPTED: ("brand", "user"),
    ErrandState.PLANNED: ("brand", "calendar-clock"),
    ErrandState.DONE: ("ok", "circle-check"),
    ErrandState.REFUSED: ("", "circle-x"),
}
WORD = {
    WordKind.QUESTION: _l("Question"),
    WordKind.ANSWER: _l("Answer"),
    WordKind.PLAN: _l("Our plan"),
    WordKind.REFUSAL: _l("Reason why not"),
    WordKind.RECEIPT: _l("The dealer’s word"),
}
SHOWN = {Shown.OPEN: _l("Open"), Shown.CLOSED: _l("Closed"), Shown.ALL: _l("All")}


def items(errand: Errand) -> str:
    """What is asked for, in the order of the form: Gifts, Posters."""
    return ", ".join(str(says) for item, says in ITEM.items() if item in errand.items)


def pieces(errand: Errand) -> str:
    """How many, in words; empty where nothing is counted."""
    return ngettext("%(num)s piece", "%(num)s pieces", errand.quantity) if errand.quantity else ""


def promised(errand: Errand) -> str:
    """What is promised until when: `Plan by Tue 15 Dec`, and once there is a plan its day."""
    if errand.planned_on:
        return _("Takes place %(day)s", day=day(errand.planned_on))
    return _("Plan by %(day)s", day=day(errand.due_on))


def time_left(errand: Errand, today: date) -> str:
    """How far the promised day is away, in words."""
    days = (errand.promised_on - today).days
    if days < 0:
        return ngettext("%(num)s day late", "%(num)s days late", -days)
    return ngettext("%(num)s day left", "%(num)s days left", days) if days else _("Today")


def promise_tag(errand: Errand, today: date) -> Tag:
    """The promised day and how far it is away."""
    late = errand.promised_on < today
    return f"{promised(errand)} · {time_left(errand, today)}", "bad" if late else "", "clock"
