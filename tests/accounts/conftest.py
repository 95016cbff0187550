"""A post office, a portal that sends through it, and a browser that reads English."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from email.message import EmailMessage

import pytest
from flask import Flask

from portal.app import create_app
from portal.config import Settings
from portal.kit.db import db
from portal.kit.jobs import work_once
from tests.support.client import Browser
from tests.support.post import PostOffice, post_office


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as office:
        yield office


@pytest.fixture
def mailing_app(settings: Settings, office: PostOffice) -> Iterator[Flask]:
    """The portal with a mail server, in whose context the test stands."""
    app = create_app(replace(settings, mail_url=f"smtp://127.0.0.1:{office.port}", mail_from="portal@hanbit.example"))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def visitor(mailing_app: Flask) -> Browser:
    """Somebody without a login, who reads English."""
    browser = Browser(mailing_app)
    browser.client.set_cookie("language", "en")
    return browser


@pytest.fixture
def post(office: PostOffice) -> Callable[[], EmailMessage]:
    """Let the runner work until nothing is due; the newest mail."""

    def deliver() -> EmailMessage:
        while work_once():
            pass
        db.session.expire_all()
        return office.letters[-1]

    return deliver
