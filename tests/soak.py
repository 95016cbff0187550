"""Kills by the hundred, by hand: `make soak`, or `python -m tests.soak --rounds 20 --seed 1f3a --database sqlite`.

Prints what was killed, sent, lost and doubled, as a row for docs/figures.md; ends with 1 when anything was.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from portal import town
from portal.app import create_app
from portal.config import Settings
from portal.kit import migrate
from portal.kit.db import db
from tests.chaos.house import Figures, House
from tests.chaos.rounds import Rounds
from tests.support.postgres import PostgresServer, start_postgres

ROUNDS = 100  # in all: half of them on each database
ENGINEERS = ("mina", "bora")  # each with a visit of their own in every round
COLUMNS = (
    "rounds", "kills of the server", "kills of the runner", "sends", "cuts", "lines lost", "retries", "answers",
    "replays", "lost", "doubled",
)  # fmt: skip


@contextmanager
def installation(database: str, folder: Path) -> Iterator[Settings]:
    """A fresh installation with the town in it."""
    with ExitStack() as stack:
        url = f"sqlite:///{folder / 'sightglass.db'}"
        if database == "postgresql":
            _name, url = PostgresServer(stack.enter_context(start_postgres())).create("soak")
        migrate.upgrade(url)
        settings = Settings(data_dir=folder, database_url=url, log_level="ERROR")
        app = create_app(settings)
        with app.app_context():
            town.load(datetime.now(UTC))
            db.session.commit()
            db.session.remove()
            db.engine.dispose()
        yield settings


def soak(database: str, rounds: int, seed: str) -> tuple[Figures, list[str]]:
    """Play so many rounds; the figures, and everything that was wrong in the end."""
    random, figures = Random(f"{seed}-{database}"), Figures()
    with tempfile.TemporaryDirectory(prefix="sightglass-soak-") as name, installation(database, Path(name)) as settings:
        house = House(settings, random, figures)
        try:
            house.start_runner()
            house.start_web()
            game = Rounds(house, ENGINEERS, random, figures)
            for number in range(rounds):
                game.play()
                print(f"{database} {number + 1}/{rounds}: {figures}", file=sys.stderr, flush=True)
            return figures, game.reckon(thorough=rounds)
        finally:
            house.close()


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    asked.add_argument("--rounds", type=int, default=ROUNDS, help="in all, shared by the databases")
    asked.add_argument("--seed", default=secrets.token_hex(4))
    asked.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    given = asked.parse_args()
    databases = given.database or ["sqlite", "postgresql"]
    print(f"seed {given.seed}\n\n| database | {' | '.join(COLUMNS)} | minutes |\n|---{'|---:' * (len(COLUMNS) + 1)}|")
    wrong: list[str] = []
    for database in databases:
        began = time.monotonic()
        figures, faults = soak(database, given.rounds // len(databases), given.seed)
        numbers = " | ".join(str(figures.counts[column]) for column in COLUMNS)
        print(f"| {database} | {numbers} | {(time.monotonic() - began) / 60:.1f} |", flush=True)
        print(f"hit under way: {dict(figures.hit)}", file=sys.stderr)
        wrong += [f"{database}: {fault}" for fault in faults]
    print("\n".join(wrong) or "\nNothing lost, nothing doubled, every record genuine, the journal whole.")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
