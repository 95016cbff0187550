"""Every sentence a person may read exists in Korean, finished, with the same values in it."""

from __future__ import annotations

import io
import re
import tomllib
from functools import cache

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from tests.support.source import ROOT

CATALOGUE = ROOT / "portal" / "translations" / "ko" / "LC_MESSAGES" / "messages.po"
HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None, "lazy_ngettext": (1, 2)}

Sentence = str | tuple[str, ...]


@cache
def sentences() -> dict[Sentence, str]:
    """Every sentence with the first place where it stands, read as `make translations` reads it."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    methods = [(m["pattern"], m["method"]) for m in mappings]
    options = {m["pattern"]: {k: str(v) for k, v in m.items() if k not in {"pattern", "method"}} for m in mappings}
    found: dict[Sentence, str] = {}
    for folder in ("portal", "templates"):
        rows = extract_from_dir(
            ROOT, methods, options, keywords=KEYWORDS, directory_filter=lambda path, top=folder: _below(path, top)
        )
        for name, line, message, _comments, _context in rows:
            found.setdefault(message, f"{name}:{line}")
    return found


def _below(path: str, top: str) -> bool:
    return path == str(ROOT) or path.startswith(str(ROOT / top))


@cache
def korean() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="ko")


def forms_of(text: object) -> list[str]:
    return [text] if isinstance(text, str) else [str(form) for form in text or ()]  # type: ignore[union-attr]


def test_every_sentence_is_in_the_korean_catalogue() -> None:
    catalogue = korean()
    missing = [f"{place}: {message!r}" for message, place in sentences().items() if message not in catalogue]
    assert not missing, "\n" + "\n".join(missing)


def test_nothing_is_empty_or_unfinished() -> None:
    unfinished = [
        message.id for message in korean() if message.id and (message.fuzzy or not all(forms_of(message.string)))
    ]
    assert not unfinished


def test_a_translation_keeps_the_values_and_invents_none() -> None:
    wrong = []
    for message in korean():
        meant = {name for form in forms_of(message.id) for name in PLACEHOLDER.findall(form)}
        for form in forms_of(message.string):
            if message.id and set(PLACEHOLDER.findall(form)) != meant:
                wrong.append((message.id, form))
    assert not wrong


def test_sentences_are_written_in_english() -> None:
    assert not [f"{place}: {message!r}" for message, place in sentences().items() if HANGUL.search(str(message))]


def test_the_catalogue_holds_nothing_that_nobody_says() -> None:
    said = {forms_of(message)[0] for message in sentences()}
    assert not [message.id for message in korean() if message.id and forms_of(message.id)[0] not in said]


def test_the_catalogue_compiles() -> None:
    binary = io.BytesIO()
    write_mo(binary, korean())
    binary.seek(0)

    assert len(list(read_mo(binary))) >= len(sentences())
