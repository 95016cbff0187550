"""Every form on every page, sent with nonsense in each box: a sentence comes back, and never an error of ours."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask import Flask

from portal.kit.clock import now
from portal.kit.db import db
from portal.town import Town
from tests.support.client import SAME_ORIGIN, Browser
from tests.support.matrix import ROLE, rooms
from tests.support.visits import visits_of_all_kinds
from tests.test_hostile_forms import HOSTILE

SENDABLE = [value for value in HOSTILE if not "\ud800" <= value[:1] <= "\udfff"]  # half a pair cannot travel
SEED, ROUNDS = 20261125, 2
PARTS = (
    "sample", "guidance", "complaint", "complaint-step", "complaint-settle", "training", "finding", "promise",
    "left-over", "sign",
)  # fmt: skip
KEPT = {"uuid", "version"}  # with these changed, most would be refused before anybody looked at the rest


@dataclass(frozen=True)
class Sent:
    """One form as a page offers it: its boxes by name, and what its hidden ones hold."""

    action: str
    boxes: tuple[str, ...]
    hidden: tuple[tuple[str, str], ...]


def forms_on(page: BeautifulSoup) -> Iterator[Sent]:
    """The forms of a page that have a box to fill in."""
    for form in page.select("main form[method=post]"):
        named = [one for one in form.select("[name]") if isinstance(one, Tag) and one.name != "button"]
        hidden = [one for one in named if one.get("type") == "hidden"]
        boxes = {str(one["name"]) for one in named if one not in hidden and one.get("type") != "file"}
        if boxes:
            held = tuple((str(one["name"]), str(one.get("value", ""))) for one in hidden)
            yield Sent(str(form["action"]), tuple(sorted(boxes)), held)


def nonsense(form: Sent, dice: random.Random) -> dict[str, Any]:
    """Something hostile in every box, in some of them twice."""
    held = {
        name: value if name in KEPT or dice.random() < 0.7 else dice.choice(SENDABLE) for name, value in form.hidden
    }
    return {**held, **{name: dice.sample(SENDABLE, dice.randint(0, 2)) for name in form.boxes}}


def sentence_in(body: bytes) -> bool:
    return bool(BeautifulSoup(body, "html.parser").select(".err, .note-bad"))


def pages_of(who: str, town: Town, visit: int, made: list[tuple[Any, Any]]) -> Iterator[str]:
    for room, things in made:
        yield from (ask.path for ask in room.asks(who, things) if ask.method == "GET")
        yield from (rule for method, rule in room.POLICY if method == "GET" and "<" not in rule)
    if who == "mina":
        yield from (f"/visits/{visit}/{part}" for part in PARTS)
        yield f"/visits/{visit}/sample?compartment={town.engine.uuid}"


def test_nonsense_in_the_boxes_is_answered_with_a_sentence(bare_app: Flask, people: Town) -> None:
    visit = visits_of_all_kinds(people, now() - timedelta(hours=2))["own.on_site"].id
    made = [(room, room.make(people, now() - timedelta(hours=1))) for room in rooms()]
    emails = {who: getattr(people, who).email for who in ROLE}
    paths = {who: list(dict.fromkeys(pages_of(who, people, visit, made))) for who in ROLE}
    db.session.commit()
    dice, tried, broken, silent = random.Random(SEED), set(), [], []
    for who in ("mina", "han", "kim", "desk", "admin"):
        browser = Browser(bare_app).login(emails[who])
        for path in paths[who]:
            answer = browser.client.get(path)
            if answer.status_code != 200 or answer.mimetype != "text/html":
                continue
            for form in forms_on(BeautifulSoup(answer.data, "html.parser")):
                for _round in range(ROUNDS):
                    data = nonsense(form, dice)
                    said = browser.client.post(form.action, data=data, headers=SAME_ORIGIN)
                    tried.add((who, form.action))
                    if said.status_code >= 500:
                        broken.append(f"{who} {form.action} {said.status_code}: {str(data)[:300]}")
                    elif said.status_code == 422 and not sentence_in(said.data):
                        silent.append(f"{who} {form.action}")
    assert not broken, f"{len(broken)}:\n" + "\n".join(broken[:20])
    assert not silent, "\n".join(silent)
    assert len(tried) > 60
