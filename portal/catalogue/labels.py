"""How the words of the catalogue are said to the reader."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.catalogue.kinds import BaseOil, Evidence, Family, Thickener
from portal.catalogue.tables import Grade

FAMILY = {
    Family.COMPRESSOR: _l("Compressor oil"),
    Family.COOLANT: _l("Coolant"),
    Family.ENGINE: _l("Engine oil"),
    Family.GEAR: _l("Gear oil"),
    Family.GREASE: _l("Grease"),
    Family.HYDRAULIC: _l("Hydraulic oil"),
    Family.TRANSMISSION: _l("Transmission fluid"),
    Family.TURBINE: _l("Turbine oil"),
}
BASE_OIL = {
    BaseOil.ESTER: _l("Ester"),
    BaseOil.HFC: _l("Water glycol (HFC)"),
    BaseOil.HFDR: _l("Phosphate ester (HFD-R)"),
    BaseOil.MINERAL: _l("Mineral oil"),
    BaseOil.PAG: _l("Polyalkylene glycol (PAG)"),
    BaseOil.PAO: _l("Polyalphaolefin (PAO)"),
    BaseOil.SEMI: _l("Semi-synthetic"),
}
THICKENER = {
    Thickener.ALUMINIUM_COMPLEX: _l("Aluminium complex"),
    Thickener.BARIUM: _l("Barium"),
    Thickener.CALCIUM: _l("Calcium"),
    Thickener.CALCIUM_COMPLEX: _l("Calcium complex"),
    Thickener.CLAY: _l("Clay"),
    Thickener.LITHIUM: _l("Lithium"),
    Thickener.LITHIUM_COMPLEX: _l("Lithium complex"),
    Thickener.POLYUREA: _l("Polyurea"),
    Thickener.SODIUM: _l("Sodium"),
}
EVIDENCE = {
    Evidence.DERIVED: _l("computed"),
    Evidence.GENERAL: _l("general knowledge of the trade, not verified"),
    Evidence.PROPOSED: _l("our choice where the sources differ"),
    Evidence.SOURCE: _l("read in this source"),
}
GRADE_ASKED = {  # of every family whose grades stand in a table
    Family.COMPRESSOR: _l("Write an ISO VG or SAE J300 grade, for example ISO VG 46."),
    Family.ENGINE: _l("Write an engine oil grade of SAE J300, for example 15W-40 or SAE 40."),
    Family.GEAR: _l("Write an ISO VG or SAE J306 grade, for example ISO VG 220 or 80W-90."),
    Family.GREASE: _l("Write an NLGI grade from 000 to 6, for example NLGI 2."),
    Family.HYDRAULIC: _l("Write an ISO VG or SAE J300 grade, for example ISO VG 46."),
    Family.TRANSMISSION: _l("Write a grade of SAE J300, SAE J306 or ISO VG, for example SAE 30."),
    Family.TURBINE: _l("Write an ISO VG grade, for example ISO VG 32."),
}


def sourced(source: str, evidence: Evidence) -> str:
    """Where a value comes from, in words. What was not verified is never said to be what a standard says."""
    return f"{source} · {EVIDENCE[evidence]}" if source else str(EVIDENCE[evidence])


def standard_said(grade: Grade) -> str:
    """The standard whose word the row is, or how little is behind it."""
    verified = grade.evidence is Evidence.SOURCE
    return grade.standard if verified else str(EVIDENCE[grade.evidence])
