"""The log says which page was asked for and how it ended, and nothing that is anybody's secret."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from portal.app import create_app
from portal.config import Settings
from portal.kit.db import db, new_uuid
from tests.support.client import Browser

SECRETS = ("sightglass-mina", "mina@hanbit.example", "246813", "37.123456", "128.987654", "0123456789")


@pytest.fixture
def lines(settings: Settings, capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    """The log of a login, a wrong login, a check-in and a submission, all with something to hide."""
    app = create_app(replace(settings, log_level="INFO"))
    browser = Browser(app).login("mina@hanbit.example")
    wrong = {"email": "mina@hanbit.example", "password": "0123456789"}
    browser.post("/login", wrong, status=422)
    place = {"latitude": "37.123456", "longitude": "128.987654", "accuracy_m": "5", "pin": "246813"}
    for kind in ("check-in", "submission"):
        browser.post(f"/o/{kind}/{new_uuid()}", {"uuid": new_uuid(), **place}, status=404)
    browser.get("/visits", query_string={"before": "0123456789"})
    with app.app_context():
        db.engine.dispose()
    return [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]


def test_each_request_leaves_one_line_with_its_number(lines: list[dict[str, object]]):
    requests = [line for line in lines if line["event"] == "request"]
    assert [line["route"] for line in requests] == [
        "/login", "/login", "/o/<kind>/<uuid>", "/o/<kind>/<uuid>", "/visits",
    ]  # fmt: skip
    assert [line["status"] for line in requests] == [303, 422, 404, 404, 200]
    assert len({line["id"] for line in requests}) == len(requests)


def test_no_secret_stands_in_the_log(lines: list[dict[str, object]]):
    text = json.dumps(lines, ensure_ascii=False)
    assert lines and not [secret for secret in SECRETS if secret in text]
