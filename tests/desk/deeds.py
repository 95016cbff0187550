"""What happens to a request, one word each, for tests of what comes next."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from PIL import Image

from portal.customers.models import Customer
from portal.desk import actions
from portal.desk.kinds import Item
from portal.desk.models import Errand
from portal.journal.models import Entry
from portal.kit.db import db, new_uuid
from portal.people.models import Person
from portal.town import Town

MONDAY_9AM = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)  # nine o'clock in Seoul
HOUR = timedelta(hours=1)
FAIR = date(2026, 12, 18)
SAID: dict[str, Any] = {
    "items": {Item.GIFTS, Item.POSTERS}, "needed_on": FAIR, "quantity": 150, "place": "원주시 단계동 1",
    "reason": "화물차 공제조합 총회입니다.",
}  # fmt: skip


def logged(town: Town, by: Person | None = None, at: datetime = MONDAY_9AM, **changes: Any) -> Errand:
    """A request of Kim's on Monday at nine unless something else is said."""
    by = by or town.kim
    company = db.session.get_one(Customer, by.dealer_id)
    errand = actions.log({**SAID, **changes}, uuid=new_uuid(), dealer=company, by=by, at=at)
    db.session.commit()
    return errand


def asked(town: Town, errand: Errand | None = None, text: str = "손님이 몇 분이나 오십니까?") -> Errand:
    errand = errand or logged(town)
    actions.ask(errand, text, uuid=new_uuid(), by=town.han, at=MONDAY_9AM + HOUR)
    db.session.commit()
    return errand


def accepted(town: Town, errand: Errand | None = None) -> Errand:
    errand = errand or logged(town)
    actions.accept(errand, uuid=new_uuid(), by=town.han, at=MONDAY_9AM + HOUR)
    db.session.commit()
    return errand


def planned(town: Town, errand: Errand | None = None, planned_on: date = FAIR) -> Errand:
    errand = errand or logged(town)
    actions.plan(errand, "직원 두 명이 갑니다.", planned_on, uuid=new_uuid(), by=town.han, at=MONDAY_9AM + 2 * HOUR)
    db.session.commit()
    return errand


def refused(town: Town, errand: Errand | None = None) -> Errand:
    errand = errand or logged(town)
    actions.refuse(errand, "재고가 없습니다.", uuid=new_uuid(), by=town.han, at=MONDAY_9AM + 2 * HOUR)
    db.session.commit()
    return errand


def confirmed(town: Town, errand: Errand | None = None) -> Errand:
    errand = planned(town, errand)
    actions.confirm(errand, "잘 받았습니다.", uuid=new_uuid(), by=town.kim, at=MONDAY_9AM + 3 * HOUR)
    db.session.commit()
    return errand


def told(what: str) -> list[Entry]:
    """The journal's entries of one kind, oldest first."""
    return list(db.session.scalars(sa.select(Entry).where(Entry.what == what).order_by(Entry.id)))


def count(model: type[Any]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def picture(side: int = 40) -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (side, side), "orange").save(file, "JPEG", comment=b"<script>")
    file.seek(0)
    return file
