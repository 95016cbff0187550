"""The runner makes the files, each once; the verdict follows the bytes, the signatures and the database."""

from __future__ import annotations

import contextvars
import threading
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from portal.journal.models import Entry
from portal.kit.blobs import Blob, blob_path
from portal.kit.db import db
from portal.kit.jobs import work
from portal.records import actions, sealing
from portal.records.models import Document
from portal.records.verify import Standing, judge, standing_of
from tests.records.conftest import NOON
from tests.records.test_issuing import issued


def approve(house: SimpleNamespace, document: Document) -> None:
    actions.countersign(document, by=house.eunyoung, at=NOON + timedelta(hours=4))
    db.session.commit()


def files_of(document: Document) -> tuple[bytes, bytes]:
    db.session.refresh(document)
    assert document.draft_sha256 and document.sealed_sha256
    return blob_path(document.draft_sha256).read_bytes(), blob_path(document.sealed_sha256).read_bytes()


def told(document: Document) -> list[str]:
    entries = sa.select(Entry.what).where(Entry.subject_kind == "documents", Entry.subject_id == document.id)
    return list(db.session.scalars(entries.order_by(Entry.id)))


def test_from_issue_to_sealed_file_and_its_verdicts(house: SimpleNamespace, tmp_path: Path) -> None:
    """Both people act before the runner wakes; then every kind of file is judged."""
    document = issued(house)
    approve(house, document)
    assert "being made" in standing_of(document).reasons[0]
    assert work(until_idle=True) == 2
    draft, sealed = files_of(document)
    assert told(document) == ["record.issued", "record.countersigned", "record.signed", "record.sealed"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Blob)) == 2

    verdict = judge(sealed, thorough=True)
    assert (verdict.standing, verdict.document) == (Standing.GENUINE, document)
    assert [s.name for s in verdict.signers] == ["이서준", "최은영"]
    early = judge(draft)
    assert early.standing is Standing.UNAPPROVED and "earlier revision" in early.reasons[0]
    assert [s.name for s in early.signers] == ["이서준"]
    behind = judge(sealed + b"\n%more")
    assert (behind.standing, behind.document) == (Standing.ALTERED, document)
    spoilt = bytearray(sealed)
    spoilt[len(draft) // 2] ^= 1
    assert judge(sealed[: len(draft) + 2000]).standing is Standing.ALTERED
    assert judge(b"%PDF-1.7 nothing").standing is Standing.UNKNOWN

    file = tmp_path / "record.pdf"
    file.write_bytes(sealed)
    db.session.commit()
    run = house.app.test_cli_runner()
    good = run.invoke(args=["records", "verify", str(file)])
    assert good.exit_code == 0 and "This record is genuine." in good.output and document.code in good.output
    file.write_bytes(bytes(spoilt))
    bad = run.invoke(args=["records", "verify", str(file)])
    assert bad.exit_code == 1 and "This file has been altered." in bad.output

    issued(house, version=2)
    db.session.expire_all()
    assert judge(sealed).standing is Standing.SUPERSEDED
    assert standing_of(document).standing is Standing.SUPERSEDED


def test_signed_by_a_stranger(house: SimpleNamespace, sealed: bytes) -> None:
    """The file of another company with another authority."""
    verdict = judge(sealed)
    assert verdict.standing is Standing.UNKNOWN and "not with certificates of this company" in verdict.reasons[0]


def test_the_approval_is_added_to_the_draft_that_is_kept(house: SimpleNamespace) -> None:
    document = issued(house)
    work(until_idle=True)
    db.session.refresh(document)
    first = document.draft_sha256
    assert standing_of(document).standing is Standing.UNAPPROVED and document.pdf_sha256 == first
    approve(house, document)
    work(until_idle=True)
    draft, sealed = files_of(document)
    assert document.draft_sha256 == first and sealed.startswith(draft)
    sealing.run({"uuid": document.uuid})
    db.session.commit()
    assert files_of(document) == (draft, sealed)


def test_two_runners_make_one_file(house: SimpleNamespace) -> None:
    document = issued(house)
    approve(house, document)
    uuid, outcomes = document.uuid, []
    db.session.rollback()  # this session only reads from here on, and must not lock the others out

    def race() -> None:
        with house.app.app_context():
            try:
                sealing.run({"uuid": uuid})
                db.session.commit()
                outcomes.append("made")
            except sealing.Overtaken:
                db.session.rollback()
                outcomes.append("overtaken")
            finally:
                db.session.remove()

    runners = [threading.Thread(target=contextvars.Context().run, args=(race,)) for _ in range(2)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join()
    assert sorted(outcomes) == ["made", "overtaken"]
    files_of(document)
    assert told(document).count("record.sealed") == 1


def test_a_page_that_cannot_be_printed_leaves_the_record_as_it_was(house: SimpleNamespace) -> None:
    document = issued(house, subject=house.other, number="V-2026-000042")
    facts = {**document.facts, "photos": [{"sha256": "0" * 64, "caption": "gone", "width": 1, "height": 1}]}
    db.session.execute(sa.update(Document).where(Document.id == document.id).values(facts=facts))
    db.session.commit()
    with pytest.raises(FileNotFoundError, match="restore it from the backup"):
        sealing.run({"uuid": document.uuid})
    db.session.rollback()
    db.session.refresh(document)
    assert document.draft_sha256 is None and told(document) == ["record.issued"]
