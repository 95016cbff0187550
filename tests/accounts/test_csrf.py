"""Only our own pages may change anything: the browser itself says where a request comes from."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal.town import Town
from tests.support.client import Browser
from tests.support.digest import digest_of
from tests.support.routes import unsafe_requests

FOREIGN: dict[str, dict[str, str]] = {
    "says nothing": {},
    "cross-site": {"Sec-Fetch-Site": "cross-site"},
    "same-site": {"Sec-Fetch-Site": "same-site"},
    "typed in": {"Sec-Fetch-Site": "none"},
    "empty": {"Sec-Fetch-Site": ""},
    "null origin": {"Origin": "null"},
    "another origin": {"Origin": "https://evil.example"},
    "another port": {"Origin": "http://localhost:8001"},
    "another scheme": {"Origin": "https://localhost"},
    "cross-site with our origin": {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    "only a referrer": {"Referer": "http://localhost/today"},
}


def send(browser: Browser, method: str, path: str, headers: dict[str, str], **kwargs: Any) -> TestResponse:
    return browser._ask(partial(browser.client.open, method=method), path, headers=headers, **kwargs)


@pytest.mark.parametrize("kind", FOREIGN)
def test_no_unsafe_address_listens_to_other_sites(browser: Browser, bare_app: Flask, people: Town, kind: str) -> None:
    browser.login(people.han.email)
    before = digest_of()

    answers = {
        (method, path): send(browser, method, path, FOREIGN[kind], data={"language": "en"}).status_code
        for method, path in unsafe_requests(bare_app)
    }

    assert answers
    assert set(answers.values()) == {403}, answers
    assert digest_of() == before


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}])
def test_our_own_pages_may(browser: Browser, headers: dict[str, str]) -> None:
    assert send(browser, "POST", "/language", headers, data={"language": "en"}).status_code == 303


def test_reading_needs_no_such_word_and_changes_nothing(browser: Browser, people: Town) -> None:
    browser.login(people.han.email)
    before = digest_of()
    for path in ("/", "/me", "/approvals", "/plan", "/plan/new", "/visits", "/healthz", "/readyz"):
        answer = send(browser, "GET", path, {"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code in {200, 302, 303}, path

    assert digest_of() == before


@pytest.mark.parametrize("path", ["/logout", "/language", "/theme"])
def test_a_link_cannot_do_what_a_button_does(browser: Browser, people: Town, path: str) -> None:
    browser.login(people.mina.email)
    browser.get(path, status=405)
    browser.get("/today")
