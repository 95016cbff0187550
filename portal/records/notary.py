"""The notary: signs a PDF, and says what the signatures in one are worth. Knows no database.

Also a child process, `python -m portal.records.notary`, see `child`: pyHanko costs a second to import, and
comparing the revisions of an unknown file can take seconds of CPU.
"""

from __future__ import annotations

import base64
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from io import BytesIO
from typing import Any

import cryptography.x509
from asn1crypto import pem, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from portal.records import child

LONGEST_P256_SIGNATURE = 72  # bytes, DER
WHOLE_BOX = SimpleBoxLayoutRule(
    x_align=AxisAlignment.ALIGN_MID, y_align=AxisAlignment.ALIGN_MID, margins=Margins(0, 0, 0, 0)
)
ALLOWED = {ModificationLevel.NONE, ModificationLevel.FORM_FILLING}
LONGEST_CHAIN = 3  # person, issuing, root
MOST_SIGNATURES = 8  # a record has two; a file with hundreds is an attack on our time


class KeySigner(signers.Signer):
    """Signs with a P-256 key that is already loaded; pyHanko's own signer parses the key at each signature."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, chain: list[x509.Certificate]) -> None:
        registry = SimpleCertificateStore()
        registry.register_multiple(chain)
        super().__init__(signing_cert=chain[0], cert_registry=registry)
        self.key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if dry_run:
            return bytes(LONGEST_P256_SIGNATURE)
        return self.key.sign(data, ec.ECDSA(hashes.SHA256()))


@dataclass(frozen=True)
class Finding:
    """One signature found in a file.

    `ours`: it names a certificate that comes from the given root. `intact`: it is really by that certificate, and the
    signed bytes are unchanged. `untouched`: nothing was added behind it but what it allows. `whole`: it covers the
    file to the last byte.
    """

    field: str
    signer: str
    ours: bool
    intact: bool
    untouched: bool
    whole: bool


def sign(pdf: bytes, *, field: str, certify: bool, signer: signers.Signer, name: str, stamp: bytes) -> bytes:
    """`pdf` with one more signature, in the empty field `field`, looking like the one-page PDF `stamp`.

    The first signature of a record certifies (only signing is allowed after it), the second approves. Raises
    pyHanko's SigningError when the field is missing or already signed.
    """
    how = signers.PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        name=name,
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=certify,
        docmdp_permissions=fields.MDPPerm.FILL_FORMS,
    )
    with tempfile.NamedTemporaryFile(suffix=".pdf") as page:
        page.write(stamp)
        page.flush()
        look = StaticStampStyle.from_pdf_file(page.name, border_width=0, background_layout=WHOLE_BOX)
        out = BytesIO()
        signers.PdfSigner(how, signer=signer, stamp_style=look).sign_pdf(
            IncrementalPdfFileWriter(BytesIO(pdf)), existing_fields_only=True, output=out
        )
    return out.getvalue()


def examine(pdf: bytes, root: bytes) -> list[Finding]:
    """The signatures in `pdf`, oldest first, judged against our root certificate (PEM). Never raises for a bad file.

    A signature that cannot be read counts as a broken one of nobody.
    """
    trust = ValidationContext(trust_roots=[load_certificate(root)], allow_fetching=False)
    ours = cryptography.x509.load_pem_x509_certificate(root)
    found: list[Finding] = []
    with _broken_files():
        for signature in PdfFileReader(BytesIO(pdf)).embedded_signatures[:MOST_SIGNATURES]:
            finding = Finding(str(signature.field_name), "", False, False, False, False)
            with _broken_files():  # what could be read before it broke is kept
                finding = _named(finding, signature, ours)
                finding = _judged(finding, validate_pdf_signature(signature, trust))
            found.append(finding)
    return found


@contextmanager
def _broken_files() -> Iterator[None]:
    """A boundary: a parser that is fed a damaged or hostile file may raise anything, from zlib's errors to its own."""
    try:
        yield
    except Exception:
        return


def _named(finding: Finding, signature: EmbeddedPdfSignature, root: cryptography.x509.Certificate) -> Finding:
    certificate = signature.signer_cert
    name = str(certificate.subject.native.get("common_name", ""))
    return replace(finding, signer=name, ours=_comes_from(root, certificate, signature.other_embedded_certs))


def _judged(finding: Finding, status: PdfSignatureStatus) -> Finding:
    return replace(
        finding,
        intact=bool(status.intact and status.valid and status.trusted),
        untouched=status.modification_level in ALLOWED and bool(status.docmdp_ok),
        whole=status.coverage is SignatureCoverageLevel.ENTIRE_FILE,
    )


def _comes_from(root: cryptography.x509.Certificate, leaf: x509.Certificate, others: list[x509.Certificate]) -> bool:
    """Whether a chain of the embedded certificates leads from `leaf` to `root`.

    pyHanko asks this only of intact signatures; we also want to say "ours, but altered".
    """
    load = cryptography.x509.load_der_x509_certificate
    chain, pool = [load(leaf.dump())], [load(other.dump()) for other in others[:MOST_SIGNATURES]]
    for _step in range(LONGEST_CHAIN):
        if _issued(root, chain[-1]):
            return True
        chain += [above for above in pool if _issued(above, chain[-1])][:1]
    return False


def _issued(above: cryptography.x509.Certificate, below: cryptography.x509.Certificate) -> bool:
    try:
        below.verify_directly_issued_by(above)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def load_certificate(text: bytes) -> x509.Certificate:
    """The certificate in one PEM block."""
    return x509.Certificate.load(pem.unarmor(text)[2])


def signer_from(key: bytes, chain: list[bytes]) -> KeySigner:
    """A signer from an unencrypted PKCS#8 key and its certificates, the person's own first, all PEM."""
    loaded = serialization.load_pem_private_key(key, password=None)
    if not isinstance(loaded, ec.EllipticCurvePrivateKey):
        raise TypeError("people sign with P-256 keys")
    return KeySigner(loaded, [load_certificate(certificate) for certificate in chain])


def main() -> None:
    asked, pdf = child.request()
    if asked["do"] == "sign":
        child.answer(*_signed(asked["steps"], pdf))
    else:
        found = [asdict(finding) for finding in examine(pdf, asked["root"].encode())]
        child.answer(json.dumps(found).encode())


def _signed(steps: list[dict[str, Any]], pdf: bytes) -> Iterator[bytes]:
    """The file after each step."""
    for step in steps:
        signer = signer_from(step["key"].encode(), [c.encode() for c in step["chain"]])
        stamp = base64.b64decode(step["stamp"])
        pdf = sign(pdf, field=step["field"], certify=step["certify"], signer=signer, name=step["name"], stamp=stamp)
        yield pdf


if __name__ == "__main__":
    main()
