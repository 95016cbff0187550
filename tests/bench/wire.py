"""What a phone fetches: Chromium opens each page of the running portal twice, and a wire in between counts.

Bytes are those on the wire, headers and all, gzipped as served. Three heaps: what the page needs, photos, and what
the browser's worker fetches once, behind the page.
"""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import sync_playwright

from tests.bench.scene import Page, Scene
from tests.e2e.phone import SIZE, launch

REQUEST = re.compile(rb"([A-Z]+) (\S+) HTTP/1\.1\r\n")
WORKERS_OWN = ("/sw.js", "/offline")
QUIET = 0.25  # seconds without a byte: the page is complete
PATIENCE = 10.0  # seconds


@dataclass
class Fetched:
    """One request and the bytes of its answer."""

    path: str
    bytes: int = 0


@dataclass
class Load:
    """One opening of a page."""

    fetched: list[Fetched]

    def heap(self, name: str) -> list[Fetched]:
        return [one for one in self.fetched if heap_of(one.path) == name]

    def kb(self, name: str = "page") -> float:
        """Thousands of bytes in one heap."""
        return sum(one.bytes for one in self.heap(name)) / 1000


@dataclass
class Wire:
    """Carries bytes between a browser and a server, and notes each request with the bytes that came back."""

    server: tuple[str, int]
    door: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    fetched: list[Fetched] = field(default_factory=list)
    last: float = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.door.getsockname()[1]}"

    def open(self) -> None:
        threading.Thread(target=self._accept, daemon=True).start()

    def take(self) -> Load:
        """Everything since the last time of asking, once nothing has come for a while."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and time.monotonic() - self.last < QUIET:
            time.sleep(0.02)
        taken, self.fetched = self.fetched, []
        return Load(taken)

    def _accept(self) -> None:
        with suppress(OSError):  # the door was closed: the end
            while True:
                browser, _address = self.door.accept()
                server = socket.create_connection(self.server)
                line: list[Fetched] = []
                for carry, way in ((self._up, (browser, server, line)), (self._down, (server, browser, line))):
                    threading.Thread(target=carry, args=way, daemon=True).start()

    def _up(self, browser: socket.socket, server: socket.socket, line: list[Fetched]) -> None:
        for data in pieces(browser, server):
            asked = REQUEST.match(data)
            if asked:
                line[:] = [Fetched(asked[2].decode())]
                self.fetched.append(line[0])
            self.last = time.monotonic()
            server.sendall(data)

    def _down(self, server: socket.socket, browser: socket.socket, line: list[Fetched]) -> None:
        for data in pieces(server, browser):
            line[0].bytes += len(data)
            self.last = time.monotonic()
            browser.sendall(data)


def pieces(source: socket.socket, other: socket.socket) -> Iterator[bytes]:
    """What arrives, until either side hangs up; then both lines are closed."""
    with suppress(OSError):
        while data := source.recv(65536):
            yield data
    for end in (source, other):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


def heap_of(path: str) -> str:
    if path.startswith("/media/"):
        return "photos"
    return "worker" if path.startswith(WORKERS_OWN) else "page"


def loads(scene: Scene, server: tuple[str, int]) -> dict[str, tuple[Load, Load]]:
    """First and repeated opening of every page, each on a phone that has never been here."""
    wire = Wire(server)
    wire.open()
    with wire.door, sync_playwright() as driver:
        chromium = launch(driver)
        try:
            return {page.name: _twice(chromium, wire, page, scene.cookies[page.who]) for page in scene.pages}
        finally:
            chromium.close()


def _twice(chromium: Chromium, wire: Wire, page: Page, cookie: str) -> tuple[Load, Load]:
    with _phone(chromium) as context:
        if cookie:
            name, value = cookie.split("=", 1)
            context.add_cookies([{"name": name, "value": value, "url": wire.url}])
        window = context.new_page()
        wire.take()
        window.goto(f"{wire.url}{page.path}")
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and not any(c["name"] == "css" for c in context.cookies()):
            window.wait_for_timeout(50)  # the worker has the stylesheet as soon as the cookie says so
        first = wire.take()
        window.goto(f"{wire.url}{page.path}")
        return first, wire.take()


@contextmanager
def _phone(chromium: Chromium) -> Iterator:
    context = chromium.new_context(viewport=dict(SIZE), is_mobile=True, has_touch=True, locale="ko-KR")
    try:
        yield context
    finally:
        context.close()
