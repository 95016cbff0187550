"""The addresses of the portal with something plausible in their blanks."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask
from werkzeug.routing import AnyConverter, Rule

NOBODYS = {"id": "999999", "uuid": "00000000-0000-4000-8000-000000000000", "code": "2" * 20, "filename": "none.css"}
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


def unsafe_requests(app: Flask) -> Iterator[tuple[str, str]]:
    """Method and path of every address that changes something; the ids in them are nobody's."""
    for rule in app.url_map.iter_rules():
        for method in sorted(set(rule.methods or ()) & set(UNSAFE)):
            blanks = {name: _blank(rule, name) for name in rule.arguments}
            with app.test_request_context():
                built = app.url_map.bind("localhost").build(rule.endpoint, blanks, method=method)
            yield method, built


def _blank(rule: Rule, name: str) -> str:
    converter = rule._converters[name]
    return sorted(converter.items)[0] if isinstance(converter, AnyConverter) else NOBODYS.get(name, "sample")
