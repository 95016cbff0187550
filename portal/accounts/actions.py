"""Logging in and out, authorising a signature, and slowing down those who guess."""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from portal.accounts.models import Attempt, Login
from portal.accounts.passwords import fits
from portal.journal.actions import note
from portal.kit.db import db
from portal.kit.errors import NotValid, TooMany
from portal.people.models import Person, Role, Team

LASTS = timedelta(days=30)  # a field phone is not asked for its password every morning
WINDOW = timedelta(minutes=10)
PER_ACCOUNT, PER_NET = 10, 60
LIVE = sa.select(Login).where(Login.secret_hash == sa.bindparam("hash"), Login.expires_at > sa.bindparam("at"))


def log_in(email: str, password: str, *, net: str, device: str, at: datetime) -> tuple[Login, str]:
    """Open a session; the secret for the cookie comes back with it, and is kept nowhere.

    The caller has noted the try (`login_keys`) and committed it. Raises TooMany or NotValid, with the same
    words for a name that nobody has as for a wrong password.
    """
    email = email.strip().lower()
    account, network = login_keys(email, net)
    _few_tries(account, PER_ACCOUNT, at)
    _few_tries(network, PER_NET, at)
    person = db.session.scalar(sa.select(Person).where(Person.email == email))
    if not fits(person.password_hash if person else None, password) or person is None or not person.is_active:
        raise NotValid(_("E-mail and password do not match. Try again, or ask an administrator for a new password."))
    secret = secrets.token_urlsafe(32)
    login = Login(secret_hash=hash_of(secret), person=person, device=device[:200], began_at=at, expires_at=at + LASTS)
    db.session.add(login)
    db.session.flush()
    _forget_tries(account)
    note("person.logged_in", person, by=person, at=at)
    return login, secret


def log_out(login: Login, *, by: Person, at: datetime) -> None:
    db.session.delete(login)
    note("person.logged_out", by, by=by, at=at)


def end_sessions(person: Person, *, by: Person | None, at: datetime) -> int:
    """Log a person out of every browser; how many sessions that were."""
    ended: int = db.session.execute(sa.delete(Login).where(Login.person_id == person.id)).rowcount  # type: ignore[attr-defined]
    if ended:
        note("person.sessions_ended", person, by=by, at=at, after={"ended": ended})
    return ended


def open_session(secret: str, at: datetime) -> Login | None:
    """The live session behind a cookie, with its person, in one query; None for a dead one or a locked person."""
    login = db.session.scalar(LIVE, {"hash": hash_of(secret), "at": at})
    return login if login and login.person.is_active else None


def authorise(person: Person, pin: str, *, at: datetime) -> None:
    """Check the PIN with which a person puts their signature; the try was noted (`pin_key`) and committed.

    Raises TooMany or NotValid.
    """
    _few_tries(pin_key(person), PER_ACCOUNT, at)
    if not fits(person.pin_hash, pin):
        raise NotValid(_("The PIN is not right. Type your signing PIN again."))
    _forget_tries(pin_key(person))


def note_tries(*keys: str, at: datetime) -> None:
    """Count a try before it is made. Committed on its own, so twenty at once cannot slip under the limit."""
    db.session.execute(sa.delete(Attempt).where(Attempt.at < at - WINDOW))
    db.session.add_all(Attempt(key=key, at=at) for key in keys)


def login_keys(email: str, net: str) -> tuple[str, str]:
    """What a login is counted against: the account, and the network it comes from."""
    return f"login:{hash_of(email.strip().lower())[:40]}", f"net:{net}"


def pin_key(person: Person) -> str:
    return f"pin:{person.id}"


def add_person(
    name: str, email: str, roles: frozenset[Role], *, password_hash: str, pin_hash: str, at: datetime,
    by: Person | None, language: str = "ko", team: Team | None = None, region_id: int | None = None,
    dealer_id: int | None = None,
) -> Person:  # fmt: skip
    """A new person with a login. Raises NotValid when the e-mail address is taken."""
    email = email.strip().lower()
    if db.session.scalar(sa.select(Person.id).where(Person.email == email)):
        raise NotValid(_("Somebody has this e-mail address already."))
    person = Person(
        name=name, email=email, roles=roles, password_hash=password_hash, pin_hash=pin_hash, language=language,
        team=team, region_id=region_id, dealer_id=dealer_id,
    )  # fmt: skip
    db.session.add(person)
    db.session.flush()
    note("person.added", person, by=by, at=at, after={"name": name, "email": email, "roles": sorted(roles)})
    return person


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def net_of(address: str | None) -> str:
    """The network a request came from: /24 for IPv4, /64 for IPv6, so that changing one's address does not help."""
    try:
        ip = ipaddress.ip_address(address or "")
        ip = getattr(ip, "ipv4_mapped", None) or ip
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network(f"{ip}/{24 if ip.version == 4 else 64}", strict=False))


def _few_tries(key: str, most: int, at: datetime) -> None:
    tries = sa.select(sa.func.count()).where(Attempt.key == key, Attempt.at > at - WINDOW)
    if (db.session.scalar(tries) or 0) > most:
        raise TooMany(_("Too many tries. Wait ten minutes, then try again."), key=key)


def _forget_tries(key: str) -> None:
    db.session.execute(sa.delete(Attempt).where(Attempt.key == key))
