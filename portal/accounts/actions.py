"""Logging in and out, authorising a signature, and slowing down those who guess."""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from portal.accounts.models import Attempt, Login, OneTimeLink
from portal.accounts.passwords import fits
from portal.journal.actions import note
from portal.kit.db import db, new_uuid
from portal.kit.errors import NotValid, TooMany, WrongState
from portal.people.models import Person, Role, Team

LASTS = timedelta(days=30)  # a field phone is not asked for its password every morning
WINDOW = timedelta(minutes=10)
PER_ACCOUNT, PER_NET = 10, 60
PER_INBOX = 3  # mails that anybody may have sent to one address within WINDOW
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


def end_session(login: Login, *, by: Person, at: datetime) -> None:
    """Log a person out of one browser: of a phone that was lost or given back."""
    person, device = login.person, login.device
    db.session.delete(login)
    note("person.session_ended", person, by=by, at=at, before={"device": device})


def end_sessions(person: Person, *, by: Person | None, at: datetime, but: Login | None = None) -> int:
    """Log a person out of every browser, or of every one but that of `but`; how many sessions that were."""
    theirs = sa.delete(Login).where(Login.person_id == person.id, Login.id != (but.id if but else 0))
    ended: int = db.session.execute(theirs).rowcount  # type: ignore[attr-defined]
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


def set_password(person: Person, password_hash: str, *, by: Person, at: datetime, but: Login | None = None) -> None:
    """A new password. Every session ends, but that of `but`; links that were mailed open nothing any more."""
    person.password_hash = password_hash
    drop_links(person)
    _forget_tries(login_keys(person.email, "")[0])
    end_sessions(person, by=by, at=at, but=but)
    note("person.password_set", person, by=by, at=at)


def set_pin(person: Person, pin_hash: str, *, by: Person, at: datetime) -> None:
    person.pin_hash = pin_hash
    _forget_tries(pin_key(person))
    note("person.pin_set", person, by=by, at=at)


def must_know_password(person: Person, password: str, *, at: datetime) -> None:
    """Ask for the password before something of the login changes; the try was noted (`own_key`) and committed.

    Raises TooMany or NotValid.
    """
    _few_tries(own_key(person), PER_ACCOUNT, at)
    if not fits(person.password_hash, password):
        raise NotValid(_("This is not your password. Type it again."), beside="current")
    _forget_tries(own_key(person))


def change_own(person: Person, language: str, zone: str | None, *, by: Person, at: datetime) -> None:
    before = {"language": person.language, "zone": person.zone}
    after = {"language": language, "zone": zone}
    if before != after:
        person.language, person.zone = language, zone
        note("person.changed", person, by=by, at=at, before=before, after=after)


def live_link(secret: str, at: datetime) -> OneTimeLink | None:
    """The link behind a secret, while it opens something; None for one that is used, old, replaced or of a locked."""
    live = sa.select(OneTimeLink).where(OneTimeLink.secret_hash == hash_of(secret), OneTimeLink.used_at.is_(None))
    link = db.session.scalar(live.where(OneTimeLink.expires_at > at))
    return link if link and link.person.is_active else None


def take_up(link: OneTimeLink, password_hash: str, pin_hash: str | None, *, at: datetime) -> None:
    """Whoever holds the link sets the password, and a PIN if one is given. Raises WrongState for the second hand."""
    person = link.person
    unused = sa.update(OneTimeLink).where(OneTimeLink.id == link.id, OneTimeLink.used_at.is_(None))
    if db.session.execute(unused.values(used_at=at)).rowcount != 1:  # type: ignore[attr-defined]
        raise WrongState(_("This link was used a moment ago. Log in, or ask for a new one."))
    if pin_hash:
        set_pin(person, pin_hash, by=person, at=at)
    set_password(person, password_hash, by=person, at=at)


def drop_links(person: Person) -> None:
    """Whatever was mailed to this person opens nothing any more."""
    theirs = sa.delete(OneTimeLink).where(OneTimeLink.person_id == person.id, OneTimeLink.used_at.is_(None))
    db.session.execute(theirs)


def reachable(email: str, net: str, at: datetime) -> Person | None:
    """Who has this address, if we may write to them; the try was noted (`inbox_keys`) and committed.

    Raises TooMany, for an address that nobody has as well.
    """
    inbox, network = inbox_keys(email, net)
    _few_tries(inbox, PER_INBOX, at)
    _few_tries(network, PER_NET, at)
    return db.session.scalar(sa.select(Person).where(Person.email == email.strip().lower(), Person.locked_at.is_(None)))


def note_tries(*keys: str, at: datetime) -> None:
    """Count a try before it is made. Committed on its own, so twenty at once cannot slip under the limit."""
    db.session.execute(sa.delete(Attempt).where(Attempt.at < at - WINDOW))
    db.session.add_all(Attempt(key=key, at=at) for key in keys)


def login_keys(email: str, net: str) -> tuple[str, str]:
    """What a login is counted against: the account, and the network it comes from."""
    return f"login:{hash_of(email.strip().lower())[:40]}", f"net:{net}"


def inbox_keys(email: str, net: str) -> tuple[str, str]:
    """What a wish for a link is counted against, apart from the logins."""
    return f"inbox:{hash_of(email.strip().lower())[:40]}", f"inbox-net:{net}"


def pin_key(person: Person) -> str:
    return f"pin:{person.id}"


def own_key(person: Person) -> str:
    return f"own:{person.id}"


def add_person(
    name: str, email: str, roles: frozenset[Role], *, password_hash: str, pin_hash: str, at: datetime,
    by: Person | None, language: str = "ko", team: Team | None = None, region_id: int | None = None,
    dealer_id: int | None = None, uuid: str | None = None, zone: str | None = None, phone: str = "",
) -> Person:  # fmt: skip
    """A new person with a login, or with empty hashes until they take up an invitation.

    Raises NotValid when the e-mail address is taken.
    """
    email = email.strip().lower()
    email_must_be_free(email)
    person = Person(
        uuid=uuid or new_uuid(), name=name, email=email, roles=roles, password_hash=password_hash, pin_hash=pin_hash,
        language=language, team=team, region_id=region_id, dealer_id=dealer_id, zone=zone, phone=phone,
    )  # fmt: skip
    db.session.add(person)
    db.session.flush()
    note("person.added", person, by=by, at=at, after={"name": name, "email": email, "roles": sorted(roles)})
    return person


def email_must_be_free(email: str, person: Person | None = None) -> None:
    """Raises NotValid when somebody else has the address; `person` is who may have it."""
    other = sa.select(Person.id).where(Person.email == email, Person.id != (person.id if person else 0))
    if db.session.scalar(other):
        raise NotValid(_("Somebody has this e-mail address already."), beside="email")


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
