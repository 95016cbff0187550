"""Who may try what: the whole answer on one page.

The door asks for the role, the record says whose it is. A record that a person may not know of does not exist for
them (404); one they may see but not change is refused (403). So the record is looked up first, then the permit.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, Protocol

import sqlalchemy as sa
from flask import abort
from flask_babel import gettext as _
from flask_login import current_user

from portal.kit.db import db
from portal.kit.errors import NotYours
from portal.people.models import Person, Role, me


class Permit(StrEnum):
    """Named `record:verb`. Keep alphabetical."""

    CATALOGUE_READ = "catalogue:read"
    CATALOGUE_WRITE = "catalogue:write"
    COMPLAINT_CLOSE = "complaint:close"
    COMPLAINT_READ = "complaint:read"
    COMPLAINT_RECEIVE = "complaint:receive"
    COMPLAINT_WORK = "complaint:work"
    CUSTOMER_ARCHIVE = "customer:archive"
    CUSTOMER_READ = "customer:read"
    CUSTOMER_WRITE = "customer:write"
    ERRAND_ANSWER = "errand:answer"
    ERRAND_JUDGE = "errand:judge"
    ERRAND_LOG = "errand:log"
    ERRAND_READ = "errand:read"
    FIELD_WRITE = "field:write"
    LABEL_PRINT = "label:print"
    MEDIA_READ = "media:read"
    ME_READ = "me:read"
    PEOPLE_ADMIN = "people:admin"
    PLAN_READ = "plan:read"
    PROMISE_CLOSE = "promise:close"
    SCAN = "scan:use"
    TODAY_READ = "today:read"
    VISIT_APPROVE = "visit:approve"
    VISIT_PLAN = "visit:plan"
    VISIT_READ = "visit:read"
    VISIT_RECORD = "visit:record"


EVERYBODY = frozenset(Role)
READERS = frozenset({Role.ENGINEER, Role.SUPERVISOR, Role.DEALER})
FIELD = frozenset({Role.ENGINEER, Role.SUPERVISOR})
HOUSE = EVERYBODY - {Role.DEALER}  # who works for us

HELD_BY: dict[Permit, frozenset[Role]] = {
    Permit.CATALOGUE_READ: HOUSE,
    Permit.CATALOGUE_WRITE: frozenset({Role.ADMIN}),
    Permit.COMPLAINT_CLOSE: frozenset({Role.DESK, Role.SUPERVISOR}),
    Permit.COMPLAINT_READ: READERS | {Role.DESK},
    Permit.COMPLAINT_RECEIVE: READERS | {Role.DESK},
    Permit.COMPLAINT_WORK: FIELD | {Role.DESK},
    Permit.CUSTOMER_ARCHIVE: frozenset({Role.DESK, Role.SUPERVISOR}),
    Permit.CUSTOMER_READ: FIELD | {Role.DESK},
    Permit.CUSTOMER_WRITE: FIELD | {Role.DESK},
    Permit.ERRAND_ANSWER: frozenset({Role.DEALER}),
    Permit.ERRAND_JUDGE: frozenset({Role.SUPERVISOR}),
    Permit.ERRAND_LOG: frozenset({Role.DEALER}),
    Permit.ERRAND_READ: frozenset({Role.DEALER, Role.DESK, Role.SUPERVISOR}),
    Permit.FIELD_WRITE: frozenset({Role.ENGINEER}),
    Permit.LABEL_PRINT: FIELD | {Role.DESK, Role.LAB},
    Permit.MEDIA_READ: READERS,
    Permit.ME_READ: EVERYBODY,
    Permit.PEOPLE_ADMIN: frozenset({Role.ADMIN}),
    Permit.PLAN_READ: FIELD,
    Permit.PROMISE_CLOSE: FIELD | {Role.DESK},
    Permit.SCAN: FIELD | {Role.DESK, Role.LAB},
    Permit.TODAY_READ: frozenset({Role.ENGINEER}),
    Permit.VISIT_APPROVE: frozenset({Role.SUPERVISOR}),
    Permit.VISIT_PLAN: FIELD,
    Permit.VISIT_READ: READERS,
    Permit.VISIT_RECORD: frozenset({Role.ENGINEER}),
}

View = Callable[..., Any]
MOST_ID = 2**31 - 1  # of an INTEGER key in PostgreSQL


class Scoped(Protocol):
    """A model that knows which of its rows a person may know to exist."""

    __name__: str

    @classmethod
    def seen_by(cls, person: Person) -> sa.Select[Any]: ...


def matrix() -> str:
    """Who may do what, as a table in Markdown: one row a permit, one column a role."""
    head = ["permit", *(role.value for role in Role)]
    rows = [[f"`{permit}`", *("yes" if role in held else "" for role in Role)] for permit, held in HELD_BY.items()]
    lines = ["| " + " | ".join(cells) + " |" for cells in (head, *rows)]
    return "\n".join([lines[0], "|" + "---|" * len(head), *lines[1:]])


def public(view: View) -> View:
    """Mark a view as open to everybody, with or without a login."""
    view.door = "public"  # type: ignore[attr-defined]
    return view


def allow(permit: Permit, of: type[Any] | None = None, by: str = "id") -> Callable[[View], View]:
    """Guard a view. Put it nearest the function, under the route; `tests/test_doors.py` insists on one per view.

    With `of`, the URL's `<by>` is replaced by the record itself, taken from what this person may see.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(**parts: Any) -> Any:
            if not current_user.is_authenticated:
                abort(401)
            if of is not None:
                parts[of.__name__.lower()] = find(of, by, parts.pop(by))
            must_hold(permit)
            return view(**parts)

        guarded.door = permit  # type: ignore[attr-defined]
        guarded.door_of = of  # type: ignore[attr-defined]
        return guarded

    return wrap


def find(model: type[Any], by: str, value: object) -> Any:
    """The one record of `model` with `by` = `value` that the person may know of; 404 otherwise."""
    if value is None or (value > MOST_ID if isinstance(value, int) else "\x00" in str(value)):
        abort(404)  # no database could hold it
    return db.session.scalar(model.seen_by(me()).where(getattr(model, by) == value)) or abort(404)


def must_hold(permit: Permit) -> None:
    """Refuse a person none of whose roles hold `permit`. Raises NotYours."""
    if not me().is_a(*HELD_BY[permit]):
        raise NotYours(_("Your role does not allow this. Ask an administrator if it should."), permit=permit)
