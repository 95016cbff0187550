"""Guessing is slow: ten tries in ten minutes for one account, sixty from one network."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from portal.accounts import actions
from portal.accounts.actions import PER_ACCOUNT, PER_NET, WINDOW
from portal.app import create_app
from portal.config import Settings
from portal.kit.clock import now
from portal.kit.db import db
from portal.kit.errors import NotValid, TooMany
from portal.town import Town
from tests.support.client import SAME_ORIGIN, Browser

RIGHT, WRONG = "sightglass-mina", "not the password"


def guess(app: Flask, email: str, password: str = WRONG, address: str = "203.0.113.9", forwarded: str = "") -> int:
    """One try by a browser of its own; its status."""
    headers = {**SAME_ORIGIN, **({"X-Forwarded-For": forwarded} if forwarded else {})}
    data = {"email": email, "password": password}
    answer = app.test_client().post("/login", data=data, headers=headers, environ_overrides={"REMOTE_ADDR": address})
    return answer.status_code


def fill(email: str, address: str, tries: int) -> None:
    """As if so many tries had been made just now."""
    at = now()
    for _ in range(tries):
        actions.note_tries(*actions.login_keys(email, actions.net_of(address)), at=at)
    db.session.commit()


def test_the_eleventh_try_is_refused_even_with_the_right_password(bare_app: Flask, people: Town) -> None:
    email = people.mina.email
    db.session.commit()

    assert [guess(bare_app, email) for _ in range(PER_ACCOUNT)] == [422] * PER_ACCOUNT
    assert guess(bare_app, email, RIGHT) == 429
    assert guess(bare_app, email.upper(), RIGHT, address="198.51.100.4") == 429
    assert guess(bare_app, people.jun.email, "sightglass-jun") == 303, "others are not kept out"


def test_twenty_tries_at_once_do_not_slip_under_the_limit(bare_app: Flask, people: Town) -> None:
    email = people.mina.email
    db.session.commit()

    with ThreadPoolExecutor(20) as pool:
        answers = Counter(pool.map(lambda _: guess(bare_app, email), range(20)))

    assert answers[422] <= PER_ACCOUNT
    assert answers[422] + answers[429] == 20
    assert guess(bare_app, email, RIGHT) == 429


def test_one_network_cannot_try_one_password_on_everybody(bare_app: Flask, people: Town) -> None:
    for number in range(PER_NET):
        fill(f"somebody{number}@hanbit.example", "203.0.113.9", 1)
    email = people.mina.email
    db.session.commit()

    assert guess(bare_app, email, RIGHT, address="203.0.113.77") == 429, "another address of the same /24"
    assert guess(bare_app, email, RIGHT, address="203.0.114.77") == 303


def test_ipv6_neighbours_are_one_network() -> None:
    assert actions.net_of("2001:db8:1:2::1") == actions.net_of("2001:db8:1:2:ffff::9")
    assert actions.net_of("2001:db8:1:2::1") != actions.net_of("2001:db8:1:3::1")
    assert actions.net_of("::ffff:203.0.113.9") == actions.net_of("203.0.113.9")
    assert actions.net_of(None) == actions.net_of("") == "unknown"


def test_a_forged_forwarding_header_does_not_help(bare_app: Flask, people: Town) -> None:
    """Without a proxy in front, whatever the header says comes from the guesser."""
    fill("somebody@hanbit.example", "203.0.113.9", PER_NET)

    answers = [guess(bare_app, people.mina.email, RIGHT, forwarded=f"198.51.{n}.7") for n in range(3)]
    assert answers == [429] * 3


def test_behind_one_proxy_only_its_own_word_counts(settings: Settings, people: Town) -> None:
    fill("somebody@hanbit.example", "203.0.113.9", PER_NET)
    email = people.mina.email
    db.session.commit()
    app = create_app(replace(settings, trusted_proxies=1))

    assert guess(app, email, RIGHT, address="10.0.0.2", forwarded="198.51.100.1, 203.0.113.9") == 429
    assert guess(app, email, RIGHT, address="10.0.0.2", forwarded="203.0.113.9, 198.51.100.1") == 303
    with app.app_context():
        db.engine.dispose()


def test_after_ten_minutes_one_may_try_again(app: Flask, people: Town) -> None:
    email, net, at = people.mina.email, "203.0.113.0/24", now()
    for _ in range(PER_ACCOUNT + 1):
        actions.note_tries(*actions.login_keys(email, net), at=at)

    with pytest.raises(TooMany):
        actions.log_in(email, RIGHT, net=net, device="", at=at)
    login, _secret = actions.log_in(email, RIGHT, net=net, device="", at=at + WINDOW + timedelta(seconds=1))
    assert login.person is people.mina


def test_a_login_that_succeeds_forgets_the_tries_before_it(bare_app: Flask, people: Town) -> None:
    email = people.mina.email
    db.session.commit()
    for _ in range(3):
        assert [guess(bare_app, email) for _ in range(4)] == [422] * 4
        assert guess(bare_app, email, RIGHT) == 303


def test_the_refusal_is_the_same_for_a_person_who_does_not_exist(bare_app: Flask, people: Town) -> None:
    for email in (people.mina.email, "nobody@hanbit.example"):
        fill(email, "198.51.100.9", PER_ACCOUNT)
    texts = []
    for email in (people.mina.email, "nobody@hanbit.example"):
        page = Browser(bare_app).post("/login", {"email": email, "password": RIGHT}, status=429)
        texts.append(page.select_one("form").text)

    assert texts[0] == texts[1]


def test_the_pin_is_guessed_no_faster(app: Flask, people: Town) -> None:
    at = now()
    for _ in range(PER_ACCOUNT):
        actions.note_tries(actions.pin_key(people.mina), at=at)
        with pytest.raises(NotValid):
            actions.authorise(people.mina, "000000", at=at)
    actions.note_tries(actions.pin_key(people.mina), at=at)
    with pytest.raises(TooMany):
        actions.authorise(people.mina, "246813", at=at)
