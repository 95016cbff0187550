"""A picture of every screen into docs/screens/: `python -m tests.screens [NAME …]`.

Each at 390 × 844 and 1440 × 900, in Korean and English, by day and in sunlight; a few by night as well. What is wrong
with a form looks the same on a wide screen: it is drawn for the phone only. What belongs to the rooms beside the visit
is drawn once, on a phone, in Korean, by day. Pictures have 64 colours, so that all together stay below 7 MB.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import click
from PIL import Image
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import sync_playwright

from portal import town
from portal.app import create_app
from portal.config import ROOT, Settings
from portal.kit import migrate
from portal.kit.db import db
from tests.e2e.phone import Phone, launch, phone
from tests.e2e.places import Place, build
from tests.support.stage import Stage

FOLDER = ROOT / "docs" / "screens"
SIZES = {390: 844, 1440: 900}
LIGHTS = ("day", "sun")
BY_NIGHT = ("today", "sample", "approval")
LANGUAGES = ("ko", "en")
COLOURS = 64


def main(only: list[str]) -> None:
    """Draw the screens whose names begin with one of `only`, or all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver, ExitStack() as after:
        here = furnished(Path(folder))
        after.callback(here.close)
        here.start_runner()
        here.start_web()
        places = [place for place in build(here) if not only or place.name.startswith(tuple(only))]
        for old in [] if only else FOLDER.glob("*.png"):
            old.unlink()
        chromium = launch(driver)
        after.callback(chromium.close)
        drawn = [path for width in SIZES for path in draw_all(chromium, here, places, width)]
    size = sum(path.stat().st_size for path in FOLDER.glob("*.png"))
    click.echo(f"{len(drawn)} pictures drawn; {FOLDER.relative_to(ROOT)} has {size / 1e6:.1f} MB.")


def furnished(folder: Path) -> Stage:
    """An installation with the town, as it was loaded this morning."""
    settings = Settings(data_dir=folder, database_url=f"sqlite:///{folder / 'sightglass.db'}", log_level="ERROR")
    migrate.upgrade(settings.database_url)
    with create_app(settings).app_context():
        town.load(datetime.now(UTC))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return Stage(settings)


def draw_all(chromium: Chromium, here: Stage, places: list[Place], width: int) -> Iterator[Path]:
    size, touch = {"width": width, "height": SIZES[width]}, width < 600
    for language in LANGUAGES:
        for who in dict.fromkeys(place.who for place in places):
            with phone(chromium, here.url, size=size, language=language, touch=touch) as hand:
                remember(hand, "language", language)
                if who:
                    hand.log_in(who)
                for place in (p for p in places if p.who == who and is_drawn(p, language, touch)):
                    yield from draw_in_each_light(hand, place, f"{language}-{{light}}-{width}")


def is_drawn(place: Place, language: str, touch: bool) -> bool:
    if place.once:
        return touch and language == "ko"
    return touch or not place.name.endswith("-errors")


def draw_in_each_light(hand: Phone, place: Place, ending: str) -> Iterator[Path]:
    for light in LIGHTS[:1] if place.once else (*LIGHTS, "night") if place.name in BY_NIGHT else LIGHTS:
        remember(hand, "theme", light)
        hand.go(place.path)
        place.then(hand)
        hand.page.wait_for_timeout(150)  # the pictures in the page, and what slides in
        yield keep(hand.page.screenshot(animations="disabled"), f"{place.name}-{ending.format(light=light)}")


def remember(hand: Phone, name: str, value: str) -> None:
    hand.context.add_cookies([{"name": name, "value": value, "url": hand.url}])


def keep(picture: bytes, name: str) -> Path:
    path = FOLDER / f"{name}.png"
    with Image.open(io.BytesIO(picture)) as drawn:
        drawn.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    return path


if __name__ == "__main__":
    main(sys.argv[1:])
