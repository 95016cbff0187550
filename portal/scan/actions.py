"""The verb of this room: labels for bottles are printed, each number once in the world."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from portal.journal.actions import note
from portal.kit.db import db
from portal.kit.errors import WrongState
from portal.oil.bottle import MOST_BOTTLES
from portal.oil.models import BottleRun
from portal.people.models import Person

TRIES = 20  # each one lost means that somebody else has their labels


def print_bottles(count: int, *, uuid: str, by: Person, at: datetime) -> BottleRun:
    """Reserve the next `count` numbers. The same `uuid` again gives the same numbers.

    Raises WrongState when too many others print at the same time, or when the numbers are used up.
    """
    for _attempt in range(TRIES):
        if run := db.session.scalar(sa.select(BottleRun).where(BottleRun.uuid == uuid)):
            return run
        if run := _reserved(BottleRun(uuid=uuid, count=count, printed_by_id=by.id, printed_at=at)):
            note("labels.printed", run, by=by, at=at, after={"first": run.first, "count": run.count})
            return run
    raise WrongState(_("Others are printing labels just now. Try again in a minute."))


def _reserved(run: BottleRun) -> BottleRun | None:
    """The run with the next free numbers, or None when somebody else took them in the same moment.

    Whoever counts at the same time begins at the same number, so that UNIQUE on `first` lets one of them pass.
    """
    last = db.session.scalar(sa.select(sa.func.max(BottleRun.first + BottleRun.count - 1))) or 0
    if last + run.count > MOST_BOTTLES:
        raise WrongState(_("The numbers for bottles are used up. Tell the administrator."))
    run.first = last + 1
    try:
        with db.session.begin_nested():
            db.session.add(run)
    except IntegrityError:
        return None
    return run
