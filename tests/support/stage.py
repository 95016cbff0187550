"""A real portal for a test: gunicorn and the job runner as processes of their own, on a copy of the town.

    with stage(database, template, tmp_path, request) as here:     # `template`, `database`: fixtures of the suite
        here.start_web(); here.start_runner()                      # already running; both return when they are ready
        requests go to here.url                                    # http://127.0.0.1:PORT
        here.kill_web(); here.kill_runner()                        # kill -9 of the whole group; nothing else is told
        here.restart_web(); here.restart_runner()                  # kill -9, then start: after a kill, just start
        here.stop_web(); here.stop_runner()                        # SIGTERM, as `make run` ends them
        here.wait_until_idle()                                     # until no job is waiting or running
        here.flask("records", "verify", "a.pdf")                   # a command on the same data: CompletedProcess
        with here.app() as app: ...                                # the same data in this process, to look at rows
        here.log()                                                 # what both wrote so far

The port stays open while the web server is down, as under `make run`: callers wait in line instead of being refused.
Start processes from the main thread: the kernel ends them with the thread that started them.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.app import create_app
from portal.config import ROOT, Settings
from portal.kit.db import db
from portal.kit.jobs import Job
from portal.serve import RUNNER, end_with, listen, web_server
from tests.support.postgres import PostgresServer

READY_WITHIN = 60.0  # seconds, for a machine that is busy with everything else
GRACE = 30.0  # seconds between SIGTERM and the end


class Stage:
    """One installation whose processes a test may start, stop and kill. `url` has no slash at the end."""

    def __init__(self, settings: Settings) -> None:
        self.door: socket.socket = listen("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self.door.getsockname()[1]}"
        self.settings = replace(settings, base_url=self.url, log_level="INFO")
        self.folder = settings.data_dir
        self.web: subprocess.Popen[bytes] | None = None
        self.runner: subprocess.Popen[bytes] | None = None

    def start_web(self) -> None:
        """Start gunicorn as `make run` does, and wait until the portal says it is ready."""
        assert self.web is None, "the web server is running"
        handle = self.door.fileno()
        self.web = self._start("web", web_server("wsgi:app", handle), handle)
        self.wait_until_ready()

    def start_runner(self) -> None:
        assert self.runner is None, "the runner is running"
        self.runner = self._start("runner", RUNNER)

    def kill_web(self) -> None:
        """kill -9 of the server and all its workers. Those who wait in line stay there until it is started again."""
        self.web = self._kill(self.web)

    def kill_runner(self) -> None:
        """kill -9 of the runner and of the child that prints. Its lease runs out after `jobs.LEASE`."""
        self.runner = self._kill(self.runner)

    def restart_web(self) -> None:
        self.kill_web()
        self.start_web()

    def restart_runner(self) -> None:
        self.kill_runner()
        self.start_runner()

    def stop_web(self) -> None:
        self.web = self._stop(self.web)

    def stop_runner(self) -> None:
        self.runner = self._stop(self.runner)

    def close(self) -> None:
        """End whatever runs and give the port back."""
        self.kill_web()
        self.kill_runner()
        self.door.close()

    def wait_until_ready(self, within: float = READY_WITHIN) -> None:
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            assert self.web is None or self.web.poll() is None, f"the web server ended:\n{self.log()}"
            with suppress(OSError), urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:  # noqa: S310 (ours)
                if answer.status == 200:
                    return
            time.sleep(0.05)
        pytest.fail(f"not ready within {within} s:\n{self.log()}")

    def wait_until_idle(self, within: float = READY_WITHIN) -> None:
        """Wait until every job is done; fails when one has failed for good."""
        deadline = time.monotonic() + within
        with self.app():
            while time.monotonic() < deadline:
                open_jobs = db.session.scalar(sa.select(sa.func.count()).where(Job.open()).select_from(Job))
                failed = db.session.scalars(sa.select(Job.error).where(Job.failed_at.is_not(None))).all()
                db.session.rollback()
                assert not failed, failed
                if not open_jobs:
                    return
                time.sleep(0.1)
        pytest.fail(f"jobs still wait after {within} s:\n{self.log()}")

    @contextmanager
    def app(self) -> Iterator[Flask]:
        """The portal in this process, with a pushed context, on the same data."""
        app = create_app(replace(self.settings, log_level="ERROR"))
        with app.app_context():
            try:
                yield app
            finally:
                db.session.remove()
                db.engine.dispose()

    def flask(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `flask WORDS` on this installation; what it printed is text in the answer."""
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
        return subprocess.run(command, cwd=ROOT, env=self.environment(), capture_output=True, text=True, timeout=120)

    def environment(self) -> dict[str, str]:
        """What the processes find in their environment: ours, and where their data are."""
        mine = self.settings
        here = {"DATA_DIR": str(mine.data_dir), "DATABASE_URL": mine.database_url, "BASE_URL": self.url}
        return {**os.environ, **here, "LOG_LEVEL": mine.log_level}

    def log(self) -> str:
        """What web server and runner wrote, oldest first."""
        return "".join(path.read_text() for path in sorted(self.folder.glob("*.log")))

    def _start(self, name: str, command: tuple[str, ...], *keep_open: int) -> subprocess.Popen[bytes]:
        parent = os.getpid()
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                command, cwd=ROOT, env=self.environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                pass_fds=keep_open, process_group=0, preexec_fn=lambda: end_with(parent),
            )  # fmt: skip

    def _kill(self, process: subprocess.Popen[bytes] | None) -> None:
        if process is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _stop(self, process: subprocess.Popen[bytes] | None) -> None:
        if process is None:
            return
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE)
        self._kill(process)


@contextmanager
def stage(database: str, template: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[Stage]:
    """A running portal on a fresh copy of the town in `database`, its data in `folder`."""
    with settings_for(database, template, folder, request) as settings:
        here = Stage(settings)
        try:
            here.start_runner()
            here.start_web()
            yield here
        finally:
            here.close()


@contextmanager
def settings_for(database: str, template: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[Settings]:
    if database == "sqlite":
        shutil.copy(template, folder / "sightglass.db")
        yield Settings(data_dir=folder, database_url=f"sqlite:///{folder / 'sightglass.db'}")
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.clone(template) as url:
        yield Settings(data_dir=folder, database_url=url)
