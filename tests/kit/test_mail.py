"""One text mail: taken by a real server, laid into a folder, or refused without telling whose it was."""

from __future__ import annotations

import ssl
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask

from portal.config import Settings
from portal.kit.clock import now
from portal.kit.mail import NotSent, send
from tests.support.post import PostOffice, post_office, words_of

WORDS = "안녕하세요.\n\n한빛윤활유에서 보냅니다. " + "길고 긴 줄 " * 40


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as office:
        yield office


def portal(folder: Path, url: str = "", sender: str = "한빛윤활유 <portal@hanbit.example>") -> Flask:
    app = Flask("portal")
    settings = Settings(data_dir=folder, database_url="sqlite://")
    app.config["SETTINGS"] = replace(settings, mail_url=url, mail_from=sender)
    return app


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Certificate and key of a mail server called 127.0.0.1, in one file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "post")])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "post.pem"
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(built.public_bytes(serialization.Encoding.PEM) + key.private_bytes(*form))
    return path


def speaking_tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


def test_a_mail_arrives_word_for_word(tmp_path: Path, office: PostOffice) -> None:
    with portal(tmp_path, f"smtp://127.0.0.1:{office.port}").app_context():
        send("mina@hanbit.example", "한빛윤활유 비밀번호", WORDS)

    [letter] = office.letters
    assert office.to == ["mina@hanbit.example"]
    assert (letter["Subject"], letter["To"]) == ("한빛윤활유 비밀번호", "mina@hanbit.example")
    assert letter["From"] == "한빛윤활유 <portal@hanbit.example>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"].endswith("@hanbit.example>")
    assert letter["Date"].datetime - now() < timedelta(minutes=1)
    assert words_of(letter).replace("\r\n", "\n").rstrip("\n") == WORDS
    assert not list(tmp_path.glob("mail/*"))


def test_a_server_that_takes_nothing_is_told_without_names(tmp_path: Path, office: PostOffice) -> None:
    office.closed = True
    with portal(tmp_path, f"smtp://127.0.0.1:{office.port}").app_context(), pytest.raises(NotSent) as wrong:
        send("mina@hanbit.example", "Subject", WORDS)

    assert "451" in str(wrong.value)
    assert "mina" not in str(wrong.value)


def test_nobody_at_the_address_of_the_server_is_no_crash(tmp_path: Path, office: PostOffice) -> None:
    with portal(tmp_path, "smtp://127.0.0.1:1").app_context(), pytest.raises(NotSent):
        send("mina@hanbit.example", "Subject", WORDS)


@pytest.mark.parametrize(("password", "sent"), [("open:sesame", 1), ("wrong", 0)])
def test_the_portal_logs_in_over_an_encrypted_line(
    tmp_path: Path, certificate: Path, monkeypatch: pytest.MonkeyPatch, password: str, sent: int
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with post_office(speaking_tls(certificate), wants_login=True) as office:
        secret = password.replace(":", "%3A")
        app = portal(tmp_path, f"smtp+starttls://portal%40hanbit:{secret}@127.0.0.1:{office.port}")
        with app.app_context():
            try:
                send("mina@hanbit.example", "Subject", WORDS)
            except NotSent as wrong:
                assert password not in str(wrong)

    assert set(office.logins) == {("portal@hanbit", password)}
    assert len(office.letters) == sent


def test_a_certificate_that_nobody_vouches_for_gets_no_password(tmp_path: Path, certificate: Path) -> None:
    with post_office(speaking_tls(certificate), wants_login=True) as office:
        app = portal(tmp_path, f"smtp+starttls://portal:open%3Asesame@127.0.0.1:{office.port}")
        with app.app_context(), pytest.raises(NotSent):
            send("mina@hanbit.example", "Subject", WORDS)

    assert not office.logins


def test_without_a_server_a_mail_is_a_file_for_its_owner_alone(tmp_path: Path) -> None:
    with portal(tmp_path).app_context():
        send("mina@hanbit.example", "한빛윤활유 비밀번호", WORDS)
        send("bora@hanbit.example", "Subject", WORDS)

    first, second = sorted((tmp_path / "mail").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    letter = message_from_bytes(first.read_bytes(), policy=default)
    assert letter["To"] == "mina@hanbit.example"
    assert letter["Subject"] == "한빛윤활유 비밀번호"
    assert stat.S_IMODE(second.stat().st_mode) == 0o600
    assert stat.S_IMODE(second.parent.stat().st_mode) == 0o700


def test_a_subject_cannot_smuggle_a_header(tmp_path: Path) -> None:
    with portal(tmp_path).app_context(), pytest.raises(ValueError, match="linefeed"):
        send("mina@hanbit.example", "Subject\r\nBcc: everybody@else.example", WORDS)


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://", "smtp+tls://mail.example:25"])
def test_a_server_that_cannot_be_one_stops_the_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("MAIL_URL", url)
    with pytest.raises(ValueError, match="MAIL_URL"):
        Settings.from_env()


def test_the_password_of_the_server_is_not_shown_with_the_settings(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("MAIL_URL", "smtps://portal:hunter2@mail.example")
    assert "hunter2" not in repr(Settings.from_env())
