"""What is asked at a visit. Samples and guidance have their forms in their own rooms."""

from __future__ import annotations

import json
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FileField, HiddenField, RadioField, SelectChoice, SelectField, SelectMultipleField
from wtforms.validators import Optional, ValidationError

from portal.kit.forms import DayField, MomentField, PickField, RoomForm, TextField, UnitField, optional, required
from portal.visits.kinds import PhotoStage
from portal.visits.labels import SATISFACTION, STAGE

MOST_POINTS = 20_000  # a minute of drawing at 300 points a second
MOST_PURPOSE = 200  # characters
MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"]  # the first is shown


class CheckInForm(RoomForm):
    """Where the phone was, if it would say. Nothing here can refuse a check-in, whatever the phone writes."""

    latitude = UnitField("", [Optional()], unit="°", minimum=-90, maximum=90, decimals=30)
    longitude = UnitField("", [Optional()], unit="°", minimum=-180, maximum=180, decimals=30)
    accuracy_m = UnitField("", [Optional()], unit="m", minimum=0, maximum=10_000_000, decimals=30)

    @property
    def ok(self) -> bool:
        return True

    @property
    def position(self) -> tuple[float, float, int] | None:
        """Latitude and longitude in degrees and accuracy in metres, or None when any is missing or senseless."""
        if not self.validate():
            return None
        latitude, longitude, accuracy = (self[name].data for name in ("latitude", "longitude", "accuracy_m"))
        if latitude is None or longitude is None or accuracy is None:
            return None
        return float(latitude), float(longitude), round(accuracy)


class PhotoForm(RoomForm):
    photo = FileField(_l("Photo"))
    caption = TextField(_l("What it shows"), [required(_l("Write in a few words what it shows."))], most=120)
    stage = PickField(_l("Before or after the work?"), PhotoStage, STAGE, [optional()], default=PhotoStage.OTHER)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stage.choices = [SelectChoice(stage.value, says) for stage, says in STAGE.items()]


class DoneForm(RoomForm):
    """One tap: something that an earlier visit left is done."""

    left_over = TextField(_l("Left for next time"), [required()], most=36)


class SignForm(RoomForm):
    """The customer's own form: a mark, a name, and handwriting or consent."""

    satisfaction = RadioField(
        _l("How was the service today?"),
        [required(_l("Choose a mark from 1 to 5."))],
        choices=[SelectChoice(str(mark), word) for mark, word in SATISFACTION.items()],
        validate_choice=False,
    )
    name = TextField(_l("Name"), [required(_l("Write the name of the person who signs."))], most=80)
    role = TextField(_l("Job title"), [required(_l("Write the job title of the person who signs."))], most=80)
    strokes = HiddenField(_l("Signature"))
    consented = BooleanField(_l("I have read the record and agree to sign it with my typed name."))

    def validate_satisfaction(self, field: RadioField) -> None:
        if field.data not in {"1", "2", "3", "4", "5"}:
            raise ValidationError(_("Choose a mark from 1 to 5."))

    def validate_strokes(self, field: HiddenField) -> None:
        if not field.data:
            if not self.consented.data:
                raise ValidationError(_("Sign in the box, or agree to sign with the typed name."))
            field.data = None
            return
        field.data = json.dumps(_lines(field.data), separators=(",", ":"))


class SubmitForm(RoomForm):
    pin = TextField(_l("Signing PIN"), [required(_l("Type your signing PIN."))], most=12)


class PlanForm(RoomForm):
    """A new visit. What is tapped in `because` and what is written as purpose become one text, `why`."""

    site = SelectField(_l("Site"), [required(_l("Choose a site."))], choices=[], validate_choice=False)
    engineer = SelectField(_l("Engineer"), [required(_l("Choose an engineer."))], choices=[], validate_choice=False)
    co_visitor = SelectField(_l("Goes along"), [optional()], choices=[], validate_choice=False)
    planned_at = MomentField(_l("Day and time"), [required(_l("Choose day and time."))], format=MOMENTS)
    contact = SelectField(_l("Contact"), [optional()], choices=[], validate_choice=False)
    because = SelectMultipleField(_l("Reasons to go"), choices=[])
    purpose = TextField(_l("Purpose"), most=MOST_PURPOSE)

    @property
    def why(self) -> str:
        return " · ".join(dict.fromkeys([*(self.because.data or []), *filter(None, [self.purpose.data])]))

    def validate_purpose(self, field: TextField) -> None:
        if not self.why:
            raise ValidationError(_("Write in a few words what the visit is for."))
        if len(self.why) > MOST_PURPOSE:
            raise ValidationError(_("That is too long together. Take fewer reasons, or fewer words."))


class ReplanForm(RoomForm):
    """When, who, and who goes along."""

    planned_at = MomentField(_l("Day and time"), [required(_l("Choose day and time."))], format=MOMENTS)
    engineer = SelectField(_l("Engineer"), [required(_l("Choose an engineer."))], choices=[], validate_choice=False)
    co_visitor = SelectField(_l("Goes along"), [optional()], choices=[], validate_choice=False)


class CancelForm(RoomForm):
    reason = TextField(_l("Why is it cancelled?"), [required(_l("Write why the visit is cancelled."))], most=200)


class MoveForm(RoomForm):
    """By how many days, or to which day, the chosen visits move; `by` is a button that says a number of days."""

    to_day = DayField(_l("To this day"), [optional()])
    days = UnitField(_l("By"), unit=_l("days"), minimum=-60, maximum=60)
    by = UnitField("", unit="", minimum=-60, maximum=60)

    @property
    def shift(self) -> int | None:
        given = self.days.data if self.by.data is None else self.by.data
        return None if given is None else int(given)

    def validate_to_day(self, field: DayField) -> None:
        if field.data and not 2000 <= field.data.year < 2100:
            raise ValidationError(_("Check the year."))

    def validate_days(self, field: UnitField) -> None:
        if self.by.data is None and (self.to_day.data is None) == (field.data is None):
            raise ValidationError(_("Say by how many days, or to which day."))


def _lines(text: str) -> list[list[list[int]]]:
    """Strokes as whole numbers inside the box of 1000 by 400. Raises ValidationError for anything else."""
    try:
        lines = [[[round(float(p[0])), round(float(p[1]))] for p in line] for line in json.loads(text)]
    except (ValueError, TypeError, IndexError, KeyError, OverflowError, RecursionError) as wrong:
        raise ValidationError(_("The signature did not arrive whole. Please sign once more.")) from wrong
    points: list[Any] = [p for line in lines for p in line]
    inside = all(0 <= x <= 1000 and 0 <= y <= 400 for x, y in points)
    if not 2 <= len(points) <= MOST_POINTS or not inside:
        raise ValidationError(_("The signature did not arrive whole. Please sign once more."))
    return lines
