"""The browser of these tests reads English, so that a test can say what it expects to read."""

from __future__ import annotations

import pytest

from tests.support.client import Browser


@pytest.fixture
def browser(browser: Browser) -> Browser:
    browser.client.set_cookie("language", "en")
    return browser
