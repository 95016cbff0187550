"""Everything is found by any part of what people call it, by whoever may see it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.customers import actions, search
from portal.customers.cli import index_command
from portal.customers.kinds import NameKind
from portal.customers.models import Contact, Customer, Name
from portal.kit.clock import now
from portal.kit.db import db
from portal.people.models import Person
from portal.town import Town
from tests.customers.test_seen_by import Counted


@pytest.fixture(autouse=True)
def learned(people: Town) -> None:
    search.relearn()
    db.session.commit()


def titles(query: str, person: Person) -> list[str]:
    return [found.title for found in search.find(query, person)]


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("새벽광산", "새벽광산"),
        ("벽광", "새벽광산"),
        ("새벽 광", "새벽광산"),
        ("ㅅㅂㄱㅅ", "새벽광산"),
        ("ㅂㄱ", "새벽광산"),
        ("ㅅㅂㄳ", "새벽광산"),
        ("새벽ㄱ", "새벽광산"),  # while the next syllable is being typed
        ("heron", "Blue Heron Aggregates"),
        ("BLUE HERON", "Blue Heron Aggregates"),
        ("033-555-0142", "김도현 정비과장"),
        ("0335550142", "김도현 정비과장"),
        ("5550142", "김도현 정비과장"),
        ("033 555 0142", "김도현 정비과장"),
        ("ㄱㄷㅎ", "김도현 정비과장"),
        ("정비과장", "김도현 정비과장"),
        ("DT-07", "DT-07 KD785"),
        ("t07", "DT-07 KD785"),
        ("kd785", "DT-07 KD785"),
        ("동부채굴", "동부채굴장"),
    ],
)
def test_any_part_of_a_name_finds_it(people: Town, query: str, title: str):
    assert title in titles(query, people.mina)


@pytest.mark.parametrize(
    "query", ["", " ", "-", "%", "_", "%%", "벽%산", "벽_산", "\\", "/", "\x00", "'; --", "\ud800"]
)
def test_wildcards_and_nothing_find_nothing(people: Town, query: str):
    assert titles(query, people.mina) == []


def test_a_percent_sign_in_a_name_is_found_as_what_it_is(people: Town):
    people.mine.name = "100% 광산"
    search.learn(people.mine)
    assert titles("100%", people.mina) == ["100% 광산"]


@pytest.mark.parametrize("query", ["새벽광산", "ㅅㅂㄱㅅ", "033-555-0142", "DT-07", "동부채굴장"])
@pytest.mark.parametrize("who", ["jun", "suh", "kim", "park", "lab", "admin"])
def test_nobody_finds_what_they_may_not_see(people: Town, query: str, who: str):
    assert people.mine.id not in {found.customer_id for found in search.find(query, getattr(people, who))}


def test_what_is_found_says_what_and_where_it_is(people: Town):
    [machine] = search.find("DT-07", people.mina)
    assert (machine.kind, machine.id, machine.customer_id) == (NameKind.MACHINE, people.truck.id, people.mine.id)
    assert "새벽광산 · 동부채굴장" in machine.below


def test_kinds_stand_together_and_customers_come_first(people: Town):
    kinds = [found.kind for found in search.find("ㄱ", people.desk)]
    assert kinds[0] is NameKind.CUSTOMER
    assert kinds == sorted(kinds, key=search.ORDER.index)


def test_the_best_come_before_the_limit(people: Town):
    assert [f.title for f in search.find("새벽", people.mina, limit=1)] == ["새벽광산"]


def test_one_question_finds(people: Town):
    db.session.refresh(people.mina)
    with Counted() as questions:
        assert titles("ㅅㅂ", people.mina)
    assert len(questions) == 1


def test_a_new_name_is_found_at_once_and_the_old_one_no_more(people: Town):
    values = {"name": "노을", "role": "소장", "phone": "+82-33-555-0199", "email": "", "language": "ko"}
    contact = actions.add_contact(people.mine, values, by=people.mina, at=now())
    assert titles("033-555-0199", people.mina) == titles("+82 33 555", people.mina) == ["노을 소장"]

    actions.change_contact(contact, {**values, "name": "아침"}, by=people.mina, at=now())
    assert titles("ㅇㅊ", people.mina) == ["아침 소장"]
    assert titles("노을", people.mina) == []


@pytest.mark.parametrize("away", ["mine", "pit", "truck"])
def test_what_is_put_away_is_not_found_and_nothing_that_belongs_to_it(people: Town, away: str):
    thing = getattr(people, away)
    actions.archive(thing, by=people.han, at=now())
    assert "DT-07 KD785" not in titles("DT-07", people.mina)
    actions.restore(thing, by=people.han, at=now())
    assert "DT-07 KD785" in titles("DT-07", people.mina)


def test_learning_everything_again_gives_the_same(people: Town):
    before = titles("ㄱ", people.desk)
    assert search.relearn() == search.relearn() > 40
    assert titles("ㄱ", people.desk) == before


def test_a_command_learns_everything_again(people: Town, app: Flask):
    db.session.execute(sa.delete(Name))
    db.session.commit()
    said = app.test_cli_runner().invoke(index_command).output
    assert "can be searched" in said
    assert titles("새벽", people.mina)


def test_phones_are_dialled_without_hyphens_and_extension():
    assert Contact(phone="033-555-0142 내선 12").tel == "0335550142"
    assert Contact(phone="+82 (33) 555-0142").tel == "+82335550142"
    assert Contact(phone="").tel == ""


def test_a_name_is_the_same_however_it_is_written(people: Town):
    region = people.mine.region_id
    assert db.session.scalar(search.same_name("새벽 광산", region)) is people.mine
    assert db.session.scalar(search.same_name("새벽 광산", region, people.mine.id)) is None
    assert db.session.scalar(search.same_name("새벽 광산", 0)) is None
    assert isinstance(people.mine, Customer)
