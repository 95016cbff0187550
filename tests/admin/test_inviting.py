"""Somebody new: invited by mail, and inside with a password and a PIN that only they know."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.accounts.passwords import fits
from portal.customers.models import Customer
from portal.journal.models import Entry
from portal.kit.db import db, new_uuid
from portal.kit.jobs import Job, work_once
from portal.people.models import Person, Role
from portal.town import Town
from tests.support.client import Browser
from tests.support.post import PostOffice, link_in, words_of

PASSWORD = "기어박스 소리가 조용하다"
Post = Callable[[], EmailMessage]


def somebody(town: Town, **changes: Any) -> dict[str, Any]:
    """What the administrator types to invite an engineer."""
    return {
        "uuid": new_uuid(), "name": "서가온", "email": "Gaon@hanbit.example", "roles": ["engineer"],
        "team_id": str(town.mina.team_id), "region_id": str(town.mina.region_id), "dealer_id": "",
        "phone": "010-5550-0147", "language": "ko", "zone": "", **changes,
    }  # fmt: skip


def newest() -> Person | None:
    return db.session.scalar(sa.select(Person).where(Person.email == "gaon@hanbit.example"))


def told(what: str) -> list[Entry]:
    return list(db.session.scalars(sa.select(Entry).where(Entry.what == what).order_by(Entry.id)))


def test_from_the_invitation_to_the_first_day(
    admin: Browser, visitor: Browser, town: Town, office: PostOffice, post: Post
) -> None:
    form = admin.fill(admin.get("/people/new"), "/people/new", **somebody(town))
    admin.post("/people/new", form)
    assert "Invited" in admin.follow().text
    person = newest()
    assert person and (person.password_hash, person.pin_hash) == ("", "")
    visitor.post("/login", {"email": person.email, "password": "nobody has this password"}, status=422)

    letter = post()
    assert office.to == ["gaon@hanbit.example"]
    assert person.name in words_of(letter)
    link = link_in(letter)
    page = visitor.get(link)
    assert page.select_one("#pin")
    visitor.post(link, {"password": PASSWORD, "again": PASSWORD, "pin": ""}, status=422)
    visitor.post(link, {"password": PASSWORD, "again": PASSWORD, "pin": "802914"})

    visitor.login("gaon@hanbit.example", PASSWORD).get("/today")
    assert fits(person.pin_hash, "802914")
    assert (person.phone, person.region_id) == ("010-5550-0147", town.mina.region_id)
    [added] = [entry for entry in told("person.added") if entry.subject_id == person.id]
    assert added.by_id == town.admin.id


def test_the_same_invitation_twice_is_one_person_and_one_mail(
    admin: Browser, town: Town, office: PostOffice, post: Post
) -> None:
    form = somebody(town)
    admin.post("/people/new", form)
    admin.post("/people/new", form)
    post()
    assert len(office.letters) == 1
    assert db.session.scalar(sa.select(sa.func.count()).where(Person.email == "gaon@hanbit.example")) == 1


def test_an_address_that_somebody_has_is_refused_beside_its_box(admin: Browser, town: Town) -> None:
    page = admin.post("/people/new", somebody(town, email=town.jun.email.upper()), status=422)
    assert page.select_one("#email[aria-invalid=true]")
    assert page.select_one("#name")["value"] == "서가온"
    assert not db.session.scalar(sa.select(sa.func.count()).select_from(Job))


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("name", {"name": ""}),
        ("name", {"name": "두\n줄"}),
        ("email", {"email": "gaon"}),
        ("email", {"email": "가온@hanbit.example"}),
        ("email", {"email": "a@b.example,c@d.example"}),
        ("email", {"email": "gaon@hanbit.example\nBcc: x@y.example"}),
        ("roles", {"roles": []}),
        ("roles", {"roles": ["director"]}),
        ("roles", {"roles": ["dealer", "admin"]}),
        ("dealer_id", {"roles": ["dealer"]}),
        ("dealer_id", {"dealer_id": "{dealer}"}),
        ("dealer_id", {"roles": ["dealer"], "dealer_id": "{mine}"}),
        ("team_id", {"team_id": "424242"}),
        ("region_id", {"region_id": "x"}),
        ("phone", {"phone": "call me"}),
        ("language", {"language": "fr"}),
        ("zone", {"zone": "Asia/Nowhere"}),
    ],
)
def test_what_cannot_be_is_said_beside_its_box(admin: Browser, town: Town, field: str, values: dict[str, Any]) -> None:
    names = {"dealer": town.kim.dealer_id, "mine": town.mine.id}
    values = {key: value.format(**names) if isinstance(value, str) else value for key, value in values.items()}
    if field == "region_id":
        admin.post("/people/new", somebody(town, **values))  # nonsense is no region, and none is needed
        return
    page = admin.post("/people/new", somebody(town, **values), status=422)
    assert page.select_one(f"#{field}-error"), page.text
    assert newest() is None


def test_somebody_of_a_dealer_belongs_to_their_company(admin: Browser, town: Town) -> None:
    dealer = str(town.kim.dealer_id)
    admin.post("/people/new", somebody(town, roles=["dealer"], dealer_id=dealer, team_id="", region_id=""))
    person = newest()
    assert person and db.session.get_one(Customer, person.dealer_id).id == town.kim.dealer_id


def test_a_form_writes_only_its_own_boxes(admin: Browser, town: Town) -> None:
    forged = {"password_hash": "x", "pin_hash": "x", "locked_at": "2001-01-01", "id": "424242", "version": "9"}
    admin.post("/people/new", {**forged, **somebody(town)})
    person = newest()
    assert person and (person.password_hash, person.pin_hash, person.locked_at) == ("", "", None)
    assert person.id != 424242 and person.version == 1


def test_nobody_else_invites(mailing_app: Flask, town: Town) -> None:
    for nick in ("mina", "han", "dana", "desk", "lab", "kim"):
        browser = Browser(mailing_app).login(getattr(town, nick).email)
        browser.post("/people/new", somebody(town, roles=["admin"]), status=403)
        browser.get("/people/new", status=403)
    assert newest() is None


def test_a_new_link_replaces_the_one_of_before(
    admin: Browser, visitor: Browser, town: Town, office: PostOffice, post: Post
) -> None:
    admin.post("/people/new", somebody(town))
    first = link_in(post())
    person = newest()
    assert person
    again = {"uuid": new_uuid()}
    admin.post(f"/people/{person.id}/link", again)
    admin.post(f"/people/{person.id}/link", again)
    second = link_in(post())

    assert len(office.letters) == 2, "pressed twice is sent once"
    visitor.get(first, status=404)
    assert "Choose your password" in visitor.get(second).text
    assert [entry.facts["after"]["purpose"] for entry in told("person.link_asked")] == ["invite"]


def test_who_has_a_password_gets_a_link_of_an_hour(admin: Browser, town: Town, post: Post) -> None:
    admin.post(f"/people/{town.jun.id}/link", {"uuid": new_uuid()})
    post()
    assert [entry.facts["after"]["purpose"] for entry in told("person.link_mailed")] == ["reset"]


def test_another_address_kills_the_link_that_went_to_the_old_one(
    admin: Browser, visitor: Browser, town: Town, post: Post
) -> None:
    admin.post(f"/people/{town.jun.id}/link", {"uuid": new_uuid()})
    link = link_in(post())
    page = admin.get(f"/people/{town.jun.id}/edit")
    admin.post(f"/people/{town.jun.id}/edit", admin.fill(page, "edit", email="jun2@hanbit.example"))
    visitor.get(link, status=404)


def test_without_a_mail_server_the_mail_is_a_file(browser: Browser, people: Town, bare_app: Flask) -> None:
    browser.login(people.admin.email).post("/people/new", somebody(people))
    assert work_once()
    [path] = (bare_app.config["SETTINGS"].data_dir / "mail").glob("*.eml")
    assert b"To: gaon@hanbit.example" in path.read_bytes()
    assert newest() and Role.ENGINEER in newest().roles  # type: ignore[union-attr]
