"""Is this file genuine? Three witnesses: the bytes we kept, the signatures in the file, and what the database knows.

None is enough alone. A file with something painted over it still has a "valid" signature for many readers, and a
file whose approval was cut off is a valid older revision. Only the database knows which version counts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.kit.clock import now
from portal.kit.db import db
from portal.records import child
from portal.records.actions import authority
from portal.records.models import Document

MOST_REVISIONS = 16
END = b"%%EOF"


class Standing(StrEnum):
    ALTERED = "altered"
    GENUINE = "genuine"
    SUPERSEDED = "superseded"
    UNAPPROVED = "not_yet_approved"
    UNKNOWN = "unknown"


SAYS = {
    Standing.ALTERED: _l("This file has been altered."),
    Standing.GENUINE: _l("This record is genuine."),
    Standing.SUPERSEDED: _l("A newer version has replaced this record."),
    Standing.UNAPPROVED: _l("Without approval."),
    Standing.UNKNOWN: _l("This company did not issue this file."),
}


@dataclass(frozen=True)
class Signer:
    """Somebody who stands for a record, in which role, and when they did so."""

    name: str
    role: str
    at: datetime


@dataclass(frozen=True)
class Verdict:
    """What a file, or a record, is worth. `reasons` are sentences for the reader."""

    standing: Standing
    reasons: tuple[str, ...]
    sha256: str | None = None
    document: Document | None = None
    signers: tuple[Signer, ...] = ()

    @property
    def genuine(self) -> bool:
        return self.standing is Standing.GENUINE

    @property
    def says(self) -> str:
        return str(SAYS[self.standing])


@dataclass(frozen=True)
class Found:
    """What the notary found in a file, summed up over its signatures."""

    count: int
    ours: bool  # at least one was made by our authority
    intact: bool  # all were, their bytes are unchanged, and nothing was added that they do not allow


def judge(pdf: bytes, *, thorough: bool = False) -> Verdict:
    """What `pdf` is worth. Reads only; ends the caller's transaction before slow work.

    A file that we keep is known by its SHA-256. With `thorough` its signatures are checked as well; those of an
    unknown file always are, in a child process of limited time and memory.
    """
    sha256 = hashlib.sha256(pdf).hexdigest()
    document: Document | None = db.session.scalar(Document.with_file(sha256))
    if document is None:
        return _judge_unknown(pdf, sha256)
    if thorough and not _signatures_hold(pdf, 2 if sha256 == document.sealed_sha256 else 1):
        return Verdict(Standing.ALTERED, (_("This company keeps this file, but its signatures do not hold."),), sha256)
    return _judge_known(db.session.scalars(Document.with_file(sha256)).one(), sha256)


def standing_of(document: Document) -> Verdict:
    """What the database says of a record, without any file."""
    if document.superseded_by is not None:
        standing, say = Standing.SUPERSEDED, _superseded(document.superseded_by)
    elif not document.approved:
        standing, say = Standing.UNAPPROVED, _waits()
    elif document.sealed_sha256 is None:
        standing, say = (
            Standing.GENUINE,
            _("Signed by two people. The approved file is being made: look again in a minute."),
        )
    else:
        standing, say = Standing.GENUINE, _("Signed by two people and approved.")
    sha256 = document.sealed_sha256 if document.approved else document.draft_sha256
    return Verdict(standing, (say,), sha256, document, tuple(_signers(document)))


def _judge_known(document: Document, sha256: str) -> Verdict:
    whole = sha256 == document.sealed_sha256
    same = _("The file is byte for byte the one that this company keeps.")
    signers = tuple(_signers(document))[: 2 if whole else 1]
    if document.superseded_by is not None:
        return Verdict(Standing.SUPERSEDED, (_superseded(document.superseded_by), same), sha256, document, signers)
    if whole:
        return Verdict(Standing.GENUINE, (same,), sha256, document, signers)
    if document.approved:
        say = _("This is an earlier revision, without the approval. The approved file counts: ask for that one.")
    else:
        say = _waits()
    return Verdict(Standing.UNAPPROVED, (say,), sha256, document, signers)


def _judge_unknown(pdf: bytes, sha256: str) -> Verdict:
    begins = _kept_beginning(pdf)
    if begins is not None:
        say = _("It begins with a record that this company keeps, but more was added behind it.")
        return Verdict(Standing.ALTERED, (say,), sha256, begins, tuple(_signers(begins)))
    try:
        found = _examined(pdf)
    except child.ChildFailed:
        return Verdict(Standing.UNKNOWN, (_("The file is too complicated or too damaged to be examined."),), sha256)
    if found.count == 0:
        return Verdict(Standing.UNKNOWN, (_("There is no signature in it that can be read."),), sha256)
    if not found.ours:
        return Verdict(Standing.UNKNOWN, (_("It is signed, but not with certificates of this company."),), sha256)
    if not found.intact:
        say = _("It carries signatures of this company, but its content was changed after signing.")
    else:
        say = _("It carries signatures of this company, but it is not a file that this company keeps.")
    return Verdict(Standing.ALTERED, (say,), sha256)


def _kept_beginning(pdf: bytes) -> Document | None:
    """The record that the file begins with, when something was only added behind it."""
    for sha256 in _revisions(pdf):
        document: Document | None = db.session.scalar(Document.with_file(sha256))
        if document is not None:
            return document
    return None


def _revisions(pdf: bytes) -> Iterator[str]:
    """The SHA-256 of each part of the file from its start to an end-of-file mark, the longest first."""
    digest, ends, start, found = hashlib.sha256(), [], 0, pdf.find(END)
    while found >= 0 and len(ends) < MOST_REVISIONS * 3:
        for extra in (b"", b"\n", b"\r\n"):
            end = found + len(END) + len(extra)
            if pdf[found + len(END) : end] == extra:
                digest.update(pdf[start:end])
                ends.append(digest.hexdigest())
                start = end
        found = pdf.find(END, found + 1)
    yield from reversed(ends)


def _signatures_hold(pdf: bytes, expected: int) -> bool:
    try:
        found = _examined(pdf)
    except child.ChildFailed:
        return False
    return found.count == expected and found.ours and found.intact


def _examined(pdf: bytes) -> Found:
    root = authority(now()).root.decode()
    db.session.rollback()  # seconds of work: nobody waits for our transaction meanwhile
    [answer] = child.run("portal.records.notary", {"do": "examine", "root": root}, pdf)
    findings = json.loads(answer)
    return Found(
        count=len(findings),
        ours=any(f["ours"] for f in findings),
        intact=all(f["ours"] and f["intact"] and f["untouched"] for f in findings),
    )


def _signers(document: Document) -> Iterator[Signer]:
    yield Signer(document.issued_by.name, _("Field engineer"), document.issued_at)
    if document.countersigned_by is not None and document.countersigned_at is not None:
        yield Signer(document.countersigned_by.name, _("Supervisor"), document.countersigned_at)


def _waits() -> str:
    return _("The engineer has signed this record. The supervisor has not approved it yet.")


def _superseded(newer: Document) -> str:
    return _("Version %(version)s of %(date)s counts now.", version=newer.version, date=f"{newer.issued_at:%Y-%m-%d}")
