"""What is asked when people were taught, when something was found, and when something is left for next time."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice, SelectField
from wtforms.validators import ValidationError

from portal.customers.models import Machine
from portal.fieldwork.kinds import Level
from portal.fieldwork.labels import LEVEL
from portal.kit.forms import AreaField, PickField, RoomForm, TextField, UnitField, optional, required


class TrainingForm(RoomForm):
    topic = TextField(_l("What was taught"), [required(_l("Write what was taught."))])
    minutes = UnitField(
        _l("How long"), [required(_l("Write how many minutes it took."))], unit=_l("min"), minimum=1, maximum=1440
    )
    people_count = UnitField(
        _l("How many people"), [required(_l("Write how many people were taught."))], unit=_l("people"), minimum=1,
        maximum=1000,
    )  # fmt: skip
    attended = AreaField(_l("Who was there"), [optional()], most=1000)


class FindingForm(RoomForm):
    """How one machine was found. An empty machine means the whole site."""

    machine = SelectField(_l("Machine"), choices=[], validate_choice=False)
    level = PickField(_l("How is it?"), Level, LEVEL, [required(_l("Choose how it is."))])
    text = AreaField(_l("What you found"), [required(_l("Write what you found."))])

    def among(self, machines: Iterable[Machine]) -> FindingForm:
        """Offer the whole site and these machines, and no others."""
        offered = [SelectChoice(m.uuid, f"{m.number} {m.model} · {m.kind}") for m in machines]
        self.machine.choices = [SelectChoice("", _("Whole site")), *offered]
        return self

    def validate_machine(self, field: SelectField) -> None:
        if field.data and field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_("This machine is not at this site. Choose another."))


class LeftOverForm(RoomForm):
    text = AreaField(_l("What is left to do"), [required(_l("Write what is left to do."))], most=500)
