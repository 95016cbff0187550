"""Commands: is the journal whole?"""

from __future__ import annotations

import re

import click
from flask.cli import AppGroup

from portal.journal.actions import head, verify
from portal.kit.db import db

journal_commands = AppGroup("journal", help="The journal of everything that happened.")


class Anchor(click.ParamType):
    """SEQ:HASH, as printed in a signed record, by a backup, or by this command."""

    name = "SEQ:HASH"

    def convert(self, value: str, param: object, ctx: object) -> tuple[int, str]:
        if not (found := re.fullmatch(r"(\d+):([0-9a-f]{64})", value.strip().lower())):
            raise click.BadParameter(f"{value!r} is not a number, a colon and 64 hexadecimal digits")
        return int(found[1]), found[2]


@journal_commands.command("verify")
@click.option("--anchor", "anchors", multiple=True, type=Anchor(), help="A head kept elsewhere; may be repeated.")
def verify_command(anchors: tuple[tuple[int, str], ...]) -> None:
    """Check every entry against the one before it and against the anchors. Changes nothing."""
    seq, hash_ = head()
    db.session.rollback()
    faults = verify(anchors, pause=db.session.rollback)
    db.session.rollback()
    for fault in faults:
        click.echo(f"entry {fault.seq}: {fault.says}")
    if faults:
        click.echo(f"The journal is NOT whole. The first bad entry is {faults[0].seq}.")
        raise SystemExit(1)
    click.echo(f"{seq} entries and {len(anchors)} anchors verified. Head {seq}:{hash_}")
