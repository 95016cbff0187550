"""One line of JSON for each request, with an id that the error page shows too. No secrets, no positions, no names."""

from __future__ import annotations

import logging
import re
import secrets
import sys
import time

import structlog
from flask import Flask, Response, g, request

ID = re.compile(r"[A-Za-z0-9-]{8,64}")


def init_logs(app: Flask, level: str) -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    app.before_request(_begin)
    app.after_request(_end)


def log() -> structlog.stdlib.BoundLogger:
    return structlog.get_logger()  # type: ignore[no-any-return]


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if ID.fullmatch(given) else secrets.token_hex(8)
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    request_id = g.get("request_id", "")
    response.headers["X-Request-ID"] = request_id
    if request.endpoint != "static":
        log().info(
            "request",
            id=request_id,
            method=request.method,
            route=request.url_rule.rule if request.url_rule else None,
            status=response.status_code,
            ms=round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1),
        )
    return response
