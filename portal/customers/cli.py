"""Commands: the search."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from portal.customers.search import relearn
from portal.kit.db import db

customers_commands = AppGroup("customers", help="The customer file.")


@customers_commands.command("index")
def index_command() -> None:
    """Learn anew what customers, sites, contacts and machines are found by."""
    count = relearn()
    db.session.commit()
    click.echo(f"{count} names can be searched." if count else "There is nothing to search yet.")
