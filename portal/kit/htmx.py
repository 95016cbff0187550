"""Pages and fragments. The only module that touches htmx-flask, of which it uses two names."""

from __future__ import annotations

import json
from collections.abc import Mapping

from flask import Flask, Response, current_app, make_response, redirect, render_template, request
from htmx_flask import Htmx


def init_htmx(app: Flask) -> None:
    Htmx(app)
    app.after_request(_vary)


def _vary(response: Response) -> Response:
    response.vary.add("HX-Request")
    return response


def asked_for_fragment() -> bool:
    """True when htmx wants a piece. History restores want the whole page."""
    hx = request.htmx  # type: ignore[attr-defined]
    return bool(hx) and not hx.boosted and not hx.history_restore_request


def asked(name: str) -> str:
    """A value of the query string; empty when it is not there."""
    return request.args.get(name, "")


def page(template: str, status: int = 200, **context: object) -> Response:
    return make_response(render_template(template, **context), status)


def fragment(template: str, block: str, status: int = 200, **context: object) -> Response:
    """Only `{% block <block> %}` of `template`, with the same context processors as a page.

    The template's top level does not run: nothing may be imported or set there.
    """
    source = current_app.jinja_env.get_template(template)
    current_app.update_template_context(context)
    html = "".join(source.blocks[block](source.new_context(context)))
    return make_response(html, status)


def go(url: str) -> Response:
    """Move on to `url`: a 303 for a plain form, HX-Redirect for htmx (a 303 would nest a page in the target)."""
    if asked_for_fragment():
        return make_response("", 200, {"HX-Redirect": url})
    return make_response(redirect(url, 303))


def toast(response: Response, say: str, extra: Mapping[str, object] | None = None) -> Response:
    """Have the page say one short sentence. Headers are ASCII, so the JSON escapes everything else."""
    response.headers["HX-Trigger"] = json.dumps({"toast": say, **(extra or {})})
    return response
