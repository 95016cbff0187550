"""Each screen for each reader: two languages, three lights, big fingers, small windows, large text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium

from tests.e2e.phone import Phone, phone
from tests.e2e.places import Place, build
from tests.support.source import ROOT
from tests.support.stage import Stage

ONLY_ON = "sqlite"  # the pages are the same on both
AXE = ROOT / "tests" / "support" / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LIGHTS = {"day": [], "night": [], "sun": ["color-contrast-enhanced"]}  # and the rules that one asks for besides: 7:1
LANGUAGES = ("ko", "en")
FINGER = 48  # px

LOOK = """async ({rules, more}) => {
  const {violations} = await axe.run(document, {
    runOnly: {type: "tag", values: rules},
    rules: Object.fromEntries(more.map(id => [id, {enabled: true}])),
    resultTypes: ["violations"],
  });
  const say = (id, {target, failureSummary}) => `${id}: ${target} ${failureSummary}`;
  return violations.flatMap(({id, nodes}) => nodes.map(node => say(id, node)));
}"""
# A box inside its label is met by way of the label; a link within a sentence may be as low as its line.
SMALL = """least => {
  const shown = one => one.checkVisibility({visibilityProperty: true}) && one.getClientRects().length;
  const aside = one => one.matches(".skip, p a") && !(one.matches("p a") && getComputedStyle(one).display !== "inline");
  const met = one => (one.matches("[type=radio], [type=checkbox]") && one.closest("label")) || one;
  const small = ({width, height}) => width < least - 0.5 || height < least - 0.5;
  const targets = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  return [...document.querySelectorAll(targets)].filter(one => shown(one) && !aside(one)).map(met)
    .map(one => [one.outerHTML.slice(0, 110), one.getBoundingClientRect()]).filter(([, box]) => small(box))
    .map(([text, {width, height}]) => `${text} is ${Math.round(width)} × ${Math.round(height)}`);
}"""
WIDE = """() => {
  const {scrollWidth, clientWidth} = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const far = one => one.getBoundingClientRect().right > clientWidth + 1;
  const over = [...document.querySelectorAll("body *")].filter(far);
  return [`${scrollWidth} px in ${clientWidth}`, ...over.slice(0, 3).map(one => one.outerHTML.slice(0, 90))];
}"""


@pytest.fixture(scope="module")
def places(here: Stage) -> list[Place]:
    return build(here)


@pytest.fixture(scope="module")
def phones(chromium: Chromium, here: Stage) -> Iterator[Phones]:
    found = Phones(chromium, here)
    yield found
    found.close()


class Phones:
    """One phone for each reader and language, logged in once."""

    def __init__(self, chromium: Chromium, here: Stage) -> None:
        self.chromium, self.here = chromium, here
        self.open = {}

    def of(self, who: str, language: str) -> Phone:
        if (who, language) not in self.open:
            context = phone(self.chromium, self.here.url, language=language, bypass_csp=True)
            hand = context.__enter__()
            self.open[who, language] = context, hand
            hand.context.add_cookies([{"name": "language", "value": language, "url": self.here.url}])
            if who:
                hand.log_in(who)
        return self.open[who, language][1]

    def close(self) -> None:
        for context, _hand in self.open.values():
            context.__exit__(None, None, None)


def light(hand: Phone, name: str) -> None:
    """As the server draws it; transitions are over before anybody measures."""
    hand.page.evaluate("name => { document.documentElement.dataset.theme = name }", name)
    hand.page.evaluate("() => Promise.all(document.getAnimations().map(each => each.finished.catch(() => {})))")


def faults(hand: Phone, place: Place) -> list[str]:
    found = []
    hand.page.evaluate(AXE.read_text())
    for name, more in LIGHTS.items():
        light(hand, name)
        found += [f"{name}: {each}" for each in hand.page.evaluate(LOOK, {"rules": RULES, "more": more})]
    light(hand, "day")
    found += [f"finger: {each}" for each in hand.page.evaluate(SMALL, FINGER)]
    hand.page.set_viewport_size({"width": 320, "height": 700})
    found += [f"320 px: {each}" for each in hand.page.evaluate(WIDE)]
    hand.page.set_viewport_size({"width": 390, "height": 844})
    hand.page.evaluate("() => { document.documentElement.style.fontSize = '200%' }")
    found += [f"200 %: {each}" for each in hand.page.evaluate(WIDE)]
    return [f"{place.name}, {each}" for each in found]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_is_for_everybody(places: list[Place], phones: Phones, language: str):
    found: list[str] = []
    for place in places:
        hand = phones.of(place.who, language)
        hand.go(place.path)
        place.then(hand)
        assert hand.find("html").get_attribute("lang") == language
        found += faults(hand, place)
    assert not found, f"{len(found)} faults:\n" + "\n".join(found)


def test_axe_is_what_its_manifest_says():
    [row] = json.loads((AXE.parent / "MANIFEST.json").read_text())
    assert hashlib.sha256(Path(ROOT / row["file"]).read_bytes()).hexdigest() == row["sha256"]
    assert row["version"] in AXE.read_text()[:40]
