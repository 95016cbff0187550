"""`ground`: an empty database of either kind, below the rooms."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.support.bare import ground_in_use
from tests.support.postgres import PostgresServer


@pytest.fixture
def ground(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Flask]:
    if database == "sqlite":
        with ground_in_use(f"sqlite:///{tmp_path / 'ground.db'}", tmp_path) as app:
            yield app
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name, url = server.create("ground")
    with ground_in_use(url, tmp_path) as app:
        yield app
    server.drop(name)
