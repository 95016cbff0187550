"""A session is a row: it is new at each login and dead at logout, whoever kept a copy of its cookie."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from portal.accounts.actions import LASTS, open_session
from portal.accounts.models import Login
from portal.kit.clock import now
from portal.kit.db import db
from portal.people.models import Role
from portal.town import Town
from tests.support.client import Browser


def copy_of(browser: Browser, app: Flask) -> Browser:
    """Another browser with the same cookie."""
    cookie = browser.client.get_cookie("sid")
    assert cookie
    other = Browser(app)
    other.client.set_cookie("sid", cookie.value)
    return other


def test_a_copied_cookie_is_dead_after_logout(browser: Browser, bare_app: Flask, people: Town) -> None:
    thief = copy_of(browser.login(people.mina.email), bare_app)
    thief.get("/today")

    browser.post("/logout")

    thief.get("/today", status=303)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Login)) == 0


def test_logout_ends_this_session_and_no_other(bare_app: Flask, people: Town) -> None:
    phone, desk = Browser(bare_app).login(people.mina.email), Browser(bare_app).login(people.mina.email)
    phone.post("/logout")

    phone.get("/today", status=303)
    desk.get("/today")


def test_the_secret_is_new_at_each_login(browser: Browser, bare_app: Flask, people: Town) -> None:
    before = copy_of(browser.login(people.mina.email), bare_app)
    browser.login(people.mina.email)

    browser.get("/today")
    before.get("/today", status=303)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Login)) == 1


def test_a_cookie_planted_before_the_login_opens_nothing(browser: Browser, bare_app: Flask, people: Town) -> None:
    browser.client.set_cookie("sid", "planted-by-somebody-else")
    browser.login(people.mina.email)

    cookie = browser.client.get_cookie("sid")
    assert cookie and cookie.value != "planted-by-somebody-else"
    attacker = Browser(bare_app)
    attacker.client.set_cookie("sid", "planted-by-somebody-else")
    attacker.get("/today", status=303)


def test_another_person_on_the_same_phone_ends_the_first_session(
    browser: Browser, bare_app: Flask, people: Town
) -> None:
    first = copy_of(browser.login(people.mina.email), bare_app)
    browser.login(people.jun.email)

    first.get("/today", status=303)
    assert people.jun.name in browser.get("/me").text


def test_a_locked_person_is_out_at_once(browser: Browser, people: Town) -> None:
    browser.login(people.mina.email).get("/today")
    people.mina.locked_at = now()

    browser.get("/today", status=303)


def test_a_role_that_was_taken_away_opens_nothing_any_more(browser: Browser, people: Town) -> None:
    browser.login(people.mina.email).get("/today")
    people.mina.roles = frozenset({Role.LAB})

    browser.get("/today", status=403)
    browser.get("/visits", status=403)


def test_a_session_ends_by_itself(browser: Browser, people: Town) -> None:
    browser.login(people.mina.email)
    cookie = browser.client.get_cookie("sid")
    assert cookie

    assert open_session(cookie.value, now() + LASTS - timedelta(minutes=1))
    assert open_session(cookie.value, now() + LASTS + timedelta(minutes=1)) is None


def test_who_is_not_logged_in_is_sent_to_the_login_and_keeps_a_form(browser: Browser) -> None:
    browser.get("/today", status=303)
    assert browser.last.headers["Location"] == "/login?next=/today"

    browser.post("/plan/new", {"purpose": "x"}, status=401)


def test_htmx_is_sent_to_the_login_too(browser: Browser) -> None:
    browser.get("/today", headers={"HX-Request": "true"})
    assert browser.last.headers["HX-Redirect"] == "/login?next=/today"


def test_logging_out_forgets_the_cookie_but_not_the_phone(browser: Browser, people: Town) -> None:
    """`Clear-Site-Data` would wipe what waits on the phone to be sent."""
    browser.login(people.mina.email).post("/logout")

    assert browser.last.headers["Location"] == "/login"
    assert not browser.client.get_cookie("sid")
    assert "Clear-Site-Data" not in browser.last.headers
