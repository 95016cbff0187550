"""A real PostgreSQL server for one run of the suite, made from the server programs on this machine.

One server is shared by all processes of a run (pytest-xdist's workers too). A keeper process owns it and ends it,
files and all, as soon as nobody holds the lock file any more: also after Ctrl-C, a crash or kill -9 of pytest.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psycopg
import pytest
from sqlalchemy.engine import make_url

START_WITHIN = 60.0  # seconds, for a machine that is busy with everything else
MEMORY, ENOUGH = Path("/dev/shm"), 2 * 1024**3  # noqa: S108 (the folder in it is random and ours); bytes
PR_SET_PDEATHSIG = 1  # linux/prctl.h
RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID") or secrets.token_hex(8)
SETTINGS = {
    "fsync": "off",  # the suite kills our processes, never the machine
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "listen_addresses": "127.0.0.1",
    "timezone": "UTC",
}


@dataclass(frozen=True)
class PostgresServer:
    """A running server; `url` is its maintenance database, as its superuser."""

    url: str

    def create(self, name: str) -> tuple[str, str]:
        """Make an empty database whose name begins with `name`: (its whole name, its URL)."""
        whole = f"{name}_{secrets.token_hex(4)}"
        self._run(f'CREATE DATABASE "{whole}"')
        return whole, self.url_of(whole)

    @contextmanager
    def clone(self, template: str) -> Iterator[str]:
        """The URL of a copy of `template`, dropped at the end. Nobody may be connected to the template."""
        whole = f"copy_{secrets.token_hex(8)}"
        # FILE_COPY (PostgreSQL 15): 15 ms in memory; the default goes through the write-ahead log and takes 40
        self._run(f'CREATE DATABASE "{whole}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        try:
            yield self.url_of(whole)
        finally:
            self.drop(whole)

    def drop(self, name: str) -> None:
        """Remove a database, throwing out whoever is still connected."""
        self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def url_of(self, name: str) -> str:
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        plain = self.url.replace("postgresql+psycopg://", "postgresql://")
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]  # our own names, quoted


@contextmanager
def shared_server(_paths: pytest.TempPathFactory | None = None) -> Iterator[PostgresServer]:
    """The server of this run of the suite; the first to ask starts it, the last to leave ends it."""
    with start_postgres() as url:
        yield PostgresServer(url)


@contextmanager
def start_postgres(run: str = RUN) -> Iterator[str]:
    """The maintenance URL of the server of `run`. Needs no rights: as root it runs as postgres or nobody."""
    folder = quick_folder() / f"sightglass-pg-{os.getuid()}-{run}"
    with joined(folder):
        yield wait_for_url(folder)


def quick_folder() -> Path:
    """Memory when there is enough of it: a copy of a database is 300 small files, 0.2 s on a disk."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ENOUGH:
        return MEMORY
    return Path(tempfile.gettempdir())


@contextmanager
def joined(folder: Path) -> Iterator[None]:
    """Hold a share of the folder's lock. Who comes first starts the keeper."""
    while (lock := share_of(folder)) is None:
        time.sleep(0.01)  # a keeper was leaving and took the folder with it: begin again
    with lock:
        start_keeper_once(folder)
        yield


def share_of(folder: Path) -> IO[str] | None:
    folder.mkdir(mode=0o711, exist_ok=True)
    try:
        lock = (folder / "lock").open("a")
    except FileNotFoundError:
        return None
    fcntl.flock(lock, fcntl.LOCK_SH)
    if same_file(lock, folder / "lock"):
        return lock
    lock.close()
    return None


def same_file(opened: IO[str], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(opened.fileno()), path.stat())
    except FileNotFoundError:
        return False


def start_keeper_once(folder: Path) -> None:
    try:
        (folder / "keeper").touch(exist_ok=False)
    except FileExistsError:
        return
    with (folder / "keeper").open("wb") as log:
        subprocess.run(
            [sys.executable, __file__, str(folder)], stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=True
        )


def wait_for_url(folder: Path) -> str:
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline:
        if (folder / "url").exists():
            return (folder / "url").read_text()
        if (folder / "failed").exists():
            break
        time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL did not start:\n{(folder / 'keeper').read_text()}")


# From here on: the keeper's side.


def programs() -> Path:
    """Where initdb and postgres are: the newest of Debian's, else what pg_config says."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[4]))
    if debian:
        return debian[-1].parent
    found = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=True)
    return Path(found.stdout.strip())


def unprivileged() -> dict[str, Any]:
    """Arguments for subprocess that leave root behind; none when we are not root."""
    if os.geteuid() != 0:
        return {}
    known = {user.pw_name: user for user in pwd.getpwall()}
    user = known.get("postgres") or known["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def end_with_keeper() -> None:
    if sys.platform == "linux":  # SIGQUIT is PostgreSQL's immediate shutdown
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def initialise(folder: Path, who: dict[str, Any]) -> str:
    """Make the cluster; its password, so that no other user of the machine gets in."""
    data, password = folder / "data", secrets.token_hex(16)
    data.mkdir(mode=0o700)
    secret = folder / "password"
    secret.touch(mode=0o600)
    secret.write_text(password)
    if who:
        for path in (data, secret):
            os.chown(path, who["user"], who["group"])
    command = [programs() / "initdb", "-D", data, "-U", "suite", "--auth=password", f"--pwfile={secret}"]
    command += ["--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"]
    subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, **who)
    secret.unlink()
    return password


def launch(folder: Path, password: str, who: dict[str, Any]) -> tuple[subprocess.Popen[bytes], str]:
    """Start the server and wait until it answers; another port when somebody took ours. Its process, its URL."""
    for _ in range(5):
        port = free_port()
        options = {**SETTINGS, "port": str(port), "unix_socket_directories": str(folder / "data")}
        command = [str(programs() / "postgres"), "-D", str(folder / "data")]
        command += [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        server = subprocess.Popen(command, cwd="/", preexec_fn=end_with_keeper, **who)
        url = f"postgresql+psycopg://suite:{password}@127.0.0.1:{port}/postgres"
        if within(START_WITHIN / 2, lambda url=url: answers(url), alive=lambda server=server: server.poll() is None):
            return server, url
        server.kill()
        server.wait()
    raise RuntimeError("no port was free, or the server did not answer")


def answers(url: str) -> bool:
    try:
        psycopg.connect(url.replace("+psycopg", ""), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def within(seconds: float, happens: Callable[[], bool], alive: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and alive():
        if happens():
            return True
        time.sleep(0.05)
    return False


def keep(folder: Path) -> None:
    """Run the server until nobody holds the lock, then remove every trace."""
    server = None
    try:
        server, url = launch(folder, initialise(folder, who := unprivileged()), who)
        (folder / "url.part").touch(mode=0o600)
        (folder / "url.part").write_text(url)
        (folder / "url.part").rename(folder / "url")
    finally:
        if server is None:
            (folder / "failed").touch()
        with (folder / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if server is not None:
                server.send_signal(signal.SIGQUIT)
                server.wait()
            shutil.rmtree(folder)


def leave_home() -> None:
    """Become nobody's child, in a session of its own: Ctrl-C in the terminal ends the tests, not yet the server."""
    if os.fork():
        os._exit(0)
    os.setsid()


if __name__ == "__main__":
    leave_home()
    keep(Path(sys.argv[1]))
