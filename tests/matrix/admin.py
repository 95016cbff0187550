"""Who opens the console: administrators. For everybody else the people, teams and regions in it do not exist."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from portal.kit.db import new_uuid
from portal.town import Town
from tests.support.matrix import ROLE, Ask, Says, page

NEW = ("/people/new", "/teams/new", "/regions/new")
FORMS = {"people": ("edit", "hand-over"), "teams": ("edit",), "regions": ("edit",)}  # of one person, team, region
DEEDS = ("link", "locked", "sessions")


def admin(status: int, others: int = 404) -> Says:
    return lambda ask: status if ROLE[ask.who] == "admin" else others


PUBLIC: dict[tuple[str, str], Says] = {}
POLICY: dict[tuple[str, str], Says] = {
    ("GET", "/people"): page("admin"),
    ("GET", "/teams"): page("admin"),
    **{("GET", path): page("admin") for path in NEW},
    **{("POST", path): admin(422, 403) for path in NEW},  # sent without a name
    ("GET", "/people/<int:id>"): admin(200),
    **{("POST", f"/people/<int:id>/{deed}"): admin(303) for deed in DEEDS},
    **{("GET", f"/{kind}/<int:id>/{form}"): admin(200) for kind, forms in FORMS.items() for form in forms},
    **{("POST", f"/{kind}/<int:id>/{form}"): admin(422) for kind, forms in FORMS.items() for form in forms},
}


def make(people: Town, at: datetime) -> dict[str, int]:
    """Mina, her team and her region."""
    assert people.mina.team_id and people.mina.region_id
    return {"people": people.mina.id, "teams": people.mina.team_id, "regions": people.mina.region_id}


def asks(who: str, made: dict[str, int]) -> Iterator[Ask]:
    post = partial(Ask, who, "POST")
    for path in NEW:
        yield post(path, path, send={"data": {"uuid": new_uuid()}})
    person = f"/people/{made['people']}"
    yield Ask(who, "GET", "/people/<int:id>", person)
    for deed in DEEDS:
        yield post(f"/people/<int:id>/{deed}", f"{person}/{deed}", send={"data": {}})
    for kind, forms in FORMS.items():
        for form in forms:
            rule, path = f"/{kind}/<int:id>/{form}", f"/{kind}/{made[kind]}/{form}"
            yield Ask(who, "GET", rule, path)
            yield post(rule, path, send={"data": {}})
