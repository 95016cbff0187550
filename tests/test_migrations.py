"""The schema: scripts by number, there and back on both databases, and the same as the models say."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from portal.journal.triggers import TRIGGERS
from portal.kit import migrate
from portal.kit.db import Base
from tests.support.postgres import PostgresServer
from tests.support.source import ROOT

VERSIONS = sorted((ROOT / "migrations" / "versions").glob("*.py"))
NAME = re.compile(r"CREATE TRIGGER (\w+)")


@pytest.fixture
def empty(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty database."""
    if database == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name, url = server.create("empty")
    yield url
    server.drop(name)


@pytest.fixture
def engine(empty: str) -> Iterator[sa.Engine]:
    engine = sa.create_engine(empty, poolclass=sa.NullPool)
    yield engine
    engine.dispose()


def tables(engine: sa.Engine) -> set[str]:
    return set(sa.inspect(engine).get_table_names())


def triggers(engine: sa.Engine) -> set[str]:
    lists = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    with engine.connect() as connection:
        return set(connection.scalars(sa.text(lists[engine.dialect.name])))


def shape(engine: sa.Engine) -> dict[str, object]:
    """Everything the database says of itself: columns, keys, indexes, checks and triggers."""
    look = sa.inspect(engine)
    found: dict[str, object] = {"triggers": sorted(triggers(engine))}
    for table in sorted(tables(engine)):
        found[table] = (
            [(c["name"], str(c["type"]), c["nullable"]) for c in look.get_columns(table)],
            sorted(_index(index) for index in look.get_indexes(table)),
            sorted(str(check) for check in look.get_check_constraints(table)),
            sorted(str(key) for key in look.get_foreign_keys(table)),
        )
    return found


def _index(index: Mapping[str, Any]) -> str:
    partial = {name: str(value) for name, value in (index.get("dialect_options") or {}).items()}
    return str({**index, "dialect_options": partial})


def test_up_down_and_up_again_gives_the_same(empty: str, engine: sa.Engine) -> None:
    assert migrate.upgrade(empty) == (None, VERSIONS[-1].stem)
    first = shape(engine)

    migrate.downgrade(empty)
    assert tables(engine) <= {"alembic_version"}
    assert not triggers(engine)

    migrate.upgrade(empty)
    assert shape(engine) == first
    assert migrate.upgrade(empty) == (VERSIONS[-1].stem, VERSIONS[-1].stem)


def test_every_single_step_can_be_taken_back(empty: str, engine: sa.Engine) -> None:
    for script in VERSIONS:
        before = shape(engine)
        migrate.upgrade(empty, script.stem)
        migrate.downgrade(empty, "-1")
        assert {k: v for k, v in shape(engine).items() if k != "alembic_version"} == {
            k: v for k, v in before.items() if k != "alembic_version"
        }, script.stem
        migrate.upgrade(empty, script.stem)


def test_the_scripts_make_what_the_models_say(empty: str, engine: sa.Engine) -> None:
    migrate.upgrade(empty)

    assert not migrate.drift(engine, Base.metadata)
    assert tables(engine) - {"alembic_version"} == set(Base.metadata.tables)


def test_drift_is_named(empty: str, engine: sa.Engine) -> None:
    migrate.upgrade(empty)
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE visits ADD COLUMN weather TEXT"))
        connection.execute(sa.text("DROP INDEX ix_visits_waiting"))

    found = "\n".join(migrate.drift(engine, Base.metadata))
    assert "weather" in found
    assert "ix_visits_waiting" in found


def test_the_journal_is_guarded_after_the_scripts(empty: str, engine: sa.Engine, database: str) -> None:
    migrate.upgrade(empty)

    meant = {
        name for statement in TRIGGERS[database] if "CREATE TRIGGER" in statement for name in NAME.findall(statement)
    }
    assert meant
    assert meant <= triggers(engine)


def test_the_head_file_names_the_last_script() -> None:
    """Two branches that both add a script both change this file, so git stops them."""
    head = (ROOT / "migrations" / "HEAD.txt").read_text()
    assert head == f"{VERSIONS[-1].stem}\n"


def test_scripts_are_numbered_without_gaps_and_name_the_one_before() -> None:
    assert [script.stem[:5] for script in VERSIONS] == [f"{n:04d}_" for n in range(1, len(VERSIONS) + 1)]
    before = None
    for script in VERSIONS:
        said = {
            target.id: ast.literal_eval(node.value)
            for node in ast.parse(script.read_text()).body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name) and target.id in {"revision", "down_revision"}
        }
        assert said == {"revision": script.stem, "down_revision": before}
        before = script.stem


def test_scripts_import_nothing_of_the_portal() -> None:
    """A script must run for ever; the portal will have moved on."""
    wrong = [s.name for s in VERSIONS if re.search(r"^\s*(from|import) portal\b", s.read_text(), re.MULTILINE)]
    assert not wrong
