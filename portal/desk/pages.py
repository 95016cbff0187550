"""The pages on which a request is worked on: one row a verb, with its form, its check and its doing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Response
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.desk import actions, labels, lists, record
from portal.desk.forms import AcceptForm, AnswerForm, AskForm, ConfirmForm, HandOverForm, PlanForm, RefuseForm
from portal.desk.kinds import ErrandState
from portal.desk.models import Errand, ErrandWord
from portal.kit import htmx
from portal.kit.clock import now
from portal.kit.db import db, new_uuid
from portal.kit.forms import RoomForm
from portal.kit.i18n import today
from portal.people.models import Person, me

Data = Any  # a MultiDict of a form, or None for an empty one
Form = Callable[[Errand, Data], RoomForm]
Do = Callable[[Errand, dict[str, Any], dict[str, Any]], Any]  # the values, and uuid, by and at as words


@dataclass(frozen=True)
class Work:
    """One verb. `check` raises WrongState where it cannot be done now."""

    part: str
    title: Any
    say: Any  # on its button
    form: Form
    check: Callable[[Errand], None]
    do: Do
    sign: str = "check"


def empty_page(part: str, errand: Errand) -> Response:
    """The form of one verb, on a page of its own; its number makes a second post of it harmless."""
    work = WORKS[part]
    work.check(errand)
    return page(work, errand, work.form(errand, None), new_uuid())


def page(work: Work, errand: Errand, form: RoomForm, uuid: str, status: int = 200, say: str = "") -> Response:
    """With the version of now: whoever has read what changed may press again."""
    told = record.told(errand)
    context = {"work": work, "errand": errand, "told": told, "form": form, "uuid": uuid, "say": say, "labels": labels}
    if htmx.asked_for_fragment():
        return htmx.fragment("desk/work.html", "form", status, **context)
    return htmx.page("desk/work.html", status, **context)


def too_late() -> str:
    return _("Somebody else changed this request a moment ago. Look at where it stands now, then press again.")


def already(errand: Errand, form: RoomForm, uuid: str) -> bool:
    """This very post was done before."""
    if isinstance(form, HandOverForm):
        return bool(form.to.data) and form.to.data == str(errand.owner_id)
    if isinstance(form, AcceptForm):
        return errand.state is ErrandState.ACCEPTED and errand.owner_id == me().id
    return db.session.scalar(sa.select(ErrandWord.id).where(ErrandWord.uuid == uuid)) is not None


def _plain(form: type[RoomForm]) -> Form:
    return lambda _errand, data: form(data)


def _plan_form(errand: Errand, data: Data) -> RoomForm:
    """The day the dealer has in mind, or that of the plan before, stands in the box."""
    day = max(errand.planned_on or errand.needed_on, today(now()))
    return PlanForm(data, planned_on=day).not_before(today(now()))  # type: ignore[no-any-return]


def _hand_over_form(errand: Errand, data: Data) -> RoomForm:
    return HandOverForm(data).among(lists.colleagues(errand))


def _ask(errand: Errand, values: dict[str, Any], words: dict[str, Any]) -> Any:
    return actions.ask(errand, values["text"], **words)


def _answer(errand: Errand, values: dict[str, Any], words: dict[str, Any]) -> Any:
    return actions.answer(errand, values["text"], **words)


def _accept(errand: Errand, _values: dict[str, Any], words: dict[str, Any]) -> Any:
    return actions.accept(errand, **words)


def _plan(errand: Errand, values: dict[str, Any], words: dict[str, Any]) -> Any:
    return actions.plan(errand, values["text"], values["planned_on"], **words)


def _refuse(errand: Errand, values: dict[str, Any], words: dict[str, Any]) -> Any:
    return actions.refuse(errand, values["text"], **words)


def _confirm(errand: Errand, values: dict[str, Any], words: dict[str, Any]) -> Any:
    return actions.confirm(errand, values["text"], **words)


def _hand_over(errand: Errand, values: dict[str, Any], words: dict[str, Any]) -> None:
    to = db.session.get_one(Person, int(values["to"]))
    actions.hand_over(errand, to, by=words["by"], at=words["at"])


_OPEN, _ASKED, _PLANNED = actions.must_be_open, actions.must_be_asked, actions.must_be_planned
_ASKABLE, _ACCEPTABLE = actions.must_be_askable, actions.must_be_acceptable
WORKS = {
    work.part: work
    for work in (
        Work("ask", _l("Ask the dealer"), _l("Send the question"), _plain(AskForm), _ASKABLE, _ask, "send"),
        Work("answer", _l("Answer the question"), _l("Send the answer"), _plain(AnswerForm), _ASKED, _answer, "send"),
        Work("accept", _l("Accept the request"), _l("Accept it"), _plain(AcceptForm), _ACCEPTABLE, _accept),
        Work("plan", _l("Plan it"), _l("Send the plan"), _plan_form, _OPEN, _plan, "send"),
        Work("refuse", _l("Refuse the request"), _l("Refuse it"), _plain(RefuseForm), _OPEN, _refuse, "x"),
        Work("confirm", _l("Confirm that it arrived"), _l("Confirm it"), _plain(ConfirmForm), _PLANNED, _confirm),
        Work("hand-over", _l("Hand over"), _l("Hand it over"), _hand_over_form, _OPEN, _hand_over, "users"),
    )
}  # fmt: skip
