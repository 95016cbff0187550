"""What is asked of a product, and what the standards say to it."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectChoice
from wtforms.validators import ValidationError

from portal.catalogue.kinds import BaseOil, Family, Thickener
from portal.catalogue.labels import BASE_OIL, FAMILY, GRADE_ASKED, THICKENER, standard_said
from portal.catalogue.tables import TABLES, VI_SLACK, Grade, Window, grade_of, viscosity_index
from portal.kit.forms import AreaField, PickField, RoomForm, TextField, UnitField, optional, required
from portal.kit.i18n import plain_number

VISCOSITY = {"unit": "mm²/s", "minimum": Decimal("0.5"), "maximum": 100_000, "decimals": 3}
NUMBER = {"unit": "mg KOH/g", "minimum": 0, "maximum": 200, "decimals": 2}


def clean_code(text: str | None) -> str | None:
    """Capitals without blanks, full-width signs made narrow: one product has one code however it is typed."""
    return None if text is None else "".join(unicodedata.normalize("NFKC", text).upper().split())


class WordField(PickField):
    """One word of a StrEnum from a list that begins with none of them."""

    def __init__(self, *args: Any, nothing: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices = [SelectChoice("", nothing), *self.choices]


class FindForm(RoomForm):
    """What is looked for in the list. Nonsense finds everything."""

    q = TextField(_l("Name, code or grade"), [optional()], most=80)
    family = WordField(_l("Family"), Family, FAMILY, [optional()], nothing=_l("All families"))
    retired = BooleanField(_l("Also those no longer sold"))


class ProductForm(RoomForm):
    """One product in one grade. Typical values are those of the new oil, as on its data sheet."""

    family = WordField(_l("Family"), Family, FAMILY, [required(_l("Choose the family."))], nothing=_l("Choose"))
    code = TextField(_l("Product code"), [required()], most=40, filters=[clean_code])
    maker = TextField(_l("Maker"), [required()], most=80)
    name = TextField(_l("Product name"), [required()], most=120)
    grade = TextField(_l("Grade"), [required(_l("Write the grade as on the pack."))], most=40)
    v40 = UnitField(_l("Viscosity at 40 °C"), [optional()], **VISCOSITY)
    v100 = UnitField(_l("Viscosity at 100 °C"), [optional()], **VISCOSITY)
    vi = UnitField(_l("Viscosity index"), [optional()], unit="VI", minimum=-200, maximum=600)
    tbn = UnitField(_l("Base number (TBN)"), [optional()], **NUMBER)
    tan = UnitField(_l("Acid number (TAN)"), [optional()], **NUMBER)
    base = WordField(_l("Base oil"), BaseOil, BASE_OIL, [optional()], nothing=_l("Not known"))
    thickener = WordField(_l("Thickener"), Thickener, THICKENER, [optional()], nothing=_l("None or not known"))
    approvals = AreaField(_l("Approvals and specifications"), [optional()], most=500)

    @property
    def known_grade(self) -> Grade | None:
        """The grade of a table that is meant, or None while family or grade are not clear."""
        family, text = self.family.data, self.grade.data
        return grade_of(family, text) if isinstance(family, Family) and text else None

    def validate_grade(self, field: TextField) -> None:
        family = self.family.data
        if not isinstance(family, Family) or not TABLES[family]:
            return
        if self.known_grade is None:
            raise ValidationError(GRADE_ASKED[family])
        field.data = self.known_grade.text

    def validate_v40(self, field: UnitField) -> None:
        if self._measured("v40") and self.known_grade and self.known_grade.at_40:
            _within(self.known_grade, self.known_grade.at_40, field.data, 40)

    def validate_v100(self, field: UnitField) -> None:
        if not self._measured("v100"):
            return
        if self._measured("v40") and field.data >= self.v40.data:
            raise ValidationError(_("Oil is thinner when it is hot: this must be below the viscosity at 40 °C."))
        if self.known_grade and self.known_grade.at_100:
            _within(self.known_grade, self.known_grade.at_100, field.data, 100)

    def validate_vi(self, field: UnitField) -> None:
        if field.data is None or not (self._measured("v40") and self._measured("v100")):
            return
        computed = viscosity_index(self.v40.data, self.v100.data)
        if computed is not None and abs(computed - field.data) > VI_SLACK:
            raise ValidationError(
                _(
                    "From these viscosities ASTM D2270 gives %(index)s. Correct the index or the viscosities.",
                    index=computed,
                )
            )

    def validate_thickener(self, field: WordField) -> None:
        if field.data and self.family.data is not Family.GREASE:
            raise ValidationError(_("Only a grease has a thickener."))

    def _measured(self, name: str) -> bool:
        return not self[name].errors and self[name].data is not None


def _within(grade: Grade, window: Window, value: Decimal, celsius: int) -> None:
    """Raises ValidationError, with what the standard allows, for a viscosity outside the window of the grade."""
    if window.holds(value):
        return
    told = {
        "standard": standard_said(grade), "grade": grade.text, "celsius": celsius, "low": plain_number(window.low),
        "high": plain_number(window.high) if window.high is not None else "",
    }  # fmt: skip
    if window.high is None:
        raise ValidationError(_("%(standard)s: %(grade)s has at least %(low)s mm²/s at %(celsius)s °C.", **told))
    if window.closed:
        raise ValidationError(_("%(standard)s: %(grade)s has %(low)s to %(high)s mm²/s at %(celsius)s °C.", **told))
    raise ValidationError(
        _("%(standard)s: %(grade)s has %(low)s to less than %(high)s mm²/s at %(celsius)s °C.", **told)
    )
