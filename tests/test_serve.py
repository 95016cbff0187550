"""The two processes behind `make run` are kept alive, and none of them outlives it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psutil
import pytest
from flask import Flask

from portal.kit.db import db

STARTER = """
import sys
from portal.serve import serve
runner = (sys.executable, "-c", "import time; time.sleep(600)")
serve(["hello"], "127.0.0.1", 0, app="tests.support.tiny:app", runner=runner)
"""


def within(seconds: float, happens: Callable[[], object]) -> object:
    """The first true answer of `happens`; fails the test when there is none in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := happens():
            return answer
        time.sleep(0.05)
    pytest.fail(f"{happens.__name__} did not happen within {seconds} s")


def command_of(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return "ended"


class Served:
    def __init__(self) -> None:
        self.process = subprocess.Popen([sys.executable, "-c", STARTER], stdout=subprocess.PIPE, text=True)
        self.address = self.process.stdout.readline().strip()
        self.greeting = self.process.stdout.readline().strip()

    def get(self) -> bytes:
        with urllib.request.urlopen(self.address, timeout=20) as answer:  # noqa: S310 (the address is ours)
            return answer.read()

    def children(self, word: str = "") -> list[psutil.Process]:
        """The living processes below ours whose command has `word`."""
        below = psutil.Process(self.process.pid).children(recursive=True)
        return [p for p in below if word in command_of(p)]

    def two_children(self) -> bool:
        return bool(self.children("gunicorn") and self.children("time.sleep"))


@contextmanager
def running() -> Iterator[Served]:
    served = Served()
    below = []
    try:
        within(60, served.two_children)
        assert served.get() == b"tiny"
        yield served
        below = served.children() if served.process.poll() is None else []
    finally:
        served.process.kill()
        served.process.wait()
        served.process.stdout.close()
        psutil.wait_procs(below, timeout=10)


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """One for all tests that leave it running."""
    with running() as it:
        yield it


@pytest.fixture
def ending() -> Iterator[Served]:
    """One for a test that ends it."""
    with running() as it:
        yield it


def test_it_says_where_it_is_and_what_it_was_given(served):
    assert served.address.startswith("http://127.0.0.1:")
    assert served.greeting == "hello"


@pytest.mark.parametrize("word", ["gunicorn", "time.sleep"])
def test_a_killed_child_is_started_again_and_callers_only_wait(served, word):
    old = {p.pid for p in served.children(word)}
    served.children(word)[0].kill()

    assert served.get() == b"tiny"

    def a_new_one() -> bool:
        return bool({p.pid for p in served.children(word)} - old)

    within(30, a_new_one)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_polite_end_ends_all_of_it(ending, number):
    below = ending.children()
    ending.process.send_signal(number)

    assert ending.process.wait(timeout=20) == 0
    assert not psutil.wait_procs(below, timeout=5)[1]


def test_a_killed_parent_leaves_no_orphans(ending):
    below = ending.children()
    ending.process.kill()
    ending.process.wait()

    assert not psutil.wait_procs(below, timeout=15)[1]


def test_no_connection_is_open_when_the_web_server_forks(bare_app: Flask):
    with bare_app.app_context():
        assert db.engine.pool.checkedin() == 0
        assert db.engine.pool.checkedout() == 0
