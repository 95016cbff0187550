"""Somebody with a phone: sends each record under one number, again and again, until there is an answer."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from random import Random
from typing import Any
from urllib.parse import urlencode, urlsplit

from werkzeug.test import EnvironBuilder

from portal.kit.db import canonical
from tests.chaos.house import Figures

TIMEOUT = 30.0  # seconds without an answer, then it is sent again
MOST_TRIES = 60
CUT = 0.25  # how often the line breaks after sending and before the answer is read
LONGEST_CUT = 0.06  # seconds after sending


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class Cut(OSError):
    """The phone lost its line."""


class Phone:
    """`put` sends an envelope, `post` a form; both return the answer in which they believe."""

    lock = threading.Lock()

    def __init__(self, url: str, who: str, random: Random, figures: Figures) -> None:
        self.where, self.random, self.figures = urlsplit(url), random, figures
        self.cookie = ""
        form = {"email": f"{who}@hanbit.example", "password": f"sightglass-{who}"}
        answer = self._ask("POST", "/login", urlencode(form).encode(), "application/x-www-form-urlencoded")
        assert answer.status == 303, answer
        self.cookie = answer.headers["Set-Cookie"].split(";")[0]

    def put(self, letter: dict[str, Any]) -> Answer:
        answer = self._until_answered("PUT", f"/sync/records/{letter['uuid']}", canonical(letter).encode())
        self._count("replays", answer.headers.get("Idempotent-Replay") == "true")
        if answer.status not in {200, 201}:
            self._fault(f"{letter['kind']}: {answer.status} {answer.body[-300:]!r}")
        return answer

    def post(self, path: str, form: dict[str, Any]) -> Answer:
        environ = EnvironBuilder(path, method="POST", data=form).get_environ()
        answer = self._until_answered("POST", path, environ["wsgi.input"].read(), environ["CONTENT_TYPE"])
        if answer.status != 303:
            self._fault(f"{path}: {answer.status} {answer.body[-600:]!r}")
        return answer

    def get(self, path: str) -> Answer:
        return self._until_answered("GET", path, b"")

    def _until_answered(self, method: str, path: str, body: bytes, kind: str = "application/json") -> Answer:
        cut = self.random.uniform(0, LONGEST_CUT) if self.random.random() < CUT else None
        for tried in range(MOST_TRIES):
            self._count("sends")
            try:
                answer = self._ask(method, path, body, kind, cut)
            except (OSError, HTTPException) as lost:
                self._count("cuts" if isinstance(lost, Cut) else "lines lost")
                cut = None
            else:
                if answer.status < 500:
                    self._count("answers")
                    return answer
                self._count(f"answers of {answer.status}")
                if answer.status != 503:
                    self._fault(f"{method} {path}: {answer.status}")
            self._count("retries")
            time.sleep(min(0.05 * (tried + 1), 1.0))
        raise AssertionError(f"{method} {path} was never answered")

    def _ask(self, method: str, path: str, body: bytes, kind: str, cut: float | None = None) -> Answer:
        line = HTTPConnection(self.where.hostname or "", self.where.port, timeout=TIMEOUT)
        headers = {"Content-Type": kind, "Cookie": self.cookie, "Sec-Fetch-Site": "same-origin"}
        try:
            line.request(method, path, body, headers)
            if cut is not None:
                time.sleep(cut)
                raise Cut
            reply: HTTPResponse = line.getresponse()
            return Answer(reply.status, dict(reply.getheaders()), reply.read())
        finally:
            line.close()

    def _count(self, what: str, really: bool = True) -> None:
        with self.lock:
            self.figures.counts[what] += really

    def _fault(self, says: str) -> None:
        with self.lock:
            self.figures.faults.append(says)
