"""Addresses are promises: people bookmark them, and phones without signal wait to post to them."""

from __future__ import annotations

from flask import Flask

from portal.cli import ROUTES, routes_of


def difference(known: list[str], now: list[str]) -> str:
    """What is gone and what is new, in words; empty when nothing is."""
    gone, new = sorted(set(known) - set(now)), sorted(set(now) - set(known))
    return f"gone: {gone}, new: {new}; run `flask routes-save` if that is meant" if gone or new else ""


def test_addresses_change_only_when_somebody_says_so(bare_app: Flask) -> None:
    said = difference(ROUTES.read_text().splitlines(), routes_of(bare_app))
    assert not said, said


def test_a_planted_change_is_named(bare_app: Flask) -> None:
    known = routes_of(bare_app)
    bare_app.add_url_rule("/planted", view_func=str, methods=["POST"])
    now = [line for line in routes_of(bare_app) if line != "/today GET"]

    assert difference(known, now).startswith("gone: ['/today GET'], new: ['/planted POST']")


def test_no_address_has_two_spellings(bare_app: Flask) -> None:
    """A rule that ends with a slash redirects, and a redirect loses what a phone has posted."""
    assert not [rule.rule for rule in bare_app.url_map.iter_rules() if rule.rule.endswith("/") and rule.rule != "/"]
