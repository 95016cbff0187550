"""What is asked about a customer, and about what and whom they have."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import available_timezones

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectChoice, SelectField
from wtforms.validators import ValidationError

from portal.catalogue.forms import WordField
from portal.customers.kinds import Abc, CompartmentKind, CustomerKind, PromiseState
from portal.customers.labels import ABC, COMPARTMENT, CUSTOMER_KIND, PROMISE_STATE
from portal.customers.models import Site
from portal.kit.forms import AreaField, DayField, PickField, RoomForm, TextField, UnitField, id_of, optional, required
from portal.kit.i18n import LANGUAGES

PHONE = re.compile(r"\+?\(?[0-9][0-9 ()./-]{4,28}[0-9]( ?(#|내선|ext\.?) ?[0-9]{1,6})?", re.IGNORECASE)
EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+")
DEGREES = {"unit": "°", "decimals": 15}  # a double has no more
SOME_ZONES = [
    *("Asia/Seoul", "Asia/Tokyo", "Asia/Shanghai", "Asia/Ho_Chi_Minh", "Asia/Jakarta", "Asia/Ulaanbaatar"),
    *("Asia/Tashkent", "Asia/Kolkata", "Australia/Perth", "Australia/Brisbane", "Europe/London", "UTC"),
]


def narrow(text: str | None) -> str | None:
    """Full-width signs as ordinary ones."""
    return None if text is None else unicodedata.normalize("NFKC", text).strip()


def real_zone(_form: RoomForm, field: TextField) -> None:
    """A validator: a zone that the calendar knows. Raises ValidationError with the sentence."""
    if field.data and field.data not in available_timezones():
        raise ValidationError(_("No zone is called like this. Write it as Asia/Seoul."))


def this_age(_form: RoomForm, field: DayField) -> None:
    """A validator: a day on which we may have been there. Raises ValidationError with the sentence."""
    if field.data and not 1950 <= field.data.year < 2100:
        raise ValidationError(_("Check the year."))


class RowField(SelectField):
    """One row of a table by its id; the form that has it says which rows are offered. `data` is the id or None."""

    def __init__(self, label: str, validators: Iterable[Any] = (), **kwargs: Any) -> None:
        super().__init__(label, list(validators), choices=[], coerce=_id, validate_choice=False, **kwargs)

    def offer(self, rows: Iterable[tuple[int, str]], nothing: str) -> None:
        self.choices = [SelectChoice("", nothing), *(SelectChoice(str(id), says) for id, says in rows)]

    def pre_validate(self, form: RoomForm) -> None:
        if self.data is not None and str(self.data) not in {choice.value for choice in self.choices}:
            raise ValidationError(_("This is not offered here. Choose another."))

    def process_formdata(self, values: list[Any]) -> None:
        self.data = _id(values[0]) if values else None


def _id(value: Any) -> int | None:
    return value if isinstance(value, int) else id_of(value)


class LanguageField(RadioField):
    def __init__(self, label: str, **kwargs: Any) -> None:
        choices = [SelectChoice(key, name) for key, name in LANGUAGES.items()]
        super().__init__(label, [required(_l("Choose a language."))], choices=choices, default="ko", **kwargs)


class FindForm(RoomForm):
    """What is looked for. Nonsense finds nothing, and a class that is none is passed over."""

    q = TextField(_l("Name, initials, phone or machine number"), [optional()], most=80)
    abc = WordField(_l("Class"), Abc, ABC, [optional()], nothing=_l("All classes"))

    @property
    def sought(self) -> str:
        return (self.q.data or "") if self.ok or not self.q.errors else ""

    @property
    def chosen(self) -> Abc | None:
        return self.abc.data if isinstance(self.abc.data, Abc) else None


class CustomerForm(RoomForm):
    """The file of a customer, without their class."""

    name = TextField(_l("Company name"), [required(_l("Write the name of the company."))], most=120)
    another = BooleanField(_l("This is another one of the same name."))
    kind = WordField(
        _l("Kind of business"), CustomerKind, CUSTOMER_KIND, [required(_l("Choose the kind of business."))],
        nothing=_l("Choose"),
    )  # fmt: skip
    region_id = RowField(_l("Region"), [required(_l("Choose the region."))])
    dealer_id = RowField(_l("Dealer who sells to them"), [optional()])
    engineer_id = RowField(_l("Engineer who looks after them"), [optional()])
    language = LanguageField(_l("Language of their records"))
    zone = TextField(_l("Time zone"), [optional(), real_zone], most=64)
    why_bought = AreaField(_l("Why they buy from us"), [optional()])
    situation = AreaField(_l("Situation now"), [optional()])
    used_before = AreaField(_l("What they used before"), [optional()])

    def among(self, regions: Any, dealers: Any, engineers: Any) -> CustomerForm:
        """Offer these rows, given as pairs of id and name, and no others."""
        self.region_id.offer(regions, _("Choose"))
        self.dealer_id.offer(dealers, _("None, they buy from us"))
        self.engineer_id.offer(engineers, _("Nobody yet"))
        return self

    @property
    def columns(self) -> dict[str, Any]:
        """The values under the names of the table."""
        texts = ("why_bought", "situation", "used_before")
        plain = {name: value for name, value in self.values.items() if name != "another"}
        return {**plain, "zone": self.zone.data or None, **{name: self[name].data or "" for name in texts}}


class ClassForm(RoomForm):
    """How much a customer matters to us, and why."""

    _today: date | None = None

    abc = PickField(_l("Class"), Abc, ABC, [required(_l("Choose the class."))])
    abc_reason = AreaField(_l("Reason"), [required(_l("Write why."))], most=500)
    abc_on = DayField(_l("Since"), [required(_l("Choose the day.")), this_age])

    def not_after(self, today: date) -> ClassForm:
        """Refuse a day that is still to come; `today` is the reader's."""
        self._today = today
        return self

    def validate_abc_on(self, field: DayField) -> None:
        if self._today and field.data and field.data > self._today:
            raise ValidationError(_("This day is still to come. Choose today or a day before."))


class NewCustomerForm(CustomerForm, ClassForm):
    """A new file begins with a class."""


class SiteForm(RoomForm):
    """A place where machines stand. Latitude and longitude are typed, or the phone's own."""

    name = TextField(_l("Name of the site"), [required(_l("Write what the site is called."))], most=120)
    address = TextField(_l("Address"), [required(_l("Write the address."))], most=300)
    latitude = UnitField(
        _l("Latitude"), [required(_l("Write the latitude, for example 37.2268."))], minimum=-90, maximum=90, **DEGREES
    )
    longitude = UnitField(
        _l("Longitude"), [required(_l("Write the longitude, for example 129.0431."))], minimum=-180, maximum=180,
        **DEGREES,
    )  # fmt: skip
    radius_m = UnitField(
        _l("Radius of the site"), [required()], unit="m", minimum=10, maximum=50_000, default=Decimal(300)
    )
    zone = TextField(_l("Time zone"), [optional(), real_zone], most=64)

    @classmethod
    def of(cls, site: Site) -> SiteForm:
        """What is known of a site, its position to the last digit."""
        form = cls(obj=site)
        for name in ("latitude", "longitude", "radius_m"):
            form[name].data = Decimal(repr(getattr(site, name)))
        return form

    @property
    def columns(self) -> dict[str, Any]:
        degrees = {name: float(self[name].data) for name in ("latitude", "longitude")}
        return {**self.values, **degrees, "radius_m": int(self.radius_m.data), "zone": self.zone.data or None}


class ContactForm(RoomForm):
    name = TextField(_l("Name"), [required(_l("Write the name."))], most=80)
    role = TextField(_l("Job title"), [required(_l("Write the job title as they say it."))], most=80)
    phone = TextField(_l("Phone"), [optional()], most=40, filters=[narrow])
    email = TextField(_l("E-mail"), [optional()], most=254, filters=[narrow])
    language = LanguageField(_l("Language they speak"))

    def validate_phone(self, field: TextField) -> None:
        if field.data and not PHONE.fullmatch(field.data):
            raise ValidationError(_("Write the number as it is dialled, for example 033-555-0142."))

    def validate_email(self, field: TextField) -> None:
        if field.data and not EMAIL.fullmatch(field.data):
            raise ValidationError(_("Write the whole address, for example kim@mine.example."))

    @property
    def columns(self) -> dict[str, Any]:
        return {**self.values, "phone": self.phone.data or "", "email": self.email.data or ""}


class MachineForm(RoomForm):
    number = TextField(_l("Machine number"), [required(_l("Write the number that is painted on it."))], most=40)
    kind = TextField(_l("Kind of machine"), [required(_l("Write what it is, for example dump truck."))], most=80)
    make = TextField(_l("Maker"), [required(_l("Write who made it."))], most=80)
    model = TextField(_l("Model"), [required(_l("Write the model."))], most=80)
    serial = TextField(_l("Serial number"), [optional()], most=80)
    site_id = RowField(_l("Site"), [required(_l("Choose a site."))])

    def among(self, sites: Iterable[tuple[int, str]]) -> MachineForm:
        self.site_id.offer(sites, _("Choose"))
        return self

    @property
    def columns(self) -> dict[str, Any]:
        return {**self.values, "serial": self.serial.data or ""}


class MeterForm(RoomForm):
    """A reading of the meter; an odd one is asked about."""

    hours = UnitField(
        _l("Machine hours"), [required(_l("Write what the meter shows."))], unit="h", minimum=0, maximum=1_000_000,
        decimals=1,
    )  # fmt: skip
    sure = BooleanField(_l("I have looked again: the meter shows this."))


class CompartmentForm(RoomForm):
    kind = WordField(
        _l("Compartment"), CompartmentKind, COMPARTMENT, [required(_l("Choose the compartment."))],
        nothing=_l("Choose"),
    )  # fmt: skip
    product_id = RowField(_l("Oil in it now"), [required(_l("Choose the oil."))])
    sump_l = UnitField(_l("Quantity"), [optional()], unit="L", minimum=Decimal("0.1"), maximum=1_000_000, decimals=1)
    filled_at_h = UnitField(
        _l("Machine hours at the last oil change"), [optional()], unit="h", minimum=0, maximum=1_000_000, decimals=1
    )
    filled_on = DayField(_l("Day of the last oil change"), [optional(), this_age])

    _today: date | None = None

    def among(self, products: Iterable[tuple[int, str]]) -> CompartmentForm:
        self.product_id.offer(products, _("Choose"))
        return self

    def not_after(self, today: date) -> CompartmentForm:
        self._today = today
        return self

    def validate_filled_on(self, field: DayField) -> None:
        if self._today and field.data and field.data > self._today:
            raise ValidationError(_("This day is still to come. Choose today or a day before."))

    @property
    def columns(self) -> dict[str, Any]:
        return self.values


class PromiseForm(RoomForm):
    """What is promised to a customer, and until when."""

    _today: date | None = None

    text = AreaField(_l("What is promised"), [required(_l("Write what is promised."))], most=500)
    due_on = DayField(_l("Until when"), [required(_l("Choose the day until which it is done.")), this_age])

    def not_before(self, today: date) -> PromiseForm:
        """Refuse a day that has gone by; `today` is the day at the site."""
        self._today = today
        return self

    def validate_due_on(self, field: DayField) -> None:
        if self._today and field.data and field.data < self._today:
            raise ValidationError(_("This day has gone by. Choose one that is still to come."))


class OutcomeForm(RoomForm):
    """What came of a promise. One that was broken is explained."""

    state = PickField(_l("Was it kept?"), PromiseState, PROMISE_STATE, [required(_l("Choose whether it was kept."))])
    outcome = AreaField(_l("What came of it"), [], most=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.state.choices = [choice for choice in self.state.choices if choice.value != PromiseState.OPEN]

    def validate_outcome(self, field: AreaField) -> None:
        field.data = field.data or ""
        if self.state.data is PromiseState.BROKEN and not field.data:
            raise ValidationError(_("Write why it was not kept, and what was agreed instead."))


class MergeForm(RoomForm):
    """Into which file another one goes."""

    winner = TextField("", [required(_l("Choose the file that stays."))], most=12)
    agreed = BooleanField(_l("These two are the same company."), [required(_l("Tick that they are the same company."))])

    @property
    def winner_id(self) -> int | None:
        return id_of(self.winner.data)
