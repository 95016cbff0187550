"""The way back in: a link by mail, once, for an hour, and no word about who has a login."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.accounts import actions, mailing
from portal.accounts.actions import PER_INBOX, PER_NET
from portal.accounts.models import LinkPurpose, OneTimeLink
from portal.accounts.passwords import fits
from portal.app import create_app
from portal.config import Settings
from portal.journal.models import Entry
from portal.kit.clock import now
from portal.kit.db import canonical, db
from portal.kit.jobs import Job, work_once
from portal.people.models import Person
from portal.town import Town, find
from tests.support.answers import shape_of
from tests.support.client import Browser
from tests.support.post import PostOffice, link_in, words_of

NEW = "좋은 기름은 오래 간다"
Post = Callable[[], EmailMessage]


@pytest.fixture
def town(mailing_app: Flask) -> Town:
    return find()


def told(what: str) -> list[Entry]:
    return list(db.session.scalars(sa.select(Entry).where(Entry.what == what)))


def link_for(town: Town, person: Person, post: Post, purpose: LinkPurpose = LinkPurpose.RESET) -> str:
    mailing.mail_link_to(person, purpose, at=now())
    db.session.commit()
    return link_in(post())


def test_a_forgotten_password_is_set_anew(visitor: Browser, town: Town, office: PostOffice, post: Post) -> None:
    page = visitor.get("/login")
    assert page.select_one("a[href='/forgotten']")
    visitor.post("/forgotten", {"email": f" {town.mina.email.upper()} "})
    visitor.follow()
    link = link_in(post())
    assert office.to == [town.mina.email]

    page = visitor.get(link)
    assert town.mina.email in page.text
    visitor.post(link, {"password": NEW, "again": NEW, "pin": ""})
    assert visitor.last and visitor.last.headers["Location"] == "/login?set=yes"
    assert "Your password is set" in visitor.follow().text

    visitor.login(town.mina.email, NEW).get("/today")
    assert fits(town.mina.pin_hash, "246813"), "an empty box keeps the PIN"
    assert [entry.by_id for entry in told("person.password_set")] == [town.mina.id]


def test_the_mail_is_in_the_readers_language(visitor: Browser, town: Town, post: Post) -> None:
    town.mina.language, town.jun.language = "ko", "en"
    texts = {}
    for person in (town.mina, town.jun):
        visitor.post("/forgotten", {"email": person.email})
        texts[person.email] = words_of(post())
    assert "Open this link" in texts[town.jun.email] or "open this link" in texts[town.jun.email]
    assert town.jun.name in texts[town.jun.email]
    assert texts[town.mina.email] != texts[town.jun.email]


def test_the_answer_tells_nobody_who_has_a_login(mailing_app: Flask, town: Town, office: PostOffice) -> None:
    town.bora.locked_at = now()
    answers = []
    for email in ("nobody@hanbit.example", town.mina.email, town.bora.email):
        browser = Browser(mailing_app)
        browser.post("/forgotten", {"email": email})
        first = shape_of(browser.last, email)
        browser.follow()
        answers.append((first, shape_of(browser.last, email)))
    while work_once():
        pass

    assert answers[0] == answers[1] == answers[2]
    assert office.to == [town.mina.email]


def test_who_asks_too_often_waits_and_the_refusal_tells_nothing_either(mailing_app: Flask, town: Town) -> None:
    texts = []
    for email in (town.mina.email, "nobody@hanbit.example"):
        browser = Browser(mailing_app)
        for _time in range(PER_INBOX):
            browser.post("/forgotten", {"email": email})
        browser.post("/forgotten", {"email": email}, status=429)
        texts.append(shape_of(browser.last, email))
    assert texts[0] == texts[1]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Job)) == PER_INBOX


def test_one_network_cannot_write_to_everybody(visitor: Browser, town: Town) -> None:
    for number in range(PER_NET):
        keys = actions.inbox_keys(f"somebody{number}@hanbit.example", actions.net_of("127.0.0.1"))
        actions.note_tries(*keys, at=now())
    visitor.post("/forgotten", {"email": town.mina.email}, status=429)


@pytest.mark.parametrize("text", ["", " ", "\x00", "x" * 300, "' OR 1=1 --"])
def test_strange_addresses_break_nothing(visitor: Browser, town: Town, text: str) -> None:
    visitor.post("/forgotten", {"email": text}, status=303 if text.startswith("'") else 422)
    assert not db.session.scalar(sa.select(sa.func.count()).select_from(Job))


def test_a_link_works_once(visitor: Browser, town: Town, post: Post) -> None:
    link = link_for(town, town.mina, post)
    visitor.post(link, {"password": NEW, "again": NEW})

    for _time in range(2):
        assert "opens nothing" in visitor.get(link, status=404).text
        visitor.post(link, {"password": "another long one", "again": "another long one"}, status=404)
    assert fits(town.mina.password_hash, NEW)


def test_reading_the_page_does_not_use_the_link_up(visitor: Browser, town: Town, post: Post) -> None:
    link = link_for(town, town.mina, post)
    visitor.get(link)
    visitor.get(link)
    visitor.post(link, {"password": NEW, "again": NEW})


@pytest.mark.parametrize("purpose", LinkPurpose)
def test_a_link_grows_old(app: Flask, people: Town, purpose: LinkPurpose) -> None:
    lasts, at = mailing.LASTS[purpose], now()
    mailing._keep(people.mina, purpose, "secret", at)
    assert actions.live_link("secret", at + lasts - timedelta(seconds=1))
    assert actions.live_link("secret", at + lasts) is None
    assert actions.live_link("another", at) is None


def test_the_newest_link_wins(visitor: Browser, town: Town, post: Post) -> None:
    first, second = link_for(town, town.mina, post), link_for(town, town.mina, post)
    others = link_for(town, town.jun, post)
    visitor.get(first, status=404)
    visitor.get(second)
    visitor.get(others)


def test_a_locked_persons_link_is_dead_and_they_get_no_other(
    visitor: Browser, town: Town, office: PostOffice, post: Post
) -> None:
    link = link_for(town, town.mina, post)
    town.mina.locked_at = now()
    visitor.get(link, status=404)
    visitor.post(link, {"password": NEW, "again": NEW}, status=404)

    mailing.mail_link_to(town.mina, LinkPurpose.RESET, at=now())
    post()
    assert len(office.letters) == 1
    assert db.session.scalar(sa.select(Job.done_at).order_by(Job.id.desc()).limit(1))


def test_a_new_password_ends_every_session(visitor: Browser, mailing_app: Flask, town: Town, post: Post) -> None:
    thief = Browser(mailing_app).login(town.mina.email)
    visitor.post(link_for(town, town.mina, post), {"password": NEW, "again": NEW})
    thief.get("/today", status=303)


def test_a_new_password_forgives_the_wrong_tries(visitor: Browser, town: Town, post: Post) -> None:
    for _time in range(actions.PER_ACCOUNT + 1):
        actions.note_tries(actions.login_keys(town.mina.email, "")[0], at=now())
    visitor.post(link_for(town, town.mina, post), {"password": NEW, "again": NEW})
    visitor.login(town.mina.email, NEW)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("password", {"password": "short", "again": "short"}),
        ("password", {"password": "Password123", "again": "Password123"}),
        ("password", {"password": "mina@hanbit.example", "again": "mina@hanbit.example"}),
        ("password", {"password": "aaaaaaaaaaaa", "again": "aaaaaaaaaaaa"}),
        ("password", {"password": "", "again": ""}),
        ("again", {"password": NEW, "again": NEW + "!"}),
        ("pin", {"password": NEW, "again": NEW, "pin": "123456"}),
        ("pin", {"password": NEW, "again": NEW, "pin": "111111"}),
        ("pin", {"password": NEW, "again": NEW, "pin": "12345"}),
        ("pin", {"password": NEW, "again": NEW, "pin": "٣٣٤٥٦٧"}),
    ],
)
def test_what_is_guessed_easily_is_refused_and_the_link_lives_on(
    visitor: Browser, town: Town, post: Post, field: str, values: dict[str, str]
) -> None:
    link = link_for(town, town.mina, post)
    page = visitor.post(link, values, status=422)

    assert page.select_one(f"#{field}[aria-invalid=true]")
    assert not [box for box in page.select("input[type=password]") if box["value"]], "no secret is sent back"
    visitor.get(link)


def test_a_forged_field_changes_nothing_else(visitor: Browser, town: Town, post: Post) -> None:
    link = link_for(town, town.mina, post)
    forged = {"roles": "admin", "email": "x@else.example", "person_id": str(town.admin.id), "locked_at": "", "id": "1"}
    visitor.post(link, {**forged, "password": NEW, "again": NEW})

    assert town.mina.roles == frozenset({"engineer"})
    assert town.mina.email == "mina@hanbit.example"
    assert not fits(town.admin.password_hash, NEW)


def test_the_address_of_the_page_goes_along_to_nobody(visitor: Browser, town: Town, post: Post) -> None:
    link = link_for(town, town.mina, post)
    visitor.get(link)
    assert visitor.last and visitor.last.headers["Referrer-Policy"] == "strict-origin"
    assert visitor.last.headers["Cache-Control"] == "no-store"


def test_neither_job_nor_journal_nor_table_holds_the_secret(visitor: Browser, town: Town, post: Post) -> None:
    secret = link_for(town, town.mina, post).removeprefix("/set/")
    jobs = [canonical(payload) for payload in db.session.scalars(sa.select(Job.payload))]
    entries = [canonical(facts) for facts in db.session.scalars(sa.select(Entry.facts))]
    [link] = db.session.scalars(sa.select(OneTimeLink))

    assert not [text for text in (*jobs, *entries, link.secret_hash) if secret in text]
    assert jobs == [canonical({"person": town.mina.id, "purpose": "reset"})]
    assert [entry.facts["after"]["purpose"] for entry in told("person.link_mailed")] == ["reset"]


def test_no_secret_of_a_link_stands_in_the_log(
    settings: Settings, office: PostOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"smtp://portal:hunter2@127.0.0.1:{office.port}"  # a server without logins: the job fails
    for address in (url, url.replace("portal:hunter2@", "")):
        app = create_app(replace(settings, log_level="INFO", mail_url=address))
        with app.app_context():
            mailing.mail_link_to(find().mina, LinkPurpose.RESET, at=now())
            db.session.commit()
            assert work_once()
            db.session.remove()
            db.engine.dispose()
    link = link_in(office.letters[0])
    with app.app_context():
        browser = Browser(app)
        browser.get(link)
        browser.post(link, {"password": NEW, "again": NEW, "pin": "802914"})
        db.session.remove()
        db.engine.dispose()

    text = capsys.readouterr().err
    assert text.count("/set/<secret>") == 2 and "job failed" in text and "job done" in text
    secrets = (link.removeprefix("/set/"), NEW, "802914", "hunter2", "mina@hanbit.example")
    assert not [secret for secret in secrets if secret in text]


def test_a_mail_that_is_not_taken_is_tried_again(town: Town, office: PostOffice) -> None:
    office.closed = True
    mailing.mail_link_to(town.mina, LinkPurpose.RESET, at=now())
    db.session.commit()
    assert work_once()
    [job] = db.session.scalars(sa.select(Job))
    assert job.done_at is None and job.failed_at is None and job.due_at > now()
    assert job.error and "451" in job.error and "mina" not in job.error
    assert not db.session.scalar(sa.select(sa.func.count()).select_from(OneTimeLink)), "nobody holds that link"

    office.closed, job.due_at = False, now()
    db.session.commit()
    assert work_once()
    assert office.to == [town.mina.email]
    assert actions.live_link(link_in(office.letters[0]).removeprefix("/set/"), now())


def test_two_hands_on_one_link_set_one_password(visitor: Browser, town: Town, post: Post) -> None:
    link = actions.live_link(link_for(town, town.mina, post).removeprefix("/set/"), now())
    assert link
    actions.take_up(link, "first", None, at=now())
    with pytest.raises(actions.WrongState):
        actions.take_up(link, "second", None, at=now())
    assert town.mina.password_hash == "first"
