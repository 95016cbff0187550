"""What is asked when a dealer wants support, and at each step until it has arrived."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FileField, SelectChoice, SelectField
from wtforms.validators import ValidationError

from portal.desk.kinds import AHEAD, Item, Soon
from portal.desk.labels import ITEM, SOON
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
from portal.kit.i18n import day

MOST_PIECES = 100_000


class _FromToday(RoomForm):
    _today: date | None = None

    def not_before(self, today: date) -> Any:
        """Refuse a day that has gone by; `today` is the reader's."""
        self._today = today
        return self

    def _must_come(self, chosen: date | None) -> None:
        """Raises ValidationError for a day of the past, or of another century."""
        if chosen and self._today and chosen < self._today:
            raise ValidationError(_("Choose today or a later day."))
        if chosen and not 2000 <= chosen.year < 2100:
            raise ValidationError(_("Check the year."))


class LogForm(_FromToday):
    """A request for promotion support. `needed_on` of the values is the day, however it was chosen."""

    items = PicksField(_l("What do you need?"), Item, ITEM, [at_least_one])
    soon = PickField(_l("When is it needed?"), Soon, SOON)
    needed_on = DayField(_l("The day it is needed"))
    quantity = UnitField(_l("How many?"), [optional()], unit=_l("pieces"), minimum=1, maximum=MOST_PIECES)
    place = TextField(_l("Where?"), [optional()])
    reason = AreaField(_l("Who is it for, and why?"), [required(_l("Write who it is for, and why."))])
    photo = FileField(_l("Photo of the place"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items.choices = [SelectChoice(item.value, says) for item, says in ITEM.items()]

    def not_before(self, today: date) -> LogForm:
        """Also say on each quick pick which day it means."""
        days = {soon: f"{SOON[soon]} · {day(today + ahead)}" for soon, ahead in AHEAD.items()}
        self.soon.choices = [SelectChoice(soon.value, days.get(soon, says)) for soon, says in SOON.items()]
        return super().not_before(today)  # type: ignore[no-any-return]

    def validate_soon(self, field: PickField) -> None:
        if not field.data and not field.process_errors and not _typed(self.needed_on):
            raise ValidationError(_("Choose when it is needed."))

    def validate_needed_on(self, field: DayField) -> None:
        """A quick pick stands for its day, whatever was left in the box of the day."""
        ahead = AHEAD.get(self.soon.data)
        if ahead and self._today:
            field.data, field.errors = self._today + ahead, []
        elif not _typed(field):
            field.errors = []  # an empty box is no wrong date
            if self.soon.data is Soon.DAY:
                raise ValidationError(_("Choose the day."))
        self._must_come(field.data)


def _typed(field: DayField) -> bool:
    return any(str(text).strip() for text in field.raw_data or ())


class AskForm(RoomForm):
    text = AreaField(_l("Question to the dealer"), [required(_l("Write the question."))])


class AnswerForm(RoomForm):
    text = AreaField(_l("Your answer"), [required(_l("Write your answer."))])


class AcceptForm(RoomForm):
    """One tap."""


class PlanForm(_FromToday):
    planned_on = DayField(_l("Day it takes place or arrives"), [required(_l("Choose the day."))])
    text = AreaField(_l("What we will do"), [required(_l("Write what we will do."))])

    def validate_planned_on(self, field: DayField) -> None:
        self._must_come(field.data)


class RefuseForm(RoomForm):
    text = AreaField(_l("Reason why not"), [required(_l("Write the reason; the dealer reads it."))])


class ConfirmForm(RoomForm):
    text = AreaField(_l("What arrived, or how it went"), [required(_l("Write what arrived, or how it went."))])


class HandOverForm(RoomForm):
    to = SelectField(_l("New owner"), [required(_l("Choose who takes it over."))], choices=[], validate_choice=False)

    def among(self, people: Iterable[Any]) -> HandOverForm:
        """Offer these people and no others."""
        self.to.choices = [SelectChoice("", _("Choose")), *(SelectChoice(str(p.id), p.name) for p in people)]
        return self

    def validate_to(self, field: SelectField) -> None:
        if field.data and field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_("Choose who takes it over."))
