"""A portal whose processes are killed at any moment, each in one of several ways, and started again at once."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

import psutil

from portal.config import Settings
from portal.serve import web_server
from tests.support.stage import Stage

RUNNER = (sys.executable, "-m", "tests.chaos.runner")
WHOLE_SERVER = 0.4  # how often the server is killed with its master; starting that anew costs a second


@dataclass
class Figures:
    """What happened, by name: kills, sends, cuts, retries, replays, answers by status; and who was hit."""

    counts: Counter[str] = field(default_factory=Counter)
    hit: Counter[str] = field(default_factory=Counter)  # kills while a request of this step was under way
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        counts = ", ".join(f"{name} {number}" for name, number in sorted(self.counts.items()))
        return f"{counts}; hit under way: {dict(self.hit)}; faults: {len(self.faults)}"


class House(Stage):
    """A stage that nobody waits for: its port stays open, so callers wait in line until the server is back."""

    def __init__(self, settings: Settings, random: Random, figures: Figures) -> None:
        super().__init__(settings)
        self.random, self.figures = random, figures

    def start_web(self) -> None:
        handle = self.door.fileno()
        self.web = self._start("web", web_server("wsgi:app", handle), handle)

    def start_runner(self) -> None:
        self.runner = self._start("runner", RUNNER)

    def strike_web(self) -> None:
        """kill -9 of the whole server, or of its workers while the master lives."""
        self.figures.counts["kills of the server"] += 1
        if self.random.random() < WHOLE_SERVER or not self.kill_children(self.web):
            self.restart_web()

    def strike_runner(self) -> None:
        """kill -9 of the runner with what it started, of the runner alone, or of the child that prints alone."""
        self.figures.counts["kills of the runner"] += 1
        way = self.random.choice(("all", "runner", "child"))
        if way == "child" and self.kill_children(self.runner):
            return
        if way == "runner" and self.runner is not None:
            os.kill(self.runner.pid, signal.SIGKILL)
            self.runner.wait()
            self.runner = None
        self.restart_runner()

    def kill_children(self, process: object) -> bool:
        """kill -9 of all that `process` has started; False when there was nothing."""
        killed = False
        with suppress(psutil.NoSuchProcess):
            for child in psutil.Process(process.pid).children(recursive=True):  # type: ignore[attr-defined]
                with suppress(psutil.NoSuchProcess):
                    child.kill()
                    killed = True
        return killed

    def wait_until_printing(self, within: float) -> bool:
        """Wait until the runner has a child at work; False when it has none in time."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            with suppress(psutil.NoSuchProcess):
                if self.runner and psutil.Process(self.runner.pid).children():
                    return True
            time.sleep(0.02)
        return False
