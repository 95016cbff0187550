"""A file is kept whole or not at all, and its bytes once."""

from __future__ import annotations

import hashlib
import io
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from portal.kit.blobs import Blob, blob_path, keep, open_blob
from portal.kit.db import db, new_uuid
from portal.kit.errors import NotValid

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
JPEG = {"media_type": "image/jpeg", "at": MONDAY}


def files(ground) -> list[str]:
    return sorted(p.name for p in (ground.config["SETTINGS"].data_dir / "blobs").rglob("*") if p.is_file())


def test_what_is_kept_comes_back(ground):
    blob = keep(b"oil", uuid=new_uuid(), **JPEG)
    db.session.commit()

    assert (blob.size, blob.media_type, blob.created_at, blob.created_by_id) == (3, "image/jpeg", MONDAY, None)
    assert blob.sha256 == hashlib.sha256(b"oil").hexdigest()
    with open_blob(blob.sha256) as stream:
        assert stream.read() == b"oil"
    assert files(ground) == [blob.sha256]


def test_the_same_bytes_twice_are_two_rows_and_one_file(ground):
    first, second = keep(b"oil", uuid=new_uuid(), **JPEG), keep(io.BytesIO(b"oil"), uuid=new_uuid(), **JPEG)
    assert first.id != second.id
    assert files(ground) == [first.sha256]


def test_the_same_delivery_twice_is_one_row(ground):
    uuid = new_uuid()
    assert keep(b"oil", uuid=uuid, **JPEG).id == keep(b"oil", uuid=uuid, **JPEG).id


def test_the_same_uuid_with_other_bytes_is_refused(ground):
    blob = keep(b"oil", uuid=new_uuid(), **JPEG)
    db.session.commit()
    with pytest.raises(NotValid):
        keep(b"water", uuid=blob.uuid, **JPEG)
    db.session.rollback()
    assert db.session.scalars(sa.select(Blob.sha256)).all() == [blob.sha256]


def test_parallel_deliveries_of_one_file_make_one_row(ground):
    uuid = new_uuid()

    def deliver(_turn: int) -> int:
        with ground.app_context():
            blob_id = keep(b"oil" * 100_000, uuid=uuid, **JPEG).id
            db.session.commit()
            return blob_id

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(deliver, range(24)))) == 1
    assert len(files(ground)) == 1


def test_a_rollback_leaves_a_file_that_serves_the_next_try(ground):
    blob = keep(b"oil", uuid=new_uuid(), **JPEG)
    sha256 = blob.sha256
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(Blob.id))) == 0
    assert files(ground) == [sha256]
    assert keep(b"oil", uuid=new_uuid(), **JPEG).sha256 == sha256
    assert files(ground) == [sha256]


class Broken(io.BytesIO):
    """A phone that goes away after its first bytes."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell():
            raise ConnectionError
        return super().read(4)


def test_a_broken_upload_leaves_nothing(ground):
    with pytest.raises(ConnectionError):
        keep(Broken(b"half a photo"), uuid=new_uuid(), **JPEG)
    assert files(ground) == []
    assert db.session.scalar(sa.select(sa.func.count(Blob.id))) == 0


def test_the_same_bytes_heal_a_damaged_file(ground):
    blob = keep(b"oil", uuid=new_uuid(), **JPEG)
    blob_path(blob.sha256).write_bytes(b"o")
    keep(b"oil", uuid=new_uuid(), **JPEG)
    assert blob_path(blob.sha256).read_bytes() == b"oil"


class Endless(io.RawIOBase):
    """64 MB of zeros, made as they are read."""

    left = 64 * 1024 * 1024

    def read(self, size: int = -1) -> bytes:
        piece = min(size, self.left)
        self.left -= piece
        return bytes(piece)


def test_a_large_stream_is_never_whole_in_memory(ground):
    tracemalloc.start()
    try:
        blob = keep(Endless(), uuid=new_uuid(), **JPEG)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert blob.size == 64 * 1024 * 1024
    assert peak < 8 * 1024 * 1024


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_only_a_hash_is_a_path(ground, name):
    with pytest.raises(ValueError, match="64"):
        blob_path(name)
