"""Web server and job runner under one roof: both are kept running, and both end when this process does."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import click

ROOT = Path(__file__).resolve().parent.parent
GRACE = 25.0  # seconds for a request or a job to finish; gunicorn's own is shorter, so that it ends by itself
LOOK = 0.1  # seconds between two looks at the children
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 15.0  # seconds before a dead child is started again
STEADY = 30.0  # seconds after which a child counts as running, and its next pause is short again
RUNNER = (sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "work")
PR_SET_PDEATHSIG = 1  # linux/prctl.h
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def web_server(app: str, listening: int) -> tuple[str, ...]:
    """Gunicorn on a socket that is already open, so that callers wait, not fail, while it is started again."""
    return (
        *(sys.executable, "-m", "gunicorn", app, "--bind", f"fd://{listening}"),
        *("--worker-class", "gthread", "--workers", "2", "--threads", "4"),
        # Preloading saves 65 MB and a second. Safe while create_app opens no connection: tests/test_serve.py looks.
        *("--preload", "--timeout", "60", "--graceful-timeout", "20", "--keep-alive", "5"),
        # Whose X-Forwarded-* count is TRUSTED_PROXIES' business, not gunicorn's.
        *("--forwarded-allow-ips", "", "--log-level", "warning", "--no-control-socket"),
    )


@dataclass
class Child:
    """A process of ours and when to start it (again). Instants are of the monotonic clock, in seconds."""

    name: str
    command: Sequence[str]
    keep_open: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    pause: float = FIRST_PAUSE
    started: float = 0.0
    due: float = 0.0

    def start(self, now: float) -> None:
        parent = os.getpid()
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            pass_fds=self.keep_open,
            process_group=0,  # Ctrl-C in the terminal reaches us only; we pass it on
            preexec_fn=lambda: end_with(parent),  # this process has one thread: safe
        )
        self.started = now

    def look(self, now: float) -> None:
        """Start the process when it is due; note its end and when it is due again."""
        if self.process is None:
            if now >= self.due:
                self.start(now)
        elif (code := self.process.poll()) is not None:
            self.tell_group(signal.SIGTERM)  # workers that outlived their master finish their requests
            if now - self.started >= STEADY:
                self.pause = FIRST_PAUSE
            say(f"{self.name} ended with {code}; it starts again in {self.pause:.1f} s")
            self.process, self.due = None, now + self.pause
            self.pause = min(self.pause * 2, LONGEST_PAUSE)

    def tell_group(self, number: signal.Signals) -> None:
        """Send a signal to the process and all it started; nothing when they are gone already."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None


def end_with(parent: int) -> None:
    """Have the kernel send SIGTERM when `parent` is gone, even by kill -9. Runs in the child; Linux only."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it went before we asked
            os._exit(1)


def listen(host: str, port: int) -> socket.socket:
    """Open the port. Raises ClickException, with the way out, when that is not possible."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        raise click.ClickException(f"{host}:{port}: {error.strerror}. Try another port: PORT=8001 make run") from error


def say(line: str) -> None:
    click.echo(line, err=True)


def keep_running(children: list[Child], stopping: Callable[[], bool]) -> None:
    """Start what is not running until `stopping`; then let each finish within GRACE, and kill what is left."""
    while not stopping():
        for child in children:
            child.look(time.monotonic())
        time.sleep(LOOK)
    for child in children:
        if child.process is not None:
            child.process.terminate()
    deadline = time.monotonic() + GRACE
    while time.monotonic() < deadline and any(child.running() for child in children):
        time.sleep(LOOK)
    for child in children:
        child.tell_group(signal.SIGKILL)
        if child.process is not None:
            child.process.wait()


def serve(lines: list[str], host: str, port: int, *, app: str = "wsgi:app", runner: Sequence[str] = RUNNER) -> None:
    """Serve `app` and run the job runner until SIGTERM, SIGINT or SIGHUP; print the address, then `lines`.

    A child that dies is started again after a pause that doubles from 0.2 s to 15 s. Port 0 takes a free one.
    """
    asked_to_stop: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        asked_to_stop.append(number)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)
    with listen(host, port) as listening:
        handle = listening.fileno()
        shown = f"[{host}]" if ":" in host else host
        for line in (f"http://{shown}:{listening.getsockname()[1]}", *lines):
            click.echo(line)
        children = [Child("web server", web_server(app, handle), (handle,)), Child("job runner", runner)]
        keep_running(children, lambda: bool(asked_to_stop))
