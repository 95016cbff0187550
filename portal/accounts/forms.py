"""What a person types to be let in, and what they decide about their own login."""

from __future__ import annotations

import re
import unicodedata
from typing import Any
from zoneinfo import available_timezones

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice
from wtforms.validators import ValidationError

from portal.accounts.passwords import LEAST_LENGTH, is_common, is_plain_pin, is_short
from portal.kit.forms import RoomForm, TextField, optional, required
from portal.kit.i18n import LANGUAGES
from portal.people.models import Person, Role

SIGNERS = (Role.ENGINEER, Role.SUPERVISOR)  # whose PIN puts a signature under a record
SIX_DIGITS = re.compile(r"[0-9]{6}")


def real_zone(_form: RoomForm, field: TextField) -> None:
    """A validator: a zone that the calendar knows. Raises ValidationError with the sentence."""
    if field.data and field.data not in available_timezones():
        raise ValidationError(_("No zone is called like this. Write it as Asia/Seoul."))


def narrow(text: str | None) -> str | None:
    """Full-width signs as ordinary ones."""
    return None if text is None else unicodedata.normalize("NFKC", text).strip()


class LanguageField(RadioField):
    def __init__(self, label: str, **kwargs: Any) -> None:
        choices = [SelectChoice(key, name) for key, name in LANGUAGES.items()]
        super().__init__(label, validators=[required(_l("Choose a language."))], choices=choices, **kwargs)


class LoginForm(RoomForm):
    email = TextField(_l("E-mail"), [required()], most=254)
    password = TextField(_l("Password"), [required()])
    next = TextField("", most=400)


class PinForm(RoomForm):
    pin = TextField(_l("Signing PIN"), [required()], most=12)


class ForgottenForm(RoomForm):
    email = TextField(_l("E-mail"), [required(_l("Write your e-mail address."))], most=254)


class _New(RoomForm):
    """What a new password or PIN must be, whoever sets it; `person` is whose it will be."""

    _person: Person | None = None

    def of(self, person: Person) -> _New:
        self._person = person
        return self

    def validate_password(self, field: TextField) -> None:
        if is_short(field.data):
            raise ValidationError(_("Use at least %(count)s characters.", count=LEAST_LENGTH))
        if is_common(field.data, self._person.email if self._person else ""):
            raise ValidationError(_("This is guessed too easily. Choose another password."))

    def validate_again(self, field: TextField) -> None:
        if field.data != self["password"].data:
            raise ValidationError(_("The two are not the same. Type the new password again."))

    def validate_pin(self, field: TextField) -> None:
        if not field.data:
            return
        if not SIX_DIGITS.fullmatch(field.data):
            raise ValidationError(_("Write six digits."))
        if is_plain_pin(field.data):
            raise ValidationError(_("This PIN is guessed too easily. Choose another."))


class SetForm(_New):
    """The form behind a mailed link: a password, and a PIN where there is none yet or a new one is wanted."""

    password = TextField(_l("New password"), [required(_l("Write the new password."))])
    again = TextField(_l("New password, again"), [required(_l("Write the new password once more."))])
    pin = TextField(_l("Signing PIN"), most=12, filters=[narrow])

    @property
    def needs_pin(self) -> bool:
        person = self._person
        return person is not None and not person.pin_hash and person.is_a(*SIGNERS)

    def validate_pin(self, field: TextField) -> None:
        if self.needs_pin and not field.data:
            raise ValidationError(_("Choose a PIN of six digits: you sign records with it."))
        super().validate_pin(field)


class OwnPasswordForm(_New):
    current = TextField(_l("Password until now"), [required(_l("Write the password that you have now."))])
    password = TextField(_l("New password"), [required(_l("Write the new password."))])
    again = TextField(_l("New password, again"), [required(_l("Write the new password once more."))])


class OwnPinForm(_New):
    current = TextField(_l("Your password"), [required(_l("Write your password."))])
    pin = TextField(_l("New PIN"), [required(_l("Write six digits."))], most=12, filters=[narrow])


class OwnSettingsForm(RoomForm):
    language = LanguageField(_l("Your language"))
    zone = TextField(_l("Time zone"), [optional(), real_zone], most=64)
