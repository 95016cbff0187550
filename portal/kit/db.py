"""The database: one metadata, typed columns, and transactions that say at once whether they write."""

from __future__ import annotations

import json
import uuid as uuids
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
Word = TypeVar("Word", bound=StrEnum)


class Instant(sa.types.TypeDecorator[datetime]):
    """An instant. UTC in the database and in Python; a naive datetime is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Facts(sa.types.TypeDecorator[dict[str, Any]]):
    """A JSON object kept as canonical text, so that equal facts have equal bytes on every database."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else canonical(value)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> dict[str, Any] | None:
        return None if value is None else json.loads(value)


class Amount(sa.types.TypeDecorator[Decimal]):
    """A measured value with up to four decimals, stored as a whole number of ten-thousandths.

    SQLite has no decimal type, and a float would not give back what was typed.
    """

    impl = sa.BigInteger
    cache_ok = True
    SCALE = Decimal(10_000)

    def process_bind_param(self, value: Decimal | None, dialect: sa.Dialect) -> int | None:
        return None if value is None else int((Decimal(value) * self.SCALE).to_integral_value())

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> Decimal | None:
        if value is None:
            return None
        amount = Decimal(value) / self.SCALE
        return amount.quantize(Decimal(1)) if amount == amount.to_integral_value() else amount.normalize()


class Words(sa.types.TypeDecorator[frozenset[Any]]):
    """A small set of words from one StrEnum, kept as text: ` engineer supervisor `."""

    impl = sa.String(120)
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: Iterable[StrEnum] | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else f" {' '.join(sorted(self.words(w).value for w in value))} "

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> frozenset[Any] | None:
        return None if value is None else frozenset(self.words(w) for w in value.split())


def word(words: type[Word]) -> sa.Enum:
    """A column type for one word of a StrEnum; the database refuses any other."""
    name = "".join(f"_{c.lower()}" if c.isupper() else c for c in words.__name__).lstrip("_")
    return sa.Enum(
        words,
        native_enum=False,
        length=24,
        create_constraint=True,
        name=name,
        values_callable=lambda e: [m.value for m in e],
    )


def canonical(value: object) -> str:
    """The one JSON text of `value`: sorted keys, no spaces, decimals and instants as text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain, allow_nan=False)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


def new_uuid() -> str:
    """A random identifier for a record born on the server; 36 characters."""
    return str(uuids.uuid4())


def uuid_or_new(text: str | None) -> str:
    """The canonical form of a uuid that somebody sent, or a new one for anything else."""
    try:
        return str(uuids.UUID(text or ""))
    except ValueError:
        return new_uuid()


class Base(DeclarativeBase):
    """Every table of the house. Models inherit this, never `db.Model` (flask-sqlalchemy#1361)."""

    metadata = sa.MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: Instant(),
        str: sa.Text(),
        dict[str, Any]: Facts(),
        Decimal: Amount(),
    }


db = SQLAlchemy(metadata=Base.metadata)


def prepare_engine(engine: sa.Engine) -> None:
    """Durable SQLite, and transactions that take the write lock when they begin, not half-way.

    A deferred transaction that reads first and writes later fails at once with "database is
    locked", whatever the timeout; pages that only read must not wait for a writer either.
    """
    if engine.dialect.name != "sqlite":
        return

    @sa.event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):  # milliseconds
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def on_begin(connection: sa.Connection) -> None:
        reads = has_request_context() and request.method in SAFE_METHODS
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
