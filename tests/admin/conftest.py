"""The administrator at the console, reading English; and the post office through which the portal writes."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.town import Town, find
from tests.accounts.conftest import mailing_app, office, post, visitor
from tests.support.client import Browser

__all__ = ["mailing_app", "office", "post", "visitor"]  # fixtures


@pytest.fixture
def town(mailing_app: Flask) -> Town:
    return find()


@pytest.fixture
def admin(mailing_app: Flask, town: Town) -> Browser:
    browser = Browser(mailing_app)
    browser.client.set_cookie("language", "en")
    return browser.login(town.admin.email)
