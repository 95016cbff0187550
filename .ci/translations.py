"""Check that every sentence of the code and the templates has a finished translation in every catalogue.

Reports sentences that are missing, empty or fuzzy, and placeholders that a translation lost or invented.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = sorted(ROOT.glob("portal/translations/*/LC_MESSAGES/messages.po"))


def sentences() -> Catalog:
    """Extract as `make translations` does, into a file of its own."""
    with tempfile.TemporaryDirectory() as folder:
        pot = Path(folder) / "messages.pot"
        command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "pyproject.toml"]
        command += ["--ignore-dirs", ".*", "-k", "_l", "-k", "lazy_gettext", "-k", "lazy_ngettext:1,2", "-o", str(pot), "."]
        subprocess.run(command, cwd=ROOT, check=True)
        with pot.open("rb") as file:
            return read_po(file)


def fault_in(message: Message, translation: Message | None) -> str | None:
    if translation is None:
        return "missing"
    forms = [translation.string] if isinstance(translation.string, str) else translation.string
    if not all(forms):
        return "empty"
    if translation.fuzzy:
        return "fuzzy"
    translation.flags |= message.flags
    return "; ".join(str(error) for error in translation.check()) or None


def faults(path: Path, wanted: Catalog) -> list[str]:
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parent.parent.name)
    found = [f"{path.relative_to(ROOT)}: its header is marked fuzzy"] if catalogue.fuzzy else []
    for message in wanted:
        translation = catalogue.get(message.id, message.context)
        if message.id and (fault := fault_in(message, translation)):
            found.append(f"{path.relative_to(ROOT)}: {fault}: {message.id!r}")
    return found


def main() -> None:
    if not CATALOGUES:
        sys.exit("portal/translations holds no catalogue")
    wanted = sentences()
    if found := [fault for path in CATALOGUES for fault in faults(path, wanted)]:
        sys.exit("\n".join([*found, "Run `make translations`, then translate what it added."]))
    print(f"translations: {len(wanted)} sentences in {len(CATALOGUES)} catalogue(s)")


if __name__ == "__main__":
    main()
