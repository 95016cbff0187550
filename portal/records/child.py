"""Work done outside our own process, with a limit on its time and memory.

Rendering and judging read what strangers wrote. They run in a child of their own that has no database, no
settings and no secrets in its environment: a page that never ends costs seconds, and nothing else stops.
One request is one line of JSON, then bytes, on stdin; the answer on stdout is one line with the lengths of its parts,
then the parts.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CPU_SECONDS = 20
WALL_SECONDS = 120  # the machine may be busy; the limit that counts is the one on CPU
MEMORY_BYTES = 2 << 30
FILE_BYTES = 64 << 20  # fonts are unpacked into temporary files


class ChildFailed(RuntimeError):
    """The child ended without an answer. Says why, in the child's last words."""


def run(module: str, request: Mapping[str, Any], body: bytes = b"", *, cpu_seconds: int = CPU_SECONDS) -> list[bytes]:
    """The parts that `python -m <module>` answers to `request` and `body`.

    Raises ChildFailed when it used more than `cpu_seconds` of CPU, 2 GiB of memory or two minutes, or broke.
    """
    line = json.dumps({**request, "cpu_seconds": cpu_seconds}).encode() + b"\n"
    try:
        done = subprocess.run(
            [sys.executable, "-m", module],
            input=line + body,
            capture_output=True,
            cwd=ROOT,
            env=_environment(),
            timeout=WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise ChildFailed(f"{module} was stopped after {WALL_SECONDS} seconds") from late
    if done.returncode == -signal.SIGXCPU:
        raise ChildFailed(f"{module} was stopped: it used more than {cpu_seconds} seconds of CPU")
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise ChildFailed(f"{module} ended with {done.returncode}: {' '.join(last)[:500]}")
    return _parts(done.stdout)


def _parts(answered: bytes) -> list[bytes]:
    line, _newline, rest = answered.partition(b"\n")
    parts = []
    for length in json.loads(line):
        parts.append(rest[:length])
        rest = rest[length:]
    return parts


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "FONTCONFIG_FILE") if name in os.environ}
    return {**kept, "LANG": "C.UTF-8", "PYTHONUTF8": "1"}


def request() -> tuple[dict[str, Any], bytes]:
    """In the child: take the limits upon this process, then read the request and its bytes."""
    line = sys.stdin.buffer.readline()
    asked: dict[str, Any] = json.loads(line)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (asked["cpu_seconds"], asked["cpu_seconds"] + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    return asked, sys.stdin.buffer.read()


def answer(*parts: bytes) -> None:
    """In the child: give the answer, in parts."""
    sys.stdout.buffer.write(json.dumps([len(part) for part in parts]).encode() + b"\n" + b"".join(parts))
    sys.stdout.buffer.flush()
