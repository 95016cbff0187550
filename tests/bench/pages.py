"""What a page costs the server, against the floor: its own template fed with ready values, and as many bare SELECTs.

Both are measured in one process, turn by turn, so that a busy machine slows both. CPU time of the process, in ms;
the work of a PostgreSQL server is not in it.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import jinja2
import sqlalchemy as sa
from flask import Flask, g, template_rendered
from werkzeug.test import EnvironBuilder

from portal.kit.db import db, new_uuid
from portal.visits.models import Visit
from tests.bench.scene import Page, Scene
from tests.support.answers import bare

BROWSER = {"Accept-Language": "ko-KR,ko;q=0.9", "Sec-Fetch-Site": "same-origin"}
ZIPPED = {"Accept-Encoding": "gzip, deflate"}  # what Chromium says on plain http
NOT_ASKED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@dataclass
class Cost:
    """Measured CPU ms of one page, turn by turn."""

    page: Page
    queries: int
    zipped: list[float] = field(default_factory=list)
    plain: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        return statistics.median(self.zipped) / statistics.median(self.floor)

    @property
    def plain_ratio(self) -> float:
        return statistics.median(self.plain) / statistics.median(self.floor)


def measure(scene: Scene, rounds: int) -> list[Cost]:
    """The cost of every page of the scene; each turn measures every page and every floor once."""
    floors = [Floor(scene, page) for page in scene.pages]
    costs = [Cost(floor.page, floor.queries) for floor in floors]
    gc.collect()
    gc.freeze()  # what the bench itself has loaded is no garbage of a request
    for turn in range(rounds + 2):
        for floor, cost in zip(floors, costs, strict=True):
            found = (_page(scene, floor.page, ZIPPED), _page(scene, floor.page, {}), floor.spent())
            if turn >= 2:  # the first two fill caches
                for numbers, ms in zip((cost.zipped, cost.plain, cost.floor), found, strict=True):
                    numbers.append(ms)
    gc.unfreeze()
    return costs


class Floor:
    """One page with its values ready: rendered once by the portal, then from the same objects, fully loaded."""

    def __init__(self, scene: Scene, page: Page) -> None:
        self.app, self.page = scene.app, page
        self.headers = _headers(scene, page, {})
        self.template, self.values, self.queries, body = _watched(scene, page)
        with scene.app.app_context():
            self.select = _one_row(db.engine)
            self.row = db.session.scalars(sa.select(Visit.id).limit(1)).one()
            db.session.remove()
        with self._request():
            again = self.template.render(self.values)
        assert bare(again) == bare(body), f"{page.name}: the floor renders another page"

    def spent(self) -> float:
        """CPU ms of one rendering and the SELECTs."""
        with self._request():
            connection = db.engine.raw_connection()
            try:
                return spent_ms(lambda: self._work(connection.cursor()))
            finally:
                connection.rollback()
                connection.close()

    def _work(self, cursor: Any) -> None:
        for _number in range(self.queries):
            cursor.execute(self.select, (self.row,))
            cursor.fetchall()
        self.template.render(self.values).encode()

    @contextmanager
    def _request(self) -> Iterator[None]:
        """Inside a request of the same reader, whose person, language and nonce are known already."""
        with self.app.test_request_context(self.page.path, headers=self.headers):
            g._login_user = self.values["current_user"]
            self.app.preprocess_request()
            yield


def spent_ms(work: Callable[[], object]) -> float:
    began = time.process_time_ns()
    work()
    return (time.process_time_ns() - began) / 1e6


def ask(app: Flask, environ: dict[str, Any]) -> tuple[str, bytes]:
    """What a web server does with the portal: the status and the whole body."""
    said: list[str] = []
    parts: Iterable[bytes] = app(environ, lambda status, _headers, _error=None: said.append(status))
    try:
        return said[0], b"".join(parts)
    finally:
        getattr(parts, "close", lambda: None)()


@dataclass
class CheckIns:
    """Wall ms and CPU ms of each check-in, and wall ms of a bare INSERT with its COMMIT beside it."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)


def check_in_ms(scene: Scene, plans: Iterable[str]) -> CheckIns:
    """One check-in each at `plans`, by a plain form: envelope, verb, journal and commit."""
    found = CheckIns()
    for visit in plans:
        form = {"uuid": new_uuid(), "latitude": "37.1321", "longitude": "128.3412", "accuracy_m": "12"}
        headers = {**BROWSER, "Cookie": scene.cookies["mina"]}
        environ = EnvironBuilder(f"/o/check-in/{visit}", method="POST", data=form, headers=headers).get_environ()
        began, spent = time.perf_counter_ns(), time.process_time_ns()
        status, _body = ask(scene.app, environ)
        found.cpu.append((time.process_time_ns() - spent) / 1e6)
        found.wall.append((time.perf_counter_ns() - began) / 1e6)
        assert status.startswith("303"), status
        found.bare.append(_bare_commit_ms(scene))
    return found


def _bare_commit_ms(scene: Scene) -> float:
    with scene.app.app_context():
        connection = db.engine.raw_connection()
        try:
            cursor, began = connection.cursor(), time.perf_counter_ns()
            if db.engine.dialect.name == "sqlite":
                cursor.execute("BEGIN IMMEDIATE")
            cursor.execute("INSERT INTO attempts (key, at) VALUES ('bench', '2000-01-01 00:00:00+00')")
            connection.commit()
            return (time.perf_counter_ns() - began) / 1e6
        finally:
            connection.close()


def _page(scene: Scene, page: Page, more: dict[str, str]) -> float:
    environ = EnvironBuilder(page.path, headers=_headers(scene, page, more)).get_environ()
    answers: list[tuple[str, bytes]] = []
    ms = spent_ms(lambda: answers.append(ask(scene.app, environ)))
    assert answers[0][0].startswith("200"), f"{page.name}: {answers[0][0]}"
    return ms


def _headers(scene: Scene, page: Page, more: dict[str, str]) -> dict[str, str]:
    return {**BROWSER, "Cookie": f"css={scene.stylesheet}; {scene.cookies[page.who]}".rstrip("; "), **more}


def _watched(scene: Scene, page: Page) -> tuple[jinja2.Template, dict[str, Any], int, str]:
    """Template and values of a page as the portal rendered it, the number of its queries, and the page."""
    seen: list[tuple[jinja2.Template, dict[str, Any]]] = []
    queries: list[str] = []

    def take(_app: Flask, template: jinja2.Template, context: dict[str, Any], **_more: object) -> None:
        seen.append((template, context))

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.lstrip().upper().startswith(NOT_ASKED):
            queries.append(statement)

    with scene.app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        with template_rendered.connected_to(take, scene.app):
            environ = EnvironBuilder(page.path, headers=_headers(scene, page, {})).get_environ()
            status, body = ask(scene.app, environ)
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    assert status.startswith("200"), f"{page.name}: {status}"
    [(template, values)] = seen
    return template, values, len(queries), body.decode()


def _one_row(engine: sa.Engine) -> str:
    """A SELECT by primary key as the driver itself takes it."""
    return f"SELECT * FROM visits WHERE id = {'?' if engine.dialect.name == 'sqlite' else '%s'}"  # noqa: S608
