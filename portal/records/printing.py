"""Printing and signing, by way of the two children. Knows no database: text, paths and keys in, bytes out."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from portal.config import ROOT
from portal.kit.db import canonical
from portal.records import child, sheet
from portal.records.models import Document

FONTS = ROOT / "static" / "vendor" / "fonts"
PAPER = ROOT / "static" / "record.css"


@dataclass(frozen=True)
class Step:
    """One signature still to be made, with all it needs: read before the slow work begins, and no database in it."""

    field: str
    certify: bool
    name: str
    key: str  # PEM
    chain: tuple[str, ...]  # PEM, the person's own certificate first
    stamp: str  # HTML of what is seen in the field


def page_of(document: Document) -> dict[str, Any]:
    """The page as the press takes it: text, nothing that leads back to the database."""
    described = f"{document.number} v{document.version}"
    return {
        "html": sheet.html_of(document),
        "fields": sheet.fields_of(document),
        "enclosure": {"name": "record.json", "text": canonical(document.facts), "description": described},
        "archive": True,
    }


def signed(paper: dict[str, Any] | bytes, photos: Mapping[str, Path], steps: Sequence[Step]) -> list[bytes]:
    """The file after each of `steps`. `paper` is a page still to be printed, or a file that has signatures already.

    Raises ChildFailed when the page takes more time or memory than any honest record.
    """
    stamps = [{"html": step.stamp, "fields": [], "enclosure": None, "archive": False} for step in steps]
    if isinstance(paper, bytes):
        pdf, looks = paper, printed(stamps, {})
    else:
        pdf, *looks = printed([paper, *stamps], photos)
    asked = [
        {**asdict(step), "stamp": base64.b64encode(look).decode()} for step, look in zip(steps, looks, strict=True)
    ]
    return child.run("portal.records.notary", {"do": "sign", "steps": asked}, pdf)


def printed(sheets: Sequence[Mapping[str, Any]], photos: Mapping[str, Path], *, css: Path = PAPER) -> list[bytes]:
    """One unsigned PDF for each sheet, dressed by `css`. Raises ChildFailed as above."""
    paths = {sha256: str(path) for sha256, path in photos.items()}
    asked = {"sheets": sheets, "css": css.read_text(), "fonts": str(FONTS), "photos": paths}
    return child.run("portal.records.press", asked)
