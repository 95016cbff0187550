"""The pages where anybody may ask, in the whole portal."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from cryptography import x509
from flask import Flask

from portal.records.models import CODE_LENGTH
from tests.records.conftest import NOON
from tests.support.client import Browser


def sent(pdf: bytes) -> dict[str, Any]:
    return {"file": (BytesIO(pdf), "record.pdf")}


def test_anybody_may_ask(browser: Browser) -> None:
    page = browser.get("/verify")
    assert page.select_one("form[action='/verify'][enctype='multipart/form-data'] input[type=file]")
    assert page.select_one("meta[name=robots][content^=noindex]")
    assert browser.last is not None and "noindex" in browser.last.headers["X-Robots-Tag"]


def test_a_code_is_found_however_it_was_written(browser: Browser) -> None:
    browser.get("/verify?code=7k2m9-pqrst%20vwxyz-23456", status=303)
    assert browser.last is not None and browser.last.headers["Location"] == "/verify/7K2M9PQRSTVWXYZ23456"


@pytest.mark.parametrize("code", ["2" * CODE_LENGTH, "short", "x" * 400])
def test_an_unknown_code_is_not_found(browser: Browser, code: str) -> None:
    browser.get(f"/verify/{code}", status=404)


@pytest.mark.parametrize("content", [None, b"", b"GIF89a"])
def test_something_else_than_a_pdf_is_sent_back(browser: Browser, content: bytes | None) -> None:
    page = browser.post("/verify", {} if content is None else sent(content), status=422)
    assert "a PDF file" in page.text


def test_a_strangers_file_is_not_ours(browser: Browser, sealed: bytes) -> None:
    page = browser.post("/verify", sent(sealed), status=200)
    assert "This company did not issue this file." in page.text
    assert "not with certificates of this company" in page.text


def test_the_root_certificate_is_public(browser: Browser, app: Flask) -> None:
    browser.get("/records/root.pem")
    assert browser.last is not None
    root = x509.load_pem_x509_certificate(browser.last.data)
    root.verify_directly_issued_by(root)
    assert root.not_valid_after_utc > NOON
