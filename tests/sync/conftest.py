"""A phone in somebody's pocket: logged in, and able to send the same letter from many hands at once."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask, has_app_context
from werkzeug.test import TestResponse

from portal.kit.db import db
from tests.support.client import SAME_ORIGIN, Browser


class Phone:
    """Sends letters and forms as they are, without looking at the answer."""

    def __init__(self, app: Flask, who: str) -> None:
        self.app = app
        cookie = Browser(app).login(f"{who}@hanbit.example").client.get_cookie("sid")
        assert cookie
        self.secret = cookie.value

    def put(self, letter: Any, uuid: str | None = None, **kwargs: Any) -> TestResponse:
        address = uuid or letter["uuid"]
        kwargs = kwargs or {"json": letter}
        return self._ask("PUT", f"/sync/records/{address}", headers=SAME_ORIGIN, **kwargs)

    def post(self, path: str, form: dict[str, Any]) -> TestResponse:
        return self._ask("POST", path, data=form, headers=SAME_ORIGIN)

    def at_once(self, times: int, send: Callable[[], TestResponse]) -> list[TestResponse]:
        """The answers to `times` equal sendings that begin at the same moment."""
        db.session.commit()
        start = threading.Barrier(times)

        def one() -> TestResponse:
            start.wait()
            return send()

        with ThreadPoolExecutor(times) as hands:
            return [hand.result() for hand in [hands.submit(one) for _ in range(times)]]

    def _ask(self, method: str, path: str, **kwargs: Any) -> TestResponse:
        """As from another process: no context of the test is shared, and no lock of the test is held."""
        if has_app_context():
            db.session.commit()
        client = self.app.test_client()
        client.set_cookie("sid", self.secret)
        client.set_cookie("language", "en")
        return contextvars.Context().run(client.open, path, method=method, **kwargs)


@pytest.fixture
def phones(bare_app: Flask) -> Callable[[str], Phone]:
    return lambda who: Phone(bare_app, who)


@pytest.fixture
def phone(phones: Callable[[str], Phone]) -> Phone:
    """Mina's."""
    return phones("mina")
