"""One text mail, handed to the mail server, or laid into a folder where the installation has none."""

from __future__ import annotations

import os
import secrets
import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid, parseaddr
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from flask import current_app

from portal.kit.clock import now

PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
PATIENCE = 20  # seconds for each answer of the mail server


class NotSent(Exception):
    """The mail server did not take the mail. Says neither to whom it went nor what was in it."""


def send(to: str, subject: str, text: str) -> None:
    """Send one mail, from a job only: a page must not wait for a mail server. Raises NotSent; the job tries again.

    Without MAIL_URL the mail becomes a file under DATA_DIR/mail.
    """
    settings = current_app.config["SETTINGS"]
    mail = _mail(settings.mail_from, to, subject, text)
    if not settings.mail_url:
        _lay_down(mail, settings.data_dir / "mail")
        return
    try:
        with _server(urlsplit(settings.mail_url)) as server:
            server.send_message(mail)
    except (OSError, smtplib.SMTPException) as wrong:
        raise NotSent(_why(wrong)) from None  # the server's own words may repeat the address


def _mail(sender: str, to: str, subject: str, text: str) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"] = format_datetime(now())
    mail["Message-ID"] = make_msgid(domain=parseaddr(sender)[1].partition("@")[2] or "localhost")
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answer from somebody's holiday
    mail.set_content(text)
    return mail


def _server(url: SplitResult) -> smtplib.SMTP:
    """A connection, encrypted and logged in as MAIL_URL says. The certificate must be one that this machine trusts."""
    host, port = url.hostname or "", url.port or PORTS[url.scheme]
    context = ssl.create_default_context()
    if url.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=PATIENCE)
    try:
        if url.scheme == "smtp+starttls":
            server.starttls(context=context)
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
    except BaseException:  # whatever it was, the connection must not stay open behind it
        server.close()
        raise
    return server


def _why(wrong: Exception) -> str:
    code = getattr(wrong, "smtp_code", None) or getattr(wrong, "errno", None)
    return f"{type(wrong).__name__} {code}" if code else type(wrong).__name__


def _lay_down(mail: EmailMessage, folder: Path) -> None:
    """Write the mail where only the owner of the process reads it: what is in it may open an account."""
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{now():%Y%m%dT%H%M%S}-{secrets.token_hex(4)}.eml"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(mail.as_bytes())
