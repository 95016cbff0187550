"""What every answer carries, also the one that refuses, breaks or is only a picture."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.app import create_app
from portal.config import Settings
from portal.kit.db import db
from portal.people.permits import public
from portal.town import Town
from tests.support.client import SAME_ORIGIN, Browser

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
}
POLICY = {  # decisions of the house: what a page may load, run and be framed by
    "default-src 'none'",
    "style-src 'self' 'nonce-N'",
    "script-src 'nonce-N' 'wasm-unsafe-eval'",
    "img-src 'self' blob: data:",
    "connect-src 'self'",
    "font-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types htmx app",
}
NONCE = re.compile(r"'nonce-([\w-]{22})'")
ANSWERS = {  # status: a request that gives it to somebody without a login
    200: ("GET", "/login"),
    302: ("GET", "/"),
    303: ("GET", "/today"),
    401: ("POST", "/plan/new"),
    404: ("GET", "/no/such/page"),
    405: ("GET", "/logout"),
    422: ("POST", "/login"),
    500: ("GET", "/crash"),
    503: ("GET", "/busy"),
}


@pytest.fixture
def crashing(bare_app: Flask) -> Flask:
    """The portal with two pages that break."""

    @bare_app.get("/crash")
    @public
    def crash() -> str:
        raise RuntimeError("a secret of the inside")

    @bare_app.get("/busy")
    @public
    def busy() -> str:
        raise sa.exc.OperationalError("SELECT secret", {}, Exception("database is locked"))

    return bare_app


@pytest.mark.parametrize("status", ANSWERS)
def test_every_answer_is_guarded(crashing: Flask, status: int) -> None:
    method, path = ANSWERS[status]
    answer = crashing.test_client().open(path, method=method, headers=SAME_ORIGIN)

    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    policy = NONCE.sub("'nonce-N'", answer.headers["Content-Security-Policy"])
    assert {part.strip() for part in policy.split(";")} == POLICY
    assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["X-Request-ID"])
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in answer.headers, "only where there is https"
    assert "Server" not in answer.headers


@pytest.mark.parametrize("status", [500, 503])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_what_breaks_tells_its_number_and_nothing_of_the_inside(crashing: Flask, status: int, language: str) -> None:
    browser = Browser(crashing)
    page = browser.get(ANSWERS[status][1], status=status, headers={"Accept-Language": language})

    assert browser.last.headers["X-Request-ID"] in page.text
    assert page.select_one("html")["lang"] == language
    assert "secret" not in str(page)
    assert "Traceback" not in str(page)


def test_who_is_busy_says_when_to_come_back(crashing: Flask) -> None:
    browser = Browser(crashing)
    browser.get("/busy", status=503)
    assert browser.last.headers["Retry-After"] == "2"


def test_the_nonce_is_new_each_time_and_the_one_in_the_page(browser: Browser) -> None:
    seen = set()
    for _ in range(20):
        page = browser.get("/login")
        [nonce] = set(NONCE.findall(browser.last.headers["Content-Security-Policy"]))
        scripts = page.select("script")
        assert scripts
        assert {script["nonce"] for script in scripts} == {nonce}
        seen.add(nonce)
    assert len(seen) == 20


def test_a_request_number_is_taken_from_the_proxy_when_it_is_one(browser: Browser) -> None:
    browser.get("/login", headers={"X-Request-ID": "abcdef-0123"})
    assert browser.last.headers["X-Request-ID"] == "abcdef-0123"

    for forged in ("x", 'a"><script>', "a" * 65, "line one"):
        browser.get("/login", headers={"X-Request-ID": forged})
        assert re.fullmatch(r"[0-9a-f]{16}", browser.last.headers["X-Request-ID"])


def test_files_of_our_own_are_kept_by_the_browser_and_guarded(browser: Browser) -> None:
    page = browser.get("/login")
    addresses = {str(element["src"]) for element in page.select("script[src]")}
    addresses |= {str(element["href"]) for element in page.select("link[href]")}
    assert addresses
    for address in addresses:
        answer = browser.client.get(address)
        assert answer.status_code == 200, address
        assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
        assert "max-age=31536000" in answer.headers["Cache-Control"]
        assert "immutable" in answer.headers["Cache-Control"]
        assert not answer.headers.getlist("Set-Cookie")
        answer.close()


def test_a_page_is_never_kept(browser: Browser, people: Town) -> None:
    browser.login(people.han.email)
    for path in ("/approvals", "/plan", "/plan/new", "/visits", "/me"):
        browser.get(path)
        assert browser.last.headers["Cache-Control"] == "no-store"
        assert "HX-Request" in browser.last.headers["Vary"]


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(browser: Browser, people: Town) -> None:
    browser.post("/login", {"email": people.mina.email, "password": "sightglass-mina"})
    given = browser.last.headers.getlist("Set-Cookie")
    for path, data in (("/language", {"language": "en"}), ("/theme", {"theme": "sun"})):
        browser.post(path, data)
        given += browser.last.headers.getlist("Set-Cookie")

    assert [cookie.partition("=")[0] for cookie in given] == ["sid", "language", "theme"]
    for cookie in given:
        flags = {flag.strip() for flag in cookie.split(";")}
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= flags
        assert "Secure" not in flags, "a loopback without https would not send it back"


def test_on_https_cookies_are_secure_and_browsers_are_told_to_stay(settings: Settings, people: Town) -> None:
    data = {"email": people.mina.email, "password": "sightglass-mina"}
    db.session.commit()
    url = "https://portal.example"
    app = create_app(replace(settings, base_url=url))
    client = app.test_client()
    answers = [
        client.post("/login", data=data, headers=SAME_ORIGIN, base_url=url),
        client.post("/language", data={"language": "en"}, headers=SAME_ORIGIN, base_url=url),
        client.post("/logout", headers=SAME_ORIGIN, base_url=url),
        client.get("/no/such/page", base_url=url),
    ]

    assert {answer.headers["Strict-Transport-Security"] for answer in answers} == {"max-age=31536000"}
    cookies = [cookie for answer in answers for cookie in answer.headers.getlist("Set-Cookie")]
    assert len(cookies) == 3
    for cookie in cookies:
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= {flag.strip() for flag in cookie.split(";")}
    with app.app_context():
        db.engine.dispose()
