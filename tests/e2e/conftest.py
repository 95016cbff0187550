"""One Chromium and one portal for each database, shared by all tests here; every test plans visits of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from types import ModuleType
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Playwright, sync_playwright

from tests.e2e.phone import Phone, launch, phone
from tests.support.stage import Stage, stage


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A module that names ONLY_ON is about the browser alone, and runs on that database."""
    left_out = [item for item in items if not _wanted(getattr(item, "module", None), item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def _wanted(module: ModuleType | None, item: pytest.Item) -> bool:
    only, call = getattr(module, "ONLY_ON", None), getattr(item, "callspec", None)
    return only is None or call is None or call.params.get("database", only) == only


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(driver: Playwright) -> Iterator[Chromium]:
    browser = launch(driver)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def here(
    database: str, template: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Stage]:
    """The portal, running."""
    with stage(database, template, tmp_path_factory.mktemp(f"stage-{database}"), request) as running:
        yield running
        assert '"event": "bug"' not in running.log(), running.log()


class OpenPhone:
    """Gives phones that are put away at the end of the test."""

    def __init__(self, chromium: Chromium, here: Stage) -> None:
        self.chromium, self.here = chromium, here
        self.open: list[AbstractContextManager[Phone]] = []

    def __call__(self, **kwargs: Any) -> Phone:
        context = phone(self.chromium, self.here.url, **kwargs)
        self.open.append(context)
        return context.__enter__()


@pytest.fixture
def new_phone(chromium: Chromium, here: Stage) -> Iterator[OpenPhone]:
    """`new_phone(...)`: a phone in somebody's hand, as `tests.e2e.phone.phone` takes it."""
    phones = OpenPhone(chromium, here)
    yield phones
    for context in phones.open:
        context.__exit__(None, None, None)
