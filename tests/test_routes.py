"""Addresses are promises: people bookmark them, and phones without signal wait to post to them."""

from __future__ import annotations

from flask import Flask

from portal.cli import ROUTES, routes_of


def test_addresses_change_only_when_somebody_says_so(bare_app: Flask) -> None:
    known, now = set(ROUTES.read_text().splitlines()), set(routes_of(bare_app))
    say = f"gone: {sorted(known - now)}, new: {sorted(now - known)}; `flask routes save` if that is meant"

    assert known == now, say


def test_a_read_and_a_write_at_one_address_are_one_thing(bare_app: Flask) -> None:
    """A form that is posted back to the page it stands on can be reloaded: its address answers GET too."""
    rules = list(bare_app.url_map.iter_rules())
    reads = {rule.rule for rule in rules if "GET" in (rule.methods or ())}
    unsafe = {rule.rule for rule in rules if (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}}

    assert "/login" in reads & unsafe
    assert not [rule for rule in unsafe if rule.endswith("/")], "no address has two spellings"
