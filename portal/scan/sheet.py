"""A sheet of labels: HTML for the press, 24 to a page, in words and as a QR code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, render_template
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _

from portal.config import ROOT
from portal.customers.models import Compartment
from portal.oil.bottle import bottle_number
from portal.oil.models import BottleRun
from portal.records.sheet import qr
from portal.scan.codes import address
from portal.scan.kinds import ON_A_SHEET
from portal.scan.labels import COMPARTMENT, oil_label
from portal.scan.record import Order

CSS = ROOT / "static" / "labels.css"


@dataclass(frozen=True)
class Label:
    """`lines` are said under the code; `blanks` are for a pen."""

    code: str
    lines: tuple[str, ...] = ()
    blanks: tuple[str, ...] = ()

    @property
    def qr(self) -> str:
        return qr(address(current_app.config["SETTINGS"].base_url, self.code))


def page_of(order: Order) -> dict[str, Any]:
    """The sheet as the press takes it; labels for a customer's machines are in the customer's language."""
    with force_locale(order.site.customer.language if order.site else get_locale()):
        found = of_run(order.run) if order.run else of_compartments(order.compartments)
        html = render_template(
            "scan/sheet.html", pages=[found[i : i + ON_A_SHEET] for i in range(0, len(found), ON_A_SHEET)],
            title=_("Labels"), language=str(get_locale()), company=current_app.config["SETTINGS"].company,
        )  # fmt: skip
    return {"html": html, "fields": [], "enclosure": None, "archive": False}


def of_run(run: BottleRun) -> list[Label]:
    blanks = (_("Machine"), _("Compartment"), _("Date"))
    return [Label(bottle_number(n), blanks=blanks) for n in range(run.first, run.first + run.count)]


def of_compartments(compartments: Sequence[Compartment]) -> list[Label]:
    return [Label(str(c.label_code), _lines(c)) for c in compartments]


def _lines(compartment: Compartment) -> tuple[str, ...]:
    machine = compartment.machine
    return (f"{machine.number} {machine.model}", str(COMPARTMENT[compartment.kind]), oil_label(compartment.product))
