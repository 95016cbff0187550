"""What is asked when guidance was given. Only what it was about and what was advised must be said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectChoice, SelectField
from wtforms.validators import ValidationError

from portal.catalogue.models import Product
from portal.customers.labels import compartment_label
from portal.customers.models import Compartment
from portal.guidance.kinds import DrainBasis, Topic
from portal.guidance.labels import DRAIN_BASIS, TOPIC
from portal.kit.forms import (
    AreaField,
    DayField,
    PickField,
    PicksField,
    RoomForm,
    TextField,
    UnitField,
    at_least_one,
    optional,
    required,
)

AIR = {"unit": "°C", "minimum": -60, "maximum": 70, "decimals": 1}
INTERVAL = {"unit": "h", "minimum": 1, "maximum": 100_000}


class GuidanceForm(RoomForm):
    """One piece of guidance. An empty compartment means the whole site.

    `texts` are those used before, `advice` what the tables say to what stands in the form: for the page alone.
    """

    _today: date | None = None
    texts: Iterable[Any] = ()
    advice: Any = None

    topics = PicksField(_l("What it was about"), Topic, TOPIC, [at_least_one])
    compartment = SelectField(_l("Machine and compartment"), choices=[], validate_choice=False)
    text = AreaField(_l("What you advised"), [required(_l("Write what you advised."))])
    product = SelectField(_l("Recommended oil"), choices=[], validate_choice=False)
    drain_h = UnitField(_l("Drain interval advised"), [optional()], **INTERVAL)
    drain_basis = PickField(_l("What the interval rests on"), DrainBasis, DRAIN_BASIS, [optional()])
    follow_up_on = DayField(_l("Day to look again"), [optional()])
    ambient_min_c = UnitField(_l("Coldest start"), [optional()], **AIR)
    ambient_max_c = UnitField(_l("Hottest running"), [optional()], **AIR)
    duty = AreaField(_l("Duty"), [optional()], most=500)
    maker_requirement = TextField(_l("Maker requirement"), [optional()])
    fuel_sulfur = TextField(_l("Fuel sulfur"), [optional()], most=80)
    old_oil = TextField(_l("Oil now in use"), [optional()])
    quantity_l = UnitField(
        _l("Fill quantity"), [optional()], unit="L", minimum=Decimal("0.1"), maximum=100_000, decimals=1
    )
    first_drain_h = UnitField(_l("First drain after the change"), [optional()], **INTERVAL)
    sampling_h = UnitField(_l("Sampling interval"), [optional()], **INTERVAL)
    seals = AreaField(_l("Seals and paint"), [optional()], most=500)
    storage = AreaField(_l("Storage and handling"), [optional()], most=500)
    sds_given = BooleanField(_l("Safety data sheet given"))
    waste_oil = TextField(_l("Where the waste oil goes"), [optional()])

    def among(self, compartments: Iterable[Compartment]) -> GuidanceForm:
        """Offer the whole site and these compartments, and no others."""
        offered = [SelectChoice(c.uuid, compartment_label(c)) for c in compartments]
        self.compartment.choices = [SelectChoice("", _("Whole site")), *offered]
        return self

    def offering(self, products: Iterable[Product]) -> GuidanceForm:
        """Offer these products to be recommended, and no others."""
        offered = [SelectChoice(p.uuid, f"{p.name} · {p.grade}") for p in products]
        self.product.choices = [SelectChoice("", _("No recommendation")), *offered]
        return self

    def not_before(self, today: date) -> GuidanceForm:
        """Refuse a day to look again that has gone by; `today` is the day at the site."""
        self._today = today
        return self

    @property
    def is_fresh(self) -> bool:
        """Whether nobody has written in it yet, so that what is known may be filled in."""
        return not self.text.raw_data and not self.topics.raw_data

    def fill(self, **known: Any) -> None:
        """Put what is known into boxes in which nothing was sent."""
        for name, value in known.items():
            if not self[name].raw_data and value not in (None, ""):
                self[name].data = value

    def validate_compartment(self, field: SelectField) -> None:
        if field.data and field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_("This compartment is not at this site. Choose another."))

    def validate_product(self, field: SelectField) -> None:
        if field.data and field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_("This product is no longer sold. Choose another."))

    def validate_follow_up_on(self, field: DayField) -> None:
        if self._today and field.data and field.data < self._today:
            raise ValidationError(_("This day has gone by. Choose one that is still to come."))

    def validate_ambient_max_c(self, field: UnitField) -> None:
        coldest = None if self.ambient_min_c.errors else self.ambient_min_c.data
        if None not in (field.data, coldest) and field.data < coldest:
            raise ValidationError(_("The hottest running cannot be colder than the coldest start."))
