"""A mail server on this machine that keeps what it is given, and a reader of letters."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope

LINK = re.compile(r"http://127\.0\.0\.1:8000(/set/[\w-]{43})$", re.MULTILINE)


class PostOffice:
    """Takes every mail, unless `closed`. `letters` are the mails as they came, `to` the envelopes' addresses."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.to: list[str] = []
        self.logins: list[tuple[str, str]] = []
        self.closed = False
        self.port = 0

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:
        if self.closed:
            return f"451 no room for {envelope.rcpt_tos[0]} today"
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.to += envelope.rcpt_tos
        return "250 kept"

    def login(self, _server: object, _session: object, _envelope: object, _mechanism: str, data: Any) -> AuthResult:
        self.logins.append((data.login.decode(), data.password.decode()))
        right = data.password == b"open:sesame"
        return AuthResult(success=right, handled=right)  # a refusal that nobody has said yet


@contextmanager
def post_office(tls: ssl.SSLContext | None = None, *, wants_login: bool = False) -> Iterator[PostOffice]:
    """A post office on a port of its own; with `tls` it speaks STARTTLS."""
    office = PostOffice()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        office.port = probe.getsockname()[1]
    controller = Controller(
        office, hostname="127.0.0.1", port=office.port, tls_context=tls, require_starttls=tls is not None,
        authenticator=office.login, auth_required=wants_login, auth_require_tls=tls is not None,
    )  # fmt: skip
    controller.start()
    try:
        yield office
    finally:
        controller.stop()


def words_of(letter: EmailMessage) -> str:
    """The text of a mail."""
    return str(letter.get_content())


def link_in(letter: EmailMessage) -> str:
    """The path of the one link in a mail."""
    [path] = LINK.findall(words_of(letter).replace("\r\n", "\n"))
    return str(path)
