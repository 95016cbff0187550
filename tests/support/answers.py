"""Answers as an attacker compares them: without what differs from one request to the next."""

from __future__ import annotations

import re

from werkzeug.test import TestResponse

RANDOM = (
    (re.compile(r'(nonce[=-]"?)[\w-]{22}'), r"\1N"),
    (re.compile(r"\b[0-9a-f]{16}\b"), "R"),  # request ids
    (re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "U"),  # the uuid of a fresh form
)


def bare(text: str, *typed: str) -> str:
    """The text without nonces, request ids and fresh uuids, and without what was typed or asked for."""
    for word in typed:
        text = text.replace(word, "T")
    for pattern, said in RANDOM:
        text = pattern.sub(said, text)
    return text


def shape_of(answer: TestResponse, *typed: str) -> tuple[int, str, dict[str, str]]:
    """Status, body and headers: two answers of one shape cannot be told apart."""
    moving = {"X-Request-ID", "Content-Length", "Date"}
    headers = {name: bare(value, *typed) for name, value in answer.headers if name not in moving}
    return answer.status_code, bare(answer.text, *typed), headers
