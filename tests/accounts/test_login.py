"""Logging in: who gets in, and what those who do not get in can learn."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.accounts.models import Login
from portal.app import create_app
from portal.config import Settings
from portal.journal.models import Entry
from portal.kit.clock import now
from portal.kit.db import db
from portal.town import Town
from tests.support.answers import shape_of
from tests.support.client import SAME_ORIGIN, Browser

WRONG = "not the password"


def test_the_right_password_opens_ones_own_pages(browser: Browser, people: Town) -> None:
    browser.post("/login", {"email": people.mina.email, "password": "sightglass-mina"})
    assert browser.last.headers["Location"] == "/today"

    page = browser.get("/me")
    assert people.mina.name in page.text


def test_an_address_in_capitals_with_spaces_is_the_same_person(browser: Browser, people: Town) -> None:
    browser.login(f" {people.mina.email.upper()} ", "sightglass-mina")
    browser.get("/today")


def test_a_wrong_password_opens_nothing_and_keeps_the_address(browser: Browser, people: Town) -> None:
    page = browser.post("/login", {"email": people.mina.email, "password": WRONG}, status=422)

    assert page.select_one("input[name=email]")["value"] == people.mina.email
    assert WRONG not in str(page), "a password is never sent back"
    assert "Set-Cookie" not in browser.last.headers
    browser.get("/today", status=303)


def test_nobody_learns_who_has_a_login(bare_app: Flask, people: Town) -> None:
    """Unknown person, wrong password and locked person give one answer, word for word."""
    people.bora.locked_at = now()
    tries = {
        "nobody@hanbit.example": WRONG,
        people.mina.email: WRONG,
        people.bora.email: "sightglass-bora",
    }
    answers = []
    for email, password in tries.items():
        browser = Browser(bare_app)
        browser.post("/login", {"email": email, "password": password}, status=422)
        answers.append(shape_of(browser.last, email))

    assert answers[0] == answers[1] == answers[2]


def test_an_empty_form_says_what_is_missing(browser: Browser) -> None:
    page = browser.post("/login", {"email": "", "password": ""}, status=422)
    assert len(page.select("[aria-invalid=true]")) == 2


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "٣" * 300, "x" * 10_000, "sNaN", "' OR 1=1 --"])
def test_strange_input_is_refused_and_breaks_nothing(browser: Browser, text: str) -> None:
    browser.post("/login", {"email": text, "password": text}, status=422)


def test_a_login_is_written_in_the_journal(browser: Browser, people: Town) -> None:
    browser.login(people.mina.email)
    browser.post("/logout")

    entries = sa.select(Entry.what).where(Entry.by_id == people.mina.id).order_by(Entry.id.desc()).limit(2)
    assert list(db.session.scalars(entries)) == ["person.logged_out", "person.logged_in"]


def test_the_database_keeps_no_secret_that_opens_anything(browser: Browser, people: Town) -> None:
    browser.login(people.mina.email)
    [login] = db.session.scalars(sa.select(Login))
    cookie = browser.client.get_cookie("sid")

    assert cookie and len(cookie.value) >= 43
    assert cookie.value not in {login.secret_hash, login.device}
    assert people.mina.password_hash.startswith("$argon2id$")
    assert people.mina.pin_hash.startswith("$argon2id$")


@pytest.mark.parametrize(
    ("asked", "lands"),
    [
        ("/visits", "/visits"),
        ("/visits?before=7", "/visits?before=7"),
        ("", "/today"),
        ("visits", "/today"),
        ("https://evil.example/", "/today"),
        ("//evil.example/", "/today"),
        ("///evil.example/", "/today"),
        ("/\\evil.example/", "/today"),
        ("\\\\evil.example/", "/today"),
        ("/\t/evil.example/", "/today"),
        ("/\r/evil.example/", "/today"),
        ("/\n/evil.example/", "/today"),
        ("\t//evil.example/", "/today"),
        ("javascript:alert(1)", "/today"),
        ("/today\r\nSet-Cookie: sid=x", "/today"),
    ],
)
def test_the_way_back_leads_only_into_the_portal(browser: Browser, people: Town, asked: str, lands: str) -> None:
    browser.post("/login", {"email": people.mina.email, "password": "sightglass-mina", "next": asked})
    assert browser.last.headers["Location"] == lands


def test_who_asked_for_a_page_gets_it_after_the_login(browser: Browser, people: Town) -> None:
    browser.get("/visits?before=7", status=303)
    page = browser.follow()
    form = browser.fill(page, "/login", email=people.mina.email, password="sightglass-mina")
    browser.post("/login", form)

    assert browser.last.headers["Location"] == "/visits?before=7"


def test_every_person_of_the_town_lands_where_their_day_begins(bare_app: Flask, people: Town) -> None:
    for person, home in (
        ("han", "/approvals"),
        ("jun", "/today"),
        ("kim", "/dealer"),
        ("lab", "/me"),
        ("admin", "/people"),
    ):
        browser = Browser(bare_app)
        browser.post("/login", {"email": getattr(people, person).email, "password": f"sightglass-{person}"})
        assert browser.last.headers["Location"] == home
        browser.follow()


@pytest.mark.parametrize(("field", "values"), [("language", ("en", "ko")), ("theme", ("day", "night", "sun"))])
def test_language_and_light_are_remembered_by_the_browser(
    browser: Browser, field: str, values: tuple[str, ...]
) -> None:
    attribute = {"language": "lang", "theme": "data-theme"}[field]
    for value in values:
        browser.post(f"/{field}", {field: value}, headers={"Referer": "http://localhost/login"})
        assert browser.last.headers["Location"] == "/login"
        assert browser.get("/login").select_one("html")[attribute] == value


@pytest.mark.parametrize("field", ["language", "theme"])
def test_a_word_that_is_no_choice_is_not_remembered(browser: Browser, field: str) -> None:
    browser.post(f"/{field}", {field: "<b>"})
    assert "Set-Cookie" not in browser.last.headers


def test_the_choice_of_language_sends_nobody_away(browser: Browser) -> None:
    for referrer in ("https://evil.example//evil.example/", "https://evil.example/\\evil", "nonsense"):
        browser.post("/language", {"language": "en"}, headers={"Referer": referrer})
        assert browser.last.headers["Location"] == "/"


@pytest.mark.parametrize(("asks", "lang"), [("ko-KR,ko;q=0.9", "ko"), ("en-GB", "en"), ("fr", "ko"), ("", "ko")])
def test_before_the_login_the_browser_says_the_language(browser: Browser, asks: str, lang: str) -> None:
    page = browser.get("/login", headers={"Accept-Language": asks})
    assert page.select_one("html")["lang"] == lang


def test_on_https_the_cookie_is_bound_to_the_host(settings: Settings, people: Town) -> None:
    app = create_app(replace(settings, base_url="https://portal.example"))
    client = app.test_client()
    data = {"email": people.mina.email, "password": "sightglass-mina"}
    db.session.commit()
    answer = client.post("/login", data=data, headers=SAME_ORIGIN, base_url="https://portal.example")

    [cookie] = answer.headers.getlist("Set-Cookie")
    name, *flags = [part.strip() for part in cookie.split(";")]
    assert name.startswith("__Host-sid=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(flags)
    assert not [flag for flag in flags if flag.startswith("Domain")]
    with app.app_context():
        db.engine.dispose()
