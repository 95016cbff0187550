"""Every form of the house against values that nobody honest types, drawn by Hypothesis from the form classes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import DecimalField, StringField

from portal.app import create_app
from portal.config import Settings
from portal.kit.forms import RoomForm
from tests.support.source import modules

CALM = settings(
    deadline=None, max_examples=60, derandomize=True, suppress_health_check=list(HealthCheck)
)  # a busy machine is no fault
HOSTILE = (
    "NaN", "sNaN", "-Infinity", "1e400", "-0", "0x1F", "1_000", "٣٤٥", "１２３", "12,5", "1,234,567.89", "9" * 400,
    "\x00", "a\x00b", "\ud800", "\u202e\u200b", "\r\n\r\nSet-Cookie: a=b", "x" * 100_000, "가" * 100_000,
    "2026-02-30", "2026-13-01", "0000-00-00", "9999-12-31T23:59", "2026-02-30T25:61", "<script>alert(1)</script>",
    "{{ 7 * 7 }}", "' OR 1=1 --", "../../etc/passwd", "[[[1,2],[3,NaN]]]", "[" * 5000, "null", "true", "y", "", " ",
    "\t\n", "🛢️", "-1", "1.23456", "2147483648", "00000000-0000-4000-8000-000000000000", "%s%n", "\\", "http://[::1",
)  # fmt: skip


def forms() -> Iterator[type[RoomForm]]:
    """Every form class of the portal, by name."""
    found = {cls for cls in _below(RoomForm) if cls.__module__.startswith("portal.")}
    yield from sorted(found, key=lambda cls: f"{cls.__module__}.{cls.__name__}")


def _below(cls: type[RoomForm]) -> Iterator[type[RoomForm]]:
    for one in cls.__subclasses__():
        yield one
        yield from _below(one)


def insane(value: Any) -> bool:
    """Whether a clean value is one that a database or a paper could not hold."""
    if isinstance(value, Decimal):
        return not value.is_finite()
    if isinstance(value, str):
        return "\x00" in value or len(value) > 20_000 * 20 or _half_a_pair(value)
    if isinstance(value, datetime | date):
        return not 1900 <= value.year <= 9999
    return isinstance(value, list | tuple | set | frozenset) and any(map(insane, value))


def _half_a_pair(text: str) -> bool:
    return any("\ud800" <= sign <= "\udfff" for sign in text)


def test_the_list_is_of_all_forms(bare_app_once: Flask) -> None:
    written = sum(module.text.count("(RoomForm):") for module in modules())
    assert len(list(forms())) >= written > 30


@CALM
@given(data=st.data())
def test_no_form_breaks_and_none_lets_nonsense_through(bare_app_once: Flask, data: st.DataObject) -> None:
    with bare_app_once.test_request_context(headers={"Accept-Language": "en"}):
        for form_class in forms():
            names = [name for name, _field in form_class()._fields.items()]
            sent = {name: data.draw(st.lists(st.sampled_from(HOSTILE), min_size=0, max_size=2)) for name in names}
            form = form_class(MultiDict([(name, value) for name, values in sent.items() for value in values]))
            assert not wrong_with(form), form_class.__name__


def wrong_with(form: RoomForm) -> list[str]:
    """Nonsense in what a form calls clean; or that it refuses without a sentence for anybody to read."""
    if form.ok:
        return [f"{name} lets {value!r:.40} through" for name, value in form.values.items() if insane(value)]
    said = [str(sentence) for errors in form.errors.values() for sentence in errors]
    return [] if said and all(sentence.strip() for sentence in said) else ["refused without a word"]


class Careless(RoomForm):
    """What happens without the fields of the house."""

    name = StringField()
    hours = DecimalField()


def test_a_careless_form_is_named(bare_app_once: Flask) -> None:
    with bare_app_once.test_request_context():
        assert wrong_with(Careless({"name": "a\x00b", "hours": "NaN"})) == [
            "name lets 'a\\x00b' through", "hours lets Decimal('NaN') through",
        ]  # fmt: skip


@pytest.fixture(scope="module")
def bare_app_once(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Forms need the words of an app, and no database."""
    return create_app(Settings(data_dir=tmp_path_factory.mktemp("forms"), database_url="sqlite://", log_level="ERROR"))
