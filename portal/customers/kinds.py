"""The words of the customer file."""

from __future__ import annotations

from enum import StrEnum


class CustomerKind(StrEnum):
    DEALER = "dealer"
    FLEET = "fleet"
    MINE = "mine"
    PLANT = "plant"
    QUARRY = "quarry"
    WORKSHOP = "workshop"


class Abc(StrEnum):
    """How much a customer matters to us; the file says why and since when."""

    A = "A"
    B = "B"
    C = "C"


class CompartmentKind(StrEnum):
    """Where the oil is. Left and right are seen from the driver's seat."""

    AXLE = "axle"
    COMPRESSOR = "compressor"
    CONVERTER = "converter"
    ENGINE = "engine"
    FINAL_DRIVE_LEFT = "final_drive_left"
    FINAL_DRIVE_RIGHT = "final_drive_right"
    GEARBOX = "gearbox"
    HYDRAULIC = "hydraulic"
    STEERING = "steering"
    TRANSFORMER = "transformer"
    TRANSMISSION = "transmission"
    TURBINE = "turbine"
    WHEEL_LEFT = "wheel_left"
    WHEEL_RIGHT = "wheel_right"


class PromiseState(StrEnum):
    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"


class NameKind(StrEnum):
    """What a found name leads to."""

    CONTACT = "contact"
    CUSTOMER = "customer"
    MACHINE = "machine"
    SITE = "site"
