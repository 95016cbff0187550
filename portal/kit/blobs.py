"""Files: rows named by uuid, bytes named by their own SHA-256 and kept once."""

from __future__ import annotations

import hashlib
import io
import os
import re
import tempfile
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column

from portal.kit.db import Base, db
from portal.kit.errors import NotValid
from portal.kit.once import insert_once

SHA256 = re.compile(r"[0-9a-f]{64}")
CHUNK = 1024 * 1024  # bytes


class Blob(Base):
    """A file that somebody gave or the system made. Several rows may share the same bytes."""

    __tablename__ = "blobs"
    __table_args__ = (sa.CheckConstraint("size >= 0 AND length(sha256) = 64", name="whole"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(sa.String(36), unique=True)
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    size: Mapped[int] = mapped_column(sa.BigInteger)  # bytes
    media_type: Mapped[str] = mapped_column(sa.String(100))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))


def keep(content: bytes | BinaryIO, *, media_type: str, uuid: str, at: datetime, by_id: int | None = None) -> Blob:
    """Keep a file: first its bytes, durably, then its row in the caller's transaction.

    A crash in between, or a rollback, leaves bytes that no row names; they do no harm and are found again when the
    same bytes come. A stream is copied piece by piece from where it stands. The same uuid with the same bytes gives
    the row that is there; with other bytes raises NotValid.
    """
    sha256, size = _store(io.BytesIO(content) if isinstance(content, bytes) else content)
    insert_once(
        Blob, "uuid", uuid=uuid, sha256=sha256, size=size, media_type=media_type, created_at=at, created_by_id=by_id
    )  # fmt: skip
    blob = db.session.scalars(sa.select(Blob).where(Blob.uuid == uuid)).one()
    if blob.sha256 != sha256:
        raise NotValid(_("Another file was sent under this number before. Choose the file again."), uuid=uuid)
    return blob


def blob_path(sha256: str) -> Path:
    """Where the bytes with this SHA-256 lie, or would lie. Raises ValueError for anything but 64 hex digits."""
    if not SHA256.fullmatch(sha256):
        raise ValueError("a blob is named by 64 hexadecimal digits")
    return _folder() / sha256[:2] / sha256


def open_blob(sha256: str) -> BinaryIO:
    """The bytes, as a stream that the caller closes. Raises FileNotFoundError."""
    return blob_path(sha256).open("rb")


def _folder() -> Path:
    folder: Path = current_app.config["SETTINGS"].data_dir
    return folder / "blobs"


def _store(stream: BinaryIO) -> tuple[str, int]:
    """Copy to a .part file and rename it when it is safely on disk; readers never see half a file."""
    _folder().mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(suffix=".part", dir=_folder())
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as copy:
            sha256, size = _copy(stream, copy)
            copy.flush()
            os.fsync(copy.fileno())
        path = blob_path(sha256)
        path.parent.mkdir(exist_ok=True)
        part.replace(path)  # over equal bytes too: it heals a file that was damaged
        for folder in (path.parent, path.parent.parent):
            _sync(folder)
    finally:
        part.unlink(missing_ok=True)
    return sha256, size


def _copy(source: BinaryIO, target: BinaryIO) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        target.write(chunk)
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def _sync(folder: Path) -> None:
    """A rename is durable only once its folder is on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
