"""What the portal costs: `make bench`, or `python -m tests.bench --write` to put the figures into docs/figures.md.

Each page's server CPU against its floor in the same run, its queries and its bytes on the wire; a check-in, a sealed
record, a cold start and the memory of the server. Takes about two minutes on a quiet machine.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from portal.config import ROOT
from tests.bench.pages import CheckIns, Cost, check_in_ms, measure
from tests.bench.papers import PaperCost, paper_cost
from tests.bench.scene import Scene, scene
from tests.bench.server import ColdStart, Memory, served
from tests.bench.wire import Load, loads
from tests.soak import installation

FIGURES = ROOT / "docs" / "figures.md"
BEGIN, END = "<!-- bench: begin -->\n", "<!-- bench: end -->\n"
DATABASES = ("sqlite", "postgresql")
ROUNDS = 25
COLD_STARTS = 3
MOST_RATIO, MOST_FIRST_KB, MOST_AGAIN_KB = 3.0, 30.0, 3.0
GOALS = {"check-in": 12.0, "seal": 120.0, "cold start": 1.0, "memory": 130.0}  # ms, ms, seconds, MB


@dataclass(frozen=True)
class Results:
    """Everything that was measured in one run; `costs` and `check_ins` by database, `loads` by page."""

    costs: dict[str, list[Cost]]
    check_ins: dict[str, CheckIns]
    loads: dict[str, tuple[Load, Load]]
    paper: PaperCost
    cold_starts: list[ColdStart]
    memory: Memory


def run(rounds: int) -> Results:
    costs, check_ins, found = {}, {}, None
    for database in DATABASES:
        with staged(database) as here:
            say(f"{database}: {len(here.pages)} pages")
            costs[database] = measure(here, rounds)
            check_ins[database] = check_in_ms(here, here.plans)
            found = found or _of_one(here)
    assert found
    return Results(costs, check_ins, *found)


@contextmanager
def staged(database: str) -> Iterator[Scene]:
    with tempfile.TemporaryDirectory(prefix="sightglass-bench-") as name:
        with installation(database, Path(name)) as settings, scene(settings) as here:
            yield here


def _of_one(here: Scene) -> tuple[dict[str, tuple[Load, Load]], PaperCost, list[ColdStart], Memory]:
    """What does not depend on the database: wire, paper, start and memory."""
    say("a sealed record")
    paper = paper_cost(here)
    say("the server, and Chromium before it")
    with served(here.settings) as server:
        starts = []
        for _start in range(COLD_STARTS):
            server.stop_web()
            starts.append(server.cold_start())
        server.start_runner()
        fetched = loads(here, server.door.getsockname())
        return fetched, paper, starts, server.memory()


def report(results: Results) -> str:
    """The figures as Markdown."""
    return "\n".join([*_heading(), "", *_pages(results), "", *_others(results)]) + "\n"


def _heading() -> Iterator[str]:
    commit = _git("rev-parse", "--short=12", "HEAD")
    changed = " with changes that are not committed" if _git("status", "--porcelain", "-uno") else ""
    load = ", ".join(f"{average:.1f}" for average in os.getloadavg())
    yield f"{datetime.now(UTC):%F %R} UTC, commit `{commit}`{changed}, {os.cpu_count()} cores, load {load}."


def _pages(results: Results) -> Iterator[str]:
    columns = [f"{name} {what}" for name in ("SQLite", "PostgreSQL") for what in ("CPU / floor ms", "ratio")]
    yield f"| page | queries | {' | '.join(columns)} | first load kB (requests) | repeat kB (requests) |"
    yield f"|---|---:{'|---:' * (len(columns) + 2)}|"
    for number, cost in enumerate(results.costs["sqlite"]):
        figures = [text for name in DATABASES for text in _cost(results.costs[name][number])]
        first, again = results.loads[cost.page.name]
        wire = [_kb(first, MOST_FIRST_KB), _kb(again, MOST_AGAIN_KB)]
        yield f"| {cost.page.name} | {cost.queries} | {' | '.join([*figures, *wire])} |"


def _cost(cost: Cost) -> tuple[str, str]:
    served_ms, floor_ms = statistics.median(cost.zipped), statistics.median(cost.floor)
    return f"{served_ms:.1f} / {floor_ms:.1f}", _marked(cost.ratio, MOST_RATIO, 1)


def _kb(load: Load, most: float) -> str:
    return f"{_marked(load.kb(), most, 1)} ({len(load.heap('page'))})"


def _marked(value: float, most: float, digits: int) -> str:
    """The figure; in bold when it is over its goal."""
    text = f"{value:.{digits}f}"
    return f"**{text}**" if float(text) > most else text


def _others(results: Results) -> Iterator[str]:
    yield "| what | figure | goal |"
    yield "|---|---:|---:|"
    for name in DATABASES:
        found = results.check_ins[name]
        wall, cpu, bare = (statistics.median(ms) for ms in (found.wall, found.cpu, found.bare))
        shown = f"{_marked(wall, GOALS['check-in'], 1)} ({cpu:.1f} CPU)"
        yield f"| check-in by a form, {name}, with envelope, journal and commit, ms, median | {shown} | 12 |"
        yield f"| beside it, one bare INSERT with its COMMIT, {name}, ms, median | {bare:.1f} | |"
    yield from _paper_rows(results.paper)
    yield from _server_rows(results)


def _paper_rows(paper: PaperCost) -> Iterator[str]:
    yield f"| printing a record, warm, CPU ms | {_marked(paper.printing_warm, GOALS['seal'], 0)} | 120 |"
    yield f"| the same with two stamps in a child of its own, with start and imports, CPU ms | {paper.printing:.0f} | |"
    yield f"| both signatures in a child of its own, with start and imports, CPU ms | {paper.signing:.0f} | |"
    yield f"| the record, with one photo, kB | {paper.kb:.0f} | |"


def _server_rows(results: Results) -> Iterator[str]:
    memory, starts = results.memory, results.cold_starts
    seconds, cpu = (statistics.median(getattr(start, what) for start in starts) for what in ("seconds", "cpu"))
    shown = f"{_marked(seconds, GOALS['cold start'], 2)} ({cpu:.2f} CPU)"
    yield f"| start of the server to the first login page, s, median of {len(starts)} | {shown} | 1.0 |"
    largest = max(memory.workers)
    yield f"| PSS of a web worker after every page, MB | {_marked(largest, GOALS['memory'], 0)} | 130 |"
    together = sum((memory.master, *memory.workers, memory.runner))
    yield f"| PSS of web server and job runner together, MB | {together:.0f} | |"
    yield f"| WeasyPrint in a web worker | {'**yes**' if memory.prints else 'no'} | no |"
    first = max((load for load, _again in results.loads.values()), key=lambda load: load.kb("worker"))
    yield f"| fetched once by the browser's worker, behind the first page, kB | {first.kb('worker'):.1f} | |"


def write(text: str, path: Path = FIGURES) -> None:
    """Put the figures between the two markers of the page."""
    before, _old, after = path.read_text().partition(BEGIN)
    _old, _end, after = after.partition(END)
    path.write_text(f"{before}{BEGIN}{text}{END}{after}")


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    asked.add_argument("--write", action="store_true", help="put the figures into docs/figures.md")
    asked.add_argument("--rounds", type=int, default=ROUNDS)
    given = asked.parse_args()
    text = report(run(given.rounds))
    print(text)
    if given.write:
        write(text)


if __name__ == "__main__":
    main()
