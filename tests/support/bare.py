"""The ground alone: an empty database with the schema, no pages and no town. For tests of what lies below the rooms."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel

from portal.config import Settings
from portal.kit.db import Base, db, prepare_engine
from tests.support.postgres import PostgresServer


def bare_ground(url: str, folder: Path) -> Flask:
    """An application with a database and a folder; the schema is there or is not."""
    app = Flask("ground")
    app.config["SETTINGS"] = Settings(data_dir=folder, database_url=url, log_level="ERROR")
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    db.init_app(app)
    Babel(app)
    with app.app_context():
        prepare_engine(db.engine)
    return app


@contextmanager
def ground_in_use(url: str, folder: Path) -> Iterator[Flask]:
    """The same with the schema made and a context pushed."""
    app = bare_ground(url, folder)
    with app.app_context():
        Base.metadata.create_all(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def ground(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """An empty database of either kind, below the rooms, with a context pushed. A conftest imports it by name."""
    if database == "sqlite":
        with ground_in_use(f"sqlite:///{tmp_path / 'ground.db'}", tmp_path) as app:
            yield app
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name, url = server.create("ground")
    with ground_in_use(url, tmp_path) as app:
        yield app
    server.drop(name)
