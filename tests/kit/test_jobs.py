"""A job is done once, whatever happens to those who do it."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.journal.actions import verify
from portal.journal.models import Entry
from portal.kit.clock import now
from portal.kit.db import db
from portal.kit.jobs import (
    HANDLERS,
    LONGEST_BACKOFF,
    MOST_ATTEMPTS,
    Job,
    backoff,
    enqueue,
    handles,
    jobs_commands,
    work,
    work_once,
)
from tests.support.runners import LEASE, runner


def give(*numbers: int, **payload: object) -> None:
    for number in numbers:
        enqueue("test.effect", dedup=f"n{number}", payload={"number": number, **payload}, at=now())
    db.session.commit()


def effects() -> Counter[int]:
    done = Counter(db.session.scalars(sa.select(Entry.subject_id).where(Entry.what == "test.effect")))
    db.session.rollback()
    return done


def the_job() -> Job:
    db.session.rollback()
    return db.session.scalars(sa.select(Job)).one()


def make_due() -> None:
    db.session.execute(sa.update(Job).values(due_at=now()))
    db.session.commit()


def command(app: Flask, *words: str) -> tuple[int, str]:
    db.session.rollback()
    result = app.test_cli_runner().invoke(jobs_commands, words)
    return result.exit_code, result.output


def test_a_job_is_done_with_its_effect(ground):
    give(1)
    assert work_once()
    assert not work_once()
    assert effects() == {1: 1}
    job = the_job()
    assert job.done_at is not None
    assert (job.attempt, job.leased_until, job.leased_by, job.failed_at, job.error) == (1, None, None, None, None)


def test_the_same_key_makes_no_second_job(ground):
    give(1)
    give(1, after=1)
    assert the_job().payload == {"number": 1}


def test_a_key_given_by_many_at_once_makes_one_job(ground):
    def give_again(_turn: int) -> None:
        with ground.app_context():
            give(1)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(give_again, range(30)))
    assert the_job().dedup == "n1"


def test_what_is_rolled_back_is_no_job(ground):
    enqueue("test.effect", dedup="n1", payload={"number": 1}, at=now())
    db.session.rollback()
    assert not work_once()


def test_nothing_is_done_before_it_is_due_and_the_longest_due_comes_first(ground):
    for number, minutes in ((1, 60), (2, -1), (3, -2)):
        at = now() + timedelta(minutes=minutes)
        enqueue("test.effect", dedup=f"n{number}", payload={"number": number}, at=at)
    db.session.commit()
    assert work(until_idle=True) == 2
    done = db.session.scalars(sa.select(Entry.subject_id).order_by(Entry.id)).all()
    assert done == [3, 2]


def test_a_kind_that_nobody_here_handles_waits(ground):
    enqueue("test.of_tomorrow", dedup="x", payload={}, at=now())
    db.session.commit()
    assert work(until_idle=True) == 0
    assert the_job().attempt == 0
    assert command(ground, "list")[1].startswith("1 test.of_tomorrow due ")


def test_two_handlers_of_one_kind_are_a_mistake():
    with pytest.raises(ValueError, match="handler already"):
        handles("test.effect")(HANDLERS["test.effect"])


def test_a_failed_attempt_has_no_effect_and_comes_again_later(ground):
    give(1, fails=True)
    before = now()
    assert work_once()
    assert effects() == {}
    job = the_job()
    assert (job.attempt, job.done_at, job.failed_at, job.leased_by) == (1, None, None, None)
    assert before + backoff(1) <= job.due_at <= now() + backoff(1)
    assert job.error == "ConnectionError: http://mail.example.test refused"
    assert work(until_idle=True) == 0, "and whoever works until idle does not wait for it"


def test_after_eight_attempts_a_person_must_look(ground):
    give(1, fails=True)
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert the_job().failed_at is None
        make_due()
        assert work_once()
        assert the_job().attempt == attempt
    make_due()
    assert not work_once()
    assert the_job().failed_at is not None
    assert "1 test.effect failed " in command(ground, "list")[1]

    db.session.execute(sa.update(Job).values(payload={"number": 1}))
    db.session.commit()
    assert command(ground, "retry", "1") == (0, "Job 1 will be tried again now.\n")
    assert work_once()
    assert effects() == {1: 1}
    assert the_job().attempt == MOST_ATTEMPTS + 1, "an attempt's number never comes twice: it is the fence"
    assert command(ground, "list") == (0, "No job is waiting, running or failed.\n")


def test_only_a_failed_job_is_tried_again(ground):
    give(1)
    code, says = command(ground, "retry", "1")
    assert (code, says) == (1, "Error: Job 1 has not failed, or is not there.\n")
    assert command(ground, "retry", "77")[0] == 1


def test_a_job_that_kills_its_runner_every_time_is_given_up(ground):
    give(1)
    gone = {"attempt": MOST_ATTEMPTS, "leased_by": "gone", "leased_until": now() - LEASE}
    db.session.execute(sa.update(Job).values(**gone))
    db.session.commit()
    assert not work_once()
    job = the_job()
    assert job.failed_at is not None
    assert job.error.startswith("The runner died")


def test_the_rest_between_attempts_grows_to_an_hour():
    rests = [backoff(attempt) for attempt in range(1, MOST_ATTEMPTS + 1)]
    assert rests == sorted(rests)
    assert (rests[0], rests[-1]) == (timedelta(seconds=2), LONGEST_BACKOFF)
    assert backoff(MOST_ATTEMPTS + 1) == rests[0], "tried again by a person, it begins anew"


def test_a_long_job_keeps_its_lease(ground):
    give(1, before=2.5)
    found: list[bool] = []

    def work_here() -> None:
        with ground.app_context():
            found.append(work_once(lease=timedelta(seconds=1)))

    thread = threading.Thread(target=work_here)
    thread.start()
    for _ in range(5):
        time.sleep(0.4)
        found.append(work_once())
    thread.join()
    assert found == [False] * 5 + [True]
    assert effects() == {1: 1}
    assert the_job().attempt == 1


def test_a_runner_that_lost_its_lease_has_no_effect(ground):
    """It is stopped in the middle of a job; another takes the job over; then the first goes on."""
    give(1, before=0.3)
    with runner(ground) as sleeper:
        assert sleeper.begun() == 1
        sleeper.send(signal.SIGSTOP)
        assert not work_once(), "the lease holds for a while"
        with runner(ground, until_idle=True) as other:
            assert other.begun() == 1
            assert other.ended() == 0
        assert effects() == {1: 1}
        sleeper.send(signal.SIGCONT)
        give(2)
        assert sleeper.begun() == 2, "it goes on with other work"
        sleeper.send(signal.SIGTERM)
        assert sleeper.ended() == 0
    assert effects() == {1: 1, 2: 1}
    assert verify() == []


def test_runners_at_the_same_time_do_each_job_once(ground):
    give(*range(60), before=0.01)
    with ExitStack() as stack:
        runners = [stack.enter_context(runner(ground, until_idle=True)) for _ in range(3)]
        assert [r.ended() for r in runners] == [0, 0, 0]
    assert effects() == dict.fromkeys(range(60), 1)
    assert set(db.session.scalars(sa.select(Job.attempt))) == {1}
    assert verify() == []


def test_sigterm_lets_the_running_job_end_and_begins_no_other(ground):
    give(1, 2, before=0.2, after=0.2)
    with runner(ground) as working:
        assert working.begun() == 1
        working.send(signal.SIGTERM)
        assert working.ended() == 0
    assert effects() == {1: 1}
    assert sorted(db.session.scalars(sa.select(Job.attempt))) == [0, 1]


def test_a_waiting_runner_begins_within_a_second(ground):
    waited = []
    with runner(ground) as waiting:
        for number in range(3):
            at = now() + timedelta(seconds=0.6)
            enqueue("test.effect", dedup=f"n{number}", payload={"number": number}, at=at)
            db.session.commit()
            assert waiting.begun() == number
            waited.append(now() - at)
    assert timedelta(0) <= min(waited) < timedelta(seconds=1), waited


def throw_out_everybody() -> None:
    own = sa.text("pid <> pg_backend_pid() AND datname = current_database()")
    ended = sa.select(sa.func.pg_terminate_backend(sa.column("pid"))).select_from(sa.text("pg_stat_activity"))
    assert db.session.scalars(ended.where(own)).all(), "somebody was connected"
    db.session.rollback()


def test_a_runner_outlives_a_database_that_goes_away(ground):
    if db.engine.dialect.name != "postgresql":
        pytest.skip("only a server goes away")
    with runner(ground) as working:
        time.sleep(0.2)
        throw_out_everybody()
        give(1, after=1)
        assert working.begun() == 1
        time.sleep(0.3)
        throw_out_everybody()
        assert working.begun() == 1, "the attempt was lost, the job was not"
        working.send(signal.SIGTERM)
        assert working.ended() == 0
    assert effects() == {1: 1}


def test_twenty_kills_in_the_middle_of_a_job_lose_nothing_and_double_nothing(ground):
    dice = random.Random(9)
    for turn in range(20):
        give(*range(3 * turn, 3 * turn + 3), before=0.04, after=0.04)
        with runner(ground) as victim:
            for _ in range(dice.randint(1, 3)):
                victim.begun()
            time.sleep(dice.uniform(0, 0.09))
            victim.send(signal.SIGKILL)
            assert victim.ended() == -signal.SIGKILL
    with runner(ground, until_idle=True) as last:
        assert last.ended(within=60) == 0
    assert effects() == dict.fromkeys(range(60), 1)
    attempts = Counter(db.session.scalars(sa.select(Job.attempt)))
    assert sum(count for attempt, count in attempts.items() if attempt > 1) >= 10, f"the kills hit: {attempts}"
    assert verify() == []
