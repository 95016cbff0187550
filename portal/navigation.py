"""Where each person can go from every page."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from portal.people.models import Person, Role, somebody


@dataclass(frozen=True)
class Item:
    key: str
    label: str
    icon: str
    url: str
    count: int = 0


def items() -> list[Item]:
    """The main navigation of the person who is logged in; empty for anybody else."""
    person = somebody()
    return _items_of(person) if person else []


def _items_of(person: Person) -> list[Item]:
    found = []
    if person.is_a(Role.SUPERVISOR):
        found.append(Item("approvals", _("Approvals"), "inbox", url_for("approvals.index")))
        found.append(Item("plan", _("Plan"), "calendar-clock", url_for("plans.index")))
    if person.is_a(Role.ENGINEER):
        found.append(Item("today", _("Today"), "house", url_for("visits.today")))
    if person.is_a(Role.ENGINEER, Role.SUPERVISOR, Role.DEALER):
        found.append(Item("visits", _("Visits"), "history", url_for("visits.index")))
    found.append(Item("me", _("Me"), "user", url_for("accounts.own_page")))
    return found
