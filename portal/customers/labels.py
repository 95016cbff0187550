"""How the words of the customer file are said to the reader."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.customers.kinds import CompartmentKind, CustomerKind
from portal.customers.models import Compartment

CUSTOMER_KIND = {
    CustomerKind.DEALER: _l("Dealer"),
    CustomerKind.FLEET: _l("Fleet"),
    CustomerKind.MINE: _l("Mine"),
    CustomerKind.PLANT: _l("Plant"),
    CustomerKind.QUARRY: _l("Quarry"),
    CustomerKind.WORKSHOP: _l("Workshop"),
}
COMPARTMENT = {
    CompartmentKind.AXLE: _l("Axle"),
    CompartmentKind.COMPRESSOR: _l("Compressor"),
    CompartmentKind.CONVERTER: _l("Torque converter"),
    CompartmentKind.ENGINE: _l("Engine"),
    CompartmentKind.FINAL_DRIVE_LEFT: _l("Final drive, left"),
    CompartmentKind.FINAL_DRIVE_RIGHT: _l("Final drive, right"),
    CompartmentKind.GEARBOX: _l("Gearbox"),
    CompartmentKind.HYDRAULIC: _l("Hydraulic system"),
    CompartmentKind.STEERING: _l("Steering"),
    CompartmentKind.TRANSFORMER: _l("Transformer"),
    CompartmentKind.TRANSMISSION: _l("Transmission"),
    CompartmentKind.TURBINE: _l("Turbine"),
    CompartmentKind.WHEEL_LEFT: _l("Wheel, left"),
    CompartmentKind.WHEEL_RIGHT: _l("Wheel, right"),
}


def compartment_label(compartment: Compartment) -> str:
    """Machine, compartment and oil in one line: `DT-07 KD785 · Engine · Hanbit Diesel Pro 15W-40`."""
    machine = compartment.machine
    return f"{machine.number} {machine.model} · {COMPARTMENT[compartment.kind]} · {compartment.product.name}"
