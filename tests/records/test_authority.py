"""The company's certificates: who vouches for whom, and where the keys lie."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.fernet import InvalidToken
from cryptography.hazmat.primitives.asymmetric import ec

from portal.config import ROOT
from portal.records.authority import DOCUMENT_SIGNING, ensure_authority, load_key, server_keys

NOON = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
START = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from portal.records.authority import ensure_authority
sys.stdin.read()
print(ensure_authority(Path(sys.argv[1]), "Hanbit", datetime(2026, 11, 22, tzinfo=UTC)).root.decode())
"""


def test_root_vouches_for_issuing_and_issuing_for_a_person(tmp_path: Path) -> None:
    company = ensure_authority(tmp_path, "한빛윤활유", NOON)
    text, key, ends = company.certify(name="이서준", email="seojun@example.test", uuid="u-1", at=NOON)
    root, issuing, leaf = (x509.load_pem_x509_certificate(pem) for pem in (company.root, company.issuing, text))
    root.verify_directly_issued_by(root)
    issuing.verify_directly_issued_by(root)
    leaf.verify_directly_issued_by(issuing)
    assert isinstance(leaf.public_key(), ec.EllipticCurvePublicKey)
    assert leaf.public_key() == load_key(key).public_key()
    assert ends == leaf.not_valid_after_utc < root.not_valid_after_utc
    use = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    assert use.digital_signature and use.content_commitment and not use.key_cert_sign
    assert DOCUMENT_SIGNING in leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert not leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_a_person_s_certificate_never_outlives_the_root(tmp_path: Path) -> None:
    company = ensure_authority(tmp_path, "Hanbit", NOON)
    late = NOON + timedelta(days=365 * 15)
    _text, _key, ends = company.certify(name="Late", email="late@example.test", uuid="u-2", at=late)
    assert ends == x509.load_pem_x509_certificate(company.root).not_valid_after_utc


def test_it_is_made_once(tmp_path: Path) -> None:
    assert ensure_authority(tmp_path, "A", NOON).root == ensure_authority(tmp_path, "B", NOON).root


def test_processes_that_start_at_once_agree(tmp_path: Path) -> None:
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", START, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
        )
        for _ in range(4)
    ]
    roots = {start.communicate("go")[0] for start in starts}
    assert len(roots) == 1 and roots != {""}
    assert {p.name for p in (tmp_path / "keys").iterdir()} == {"server.key", "authority.json"}


def test_keys_are_private_and_encrypted(tmp_path: Path) -> None:
    ensure_authority(tmp_path, "Hanbit", NOON)
    for path in (tmp_path / "keys").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    kept = (tmp_path / "keys" / "authority.json").read_text()
    assert "PRIVATE KEY" not in kept
    other = server_keys(tmp_path / "other")
    with pytest.raises(InvalidToken):
        other.decrypt(json.loads(kept)["root_key"].encode())


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    server_keys(tmp_path)
    (tmp_path / "keys" / "server.key").chmod(0o644)
    with pytest.raises(PermissionError, match="chmod 600"):
        server_keys(tmp_path)


def test_an_older_server_key_still_opens(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "server.key"
    sealed = server_keys(tmp_path).encrypt(b"x")
    path.write_bytes(server_keys_text(tmp_path / "new") + path.read_bytes())
    assert server_keys(tmp_path).decrypt(sealed) == b"x"


def server_keys_text(folder: Path) -> bytes:
    server_keys(folder)
    return (folder / "keys" / "server.key").read_bytes()
