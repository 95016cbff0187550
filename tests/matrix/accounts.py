"""Who may decide what about a login: everybody about their own, and whoever holds a mailed link about one, once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from portal.accounts.actions import hash_of
from portal.accounts.models import LinkPurpose, Login, OneTimeLink
from portal.kit.db import db
from portal.town import Town
from tests.support.matrix import ROLE, Ask, Says, always, page

SECRET = {"live": "a" * 43, "dead": "b" * 43}
OWN = ("/me/password", "/me/pin", "/me/settings")


def of_link(status: int) -> Says:
    """What the link opens; a dead one and one that never was open nothing."""
    return lambda ask: status if ask.kind == "live" else 404


PUBLIC: dict[tuple[str, str], Says] = {
    ("GET", "/forgotten"): always(200),
    ("POST", "/forgotten"): always(303),
    ("GET", "/set/<secret>"): of_link(200),
    ("POST", "/set/<secret>"): of_link(422),  # sent without a password
}
POLICY: dict[tuple[str, str], Says] = {
    **{("GET", path): page(*ROLE.values()) for path in OWN},
    **{("POST", path): always(422) for path in OWN},  # sent without the password
    ("POST", "/me/sessions/<int:id>/end"): lambda ask: 303 if ask.who == ask.about else 404,
}


def make(people: Town, at: datetime) -> dict[str, int]:
    """A live link and a dead one of Mina's, and a session of hers, Han's and Kim's each."""
    for kind, until in (("live", timedelta(days=2)), ("dead", timedelta())):
        link = OneTimeLink(secret_hash=hash_of(SECRET[kind]), person=people.mina, purpose=LinkPurpose.RESET, made_at=at)
        link.expires_at = at + until
        db.session.add(link)
    logins = {
        who: Login(
            secret_hash=hash_of(who), person=getattr(people, who), began_at=at, expires_at=at + timedelta(days=9)
        )
        for who in ("mina", "han", "kim")
    }
    db.session.add_all(logins.values())
    db.session.flush()
    return {who: login.id for who, login in logins.items()}


def asks(who: str, made: dict[str, int]) -> Iterator[Ask]:
    post = partial(Ask, who, "POST")
    yield post("/forgotten", "/forgotten", send={"data": {"email": f"{who}@else.example"}})
    for kind, secret in SECRET.items():
        yield Ask(who, "GET", "/set/<secret>", f"/set/{secret}", kind=kind)
        yield post("/set/<secret>", f"/set/{secret}", kind=kind, send={"data": {}})
    for path in OWN:
        yield post(path, path, send={"data": {}})
    for whose, id in made.items():
        yield post("/me/sessions/<int:id>/end", f"/me/sessions/{id}/end", about=whose)
