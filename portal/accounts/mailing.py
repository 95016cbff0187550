"""Mailing the links that set a password: the secret is made at the moment of sending, and only the reader has it."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app, render_template
from flask_babel import force_locale
from flask_babel import gettext as _

from portal.accounts.actions import drop_links, hash_of
from portal.accounts.models import LinkPurpose, OneTimeLink
from portal.journal.actions import note
from portal.kit.clock import now
from portal.kit.db import db, new_uuid
from portal.kit.jobs import Job, enqueue, handles
from portal.kit.mail import send
from portal.people.models import Person

KIND = "accounts.mail_link"
LASTS = {LinkPurpose.INVITE: timedelta(days=7), LinkPurpose.RESET: timedelta(hours=1)}


def mail_link_to(person: Person, purpose: LinkPurpose, *, at: datetime, once: str = "") -> None:
    """Have a link mailed, if the caller's transaction commits. The same `once` makes no second mail."""
    payload = {"person": person.id, "purpose": purpose.value}
    enqueue(KIND, dedup=f"{KIND}:{once or new_uuid()}", payload=payload, at=at)


def is_asked(once: str) -> bool:
    """Whether a mail was asked for under this word before."""
    return db.session.scalar(sa.select(Job.id).where(Job.dedup == f"{KIND}:{once}")) is not None


def purpose_for(person: Person) -> LinkPurpose:
    """An invitation until there is a password."""
    return LinkPurpose.RESET if person.password_hash else LinkPurpose.INVITE


@handles(KIND)
def mail_link(payload: dict[str, Any]) -> None:
    """Send first, then keep the hash of the secret: the newest link that was kept is the one that opens.

    A crash in between sends twice, and the link of the first mail opens nothing. Nothing is sent to who was locked.
    """
    id, purpose, secret = payload["person"], LinkPurpose(payload["purpose"]), secrets.token_urlsafe(32)
    person = db.session.get(Person, id)
    if person is None or not person.is_active:
        return
    letter = _letter(person, purpose, secret)
    db.session.rollback()  # a slow mail server must not keep writers waiting
    send(*letter)
    _keep(db.session.get(Person, id, with_for_update=True, populate_existing=True), purpose, secret, now())


def _keep(person: Person | None, purpose: LinkPurpose, secret: str, at: datetime) -> None:
    if person is None or not person.is_active:
        return
    drop_links(person)
    until = at + LASTS[purpose]
    db.session.add(
        OneTimeLink(secret_hash=hash_of(secret), person_id=person.id, purpose=purpose, made_at=at, expires_at=until)
    )
    note("person.link_mailed", person, by=None, at=at, after={"purpose": purpose, "expires_at": until})


def _letter(person: Person, purpose: LinkPurpose, secret: str) -> tuple[str, str, str]:
    """Address, subject and text, in the language of who reads it."""
    settings = current_app.config["SETTINGS"]
    with force_locale(person.language):
        subject = {
            LinkPurpose.INVITE: _("Your login at %(company)s", company=settings.company),
            LinkPurpose.RESET: _("A new password for %(company)s", company=settings.company),
        }[purpose]
        url = f"{settings.base_url}/set/{secret}"
        text = render_template(f"emails/{purpose}.txt", person=person, url=url, company=settings.company)
    return person.email, subject, text
