"""The pages on which a complaint is worked on: one row a verb, with its form, its check and its doing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Response
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.complaints import actions, labels, lists
from portal.complaints.forms import CloseForm, HandOverForm, SettleForm, StepForm
from portal.complaints.models import Complaint, ComplaintStep
from portal.kit import htmx
from portal.kit.db import db
from portal.kit.forms import RoomForm
from portal.people.models import Person

Data = Any  # a MultiDict of a form, or None for an empty one
Form = Callable[[Complaint, Data], RoomForm]
Do = Callable[[Complaint, dict[str, Any], dict[str, Any]], Any]  # the values, and uuid, by and at as words


@dataclass(frozen=True)
class Work:
    """One verb at a desk. `check` raises WrongState where it cannot be done now."""

    part: str
    title: Any
    say: Any  # on its button
    form: Form
    check: Callable[[Complaint], None]
    do: Do


def form_page(
    work: Work, complaint: Complaint, form: RoomForm, uuid: str, status: int = 200, say: str = ""
) -> Response:
    """With the version of now: whoever has read what changed may press again."""
    context = {"work": work, "complaint": complaint, "form": form, "uuid": uuid, "say": say, "labels": labels}
    if htmx.asked_for_fragment():
        return htmx.fragment("complaints/work.html", "form", status, **context)
    return htmx.page("complaints/work.html", status, **context)


def too_late() -> str:
    return _("Somebody else changed this complaint a moment ago. Look at where it stands now, then press again.")


def already(complaint: Complaint, form: RoomForm, uuid: str) -> bool:
    """This very post was done before."""
    if isinstance(form, HandOverForm):
        return bool(form.to.data) and form.to.data == str(complaint.owner_id)
    return db.session.scalar(sa.select(ComplaintStep.id).where(ComplaintStep.uuid == uuid)) is not None


def _step_form(complaint: Complaint, data: Data) -> RoomForm:
    return StepForm(data, complaint=complaint.uuid).among([complaint])  # type: ignore[no-any-return]


def _settle_form(complaint: Complaint, data: Data) -> RoomForm:
    given = {"complaint": complaint.uuid, "accepted_by": complaint.contact_name}
    return SettleForm(data, **given).among([complaint])  # type: ignore[no-any-return]


def _close_form(_complaint: Complaint, data: Data) -> RoomForm:
    return CloseForm(data)


def _hand_over_form(complaint: Complaint, data: Data) -> RoomForm:
    return HandOverForm(data).among(lists.colleagues(complaint))


def _step(complaint: Complaint, values: dict[str, Any], words: dict[str, Any]) -> Any:
    return actions.add_step(complaint, values["kind"], values["text"], **words)


def _settle(complaint: Complaint, values: dict[str, Any], words: dict[str, Any]) -> Any:
    said = {"remedy": values["remedy"], "word": values["customer_word"], "accepted_by": values["accepted_by"]}
    return actions.settle(complaint, **said, **words)


def _close(complaint: Complaint, values: dict[str, Any], words: dict[str, Any]) -> Any:
    return actions.close(complaint, values["lesson"], **words)


def _hand_over(complaint: Complaint, values: dict[str, Any], words: dict[str, Any]) -> None:
    to = db.session.get_one(Person, int(values["to"]))
    actions.hand_over(complaint, to, by=words["by"], at=words["at"])


WORKS = {
    work.part: work
    for work in (
        Work("step", _l("Next step"), _l("Save this step"), _step_form, actions.must_not_be_closed, _step),
        Work("settle", _l("Settle"), _l("Save the customer's word"), _settle_form, actions.must_be_open, _settle),
        Work(
            "close", _l("Close the complaint"), _l("Close it with the lesson"), _close_form, actions.must_be_settled,
            _close,
        ),
        Work(
            "hand-over", _l("Hand over"), _l("Hand it over"), _hand_over_form, actions.must_not_be_closed, _hand_over
        ),
    )
}  # fmt: skip
