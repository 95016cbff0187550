"""Labels for bottles: each number once, whoever prints at the same time, and the same ones for the same request."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.journal.models import Entry
from portal.kit.db import db, new_uuid
from portal.kit.errors import WrongState
from portal.oil.bottle import MOST_BOTTLES
from portal.oil.models import BottleRun
from portal.people.models import Person
from portal.scan.actions import print_bottles
from portal.town import Town

MONDAY_9AM = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)


def test_a_run_begins_after_the_one_before(people: Town):
    first = print_bottles(24, uuid=new_uuid(), by=people.desk, at=MONDAY_9AM)
    second = print_bottles(96, uuid=new_uuid(), by=people.lab, at=MONDAY_9AM)
    third = print_bottles(24, uuid=new_uuid(), by=people.mina, at=MONDAY_9AM)

    assert [(run.first, run.count) for run in (first, second, third)] == [(1, 24), (25, 96), (121, 24)]


def test_the_same_request_gives_the_same_numbers_and_is_told_once(people: Town):
    uuid = new_uuid()
    first = print_bottles(24, uuid=uuid, by=people.desk, at=MONDAY_9AM)
    again = print_bottles(48, uuid=uuid, by=people.desk, at=MONDAY_9AM)
    db.session.commit()

    assert again is first
    [entry] = db.session.scalars(sa.select(Entry).where(Entry.what == "labels.printed"))
    assert entry.facts["after"] == {"first": 1, "count": 24}


def test_the_numbers_end(people: Town):
    run = BottleRun(first=MOST_BOTTLES - 30, count=24, printed_by_id=people.desk.id, printed_at=MONDAY_9AM)
    db.session.add(run)
    with pytest.raises(WrongState):
        print_bottles(24, uuid=new_uuid(), by=people.desk, at=MONDAY_9AM)


@pytest.mark.parametrize("same", [False, True], ids=["two requests", "one request twice"])
def test_two_clerks_at_once_never_get_the_same_number(bare_app: Flask, same: bool):
    uuids = [new_uuid()] * 6 if same else [new_uuid() for _clerk in range(6)]
    ready, given, broken = threading.Barrier(6), [], []

    def clerk(uuid: str) -> None:
        with bare_app.app_context():
            try:
                desk = db.session.scalar(sa.select(Person).where(Person.email == "desk@hanbit.example"))
                db.session.rollback()
                ready.wait(30)
                run = print_bottles(24, uuid=uuid, by=desk, at=MONDAY_9AM)
                given.append((run.first, run.count))
                db.session.commit()
            except Exception as wrong:
                broken.append(wrong)
            finally:
                db.session.remove()

    clerks = [threading.Thread(target=clerk, args=(uuid,)) for uuid in uuids]
    for each in clerks:
        each.start()
    for each in clerks:
        each.join(60)

    assert not broken
    numbers = [n for first, count in set(given) for n in range(first, first + count)]
    assert len(given) == 6
    assert len(numbers) == len(set(numbers)) == (24 if same else 144)
    with bare_app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(BottleRun)) == (1 if same else 6)
        assert db.session.scalar(sa.select(sa.func.count()).where(Entry.what == "labels.printed")) == (1 if same else 6)
