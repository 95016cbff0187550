"""The verbs of a dealer's request: log, ask and answer, accept, plan, refuse, confirm.

The supervisor who accepts or plans becomes its owner. A question may be put before or after that; the answer leads
back to where it stood: under review while nobody owns it, accepted once somebody does.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from portal.customers.models import Customer
from portal.desk.kinds import CLOSED, PROMISED, ErrandState, WordKind
from portal.desk.models import Errand, ErrandWord
from portal.journal.actions import note
from portal.kit.db import db
from portal.kit.errors import NotValid, WrongState
from portal.kit.i18n import zone
from portal.people.models import Person, Role


def log(
    values: dict[str, Any], *, uuid: str, dealer: Customer, by: Person, at: datetime, photo_sha256: str | None = None
) -> Errand:
    """Keep a request from the clean values of a LogForm. The promise runs from the company's day."""
    quantity = values.get("quantity")
    errand = Errand(
        uuid=uuid, dealer_id=dealer.id, items=frozenset(values["items"]), quantity=int(quantity) if quantity else None,
        needed_on=values["needed_on"], place=values.get("place") or "", reason=values["reason"],
        photo_sha256=photo_sha256, logged_by_id=by.id, logged_at=at,
        due_on=at.astimezone(zone(None)).date() + PROMISED, state=ErrandState.LOGGED,
    )  # fmt: skip
    db.session.add(errand)
    db.session.flush()
    note("errand.logged", errand, by=by, at=at, after=facts(errand))
    return errand


def ask(errand: Errand, text: str, *, uuid: str, by: Person, at: datetime) -> ErrandWord:
    """Put a question to the dealer. The promised day stays."""
    must_be_askable(errand)
    before = _state(errand)
    errand.state = ErrandState.ASKED
    return _say("errand.asked", errand, WordKind.QUESTION, text, before, uuid, by, at)


def answer(errand: Errand, text: str, *, uuid: str, by: Person, at: datetime) -> ErrandWord:
    must_be_asked(errand)
    before = _state(errand)
    errand.state = ErrandState.ACCEPTED if errand.owner_id else ErrandState.LOGGED
    return _say("errand.answered", errand, WordKind.ANSWER, text, before, uuid, by, at)


def accept(errand: Errand, *, uuid: str, by: Person, at: datetime) -> None:
    """Take it on; a plan follows. `uuid` is the number of the post and stands in the journal."""
    must_be_acceptable(errand)
    before = _state(errand)
    errand.state, errand.owner_id = ErrandState.ACCEPTED, by.id
    note("errand.accepted", errand, by=by, at=at, **_changed(before, errand), post=uuid)


def plan(errand: Errand, text: str, planned_on: date, *, uuid: str, by: Person, at: datetime) -> ErrandWord:
    """Say what will be done, and on which day. Done again it moves the day."""
    must_be_open(errand)
    before = _state(errand)
    errand.state, errand.planned_on, errand.owner_id = ErrandState.PLANNED, planned_on, by.id
    return _say("errand.planned", errand, WordKind.PLAN, text, before, uuid, by, at)


def refuse(errand: Errand, reason: str, *, uuid: str, by: Person, at: datetime) -> ErrandWord:
    must_be_open(errand)
    before = _state(errand)
    errand.state, errand.closed_at = ErrandState.REFUSED, at
    return _say("errand.refused", errand, WordKind.REFUSAL, reason, before, uuid, by, at)


def confirm(errand: Errand, text: str, *, uuid: str, by: Person, at: datetime) -> ErrandWord:
    """The dealer says that it arrived or took place."""
    must_be_planned(errand)
    before = _state(errand)
    errand.state, errand.closed_at = ErrandState.DONE, at
    return _say("errand.confirmed", errand, WordKind.RECEIPT, text, before, uuid, by, at)


def hand_over(errand: Errand, to: Person, *, by: Person, at: datetime) -> None:
    """Give it to another supervisor; who owns it already changes nothing. Raises NotValid for who may not judge it."""
    if errand.owner_id == to.id:
        return
    must_be_open(errand)
    known = Errand.seen_by(to).with_only_columns(Errand.id).where(Errand.id == errand.id)
    if not to.is_a(Role.SUPERVISOR) or to.locked_at or db.session.scalar(known) is None:
        raise NotValid(_("This person cannot judge this request. Choose another."), to=to.id)
    before = _state(errand)
    errand.owner_id = to.id
    note("errand.handed_over", errand, by=by, at=at, **_changed(before, errand))


def must_be_open(errand: Errand) -> None:
    """Raises WrongState, as the next four do."""
    if errand.state in CLOSED:
        raise WrongState(_("This request is closed. Log a new one and name this number in it."))


def must_be_askable(errand: Errand) -> None:
    must_be_open(errand)
    if errand.state is ErrandState.ASKED:
        raise WrongState(_("A question is open already. Wait for the answer, or plan without it."))
    if not errand.may_become(ErrandState.ASKED):
        raise WrongState(_("There is a plan already. Plan it anew instead of asking."))


def must_be_asked(errand: Errand) -> None:
    must_be_open(errand)
    if errand.state is not ErrandState.ASKED:
        raise WrongState(_("No question is open any more. Look at where the request stands."))


def must_be_acceptable(errand: Errand) -> None:
    must_be_open(errand)
    if not errand.may_become(ErrandState.ACCEPTED):
        raise WrongState(_("%(name)s has accepted it already. Plan it, or hand it over.", name=_owner(errand)))


def must_be_planned(errand: Errand) -> None:
    must_be_open(errand)
    if not errand.may_become(ErrandState.DONE):
        raise WrongState(_("There is no plan yet, so there is nothing to confirm. Wait for the plan."))


def facts(errand: Errand) -> dict[str, Any]:
    """What the journal keeps of a new request: all that was said, by column."""
    said = {c.key: getattr(errand, c.key) for c in Errand.__table__.columns if c.key not in {"id", "version"}}
    return {**said, "items": sorted(errand.items)}


def _owner(errand: Errand) -> str:
    return errand.owner.name if errand.owner else ""


def _say(
    what: str, errand: Errand, kind: WordKind, text: str, before: dict[str, Any], uuid: str, by: Person, at: datetime
) -> ErrandWord:
    said = ErrandWord(uuid=uuid, errand=errand, kind=kind, text=text, by_id=by.id, at=at)
    db.session.add(said)
    db.session.flush()
    note(what, errand, by=by, at=at, **_changed(before, errand), word=uuid, text=text)
    return said


def _state(errand: Errand) -> dict[str, Any]:
    return {name: getattr(errand, name) for name in ("state", "owner_id", "planned_on", "closed_at")}


def _changed(before: dict[str, Any], errand: Errand) -> dict[str, dict[str, Any]]:
    """What is different now, as `before` and `after` of an entry."""
    after = _state(errand)
    moved = [name for name, value in before.items() if after[name] != value]
    return {"before": {name: before[name] for name in moved}, "after": {name: after[name] for name in moved}}
