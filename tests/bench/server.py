"""The server as it is run: seconds from its start to the first login page, and its memory after every page."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from portal.config import Settings
from portal.serve import web_server
from tests.support.stage import Stage

PANGO = "libpango"  # what WeasyPrint draws text with


@dataclass(frozen=True)
class Memory:
    """Proportional set sizes in MB, and whether anything of WeasyPrint is in a web worker."""

    master: float
    workers: tuple[float, ...]
    runner: float
    prints: bool


@dataclass(frozen=True)
class ColdStart:
    """Seconds by the clock, and of CPU in all processes of the web server."""

    seconds: float
    cpu: float


class Served(Stage):
    """A stage that says how long its web server took to answer."""

    def cold_start(self) -> ColdStart:
        """From starting gunicorn to the whole login page; it is running afterwards."""
        handle, began = self.door.fileno(), time.perf_counter()
        self.web = self._start("web", web_server("wsgi:app", handle), handle)
        with urllib.request.urlopen(f"{self.url}/login", timeout=60) as answer:  # noqa: S310 (ours)
            answer.read()
        seconds = time.perf_counter() - began
        master = psutil.Process(self.web.pid)
        times = [process.cpu_times() for process in (master, *master.children())]
        return ColdStart(seconds, sum(spent.user + spent.system for spent in times))

    def memory(self) -> Memory:
        assert self.web is not None
        assert self.runner is not None
        master = psutil.Process(self.web.pid)
        workers = master.children()
        maps = "".join((Path("/proc") / str(worker.pid) / "maps").read_text() for worker in workers)
        sizes = tuple(_pss(worker) for worker in workers)
        return Memory(_pss(master), sizes, _pss(psutil.Process(self.runner.pid)), PANGO in maps)


@contextmanager
def served(settings: Settings) -> Iterator[Served]:
    here = Served(settings)
    try:
        yield here
    finally:
        here.close()


def _pss(process: psutil.Process) -> float:
    return float(process.memory_full_info().pss) / 1e6
