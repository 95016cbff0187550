"""One form for the htmx post, the plain post and the envelope of a phone: the rules are written once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import DateField, DateTimeLocalField, Form, RadioField, SelectChoice, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Optional, StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, TextArea

GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")


class RoomForm(Form):
    """Base of every form. `ok` says whether all is well; `values` are the clean values by field."""

    class Meta:
        @property
        def locales(self) -> list[str]:
            return [str(get_locale() or "en")]

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        if data is not None and not hasattr(data, "getlist"):
            data = MultiDict(data)
        super().__init__(data, **kwargs)
        self._checked: bool | None = None

    @property
    def ok(self) -> bool:
        if self._checked is None:
            self._checked = self.validate()
        return self._checked

    @property
    def values(self) -> dict[str, Any]:
        return {name: field.data for name, field in self._fields.items()}

    def refuse(self, name: str, say: str) -> None:
        """Put a sentence beside the field `name`, as its own validators would have done."""
        self[name].errors = [*self[name].errors, say]
        self._checked = False

    def previous(self, **texts: str | None) -> RoomForm:
        """Show beside each named box what was written there last time."""
        for name, text in texts.items():
            self[name].previous = text
        return self


class _Required(InputRequired):
    """Something was sent, and something is left of it: blanks are nothing."""

    def __call__(self, form: Any, field: Any) -> None:
        super().__call__(form, field)
        if not field.process_errors and (field.data is None or field.data == ""):
            raise StopValidation(self.message)


def required(say: str | None = None) -> InputRequired:
    return _Required(say or _l("Fill this in."))


def optional() -> Optional:
    return Optional()


class _Extras:
    """What a box of the trade has beside its label: a unit, and the value of last time."""

    unit: str | None = None
    previous: str | None = None


class TextField(_Extras, StringField):
    """One line of text, trimmed. Refuses characters that a database or a paper cannot hold."""

    def __init__(self, label: str, validators: Iterable[Any] = (), *, most: int = 200, **kwargs: Any) -> None:
        super().__init__(label, [*validators, Length(max=most)], **kwargs)

    def process_formdata(self, values: list[Any]) -> None:
        super().process_formdata(values)
        self.data = self.data.strip() if isinstance(self.data, str) else None

    def pre_validate(self, form: Form) -> None:
        if self.data and any(unicodedata.category(c) in {"Cc", "Cs"} and c not in "\r\n\t" for c in self.data):
            raise StopValidation(_("There is a character here that cannot be stored. Type the text again."))


class AreaField(TextField):
    """Several lines of text."""

    widget = TextArea()

    def __init__(self, label: str, validators: Iterable[Any] = (), *, most: int = 2000, **kwargs: Any) -> None:
        super().__init__(label, validators, most=most, **kwargs)


class UnitField(_Extras, StringField):
    """A measured value with its unit, as Decimal.

    Reads 12450, 12,450, 12.5, 12,5 and full-width or Arabic digits; refuses everything that is not a finite number.
    """

    def __init__(
        self,
        label: str,
        validators: Iterable[Any] = (),
        *,
        unit: str,
        minimum: Decimal | int,
        maximum: Decimal | int,
        decimals: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, list(validators), **kwargs)
        self.unit, self.minimum, self.maximum, self.decimals = unit, Decimal(minimum), Decimal(maximum), decimals

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else format(self.data, "f")

    def process_formdata(self, values: list[Any]) -> None:
        self.data = None
        if values and str(values[0]).strip():
            self.data = number(str(values[0]))

    def pre_validate(self, form: Form) -> None:
        if self.data is None:
            return
        if not self.minimum <= self.data <= self.maximum:
            raise StopValidation(
                _("Must be between %(low)s and %(high)s %(unit)s.", low=self.minimum, high=self.maximum, unit=self.unit)
            )
        if -int(self.data.normalize().as_tuple().exponent) > self.decimals:
            raise StopValidation(_("Write at most %(count)s decimals.", count=self.decimals))


def number(text: str) -> Decimal:
    """The number somebody typed. Raises ValueError, with a sentence, for anything but a finite number."""
    text = "".join(str(unicodedata.digit(c, c)) for c in unicodedata.normalize("NFKC", text)).replace(" ", "")
    text = text.replace(",", "") if GROUPED.fullmatch(text) else text.replace(",", ".")
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or "_" in text or value.copy_abs() >= 10**12:
        raise ValueError(_("Write a number, for example 12450."))
    return value


class PickField(_Extras, RadioField):
    """One tap among a few words of a StrEnum; `labels` say the words to the reader."""

    def __init__(
        self, label: str, words: type[StrEnum], labels: Mapping[Any, Any], validators: Iterable[Any] = (), **kwargs: Any
    ) -> None:
        self.words = words
        choices = [SelectChoice(w.value, labels[w]) for w in words]
        super().__init__(label, validators=list(validators), choices=choices, coerce=self._word, **kwargs)

    def _word(self, value: Any) -> Any:
        if value is None or value == "" or value == "None":
            return None
        return self.words(value)

    def pre_validate(self, form: Form) -> None:
        if self.data is not None:
            super().pre_validate(form)


class PicksField(_Extras, SelectMultipleField):
    """Any number of taps among a few words of a StrEnum."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(
        self, label: str, words: type[StrEnum], labels: Mapping[Any, Any], validators: Iterable[Any] = (), **kwargs: Any
    ) -> None:
        choices = [SelectChoice(w.value, labels[w]) for w in words]
        super().__init__(label, validators=list(validators), choices=choices, coerce=words, **kwargs)


class DayField(_Extras, DateField):
    """A day, as the browser's own date box gives it."""


class MomentField(_Extras, DateTimeLocalField):
    """A day and a time of the wall clock, in this century; the caller knows in which zone."""

    def pre_validate(self, form: Form) -> None:
        if self.data and not 2000 <= self.data.year < 2100:
            raise StopValidation(_("Check the year."))


def id_of(text: object) -> int | None:
    """The key of a row as a form sends it, or None for what no row can have."""
    return int(text) if isinstance(text, str) and text.isdecimal() and text.isascii() and len(text) < 10 else None


def at_least_one(form: Form, field: Any) -> None:
    """A validator: at least one tap. Raises ValidationError with the sentence."""
    if not field.data:
        raise ValidationError(_("Choose at least one."))
