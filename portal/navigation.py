"""Where each person can go from every page."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from portal.people.models import Person, Role, somebody
from portal.people.permits import HELD_BY, Permit


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
    """In the order in which the day needs them; on a phone the first four stand below, and all of them on Me."""
    shown = [
        ((Role.SUPERVISOR,), Item("approvals", _("Approvals"), "inbox", url_for("approvals.index"))),
        ((Role.ENGINEER,), Item("today", _("Today"), "house", url_for("visits.today"))),
        ((Role.DEALER,), Item("home", _("Home"), "house", url_for("desk.home"))),
        ((Role.ENGINEER, Role.SUPERVISOR), Item("plan", _("Plan"), "calendar-clock", url_for("plans.index"))),
        (
            (Role.DEALER, Role.DESK, Role.ENGINEER, Role.SUPERVISOR),
            Item("complaints", _("Complaints"), "message-square-warning", url_for("complaints.index")),
        ),
        (
            (Role.DESK, Role.ENGINEER, Role.SUPERVISOR),
            Item("customers", _("Customers"), "users", url_for("customers.index")),
        ),
        (
            (Role.DEALER, Role.ENGINEER, Role.SUPERVISOR),
            Item("visits", _("Visits"), "history", url_for("visits.index")),
        ),
        ((Role.DESK, Role.SUPERVISOR), Item("errands", _("Requests"), "truck", url_for("desk.index"))),
        ((Role.ADMIN,), Item("people", _("People"), "users", url_for("admin.index"))),
        ((Role.ADMIN,), Item("teams", _("Teams and regions"), "list-checks", url_for("admin.teams"))),
        (tuple(HELD_BY[Permit.CATALOGUE_READ]), Item("products", _("Products"), "package", url_for("catalogue.index"))),
        (tuple(HELD_BY[Permit.SCAN]), Item("scan", _("Scan"), "scan-line", url_for("scan.camera"))),
        (tuple(HELD_BY[Permit.LABEL_PRINT]), Item("labels", _("Labels"), "qr-code", url_for("scan.order"))),
    ]
    found = [item for roles, item in shown if person.is_a(*roles)]
    return [*found, Item("me", _("Me"), "user", url_for("accounts.own_page"))]
