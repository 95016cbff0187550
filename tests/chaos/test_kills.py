"""kill -9 of web server and runner at each step of the chain: nothing is lost, nothing is doubled."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from random import Random

import pytest

from portal.kit.db import new_uuid
from tests.chaos.house import Figures, House
from tests.chaos.rounds import STEPS, Rounds
from tests.support.stage import settings_for

ROUNDS = 5  # on each database; a hundred in `make soak`


def test_whatever_dies_every_record_is_there_once(
    database: str, template: str, tmp_path: Path, request: pytest.FixtureRequest
):
    seed = os.environ.get("CHAOS_SEED") or secrets.token_hex(4)
    random, figures = Random(seed), Figures()
    print(f"CHAOS_SEED={seed}")
    with settings_for(database, template, tmp_path, request) as settings:
        house = House(settings, random, figures)
        try:
            house.start_runner()
            house.start_web()
            rounds = Rounds(house, ("mina",), random, figures)
            for _round in range(ROUNDS):
                rounds.play()
            faults = rounds.reckon(thorough=1)
            print(figures)
            assert not faults, f"seed {seed}\n" + "\n".join(faults) + f"\n{figures}"
            rounds.cases[0].uuids["sample"] = new_uuid()  # as if this had been sent, and the other never
            assert sum("sample of 0" in fault for fault in rounds.reckon(thorough=0)) == 2, "a loss would be seen"
        finally:
            house.close()
    assert figures.counts["kills of the server"] == ROUNDS * len(STEPS)
    assert figures.counts["kills of the runner"] == ROUNDS
