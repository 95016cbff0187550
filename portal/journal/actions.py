"""Writing the journal, reading it, and proving that nobody has touched it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa

from portal.journal.models import GENESIS, Entry, digest
from portal.kit.clock import now
from portal.kit.db import canonical, db
from portal.people.models import Person

WRITERS = 0x5167_6874  # the advisory lock behind which PostgreSQL's writers queue until they commit
SECRETS = frozenset({"cookie", "password", "pin", "secret", "token"})
BATCH = 1000
MOST_FAULTS = 100


class Subject(Protocol):
    __tablename__: str
    id: Any


@dataclass(frozen=True)
class Fault:
    """What is wrong with the entry numbered `seq`."""

    seq: int
    says: str


def note(
    what: str,
    subject: Subject,
    *,
    by: Person | None,
    at: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    **facts: Any,
) -> Entry:
    """Write that `what` happened to `subject`, in the caller's transaction. `by` is None for the system itself.

    `before` and `after` hold only the fields that changed. Facts are what JSON can say. Call it after the last row
    lock a verb takes: from here to the commit, other writers wait. Raises ValueError for facts named like a secret.
    """
    facts |= {name: dict(values) for name, values in (("before", before), ("after", after)) if values is not None}
    _no_secrets(facts)
    db.session.flush()  # a new subject gets its id
    _queue()
    seq, previous = head()
    columns = {
        "id": seq + 1,
        "what": what,
        "subject_kind": subject.__tablename__,
        "subject_id": subject.id,
        "by_id": None if by is None else by.id,
        "at": at,
        "written_at": now(),
        "previous_hash": previous,
    }
    entry = Entry(**columns, facts=facts, hash=digest({**columns, "facts": canonical(facts)}))
    db.session.add(entry)
    db.session.flush()
    return entry


def head() -> tuple[int, str]:
    """Number and hash of the newest entry: printed elsewhere, they anchor all before. (0, zeros) when empty."""
    newest = db.session.execute(sa.select(Entry.id, Entry.hash).order_by(Entry.id.desc()).limit(1)).first()
    return (newest.id, newest.hash) if newest else (0, GENESIS)


def history_of(subject_kind: str, subject_id: int) -> sa.Select[tuple[Entry]]:
    """What happened to one record, oldest first."""
    entries = sa.select(Entry).where(Entry.subject_kind == subject_kind, Entry.subject_id == subject_id)
    return entries.order_by(Entry.id)


def verify(
    anchors: Iterable[tuple[int, str]] = (), *, upto: int | None = None, pause: Callable[[], object] = bool
) -> list[Fault]:
    """Read the whole chain, in batches, and name what is wrong; the first fault is the first bad entry.

    `anchors` are heads (number, hash) that were printed elsewhere: with them, a tail cut off and a chain hashed anew
    to its end are found too. `upto` leaves newer entries out. `pause` is called between batches: a caller without
    open work may end its transaction there and let writers in. Gives up after a hundred faults.
    """
    anchored: defaultdict[int, set[str]] = defaultdict(set)
    for seq, hash_ in anchors:
        anchored[seq].add(hash_)
    faults: list[Fault] = []
    expected, previous = 1, GENESIS
    for row in _rows(upto, pause):
        faults += _faults_of(row, expected, previous, anchored.pop(row["id"], set()))
        expected, previous = row["id"] + 1, row["hash"]
        if len(faults) >= MOST_FAULTS:
            return faults
    cut = (seq for seq in sorted(anchored) if anchored[seq] != {GENESIS} or seq != 0)
    return faults + [Fault(seq, "anchored elsewhere, but not in the journal") for seq in cut]


def _faults_of(row: Mapping[str, Any], expected: int, previous: str, anchors: set[str]) -> Iterator[Fault]:
    seq = row["id"]
    if seq != expected:
        yield Fault(min(seq, expected), f"entry {expected} should come here, but {seq} does")
    elif row["previous_hash"] != previous:
        yield Fault(seq, "does not name the hash of the entry before it")
    if row["hash"] != digest(row):
        yield Fault(seq, "is not what was written")
    if anchors - {row["hash"]}:
        yield Fault(seq, "is not what was anchored elsewhere")


def _rows(upto: int | None, pause: Callable[[], object]) -> Iterator[Mapping[str, Any]]:
    """Every entry as stored, by number. Nothing is parsed here: a spoilt row must be named, not stumble."""
    plain = (sa.type_coerce(column, sa.String).label(column.name) for column in Entry.__table__.c)
    page = sa.select(*plain).order_by(Entry.id).limit(BATCH)
    if upto is not None:
        page = page.where(Entry.id <= upto)
    rows = db.session.execute(page).mappings().all()
    while rows:
        yield from rows
        pause()
        rows = db.session.execute(page.where(Entry.id > rows[-1]["id"])).mappings().all()


def _queue() -> None:
    """Be the only writer until the commit. SQLite's transactions that write are alone already."""
    if db.session.connection().dialect.name == "postgresql":
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(WRITERS)))


def _no_secrets(facts: object) -> None:
    if isinstance(facts, Mapping):
        for name, value in facts.items():
            if not SECRETS.isdisjoint(str(name).lower().split("_")):
                raise ValueError(f"{name} must not be written in the journal")
            _no_secrets(value)
    elif isinstance(facts, list | tuple):
        for value in facts:
            _no_secrets(value)
