"""The words of the catalogue."""

from __future__ import annotations

from enum import StrEnum


class Family(StrEnum):
    COMPRESSOR = "compressor"
    COOLANT = "coolant"
    ENGINE = "engine"
    GEAR = "gear"
    GREASE = "grease"
    HYDRAULIC = "hydraulic"
    TRANSMISSION = "transmission"
    TURBINE = "turbine"


class BaseOil(StrEnum):
    """What the oil is made from: it decides with which other oil it may be mixed."""

    ESTER = "ester"
    HFC = "hfc"  # water glycol
    HFDR = "hfdr"  # phosphate ester
    MINERAL = "mineral"
    PAG = "pag"
    PAO = "pao"
    SEMI = "semi"  # mineral with a part of synthetic


class Thickener(StrEnum):
    """What holds the oil in a grease."""

    ALUMINIUM_COMPLEX = "aluminium_complex"
    BARIUM = "barium"
    CALCIUM = "calcium"
    CALCIUM_COMPLEX = "calcium_complex"
    CLAY = "clay"
    LITHIUM = "lithium"
    LITHIUM_COMPLEX = "lithium_complex"
    POLYUREA = "polyurea"
    SODIUM = "sodium"


class Evidence(StrEnum):
    """How far a value of a table can be trusted: every row of our tables has its mark."""

    DERIVED = "DER"  # computed
    GENERAL = "GK"  # general knowledge of the trade, not verified
    PROPOSED = "PRO"  # our choice between sources that differ
    SOURCE = "S"  # read in the source named
