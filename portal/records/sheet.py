"""What is printed: the HTML of a document in its own language and its site's zone, made from its frozen facts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import segno
from flask import current_app, render_template
from flask_babel import force_locale, format_date, format_decimal, get_locale
from flask_babel import gettext as _
from markupsafe import Markup

from portal.people.models import Person
from portal.records.models import Document

ISSUER, APPROVER = "sig-engineer", "sig-supervisor"  # names of fields in the file, and ids of their boxes
QR_SCALE = 4
DAY = {"ko": "y년 M월 d일 (E)", "en": "EEE d MMM y"}


def html_of(document: Document) -> str:
    """The page of `document`. Nothing in it comes from anywhere but the facts."""
    with force_locale(document.language):
        return render_template(
            document.template,
            facts=document.facts,
            facts_sha256=document.facts_sha256,
            verify_url=verify_url(document),
            qr=qr(verify_url(document)),
            paper=Words(document.zone),
            language=document.language,
        )


def stamp_of(document: Document, field: str) -> str:
    """What is seen in a signed field: name, in which role, and when that person acted, in the site's zone."""
    person, at = _act(document, field)
    with force_locale(document.language):
        role = _("Field engineer") if field == ISSUER else _("Approved by")
        return render_template(
            "records/stamp.html",
            name=person.name,
            role=role,
            at=Words(document.zone).moment(at.isoformat()),
            language=document.language,
        )


def _act(document: Document, field: str) -> tuple[Person, datetime]:
    if field == ISSUER:
        return document.issued_by, document.issued_at
    assert document.countersigned_by and document.countersigned_at  # noqa: S101 - nobody stamps before the act
    return document.countersigned_by, document.countersigned_at


def fields_of(document: Document) -> list[dict[str, Any]]:
    """The two places to sign, with what a screen reader says of them. The second closes the file."""
    with force_locale(document.language):
        return [
            {"name": ISSUER, "label": _("Electronic signature of the field engineer"), "locks": False},
            {"name": APPROVER, "label": _("Electronic signature of the supervisor, given on approval"), "locks": True},
        ]


def verify_url(document: Document) -> str:
    return f"{current_app.config['SETTINGS'].base_url}/verify/{document.code}"


def qr(text: str) -> Markup:
    """A QR code as an inline SVG with a spoken title."""
    out = BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(out, kind="svg", scale=QR_SCALE, border=2, dark="#0b2545", title=text, xmldecl=False, svgclass="qr")
    return Markup(out.getvalue().decode())  # noqa: S704 - made by the library, which escapes the title


class Words:
    """How instants, numbers and handwriting are put on paper. Instants are ISO 8601 text, said in `zone`."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone

    def day(self, iso: str) -> str:
        """2026년 11월 22일 (일), Sun 22 Nov 2026. Takes a day or an instant."""
        value = datetime.fromisoformat(iso)
        local = value.astimezone(self.zone) if value.tzinfo else value
        return str(format_date(local.date(), DAY.get(str(get_locale()), "long")))

    def clock(self, iso: str) -> str:
        """13:48, on the site's wall clock."""
        return f"{self._local(iso):%H:%M}"

    def moment(self, iso: str) -> str:
        return f"{self.day(iso)} {self.clock(iso)}"

    def offset(self, iso: str) -> str:
        """UTC+09:00: how far the site's clock was from UTC at that instant."""
        hours = f"{self._local(iso):%z}"
        return f"UTC{hours[:3]}:{hours[3:5]}"

    def number(self, value: str | float) -> str:
        return str(format_decimal(value))

    def strokes(self, lines: Sequence[Sequence[Sequence[float]]]) -> str:
        """The path data of a handwriting in its box of 1000 by 400; coordinates outside are brought to the edge."""
        return " ".join(_line(line) for line in lines if line)

    def _local(self, iso: str) -> datetime:
        return datetime.fromisoformat(iso).astimezone(self.zone)


def _line(points: Sequence[Sequence[float]]) -> str:
    steps = [f"{min(max(float(x), 0), 1000):g} {min(max(float(y), 0), 400):g}" for x, y, *_rest in points]
    return f"M{steps[0]}L{' '.join(steps[1:] or steps)}"  # a dot is a line to itself, drawn by its round cap
