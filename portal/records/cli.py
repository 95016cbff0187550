"""Commands: is this file genuine?"""

from __future__ import annotations

from typing import BinaryIO

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import AppGroup

from portal.kit.clock import now
from portal.kit.db import db
from portal.records.actions import authority
from portal.records.models import Document
from portal.records.verify import judge

records_commands = AppGroup("records", help="Signed records.")


@records_commands.command("verify")
@click.argument("file", type=click.File("rb"))
def verify_command(file: BinaryIO) -> None:
    """Say whether FILE is genuine: by its bytes, by its signatures and by what the database knows. Changes nothing."""
    verdict = judge(file.read(), thorough=True)
    click.echo(verdict.says)
    for reason in verdict.reasons:
        click.echo(reason)
    if verdict.document is not None:
        click.echo(f"{verdict.document.number}, version {verdict.document.version}, code {verdict.document.code}")
    for signer in verdict.signers:
        click.echo(f"{signer.role}: {signer.name}, {signer.at:%F %R} UTC")
    click.echo(f"SHA-256 {verdict.sha256}")
    db.session.rollback()
    if not verdict.genuine:
        raise SystemExit(1)


@records_commands.command("anchors")
def anchors_command() -> None:
    """Print the heads of the journal that stand in the records, for `flask journal verify --anchor`."""
    heads = db.session.execute(sa.select(Document.journal_seq, Document.journal_head).order_by(Document.id)).all()
    db.session.rollback()
    for seq, head in heads:
        click.echo(f"{seq}:{head}")
    if not heads:
        click.echo("No record has been issued.", err=True)


@records_commands.command("root")
def root_command() -> None:
    """Print the root certificate (PEM) that PDF readers need to trust our signatures. Made at first use."""
    click.echo(authority(now()).root.decode(), nl=False)
    click.echo(f"Root of {current_app.config['SETTINGS'].company}.", err=True)
