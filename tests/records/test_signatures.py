"""Signatures and their enemies: every validator accepts the honest file, and ours refuses every other."""

from __future__ import annotations

import random
import re
import subprocess
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from portal.records import notary, printing, sheet
from portal.records.authority import ensure_authority
from tests.records import examples
from tests.records.conftest import NOON, Works

FLIPS = 60


@pytest.fixture(scope="module")
def nss(works: Works, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A certificate database that trusts our root, for pdfsig."""
    folder = tmp_path_factory.mktemp("nss")
    (folder / "root.pem").write_bytes(works.company.root)
    where = f"sql:{folder}"
    subprocess.run(["certutil", "-N", "-d", where, "--empty-password"], check=True)
    subprocess.run(["certutil", "-A", "-d", where, "-n", "root", "-t", "CT,C,C", "-i", folder / "root.pem"], check=True)
    return where


def pdfsig(pdf: bytes, nss: str, tmp_path: Path) -> str:
    path = tmp_path / "file.pdf"
    path.write_bytes(pdf)
    return subprocess.run(["pdfsig", "-nssdir", nss, path], capture_output=True, check=False).stdout.decode(
        errors="replace"
    )


def accepted(findings: list[notary.Finding], signatures: int = 2) -> bool:
    good = [f for f in findings if f.intact and f.ours and f.untouched]
    return len(good) == len(findings) == signatures and findings[-1].whole


def test_everybody_accepts_the_honest_file(works: Works, sealed: bytes, nss: str, tmp_path: Path) -> None:
    said = pdfsig(sealed, nss, tmp_path)
    assert said.count("Signature is Valid.") == 2
    assert said.count("Certificate is Trusted.") == 2
    assert "Total document signed" in said.split("Signature #2")[1]
    assert re.findall(r"Common Name: (\S+)", said) == ["이서준", "최은영"]
    assert subprocess.run(["qpdf", "--check", tmp_path / "file.pdf"], capture_output=True, check=False).returncode == 0
    findings = notary.examine(sealed, works.company.root)
    assert accepted(findings)
    assert [f.field for f in findings] == [sheet.ISSUER, sheet.APPROVER]
    assert [f.signer for f in findings] == ["이서준", "최은영"]


def test_the_draft_is_the_beginning_of_the_sealed_file(draft: bytes, sealed: bytes) -> None:
    assert sealed.startswith(draft)


def test_the_draft_has_one_signature_and_an_empty_place(works: Works, draft: bytes) -> None:
    assert accepted(notary.examine(draft, works.company.root), 1)
    with pikepdf.open(BytesIO(draft)) as opened:
        first, second = opened.Root.AcroForm.Fields
        assert "/V" in first and "/V" not in second
        assert (second.Lock.Action, second.Lock.P) == ("/All", 1)
        assert second.TU


def test_a_signed_field_is_not_signed_again(works: Works, sealed: bytes) -> None:
    with pytest.raises(printing.child.ChildFailed, match="SigningError"):
        printing.signed(sealed, {}, [works.step(sheet.APPROVER, examples.facts())])


def test_one_changed_byte_anywhere_in_the_signed_ranges(works: Works, draft: bytes, nss: str, tmp_path: Path) -> None:
    """On the file with one signature: its ranges are the whole file but the signature itself."""
    with pikepdf.open(BytesIO(draft)) as opened:
        start, length, rest, more = (int(n) for n in opened.Root.AcroForm.Fields[0].V.ByteRange)
    chance = random.Random(20261122)
    places = [
        *chance.choices(range(start, start + length), k=FLIPS // 2),
        *chance.choices(range(rest, rest + more), k=FLIPS // 2),
    ]
    refused = {"pdfsig": 0, "ours": 0}
    for place in places:
        spoilt = bytearray(draft)
        spoilt[place] ^= 1 << chance.randrange(8)
        refused["pdfsig"] += "Signature is Valid." not in pdfsig(bytes(spoilt), nss, tmp_path)
        refused["ours"] += not accepted(notary.examine(bytes(spoilt), works.company.root), 1)
    assert refused == {"pdfsig": FLIPS, "ours": FLIPS}


@pytest.mark.parametrize("share", [0.2, 0.7, 0.995])
def test_a_changed_byte_in_the_sealed_file(works: Works, sealed: bytes, share: float) -> None:
    spoilt = bytearray(sealed)
    spoilt[int(len(spoilt) * share)] ^= 4
    assert not accepted(notary.examine(bytes(spoilt), works.company.root))


def test_an_overlay_added_behind_is_found_though_pdfsig_calls_it_valid(
    works: Works, sealed: bytes, nss: str, tmp_path: Path
) -> None:
    spoilt = overlaid(sealed)
    assert "Signature is Valid." in pdfsig(spoilt, nss, tmp_path)
    findings = notary.examine(spoilt, works.company.root)
    assert not accepted(findings)
    assert not any(f.untouched for f in findings[-1:])


def overlaid(pdf: bytes) -> bytes:
    """`pdf` with a revision appended in which the first page paints a white box over everything."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    page = writer.root["/Pages"]["/Kids"][0]
    box = writer.add_object(generic.StreamObject(stream_data=b"1 1 1 rg 0 0 600 800 re f"))
    page["/Contents"] = generic.ArrayObject([page.raw_get("/Contents"), box])
    writer.update_container(page)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_bytes_added_at_the_end(works: Works, sealed: bytes) -> None:
    assert not accepted(notary.examine(sealed + b"\n% and one more thing", works.company.root))


def test_written_anew_by_another_program(works: Works, sealed: bytes, nss: str, tmp_path: Path) -> None:
    out = BytesIO()
    with pikepdf.open(BytesIO(sealed)) as opened:
        opened.save(out)
    assert "Signature is Valid." not in pdfsig(out.getvalue(), nss, tmp_path)
    assert not accepted(notary.examine(out.getvalue(), works.company.root))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_cut_off(works: Works, sealed: bytes, share: float) -> None:
    assert not accepted(notary.examine(sealed[: int(len(sealed) * share)], works.company.root))


def test_another_authority_with_the_same_names(works: Works, nss: str, tmp_path: Path) -> None:
    rogue = Works(tmp_path / "rogue")
    assert rogue.company.root != works.company.root
    pdf = rogue.sealed(examples.facts())[1]
    said = pdfsig(pdf, nss, tmp_path)
    assert "Certificate is Trusted." not in said
    findings = notary.examine(pdf, works.company.root)
    assert [f.signer for f in findings] == ["이서준", "최은영"] and not any(f.ours for f in findings)


@pytest.mark.parametrize(
    "junk", [b"", b"%PDF-1.7\n", b"%PDF-1.7\n%%EOF\n", b"\x00" * 5000, b"%PDF-" + bytes(range(256)) * 40]
)
def test_junk_is_examined_without_a_crash(works: Works, junk: bytes) -> None:
    assert notary.examine(junk, works.company.root) == []


def test_a_company_keeps_its_authority(works: Works) -> None:
    assert ensure_authority(works.folder, "Other", NOON).root == works.company.root
