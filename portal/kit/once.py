"""Putting a row in once, also when two do it at the same time."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from portal.kit.db import Base, db

INSERT = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def insert_once(model: type[Base], key: str, **values: Any) -> None:
    """Insert a row of `model` unless one with the same unique `key` exists; the caller's transaction stays usable.

    Where another transaction has just put it in, PostgreSQL waits for that one's end. What is there stays as it is.
    """
    insert = INSERT[db.session.connection().dialect.name]
    db.session.execute(insert(model).values(**values).on_conflict_do_nothing(index_elements=[key]))
