"""What is asked when a bottle is filled. The machine's data is not asked again: it hangs on the compartment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectChoice, SelectField
from wtforms.validators import StopValidation, ValidationError

from portal.customers.hours import doubt
from portal.customers.labels import DOUBT, compartment_label
from portal.customers.models import Compartment
from portal.kit.forms import (
    AreaField,
    PickField,
    PicksField,
    RoomForm,
    TextField,
    UnitField,
    at_least_one,
    optional,
    required,
)
from portal.kit.i18n import day, plain_number
from portal.oil.bottle import clean, is_misread
from portal.oil.kinds import Reason, SamplePoint, VisualCode, YesNo, contradicts
from portal.oil.labels import REASON, SAMPLE_POINT, VISUAL, YES_NO
from portal.oil.models import Sample

MOST_HOURS = 300_000  # 34 years without a stop


def unless_new_oil(form: RoomForm, field: UnitField) -> None:
    """A validator: only oil that was in no machine yet may come without hours."""
    if not field.raw_data or not str(field.raw_data[0] or "").strip():
        if form["reason"].data is Reason.NEW_OIL:
            raise StopValidation
        raise StopValidation(_("Write the hours on this oil. If nobody knows them, estimate and say that you did."))


class SampleForm(RoomForm):
    """One bottle. Without the hours on the oil nobody can judge wear, so an estimate is better than a gap."""

    _previous: Sample | None = None
    _reading: tuple[Decimal | None, datetime | None] = (None, None)  # of the machine's meter, before this one

    compartment = SelectField(
        _l("Machine and compartment"), [required(_l("Choose where the oil comes from."))],
        choices=[], validate_choice=False,
    )  # fmt: skip
    number = TextField(_l("Bottle number"), [required(_l("Write the number on the bottle."))], most=40, filters=[clean])
    machine_hours = UnitField(
        _l("Machine hours"), [required(_l("Write the hours on the machine's meter."))],
        unit="h", minimum=0, maximum=MOST_HOURS, decimals=1,
    )  # fmt: skip
    oil_hours = UnitField(
        _l("Hours on this oil"), [unless_new_oil], unit="h", minimum=0, maximum=MOST_HOURS, decimals=1
    )
    oil_hours_estimated = BooleanField(_l("Hours on this oil are an estimate"))
    oil_changed = PickField(
        _l("Oil changed now?"), YesNo, YES_NO, [required(_l("Say whether the oil was changed after sampling."))]
    )
    filter_changed = PickField(_l("Filter changed now?"), YesNo, YES_NO, [optional()])
    makeup_l = UnitField(
        _l("Topped up since the last sample"), [optional()], unit="L", minimum=0, maximum=100_000, decimals=1
    )
    oil_temp_c = UnitField(_l("Oil temperature"), [optional()], unit="°C", minimum=-60, maximum=250, decimals=1)
    sample_point = PickField(_l("Drawn from"), SamplePoint, SAMPLE_POINT, [optional()])
    reason = PickField(_l("Reason for the sample"), Reason, REASON, [required(_l("Choose why the oil is tested."))])
    visual = PicksField(_l("What you see in the bottle"), VisualCode, VISUAL, [at_least_one])
    visual_note = TextField(_l("More about what you see"), [optional()], most=200)
    observed = AreaField(_l("Events and observations"), [optional()])
    batch_no = TextField(_l("Batch number of the oil"), [optional()], most=40)

    def among(self, compartments: Iterable[Compartment]) -> SampleForm:
        """Offer these compartments and no others; the hours of each machine are known from here."""
        compartments = list(compartments)
        self.compartment.choices = [SelectChoice(c.uuid, compartment_label(c)) for c in compartments]
        for machine in [c.machine for c in compartments if c.uuid == self.compartment.data]:
            self._reading = machine.hours, machine.hours_at
        return self

    def suggest(self) -> None:
        """Fill in what is so with most bottles, in boxes in which nothing was sent."""
        usual = {"oil_changed": YesNo.NO, "reason": Reason.ROUTINE}
        usual["sample_point"] = self._previous.sample_point if self._previous else None
        for name, word in usual.items():
            if not self[name].raw_data:
                self[name].data = word

    def doubts(self, at: datetime) -> dict[str, str]:
        """What somebody should look at twice in a form that is sound; by field, asked and never refused.

        `at` is when the bottle was filled. The meter's last reading is the machine's, else that of the sample before.
        """
        before, before_at = self._reading
        if before is None and self._previous:
            before, before_at = self._previous.unit_hours, self._previous.taken_at
        odd = doubt(before, before_at, self.machine_hours.data, at)
        asked = {"machine_hours": str(DOUBT[odd])} if odd else {}
        if is_misread(self.number.data):
            asked["number"] = _("The check digits of this number are wrong. Compare it with the label.")
        return asked

    def validate_compartment(self, field: SelectField) -> None:
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_("This compartment is not at this site. Choose another."))

    def validate_oil_hours(self, field: UnitField) -> None:
        machine = None if self.machine_hours.errors else self.machine_hours.data
        if None not in (field.data, machine) and field.data > machine:
            raise ValidationError(_("The oil cannot be older than the machine. Check both hours."))

    def validate_visual(self, field: PicksField) -> None:
        if contradicts(frozenset(field.data or ())):
            raise ValidationError(_("Clear oil is not dark, hazy or milky. Keep what you see."))

    def remember(self, previous: Sample | None, where: ZoneInfo | None = None) -> SampleForm:
        """Show what was written at the sample before, with its day in the zone `where`."""
        self._previous = previous
        if previous is None:
            return self
        on = day(previous.taken_at, where)
        self.previous(
            machine_hours=_measured(previous.unit_hours, "h", on),
            oil_hours=_measured(previous.oil_hours, "h", on),
            makeup_l=_measured(previous.makeup_l, "L", on),
            oil_temp_c=_measured(previous.oil_temp_c, "°C", on),
            sample_point=str(SAMPLE_POINT[previous.sample_point]) if previous.sample_point else None,
            visual=", ".join(str(VISUAL[word]) for word in VisualCode if word in previous.visual),
        )
        return self


def _measured(value: Decimal | None, unit: str, on: str) -> str | None:
    """`12,180 h · 20 Oct`, or None for what was left empty."""
    return None if value is None else f"{plain_number(value)} {unit} · {on}"
