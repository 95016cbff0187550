"""How the words of the customer file are said to the reader."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.catalogue.models import Product
from portal.customers.hours import Doubt
from portal.customers.kinds import Abc, CompartmentKind, CustomerKind, NameKind, PromiseState
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
ABC = {
    Abc.A: _l("A"),
    Abc.B: _l("B"),
    Abc.C: _l("C"),
}
PROMISE_STATE = {
    PromiseState.OPEN: _l("Open"),
    PromiseState.KEPT: _l("Kept"),
    PromiseState.BROKEN: _l("Not kept"),
}
PROMISE_TAG = {
    PromiseState.OPEN: ("warn", "clock"),
    PromiseState.KEPT: ("ok", "circle-check"),
    PromiseState.BROKEN: ("bad", "circle-x"),
}
FOUND = {
    NameKind.CUSTOMER: _l("Customers"),
    NameKind.SITE: _l("Sites"),
    NameKind.CONTACT: _l("Contacts"),
    NameKind.MACHINE: _l("Machines"),
}
DOUBT = {
    Doubt.BACKWARDS: _l("That is less than last time. Look at the meter again."),
    Doubt.JUMP: _l("That is more than the days since last time have hours. Look at the meter again."),
}


def oil_label(product: Product) -> str:
    """Name and grade of an oil; the grade once, where the name has it already."""
    return product.name if product.grade in product.name else f"{product.name} · {product.grade}"


def compartment_label(compartment: Compartment) -> str:
    """Machine, compartment and oil in one line: `DT-07 KD785 · Engine · Hanbit Diesel Pro 15W-40`."""
    machine = compartment.machine
    return f"{machine.number} {machine.model} · {COMPARTMENT[compartment.kind]} · {compartment.product.name}"
