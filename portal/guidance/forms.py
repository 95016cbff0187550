"""What is asked when guidance was given."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice, SelectField
from wtforms.validators import ValidationError

from portal.customers.labels import compartment_label
from portal.customers.models import Compartment
from portal.guidance.kinds import Topic
from portal.guidance.labels import TOPIC
from portal.kit.forms import AreaField, DayField, PicksField, RoomForm, UnitField, at_least_one, optional, required


class GuidanceForm(RoomForm):
    """One piece of guidance. An empty compartment means the whole site."""

    _today: date | None = None

    topics = PicksField(_l("What it was about"), Topic, TOPIC, [at_least_one])
    compartment = SelectField(_l("Machine and compartment"), choices=[], validate_choice=False)
    text = AreaField(_l("What you advised"), [required(_l("Write what you advised."))])
    drain_h = UnitField(_l("Drain interval advised"), [optional()], unit="h", minimum=1, maximum=100_000)
    follow_up_on = DayField(_l("Day to look again"), [optional()])

    def among(self, compartments: Iterable[Compartment]) -> GuidanceForm:
        """Offer the whole site and these compartments, and no others."""
        offered = [SelectChoice(c.uuid, compartment_label(c)) for c in compartments]
        self.compartment.choices = [SelectChoice("", _("Whole site")), *offered]
        return self

    def not_before(self, today: date) -> GuidanceForm:
        """Refuse a day to look again that has gone by; `today` is the day at the site."""
        self._today = today
        return self

    def validate_compartment(self, field: SelectField) -> None:
        if field.data and field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_("This compartment is not at this site. Choose another."))

    def validate_follow_up_on(self, field: DayField) -> None:
        if self._today and field.data and field.data < self._today:
            raise ValidationError(_("This day has gone by. Choose one that is still to come."))
