"""Runners of jobs in processes of their own, to be stopped, ended and killed; and jobs that show what happened.

The effect of a job is one journal entry, so that the journal's own chain tells too whether all went well.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask, current_app

from portal.journal.actions import note
from portal.kit import jobs
from portal.kit.clock import now
from portal.kit.db import db
from tests.support.bare import bare_ground

PROCESSES = multiprocessing.get_context("forkserver")  # starts in milliseconds once the rooms are loaded
PROCESSES.set_forkserver_preload(["tests.support.runners"])
LEASE = timedelta(seconds=2)


@jobs.handles("test.effect")
def effect(payload: dict[str, Any]) -> None:
    """Work a while, have the effect, work a while longer; killed at any moment it must have had none."""
    tell = current_app.extensions.get("tell", print)
    tell(payload["number"])
    time.sleep(payload.get("before", 0))
    note("test.effect", SimpleNamespace(__tablename__="jobs", id=payload["number"]), by=None, at=now())
    time.sleep(payload.get("after", 0))
    if payload.get("fails"):
        raise ConnectionError("http://clerk:hunter2@mail.example.test refused\nand more")


def run_jobs(url: str, folder: Path, told: Connection, until_idle: bool) -> None:
    app = bare_ground(url, folder)
    app.extensions["tell"] = told.send
    with app.app_context():
        told.send("ready")
        jobs.work(until_idle=until_idle, lease=LEASE)
        db.session.remove()
        db.engine.dispose()


class Runner:
    """A process that works; `begun` gives the number of each job as it begins."""

    def __init__(self, app: Flask, until_idle: bool = False) -> None:
        settings = app.config["SETTINGS"]
        self.told, ours = PROCESSES.Pipe(duplex=False)
        self.process = PROCESSES.Process(
            target=run_jobs, args=(settings.database_url, settings.data_dir, ours, until_idle)
        )
        self.process.start()
        ours.close()
        assert self.begun(within=60) == "ready"

    def begun(self, within: float = 15) -> Any:
        assert self.told.poll(within), "nothing was begun"
        return self.told.recv()

    def send(self, number: signal.Signals) -> None:
        assert self.process.pid
        os.kill(self.process.pid, number)

    def ended(self, within: float = 30) -> int | None:
        self.process.join(within)
        return self.process.exitcode


@contextmanager
def runner(app: Flask, until_idle: bool = False) -> Iterator[Runner]:
    it = Runner(app, until_idle)
    try:
        yield it
    finally:
        it.process.kill()
        it.process.join()
        it.process.close()
        it.told.close()
