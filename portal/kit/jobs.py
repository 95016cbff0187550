"""Background work: rows written with what caused them, done by a runner, each with its effect exactly once.

A runner leases a job and counts its attempt. Effect and `done_at` are committed together, and only while the attempt
is still the runner's own: one that lost its lease (stopped, swapped out, cut off) loses its effect too.
"""

from __future__ import annotations

import os
import re
import secrets
import signal
import socket
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Mapped, mapped_column

from portal.kit.clock import now
from portal.kit.db import Base, db
from portal.kit.errors import Refusal
from portal.kit.logs import log
from portal.kit.once import insert_once

LEASE = timedelta(seconds=20)  # how long a killed runner's job waits for another; renewed while the job runs
LONGEST_SLEEP = 0.5  # seconds: what was enqueued a moment ago starts within this
MOST_ATTEMPTS = 8  # in a row; then a person must look
LONGEST_BACKOFF = timedelta(hours=1)

Handler = Callable[[dict[str, Any]], None]
HANDLERS: dict[str, Handler] = {}


class Job(Base):
    """One piece of work. `attempt` only grows: it is the fence, also after somebody had the job tried again."""

    __tablename__ = "jobs"
    __table_args__ = (
        sa.CheckConstraint("done_at IS NULL OR failed_at IS NULL", name="one_end"),
        sa.CheckConstraint("(leased_until IS NULL) = (leased_by IS NULL)", name="leased_by_someone"),
        sa.Index(
            "ix_jobs_open", "due_at", "id",
            sqlite_where=sa.text("done_at IS NULL AND failed_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL AND failed_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(64))
    dedup: Mapped[str] = mapped_column(sa.String(200), unique=True)
    payload: Mapped[dict[str, Any]]
    due_at: Mapped[datetime]
    attempt: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    leased_by: Mapped[str | None] = mapped_column(sa.String(100))
    done_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    error: Mapped[str | None]  # of the last attempt; never a secret
    created_at: Mapped[datetime]

    @classmethod
    def open(cls) -> sa.ColumnElement[bool]:
        return sa.and_(cls.done_at.is_(None), cls.failed_at.is_(None))


@dataclass(frozen=True)
class Claim:
    """What one runner holds: this attempt at this job."""

    id: int
    kind: str
    payload: dict[str, Any]
    attempt: int

    @property
    def mine(self) -> sa.ColumnElement[bool]:
        return sa.and_(Job.id == self.id, Job.attempt == self.attempt, Job.open())


class LeaseLost(Exception):
    """Another runner has taken the job over; what this one did must not be kept."""


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Register the function for jobs of `kind`. It never commits; it may roll back what it only read.

    It may run more than once, after a crash even while an older run still goes on; only one run's effect is kept.
    Raises ValueError when the kind is taken.
    """

    def register(handler: Handler) -> Handler:
        if kind in HANDLERS:
            raise ValueError(f"{kind} has a handler already")
        HANDLERS[kind] = handler
        return handler

    return register


def enqueue(kind: str, *, dedup: str, payload: dict[str, Any], at: datetime) -> None:
    """Have the job done from `at` on, if the caller's transaction commits. The same `dedup` key makes no second job."""
    insert_once(Job, "dedup", kind=kind, dedup=dedup, payload=payload, due_at=at, attempt=0, created_at=now())


def work_once(*, runner: str = "once", lease: timedelta = LEASE) -> bool:
    """Do the job that is longest due, and say whether there was one. Ends the caller's open transaction first."""
    db.session.rollback()  # on SQLite the caller's own transaction would lock the job out
    claim = _claim(runner, lease)
    if claim is None:
        return False
    with current_app.app_context(), _renewed(claim, lease):  # a context, so a session, of the job's own
        _run(claim)
    return True


def work(*, until_idle: bool = False, lease: timedelta = LEASE, stop: threading.Event | None = None) -> int:
    """Do jobs as they fall due until `stop` is set (SIGTERM and SIGINT set it); the running job is finished first.

    With `until_idle`, ends when nothing is due and nothing is leased to anybody. Returns how many runs it made.
    """
    stop = stop or threading.Event()
    runner = f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(4)}"
    runs = 0
    with _signals(stop):
        while not stop.is_set():
            try:
                if work_once(runner=runner, lease=lease):
                    runs += 1
                    continue
                pause = _pause(until_idle)
            except (sa.exc.OperationalError, sa.exc.InterfaceError) as away:  # locked for long, or being restarted
                db.session.remove()
                log().warning("jobs: the database does not answer", error=_safe(away))
                pause = LONGEST_SLEEP
            if pause is None:
                break
            stop.wait(pause)
    return runs


def _claim(runner: str, lease: timedelta) -> Claim | None:
    at = now()
    free = sa.or_(Job.leased_until.is_(None), Job.leased_until < at)
    due = sa.select(Job.id, Job.kind, Job.payload, Job.attempt, Job.leased_by).where(
        Job.open(), Job.due_at <= at, free, Job.kind.in_(HANDLERS)
    )
    # SQLite knows no FOR UPDATE and needs none: its transaction is the only one that writes.
    row = db.session.execute(due.order_by(Job.due_at, Job.id).limit(1).with_for_update(skip_locked=True)).first()
    if row is None:
        db.session.rollback()
        return None
    claim = Claim(row.id, row.kind, row.payload, row.attempt)
    if row.leased_by is not None and _last(row.attempt):
        _give_back(claim, at, "The runner died during this job, again and again.")
        return _claim(runner, lease)
    leased = dict(attempt=row.attempt + 1, leased_until=at + lease, leased_by=runner)
    db.session.execute(sa.update(Job).where(claim.mine).values(**leased))
    db.session.commit()
    return Claim(row.id, row.kind, row.payload, row.attempt + 1)


def _run(claim: Claim) -> None:
    began = now()
    try:
        HANDLERS[claim.kind](claim.payload)
        _finish(claim)
    except LeaseLost:
        db.session.rollback()
        log().warning("job overtaken", job=claim.id, kind=claim.kind, attempt=claim.attempt)
    except Exception as wrong:  # whatever a handler raises belongs to its job; the others go on
        db.session.rollback()
        trace = "".join(traceback.format_tb(wrong.__traceback__))
        log().error("job failed", job=claim.id, kind=claim.kind, attempt=claim.attempt, error=_safe(wrong), trace=trace)
        _give_back(claim, now(), _safe(wrong))
    else:
        ms = round((now() - began).total_seconds() * 1000, 1)
        log().info("job done", job=claim.id, kind=claim.kind, attempt=claim.attempt, ms=ms)


def _finish(claim: Claim) -> None:
    done = dict(done_at=now(), leased_until=None, leased_by=None, error=None)
    if db.session.execute(sa.update(Job).where(claim.mine).values(**done)).rowcount != 1:
        raise LeaseLost
    db.session.commit()


def _give_back(claim: Claim, at: datetime, error: str) -> None:
    """After a failed attempt: later again, or never, until somebody has looked."""
    ends = dict(failed_at=at) if _last(claim.attempt) else dict(due_at=at + backoff(claim.attempt))
    values = dict(leased_until=None, leased_by=None, error=error, **ends)
    db.session.execute(sa.update(Job).where(claim.mine).values(**values))
    db.session.commit()


def _last(attempt: int) -> bool:
    return attempt > 0 and attempt % MOST_ATTEMPTS == 0


def backoff(attempt: int) -> timedelta:
    """How long a job rests after its failed `attempt` (from 1): 2 s, 8 s, 32 s … at most an hour."""
    in_a_row = (attempt - 1) % MOST_ATTEMPTS
    return min(timedelta(seconds=2 * 4**in_a_row), LONGEST_BACKOFF)


def _safe(wrong: BaseException) -> str:
    """One line about an exception, without the values a statement carried or the password in an address."""
    if isinstance(wrong, Refusal):
        text = wrong.say
    elif isinstance(wrong, sa.exc.DBAPIError):
        text = str(wrong.orig)
    else:
        text = str(wrong)
    line = next(iter(text.strip().splitlines()), "")[:300]
    return re.sub(r"://[^\s/@]*@", "://", f"{type(wrong).__name__}: {line}")


@contextmanager
def _renewed(claim: Claim, lease: timedelta) -> Iterator[None]:
    """Renew the lease from a thread, with a connection of its own, as long as the job runs here."""
    ended, engine = threading.Event(), db.engine
    thread = threading.Thread(target=_renew, args=(engine, claim, lease, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _renew(engine: sa.Engine, claim: Claim, lease: timedelta, ended: threading.Event) -> None:
    while not ended.wait(lease.total_seconds() / 4):
        try:
            with engine.begin() as connection:
                renew = sa.update(Job).where(claim.mine).values(leased_until=now() + lease)
                if ended.is_set() or connection.execute(renew).rowcount != 1:
                    return
        except (sa.exc.OperationalError, sa.exc.InterfaceError) as away:  # tried again; the fence holds meanwhile
            log().warning("job lease not renewed", job=claim.id, error=_safe(away))


def _pause(until_idle: bool) -> float | None:
    """Seconds until the next look, or None when there is nothing left for one who works until idle."""
    at = now()
    ours = sa.and_(Job.open(), Job.kind.in_(HANDLERS))
    next_due = db.session.scalar(sa.select(sa.func.min(Job.due_at)).where(ours, Job.due_at > at))
    busy = db.session.scalar(sa.select(Job.id).where(ours, Job.due_at <= at).limit(1))
    db.session.rollback()
    if until_idle and busy is None:
        return None
    soon = (next_due - at).total_seconds() if next_due else LONGEST_SLEEP
    return min(soon, LONGEST_SLEEP)


@contextmanager
def _signals(stop: threading.Event) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    old = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)


jobs_commands = AppGroup("jobs", help="Background work.")


@jobs_commands.command("work")
@click.option("--until-idle", is_flag=True, help="End when nothing is due.")
def work_command(until_idle: bool) -> None:
    """Run jobs as they fall due. SIGTERM ends it after the running job. Several may run at once."""
    click.echo(f"{work(until_idle=until_idle)} runs.")


@jobs_commands.command("list")
def list_command() -> None:
    """Show the jobs that are waiting, running or failed."""
    jobs = db.session.scalars(sa.select(Job).where(Job.done_at.is_(None)).order_by(Job.due_at, Job.id)).all()
    at = now()
    for job in jobs:
        click.echo(f"{job.id} {job.kind} {_state(job, at)}, attempt {job.attempt}. {job.error or ''}".rstrip())
    click.echo(f"{len(jobs)} jobs." if jobs else "No job is waiting, running or failed.")


def _state(job: Job, at: datetime) -> str:
    if job.failed_at:
        return f"failed {job.failed_at:%F %T} UTC"
    if job.leased_until and job.leased_until >= at:
        return f"running, {job.leased_by}"
    return f"due {job.due_at:%F %T} UTC"


@jobs_commands.command("retry")
@click.argument("job_id", metavar="ID", type=int)
def retry_command(job_id: int) -> None:
    """Have the failed job ID tried again, now."""
    failed = sa.update(Job).where(Job.id == job_id, Job.failed_at.is_not(None))
    if db.session.execute(failed.values(failed_at=None, due_at=now())).rowcount != 1:
        raise click.ClickException(f"Job {job_id} has not failed, or is not there.")
    db.session.commit()
    click.echo(f"Job {job_id} will be tried again now.")
