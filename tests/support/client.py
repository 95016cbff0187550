"""A browser without a screen: keeps cookies, says where it comes from, and checks every page it is shown."""

from __future__ import annotations

import contextvars
import re
from collections.abc import Callable
from typing import Any

from bs4 import BeautifulSoup
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.kit.db import db

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
HTMX = {**SAME_ORIGIN, "HX-Request": "true"}


class Browser:
    """`get` and `post` as a person does; answers are parsed, and pages checked against the rules of the house."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()
        self.last: TestResponse | None = None

    def login(self, email: str, password: str | None = None) -> Browser:
        password = password or f"sightglass-{email.split('@')[0]}"
        answer = self._ask(self.client.post, "/login", data={"email": email, "password": password}, headers=SAME_ORIGIN)
        assert answer.status_code == 303, answer.text
        return self

    def get(self, path: str, status: int = 200, **kwargs: Any) -> BeautifulSoup:
        self.last = self._ask(
            self.client.get, path, headers={"Accept-Language": "en", **kwargs.pop("headers", {})}, **kwargs
        )
        assert self.last.status_code == status, _wrong(path, self.last)
        page = BeautifulSoup(self.last.data, "html.parser")
        if self.last.mimetype == "text/html" and page.select("html"):
            check_page(page)
        return page

    def post(self, path: str, data: dict[str, Any] | None = None, status: int = 303, **kwargs: Any) -> BeautifulSoup:
        headers = {**SAME_ORIGIN, "Accept-Language": "en", **kwargs.pop("headers", {})}
        self.last = self._ask(self.client.post, path, data=data or {}, headers=headers, **kwargs)
        assert self.last.status_code == status, _wrong(path, self.last)
        page = BeautifulSoup(self.last.data, "html.parser")
        if self.last.mimetype == "text/html" and page.select("html") and page.title:
            check_page(page)
        return page

    def _ask(self, method: Callable[..., TestResponse], path: str, **kwargs: Any) -> TestResponse:
        """Send as from another process: no context of the test is shared, and no lock of the test is held."""
        if has_app_context():
            db.session.commit()
        return contextvars.Context().run(method, path, **kwargs)

    def follow(self) -> BeautifulSoup:
        """Go where the last answer points."""
        assert self.last is not None
        return self.get(re.sub(r"^https?://[^/]+", "", self.last.headers["Location"]))

    def fill(self, page: BeautifulSoup, action: str, **values: Any) -> dict[str, Any]:
        """The data that a form on the page would send: what stands in its boxes, and `values` over it."""
        [form] = [f for f in page.select("form") if re.search(action, str(f["action"]))]
        data: dict[str, Any] = {}
        for box in form.select("input[name], textarea[name], select[name]"):
            kind, name = box.get("type", ""), str(box["name"])
            if kind in {"radio", "checkbox"}:
                if box.has_attr("checked"):
                    data.setdefault(name, []).append(box.get("value", "on"))
            elif box.name == "select":
                chosen = box.select_one("option[selected]") or box.select_one("option")
                data[name] = str(chosen["value"]) if chosen else ""
            elif kind not in {"file", "submit"}:
                data[name] = box.get("value") or (box.text.strip() if box.name == "textarea" else "")
        return {**data, **values}


def _wrong(path: str, answer: TestResponse) -> str:
    """What came instead of what was expected, without the stylesheet."""
    body = BeautifulSoup(answer.data, "html.parser")
    said = " ".join((body.select_one("main") or body).text.split()) if answer.mimetype == "text/html" else ""
    return f"{path}: {answer.status_code} {said[:1500]}"


def check_page(page: BeautifulSoup) -> BeautifulSoup:
    """The rules every page keeps. Raises AssertionError naming the element that breaks one."""
    headings = page.select("h1")
    assert len(headings) == 1, f"one h1, not {len(headings)}"
    heading = " ".join(headings[0].text.split())
    assert page.title, "a page has a title"
    assert " ".join(page.title.text.split()).startswith(heading), "the tab says what the page says"
    ids = [e["id"] for e in page.select("[id]")]
    assert len(ids) == len(set(ids)), f"ids are unique: {sorted(i for i in ids if ids.count(i) > 1)}"
    for form in page.select("form"):
        assert form.get("action") or form.get("method") == "dialog", "a form works without JavaScript"
    for box in page.select("input:not([type=hidden]), select, textarea"):
        labelled = box.get("aria-label") or box.find_parent("label") or page.select_one(f'label[for="{box.get("id")}"]')
        assert labelled, f"{box.get('name')} has no label"
    for element in page.select("[hx-target^='#']"):
        assert page.select_one(str(element["hx-target"])), f"nothing answers to {element['hx-target']}"
    check_fragment(page)
    return page


def check_fragment(page: BeautifulSoup) -> None:
    """What holds for a piece of a page too: nonces on htmx and scripts, no style attributes."""
    for element in page.find_all(lambda e: any(a.startswith("hx-") for a in e.attrs)):
        assert element.get("hx-nonce"), f"{element.name} has hx-* without a nonce"
    for script in page.select("script"):
        assert script.get("nonce"), "a script has no nonce"
    styled = page.select("[style]")
    assert not styled, f"style attributes: {styled[:3]}"
