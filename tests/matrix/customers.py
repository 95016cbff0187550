"""Who reads the customer file, who writes it, and who puts it away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import partial
from typing import Any

from portal.customers.actions import promise
from portal.customers.models import Site
from portal.kit.db import new_uuid
from portal.town import Town
from tests.support.matrix import ROLE, Ask, Says, page

OURS = ("engineer", "supervisor", "desk")
JUDGES = ("supervisor", "desk")
SEES = {  # the pit is in Mina's region and Kim supplies it, but a dealer sees their own company only
    "pit": {"mina", "bora", "han", "dana", "desk"},
    "plant": {"jun", "suh", "dana", "desk"},
}
FORMS = {  # where each form of a thing is
    "customers": ("edit", "class", "sites/new", "contacts/new", "promises/new"),
    "sites": ("edit", "machines/new"),
    "contacts": ("edit",),
    "machines": ("edit", "hours", "compartments/new"),
    "compartments": ("edit",),
}
DAY = date(2027, 3, 1)


def seen(then: Says) -> Says:
    return lambda ask: then(ask) if ask.who in SEES[ask.about] else 404


def writes(*roles: str) -> Says:
    return lambda ask: 303 if ROLE[ask.who] in roles else 403


def added(ask: Ask) -> int:
    """Sent without a name."""
    return 422 if ROLE[ask.who] in OURS else 403


PUBLIC: dict[tuple[str, str], Says] = {}
POLICY: dict[tuple[str, str], Says] = {
    ("GET", "/customers"): page(*OURS),
    ("GET", "/customers/find"): page(*OURS),
    ("GET", "/customers/new"): page(*OURS),
    ("POST", "/customers/new"): added,
    ("GET", "/customers/<int:id>"): seen(page(*OURS)),
    ("GET", "/customers/<int:id>/merge"): seen(page(*JUDGES)),
    ("POST", "/customers/<int:id>/merge"): seen(lambda ask: 422 if ROLE[ask.who] in JUDGES else 403),
    ("POST", "/customers/<int:id>/archived"): seen(writes(*JUDGES)),
    ("GET", "/promises/<int:id>/close"): seen(page(*OURS)),
    ("POST", "/promises/<int:id>/close"): seen(added),
    ("GET", "/sites/<int:id>"): seen(page(*OURS)),
    ("GET", "/machines/<int:id>"): seen(page(*OURS)),
    **{("POST", f"/{kind}/<int:id>/archived"): seen(writes(*OURS)) for kind in FORMS if kind != "customers"},
    **{("GET", f"/{kind}/<int:id>/{part}"): seen(page(*OURS)) for kind, parts in FORMS.items() for part in parts},
    **{("POST", f"/{kind}/<int:id>/{part}"): seen(added) for kind, parts in FORMS.items() for part in parts},
}


def make(people: Town, at: datetime) -> dict[str, dict[str, int]]:
    """The file of the mine and that of the plant, each with a promise."""
    return {"pit": _known(people.pit, people.mina, at), "plant": _known(people.plant, people.jun, at)}


def _known(site: Site, by: Any, at: datetime) -> dict[str, int]:
    machine = next(machine for machine in site.machines if machine.compartments)
    given = promise(site.customer, "Report", DAY, uuid=new_uuid(), by=by, at=at)
    return {
        "customers": site.customer_id, "sites": site.id, "contacts": site.customer.contacts[0].id,
        "machines": machine.id, "compartments": machine.compartments[0].id, "promises": given.id,
    }  # fmt: skip


def asks(who: str, made: dict[str, dict[str, int]]) -> Iterator[Ask]:
    yield Ask(who, "POST", "/customers/new", "/customers/new", send={"data": {"uuid": new_uuid()}})
    for about, known in made.items():
        yield from _about(who, about, known)


def _about(who: str, about: str, known: dict[str, int]) -> Iterator[Ask]:
    ask = partial(Ask, who, about=about)
    for kind, part in [*((kind, "") for kind in ("customers", "sites", "machines")), ("customers", "/merge")]:
        yield ask("GET", f"/{kind}/<int:id>{part}", f"/{kind}/{known[kind]}{part}")
    for kind, part in [*((k, p) for k, parts in FORMS.items() for p in parts), ("promises", "close")]:
        rule, path = f"/{kind}/<int:id>/{part}", f"/{kind}/{known[kind]}/{part}"
        yield ask("GET", rule, path)
        yield ask("POST", rule, path, send={"data": {"version": "0", "uuid": new_uuid()}})
    yield ask("POST", "/customers/<int:id>/merge", f"/customers/{known['customers']}/merge")
    for kind in FORMS:
        yield ask("POST", f"/{kind}/<int:id>/archived", f"/{kind}/{known[kind]}/archived", send={"data": {}})
