"""The reader's language and zone, and how days, times and numbers look to them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Babel, format_date, format_decimal, get_locale
from flask_babel import gettext as _
from flask_login import current_user

from portal.kit.clock import now

LANGUAGES = {"ko": "한국어", "en": "English"}


def init_i18n(app: Flask) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    app.config["BABEL_DEFAULT_LOCALE"] = "en"
    Babel(app, locale_selector=reader_language)
    app.add_template_filter(day)
    app.add_template_filter(clock)
    app.add_template_filter(moment)
    app.add_template_filter(plain_number, "number")


def reader_language() -> str:
    """ko or en: the choice in the browser, else the person's own, else what the browser asks for."""
    if not has_request_context():
        return str(g.get("language", "en"))
    chosen = request.cookies.get("language")
    if chosen in LANGUAGES:
        return chosen
    if current_user and current_user.is_authenticated:
        return str(current_user.language)
    return request.accept_languages.best_match(LANGUAGES, "ko")


def reader_zone() -> ZoneInfo:
    """The zone of the person who reads, else the company's."""
    own = current_user.zone if has_request_context() and current_user.is_authenticated else None
    return ZoneInfo(own or current_app.config["SETTINGS"].company_zone)


def zone(name: str | None) -> ZoneInfo:
    """The zone of this name, or the company's for None. Raises KeyError for a name nobody knows."""
    return ZoneInfo(name or current_app.config["SETTINGS"].company_zone)


def today(at: datetime) -> date:
    """The reader's day at the instant `at`."""
    return at.astimezone(reader_zone()).date()


def day(value: date | datetime, where: ZoneInfo | None = None) -> str:
    """A day in words: 11월 25일 (수), Wed 25 Nov. The year is added when it is not this one."""
    if isinstance(value, datetime):
        value = value.astimezone(where or reader_zone()).date()
    same_year = value.year == now().year
    if str(get_locale()) == "ko":
        return format_date(value, "M월 d일 (E)" if same_year else "y년 M월 d일 (E)")
    return format_date(value, "EEE d MMM" if same_year else "EEE d MMM y")


def clock(value: datetime, where: ZoneInfo | None = None) -> str:
    """The time of the wall clock, 24 hours: 09:05. The offset is added where it is not the reader's."""
    own = reader_zone()
    local = value.astimezone(where or own)
    text = f"{local:%H:%M}"
    if where is None or local.utcoffset() == value.astimezone(own).utcoffset():
        return text
    return f"{text} (UTC{local:%z})"


def moment(value: datetime, where: ZoneInfo | None = None) -> str:
    return _("%(day)s, %(time)s", day=day(value, where), time=clock(value, where))


def plain_number(value: Decimal | int | float) -> str:
    return str(format_decimal(value))
