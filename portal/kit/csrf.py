"""Requests that change something must come from our own pages.

Browsers say so themselves (Sec-Fetch-Site, else Origin), so no page carries a token that could grow stale on a phone.
"""

from __future__ import annotations

from flask import Flask, abort, request

from portal.kit.db import SAFE_METHODS


def init_csrf(app: Flask) -> None:
    app.before_request(refuse_strangers)


def refuse_strangers() -> None:
    if request.method not in SAFE_METHODS and not _from_our_own_pages():
        abort(403)


def _from_our_own_pages() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") == request.host_url.rstrip("/")
