"""The wiring: settings, rooms, and what a person sees when something is refused or breaks."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask, Response, g, has_request_context, make_response, redirect, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_compress import Compress
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.accounts import links
from portal.accounts import views as accounts
from portal.accounts.session import init_session
from portal.admin import views as admin
from portal.catalogue import views as catalogue
from portal.cli import init_cli
from portal.complaints import views as complaints
from portal.config import ROOT, Settings
from portal.customers import things
from portal.customers import views as customers
from portal.desk import views as desk
from portal.guidance import views as guidance
from portal.kit import assets, health, htmx, shell
from portal.kit.csrf import init_csrf
from portal.kit.db import db, prepare_engine
from portal.kit.errors import Refusal
from portal.kit.headers import csp_nonce, init_headers
from portal.kit.i18n import LANGUAGES, init_i18n
from portal.kit.logs import init_logs, log
from portal.navigation import items
from portal.people.models import somebody
from portal.records import views as records
from portal.scan import views as scan
from portal.sync import views as sync
from portal.visits import approvals, calendar, plans
from portal.visits import views as visits

MOST_BYTES = 20 * 1024 * 1024  # of a request: one photo straight from a camera
THEMES = {"day", "night", "sun"}


def create_app(settings: Settings | None = None) -> Flask:
    """A portal for one company, ready to serve. Settings come from the environment unless given."""
    settings = settings or Settings.from_env()
    app = Flask("portal", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.config.update(
        SETTINGS=settings,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_STREAMS=False,
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
    )
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)  # type: ignore[method-assign]
    init_logs(app, settings.log_level)
    init_headers(app, settings.https)
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    Compress(app)
    init_csrf(app)
    init_session(app)
    init_i18n(app)
    htmx.init_htmx(app)
    assets.init_assets(app)
    _words(app)
    _rooms(app)
    _refusals(app)
    return app


def _rooms(app: Flask) -> None:
    for room in (
        health, shell, accounts, links, catalogue, customers, things, complaints, desk, guidance, scan, visits, plans,
        calendar, approvals, sync, records, admin,
    ):  # fmt: skip
        app.register_blueprint(room.bp)
    init_cli(app)


def _words(app: Flask) -> None:
    """What every template may say. Components live in a global, so that a fragment has them too."""
    env = app.jinja_env
    env.trim_blocks = env.lstrip_blocks = True
    env.bytecode_cache = FileSystemBytecodeCache()  # a second process begins with what the first compiled
    env.globals.update(csp_nonce=csp_nonce, LANGUAGES=LANGUAGES, me=somebody)
    with app.app_context():
        env.globals["ui"] = env.get_template("_ui/all.html").module

    @app.context_processor
    def words() -> dict[str, object]:
        theme = request.cookies.get("theme", "") if has_request_context() else ""
        return {
            "lang": str(get_locale()),
            "theme": theme if theme in THEMES else "",
            "nav_items": items,
            "company": app.config["SETTINGS"].company,
        }


def _refusals(app: Flask) -> None:
    @app.errorhandler(Refusal)
    def refused(refusal: Refusal) -> Response:
        db.session.rollback()
        log().info(
            "refused", id=g.get("request_id"), status=refusal.status, kind=type(refusal).__name__, facts=refusal.facts
        )
        return _say(refusal.status, _("This did not work"), refusal.say)

    @app.errorhandler(StaleDataError)
    def too_late(_error: StaleDataError) -> Response:
        db.session.rollback()
        return _say(
            409,
            _("Somebody else was faster"),
            _("This was changed a moment ago. Open it again and look before you go on."),
        )

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        code = error.code or 500
        if code == 401:
            return _to_login()
        heading, say = HTTP_WORDS().get(code, (_("This did not work"), _("Go back and try again.")))
        return _say(code, heading, say)

    @app.errorhandler(sa.exc.OperationalError)
    def busy(error: sa.exc.OperationalError) -> Response:
        db.session.rollback()
        log().error("database", id=g.get("request_id"), exc_info=error)
        response = _say(503, _("Busy at the moment"), _("Nothing was saved. Wait a moment, then press again."))
        response.headers["Retry-After"] = "2"
        return response

    @app.errorhandler(Exception)  # the last boundary: everything else is a bug, told with an id and no details
    def broken(error: Exception) -> Response:
        db.session.rollback()
        log().error("bug", id=g.get("request_id"), exc_info=error)
        return _say(
            500, _("Something broke on our side"), _("What you typed is still on this page. Try again in a minute.")
        )


def HTTP_WORDS() -> dict[int, tuple[str, str]]:
    return {
        403: (_("Not allowed"), _("You may not do this. Go back to your own pages.")),
        404: (_("Not found"), _("There is nothing here for you. Check the address, or go back to your own pages.")),
        405: (_("Not possible like this"), _("Go back and use the button on the page.")),
        413: (_("Too large"), _("The file is larger than 20 MB. Take the photo again in a smaller size.")),
        429: (_("Too many tries"), _("Wait ten minutes, then try again.")),
    }


def _to_login() -> Response:
    """Anonymous people go to the login; a form in the page keeps what was typed and says so."""
    if request.method == "GET":
        url = url_for("accounts.login", next=request.full_path.rstrip("?"))
        return htmx.go(url) if htmx.asked_for_fragment() else make_response(redirect(url, 303))
    return _say(
        401, _("Please log in again"), _("Your session has ended. Log in in another tab, then press again here.")
    )


def _say(status: int, heading: str, say: str) -> Response:
    context = {"heading": heading, "say": say, "request_id": g.get("request_id", "")}
    if htmx.asked_for_fragment():
        response = htmx.fragment("refused.html", "note", status, **context)
        response.headers.update({"HX-Retarget": "#say", "HX-Reswap": "innerHTML"})  # the form stays as it was typed
        return response
    return htmx.page("refused.html", status, **context)
