"""The whole database as one hash, to see that nothing changed."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa

from portal.kit.db import Base, canonical, db

MOVING = frozenset({"logins", "attempts"})  # sessions and counted tries change with every login


def digest_of(*without: str) -> str:
    """SHA-256 over all rows of all tables but `MOVING` and `without`."""
    return hashlib.sha256(canonical(rows_of(*without)).encode()).hexdigest()


Row = dict[str, object]


def rows_of(*without: str) -> dict[str, dict[str, Row]]:
    """Every row of every table by its key, read afresh."""
    db.session.rollback()
    found: dict[str, dict[str, Row]] = {}
    for table in Base.metadata.sorted_tables:
        if table.name not in MOVING.union(without):
            rows = db.session.execute(sa.select(table).order_by(*table.primary_key)).mappings()
            keys = [column.name for column in table.primary_key]
            plain = [{name: _plain(value) for name, value in row.items()} for row in rows]
            found[table.name] = {" ".join(str(row[key]) for key in keys): row for row in plain}
    db.session.rollback()
    return found


def born(before: dict[str, dict[str, Row]], after: dict[str, dict[str, Row]]) -> dict[str, list[Row]]:
    """The new rows by table."""
    found = {name: [row for key, row in rows.items() if key not in before[name]] for name, rows in after.items()}
    return {name: rows for name, rows in found.items() if rows}


def changed(before: dict[str, dict[str, Row]], after: dict[str, dict[str, Row]]) -> dict[str, dict[str, object]]:
    """Table and column of everything that was there and is different or gone, with its new value."""
    found: dict[str, dict[str, object]] = {}
    for name, rows in before.items():
        for key, row in rows.items():
            new = after[name].get(key, {})
            different = {column: new.get(column) for column, value in row.items() if new.get(column) != value}
            if different:
                found.setdefault(name, {}).update(different)
    return found


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else value
