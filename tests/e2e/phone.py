"""A phone in somebody's hand: it taps, types, counts, and remembers everything the browser complained about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Locator, Page, Playwright, TimeoutError

from portal import town
from portal.kit.clock import now

SIZE = {"width": 390, "height": 844}
ARGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip
PEOPLE = {row["email"].split("@")[0]: row for row in town.ROWS["logins"]}
PIT = next(
    {**s, "latitude": float(s["latitude"]), "longitude": float(s["longitude"])}
    for s in town.ROWS["sites"]
    if s["name"] == "동부채굴장"
)
SEOUL = ZoneInfo("Asia/Seoul")
PATIENCE = 40_000  # milliseconds, on a machine that is busy with everything else


def launch(driver: Playwright, **kwargs: Any) -> Chromium:
    """Debian's Chromium; the Python package brings the driver only."""
    return driver.chromium.launch(executable_path="/usr/bin/chromium", args=[*ARGS], **kwargs)


class Phone:
    """`complaints` holds every error of the console, of a script and of the policy since the phone was taken up."""

    def __init__(self, context: BrowserContext, url: str, touch: bool) -> None:
        self.context, self.url, self.touch = context, url, touch
        self.complaints: list[str] = []
        self.taps = self.keys = 0
        self.page: Page = context.new_page()
        self.page.on("console", lambda said: self._hear(said.type, said.text))
        self.page.on("pageerror", lambda error: self._hear("error", str(error)))

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error" or "Content Security Policy" in text:
            self.complaints.append(text)

    def go(self, path: str) -> None:
        self.page.goto(f"{self.url}{path}")

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.url)

    def find(self, selector: str) -> Locator:
        return self.page.locator(selector)

    def tap(self, selector: str | Locator) -> None:
        """One contact of a finger, or a click at a desk."""
        self.taps += 1
        place = self.find(selector) if isinstance(selector, str) else selector
        place.tap() if self.touch else place.click()

    def type(self, name: str, text: str) -> None:
        """Fill the box of this name; each sign counts as a key, the contact that opens the keyboard as a tap."""
        self.taps += 1
        self.keys += len(text)
        self.find(f'main [name="{name}"]').fill(text)

    def send(self, form: str) -> None:
        """Press the filled button of the form, and wait for the page that follows."""
        before = self.page.url
        self.tap(self.submit_of(form))
        try:
            self.page.wait_for_url(lambda url: url != before)
        except TimeoutError as late:
            raise AssertionError(f"{form} at {self.path} led nowhere: {self.said()} {self.complaints}") from late
        self.page.wait_for_load_state("load")

    def said(self) -> str:
        """What the page complains about, else the end of what it says."""
        wrong = self.find(".errors, .note-bad, .err").all_inner_texts()
        return " | ".join(wrong) or self.find("main").inner_text()[-400:]

    def submit_of(self, form: str) -> Locator:
        """The filled button of the form, or its only one."""
        buttons = self.find(f'button[type="submit"][form="{form}"], form#{form} button[type="submit"]')
        filled = buttons.and_(self.find(".btn-primary"))
        return filled.first if filled.count() else buttons.first

    def log_in(self, nick: str) -> None:
        self.go("/login")
        self.type("email", PEOPLE[nick]["email"])
        self.type("password", f"sightglass-{nick}")
        self.send("login")

    def log_out(self) -> None:
        self.go("/me")
        self.tap('form[action="/logout"] button')
        self.page.wait_for_url("**/login")

    def count(self) -> tuple[int, int]:
        """Taps and keys since the last time of asking."""
        counted = (self.taps, self.keys)
        self.taps = self.keys = 0
        return counted


@contextmanager
def phone(
    chromium: Chromium,
    url: str,
    *,
    size: Mapping[str, int] = SIZE,
    language: str = "ko",
    touch: bool = True,
    **more: Any,
) -> Iterator[Phone]:
    """A fresh phone of 390 by 844 px in Seoul, in Korean, with nothing stored."""
    context = chromium.new_context(
        viewport=dict(size), has_touch=touch, is_mobile=touch, locale={"ko": "ko-KR", "en": "en-GB"}[language],
        timezone_id="Asia/Seoul", **more,
    )  # fmt: skip
    context.set_default_timeout(PATIENCE)
    try:
        yield Phone(context, url, touch)
    finally:
        context.close()


def plan_visit(
    desk: Phone, purpose: str, site: str = "동부채굴장", engineer: str = "강민아", at: datetime | None = None
) -> None:
    """On the page of the supervisor: a visit for now, unless `at` says otherwise."""
    desk.go("/plan/new")
    choose(desk, "site", site)
    choose(desk, "engineer", engineer)
    desk.type("planned_at", f"{(at or now()).astimezone(SEOUL):%Y-%m-%dT%H:%M}")
    desk.type("purpose", purpose)
    desk.send("plan")


def choose(desk: Phone, name: str, text: str) -> None:
    """Take the option of the select that contains `text`."""
    desk.taps += 2
    options = desk.find(f'select[name="{name}"] option').all_inner_texts()
    [label] = [option for option in options if text in option]
    desk.find(f'select[name="{name}"]').select_option(label=label)


def draw(hand: Phone) -> None:
    """Write something on the glass with a finger."""
    box = hand.find(".pad canvas").bounding_box()
    assert box
    touch = hand.context.new_cdp_session(hand.page)
    for (x1, y1), (x2, y2) in (((0.15, 0.7), (0.3, 0.2)), ((0.3, 0.25), (0.42, 0.7)), ((0.5, 0.3), (0.85, 0.65))):
        steps = [(x1 + (x2 - x1) * i / 8, y1 + (y2 - y1) * i / 8) for i in range(9)]
        for number, (x, y) in enumerate(steps):
            point = {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]}
            kind = "touchMove" if number else "touchStart"
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
            hand.page.wait_for_timeout(10)
        hand.page.wait_for_timeout(400)  # lifted in full swing it would be a fling, and the next tap would only stop it
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    touch.detach()


def visit_of(path: str) -> int:
    """The number in the address of a visit."""
    found = re.search(r"/(?:visits|approvals)/(\d+)", path)
    assert found, path
    return int(found[1])
