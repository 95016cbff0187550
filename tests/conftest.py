"""The town, on a real SQLite file and on a real PostgreSQL server; every test has a copy of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask

from portal import town
from portal.app import create_app
from portal.config import Settings
from portal.kit import migrate
from portal.kit.db import db
from tests.support.bare import ground
from tests.support.client import Browser
from tests.support.postgres import PostgresServer, shared_server

__all__ = ["ground"]  # a fixture: an empty database, below the rooms

MONDAY_9AM = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)  # nine o'clock in Seoul
QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)  # 0.1 s less for every login of the suite
DATABASES = os.environ.get("TEST_DATABASES", "sqlite postgresql").split()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames:
        metafunc.parametrize("database", DATABASES, indirect=True, scope="session")


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    with shared_server(tmp_path_factory) as server:
        yield server


@pytest.fixture(scope="session")
def template(database: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with the newest schema and the town in it, which every test copies."""
    folder = tmp_path_factory.mktemp(f"template-{database}")
    if database == "sqlite":
        name = str(folder / "town.db")
        url = f"sqlite:///{name}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        name, url = server.create("town_template")
    migrate.upgrade(url)
    app = create_app(Settings(data_dir=folder, database_url=url, log_level="ERROR"))
    with app.app_context():
        town.load(MONDAY_9AM, hashed=QUICK.hash)
        db.session.commit()
        db.session.remove()
        db.engine.dispose()  # the last connection to close writes everything into the one file
    return name


@pytest.fixture
def settings(database: str, template: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Settings]:
    """Settings of an installation of this test's own, with a fresh copy of the town."""
    if database == "sqlite":
        shutil.copy(template, tmp_path / "sightglass.db")
        yield Settings(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path / 'sightglass.db'}", log_level="ERROR")
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.clone(template) as url:
        yield Settings(data_dir=tmp_path, database_url=url, log_level="ERROR")


@pytest.fixture
def bare_app(settings: Settings) -> Iterator[Flask]:
    """The portal without a pushed context, as a web server has it."""
    app = create_app(settings)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app(bare_app: Flask) -> Iterator[Flask]:
    with bare_app.app_context():
        yield bare_app
        db.session.remove()


@pytest.fixture
def people(app: Flask) -> town.Town:
    """The town's people, sites and machines by name."""
    return town.find()


@pytest.fixture
def browser(bare_app: Flask) -> Browser:
    return Browser(bare_app)
