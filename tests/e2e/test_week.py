"""The office moves a week, on a phone in Korean."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from portal.kit.clock import now
from portal.kit.db import db
from portal.visits.models import Visit
from tests.e2e.phone import SEOUL, plan_visit
from tests.support.stage import Stage

PURPOSES = ("한 주 옮기기: 시료", "한 주 옮기기: 누유", "한 주 옮기기: 교육")
MOST = 4  # touches, from the week to the week after


def test_the_office_moves_a_whole_week(new_phone, here: Stage, record_property) -> None:
    office = new_phone()
    office.log_in("han")
    monday = now().astimezone(SEOUL).replace(hour=9, minute=0, second=0, microsecond=0)
    monday += timedelta(days=21 - monday.weekday())  # a week that no other test plans in
    for days, purpose in enumerate(PURPOSES):
        plan_visit(office, purpose, at=monday + timedelta(days=days))

    year, week, _day = monday.isocalendar()
    office.go(f"/plan?week={year}-W{week:02d}")
    said = office.find("main").inner_text()
    assert said.count("동부채굴장") >= len(PURPOSES)
    office.count()
    office.tap('label.check:has(input[name="everything"])')
    office.tap('button[name="by"][value="7"]')
    office.find("main .note-ok").wait_for()
    touched, _typed = office.count()
    record_property("move a week", f"{touched} taps")
    assert touched <= MOST

    with here.app():
        rows = db.session.scalars(sa.select(Visit).where(Visit.purpose.in_(PURPOSES)))
        moved = {visit.purpose: visit.planned_at for visit in rows}
        db.session.rollback()
    for days, purpose in enumerate(PURPOSES):
        assert moved[purpose] == monday + timedelta(days=days + 7), "the same weekday, the same hour"
    year, week, _day = (monday + timedelta(days=7)).isocalendar()
    office.go(f"/plan?week={year}-W{week:02d}")
    assert office.find("main").inner_text().count("동부채굴장") >= len(PURPOSES)
    assert not office.complaints
