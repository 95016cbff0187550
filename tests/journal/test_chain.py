"""The journal can be added to and read. Whoever changes it is stopped, or found."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from portal.journal.actions import head, history_of, note, verify
from portal.journal.cli import journal_commands
from portal.journal.models import GENESIS, Entry, digest
from portal.journal.triggers import TRIGGERS
from portal.kit.db import db
from portal.people.models import Person, Role

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
VISIT = SimpleNamespace(__tablename__="visits", id=7)
LENGTH = 300


@pytest.fixture
def mina(ground) -> Person:
    person = Person(
        name="Mina", email="mina@example.com", roles=frozenset({Role.ENGINEER}), password_hash="-", pin_hash="-"
    )
    db.session.add(person)
    db.session.commit()
    return person


def fill(entries: int, by: Person | None) -> None:
    for number in range(entries):
        note("visit.noted", VISIT, by=by, at=MONDAY + timedelta(minutes=number), after={"note": f"기록 {number} & ½"})
    db.session.commit()


def run(statement: str, **values: object) -> None:
    db.session.execute(sa.text(statement), values)


def drop_triggers() -> None:
    """What a forger does who owns the database."""
    on = " ON journal" if db.engine.dialect.name == "postgresql" else ""
    for statement in TRIGGERS[db.engine.dialect.name]:
        words = statement.split()
        if words[:2] == ["CREATE", "TRIGGER"]:
            run(f"DROP TRIGGER {words[2]}{on}")


def test_an_entry_says_who_what_when_and_both_values(mina):
    at = datetime.fromisoformat("2026-03-02T18:00:00.123456+09:00")
    note(
        "visit.moved", VISIT, by=mina, at=at, before={"state": "planned"}, after={"state": "on_site"}, reason="arrived"
    )
    db.session.commit()

    entry = db.session.scalars(history_of("visits", 7)).one()
    assert (entry.id, entry.what, entry.subject_kind, entry.subject_id) == (1, "visit.moved", "visits", 7)
    assert (entry.by, entry.at) == (mina, at)
    assert entry.facts == {"before": {"state": "planned"}, "after": {"state": "on_site"}, "reason": "arrived"}
    assert entry.written_at > entry.at
    assert entry.previous_hash == GENESIS
    assert head() == (1, entry.hash)


def test_a_new_subject_gets_its_id_before_it_is_written(mina):
    han = Person(name="Han", email="han@example.com", roles=frozenset({Role.LAB}), password_hash="-", pin_hash="-")
    db.session.add(han)
    entry = note("person.added", han, by=None, at=MONDAY)
    assert (entry.subject_kind, entry.subject_id, entry.by_id) == ("people", han.id, None)


def test_what_is_rolled_back_leaves_no_gap(mina):
    fill(2, mina)
    note("visit.noted", VISIT, by=mina, at=MONDAY)
    db.session.rollback()
    fill(1, mina)
    assert db.session.scalars(sa.select(Entry.id).order_by(Entry.id)).all() == [1, 2, 3]
    assert verify() == []


@pytest.mark.parametrize(
    "facts", [{"pin": "1234"}, {"after": {"password_hash": "x"}}, {"tried": [{"reset_token": "x"}]}]
)
def test_secrets_are_refused(mina, facts):
    with pytest.raises(ValueError, match="must not be written"):
        note("person.changed", mina, by=mina, at=MONDAY, **facts)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET what = 'visit.approved' WHERE id = 2",
        "UPDATE journal SET id = id + 1 WHERE id = 3",
        "DELETE FROM journal WHERE id = 3",
        "DELETE FROM journal",
        "INSERT INTO journal SELECT 5, {rest}, hash, hash FROM journal WHERE id = 3",
        "INSERT INTO journal SELECT 2, {rest}, previous_hash, hash FROM journal WHERE id = 3",
        "INSERT INTO journal SELECT 0, {rest}, previous_hash, hash FROM journal WHERE id = 1",
        "INSERT INTO journal SELECT 4, {rest}, previous_hash, hash FROM journal WHERE id = 3",
    ],
)
def test_the_database_refuses(mina, statement):
    fill(3, mina)
    rest = "what, subject_kind, subject_id, by_id, at, written_at, facts"
    with pytest.raises(sa.exc.DBAPIError, match="journal"):
        run(statement.format(rest=rest))
    db.session.rollback()
    assert verify() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET what = 'forged'",
        "DELETE FROM journal",
        "INSERT INTO journal SELECT id + 1, what, subject_kind, subject_id, by_id, at, written_at, facts, "
        "previous_hash, hash FROM journal ORDER BY id DESC LIMIT 1",
    ],
)
def test_the_installed_schema_refuses_too(app, statement):
    """There the triggers come from a migration, which has its own copy of their text."""
    assert head()[0] > 0
    with pytest.raises(sa.exc.DBAPIError, match="the journal"):
        run(statement)
    db.session.rollback()
    assert verify([head()]) == []


@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE"])
@pytest.mark.parametrize("seq", [1, 3, 5])
def test_sqlite_refuses_to_replace(mina, verb, seq):
    if db.engine.dialect.name != "sqlite":
        pytest.skip("a statement of SQLite")
    fill(3, mina)
    with pytest.raises(sa.exc.DBAPIError, match="journal"):
        run(
            f"{verb} INTO journal SELECT :seq, 'forged', subject_kind, subject_id, by_id, at, written_at, facts, "  # noqa: S608
            "previous_hash, hash FROM journal WHERE id = 3",
            seq=seq,
        )
    db.session.rollback()
    assert verify() == []


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE journal",
        "TRUNCATE people CASCADE",
        "INSERT INTO journal SELECT * FROM journal WHERE id = 1 ON CONFLICT (id) DO UPDATE SET what = 'forged'",
        "UPDATE journal SET what = 'forged' WHERE id = 99",
    ],
)
def test_postgresql_refuses_to_truncate_and_upsert(mina, statement):
    if db.engine.dialect.name != "postgresql":
        pytest.skip("a statement of PostgreSQL")
    fill(3, mina)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        run(statement)
    db.session.rollback()
    assert verify() == []


def seen(number: int) -> dict[str, object]:
    """The row as stored, facts as text."""
    plain = (sa.type_coerce(c, sa.String).label(c.name) for c in Entry.__table__.c)
    return dict(db.session.execute(sa.select(*plain).where(Entry.id == number)).mappings().one())


def edit(number: int, dice: random.Random) -> int:
    change = dice.choice(
        ["what = 'x' || what", "subject_id = subject_id + 1", "by_id = NULL", "at = written_at", "written_at = at",
         "facts = '{}'", "facts = ' ' || facts", "facts = 'no json'", "subject_kind = 'samples'"]
    )  # fmt: skip
    run(f"UPDATE journal SET {change} WHERE id = :n", n=number)  # noqa: S608
    return number


def delete(number: int, dice: random.Random) -> int:
    run("DELETE FROM journal WHERE id = :n", n=number)
    return number


def swap(number: int, dice: random.Random) -> int:
    """Two entries change places, with their contents and hashes."""
    other = dice.choice([n for n in range(1, LENGTH) if n != number])
    for old, new in ((number, -1), (other, number), (-1, other)):
        run("UPDATE journal SET id = :new WHERE id = :old", new=new, old=old)
    return min(number, other)


def insert(number: int, dice: random.Random) -> int:
    """A whole new entry is put between two others, with a right hash of its own, and the rest moves up."""
    rows = [seen(n) for n in range(number, LENGTH + 1)]
    run("DELETE FROM journal WHERE id >= :n", n=number)
    forged = {**rows[0], "what": "visit.forged"}
    names = list(forged)
    put = f"INSERT INTO journal ({', '.join(names)}) VALUES ({', '.join(':' + n for n in names)})"  # noqa: S608
    run(put, **{**forged, "hash": digest(forged)})
    for row in rows:
        run(put, **{**row, "id": row["id"] + 1})
    return number + 1  # the forged entry itself is well made; the next one no longer fits


def hash_anew(start: int) -> None:
    previous = GENESIS if start == 1 else seen(start - 1)["hash"]
    for number in range(start, LENGTH + 1):
        row = {**seen(number), "previous_hash": previous}
        previous = digest(row)
        run(
            "UPDATE journal SET previous_hash = :p, hash = :h WHERE id = :n",
            p=row["previous_hash"], h=previous, n=number,
        )  # fmt: skip


def edit_and_hash_anew(number: int, dice: random.Random) -> int:
    run("UPDATE journal SET what = 'visit.forged' WHERE id = :n", n=number)
    hash_anew(number)
    return LENGTH  # the anchor: up to there a chain hashed anew agrees with itself


def cut_tail(number: int, dice: random.Random) -> int:
    run("DELETE FROM journal WHERE id >= :n", n=number)
    return LENGTH


WAYS = [edit, delete, swap, insert, edit_and_hash_anew, cut_tail]


def test_every_one_of_a_hundred_tamperings_is_found_and_named(mina):
    fill(LENGTH, mina)
    anchor = head()
    assert verify([anchor]) == []
    drop_triggers()
    db.session.commit()
    dice = random.Random(20260302)
    for turn in range(102):
        way, number = WAYS[turn % len(WAYS)], dice.randint(1, LENGTH - 1)
        first_bad = way(number, dice)
        faults = verify([anchor])
        assert faults, f"{way.__name__} of {number} was not found"
        assert faults[0].seq == first_bad, f"{way.__name__} of {number}: {faults[0]}"
        db.session.rollback()
    assert verify([anchor]) == [], "and nothing was left behind"


def test_without_an_anchor_a_cut_tail_looks_whole(mina):
    """Why heads are printed elsewhere."""
    fill(5, mina)
    drop_triggers()
    cut_tail(4, random.Random(1))
    assert verify() == []


def write_some(app, name: str) -> None:
    with app.app_context():
        for number in range(20):
            note("visit.noted", VISIT, by=None, at=MONDAY, writer=name, number=number)
            db.session.commit()


def test_writers_at_the_same_time_make_one_chain_without_gaps(ground):
    with ThreadPoolExecutor(6) as pool:
        for done in [pool.submit(write_some, ground, name) for name in "abcdef"]:
            done.result()
    numbers = db.session.scalars(sa.select(Entry.id).order_by(Entry.id)).all()
    assert numbers == list(range(1, 121))
    assert verify() == []
    for name in "abcdef":
        own = [e.facts["number"] for e in db.session.scalars(history_of("visits", 7)) if e.facts["writer"] == name]
        assert own == list(range(20))


def test_the_command_prints_the_head_and_takes_it_as_an_anchor(ground, mina):
    fill(5, mina)
    ground.cli.add_command(journal_commands)
    seq, hash_ = head()
    db.session.rollback()
    found = ground.test_cli_runner().invoke(args=["journal", "verify"])
    assert found.exit_code == 0
    assert found.output == f"5 entries and 0 anchors verified. Head 5:{hash_}\n"
    found = ground.test_cli_runner().invoke(args=["journal", "verify", "--anchor", f"{seq}:{hash_}"])
    assert (found.exit_code, found.output.splitlines()[0]) == (0, f"5 entries and 1 anchors verified. Head 5:{hash_}")


def test_the_command_names_the_first_bad_entry(ground, mina):
    fill(5, mina)
    anchor = "5:" + head()[1]
    drop_triggers()
    run("DELETE FROM journal WHERE id > 3")
    db.session.commit()
    found = ground.test_cli_runner().invoke(journal_commands, ["verify", "--anchor", anchor])
    assert found.exit_code == 1
    assert "The journal is NOT whole. The first bad entry is 5." in found.output
