"""The company's own certificate authority: root, issuing certificate, and one certificate for each person who signs.

Private keys rest encrypted under the server's key file. Losing that file means that nobody can sign until new
keys are issued; records already signed stay verifiable.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

YEAR = timedelta(days=365)
ROOT_LIFE, LEAF_LIFE = 20 * YEAR, 10 * YEAR
SKEW = timedelta(days=1)  # a validator whose clock is behind must not call a new certificate "not yet valid"
DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336
NAME_LIMIT = 64  # characters, RFC 5280 ub-common-name


@dataclass(frozen=True)
class Authority:
    """The issuing certificate with its key, ready to sign, and the root above it. Certificates are PEM."""

    root: bytes
    issuing: bytes
    key: ec.EllipticCurvePrivateKey

    def certify(self, *, name: str, email: str, uuid: str, at: datetime) -> tuple[bytes, bytes, datetime]:
        """A new P-256 key for one person: certificate (PEM), unencrypted key (PEM), and when the certificate ends."""
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = x509.load_pem_x509_certificate(self.issuing)
        ends = min(at + LEAF_LIFE, issuer.not_valid_after_utc)
        organisation = issuer.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value
        subject = _name(str(organisation), name, uuid)
        builder = _builder(subject, issuer.subject, key, at, ends).add_extension(_use(sign=True), critical=True)
        purposes = [DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        if email.isascii():
            names = x509.SubjectAlternativeName([x509.RFC822Name(email)])
            builder = builder.add_extension(names, critical=False)
        builder = builder.add_extension(_points_to(issuer), critical=False)
        certificate = builder.sign(self.key, hashes.SHA256())
        return certificate.public_bytes(serialization.Encoding.PEM), plain_pem(key), ends


def server_keys(data_dir: Path) -> MultiFernet:
    """The server's own keys, one a line in `keys/server.key`, the newest first. Made at first use.

    Raises PermissionError when others may read the file: such a key is no secret any more.
    """
    path = data_dir / "keys" / "server.key"
    text = _made_once(path, lambda: Fernet.generate_key() + b"\n")
    if path.stat().st_mode & 0o077:
        raise PermissionError(f"{path} can be read by others: chmod 600 it")
    return MultiFernet([Fernet(line) for line in text.split()])


def ensure_authority(data_dir: Path, company: str, at: datetime) -> Authority:
    """The company's authority, from `keys/authority.json`. Made at first use; two processes make one."""
    box = server_keys(data_dir)
    text = _made_once(data_dir / "keys" / "authority.json", lambda: _found(company, box, at))
    kept = json.loads(text)
    key = load_key(box.decrypt(kept["issuing_key"].encode()))
    return Authority(kept["root"].encode(), kept["issuing"].encode(), key)


def load_key(text: bytes) -> ec.EllipticCurvePrivateKey:
    """The key in an unencrypted PEM. Raises TypeError for any other kind than elliptic curve."""
    key = serialization.load_pem_private_key(text, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("our keys are P-256")
    return key


def plain_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The key as an unencrypted PKCS#8 PEM: to be encrypted at once, or handed to a child through a pipe."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _found(company: str, box: MultiFernet, at: datetime) -> bytes:
    root_key, issuing_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = _authority_certificate(company, "Root", root_key, None, root_key, at)
    issuing = _authority_certificate(company, "Records", issuing_key, root, root_key, at)
    made = {
        "root": root.public_bytes(serialization.Encoding.PEM).decode(),
        "issuing": issuing.public_bytes(serialization.Encoding.PEM).decode(),
        "root_key": box.encrypt(plain_pem(root_key)).decode(),
        "issuing_key": box.encrypt(plain_pem(issuing_key)).decode(),
    }
    return json.dumps(made).encode()


def _authority_certificate(
    company: str,
    title: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Certificate | None,
    signing_key: ec.EllipticCurvePrivateKey,
    at: datetime,
) -> x509.Certificate:
    subject = _name(company, f"{company[:50]} {title}")
    above = issuer.subject if issuer else subject
    ends = issuer.not_valid_after_utc if issuer else at + ROOT_LIFE
    builder = _builder(subject, above, key, at, ends)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0 if issuer else 1), critical=True)
    builder = builder.add_extension(_use(sign=False), critical=True)
    if issuer:
        builder = builder.add_extension(_points_to(issuer), critical=False)
    return builder.sign(signing_key, hashes.SHA256())


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, at: datetime, ends: datetime
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder(subject_name=subject, issuer_name=issuer, public_key=key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(at - SKEW).not_valid_after(ends)
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)


def _name(organisation: str, common: str, serial: str | None = None) -> x509.Name:
    parts = [
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:NAME_LIMIT]),
        x509.NameAttribute(NameOID.COMMON_NAME, common[:NAME_LIMIT]),
    ]
    if serial:  # two people may have one name
        parts.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, serial))
    return x509.Name(parts)


def _use(*, sign: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=sign,
        content_commitment=sign,
        key_cert_sign=not sign,
        crl_sign=not sign,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _points_to(issuer: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    identifier = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier.value)


def _made_once(path: Path, make: Callable[[], bytes]) -> bytes:
    """What `path` holds; `make` fills it first. Whoever comes second reads what the first one wrote."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent)  # 0600
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(make())
                file.flush()
                os.fsync(file.fileno())
            _link(name, path)
        finally:
            os.unlink(name)
    return path.read_bytes()


def _link(name: str, path: Path) -> None:
    try:
        os.link(name, path)  # unlike a rename, this fails when the other process was first
    except FileExistsError:
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
