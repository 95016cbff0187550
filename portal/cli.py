"""Commands: `flask <room> <verb>`. Each says what it did, says so when it did nothing, and may be run twice."""

from __future__ import annotations

from typing import Any

import click
import sqlalchemy as sa
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from portal.accounts.actions import add_person, end_sessions
from portal.accounts.passwords import hash_secret
from portal.config import ROOT
from portal.customers.cli import customers_commands
from portal.customers.models import Customer
from portal.diary import write
from portal.growth.year import grow
from portal.journal.cli import journal_commands
from portal.kit import migrate
from portal.kit.clock import now
from portal.kit.db import db
from portal.kit.errors import Refusal
from portal.kit.jobs import jobs_commands
from portal.people.models import Person, Region, Role, Team
from portal.people.permits import matrix
from portal.records.cli import records_commands
from portal.serve import serve
from portal.town import find, is_loaded, load, logins

db_commands = AppGroup("db", help="The schema.")
people_commands = AppGroup("people", help="Who has a login.")
town_commands = AppGroup("town", help="The demo town.")

ROUTES = ROOT / "tests" / "routes.txt"


def init_cli(app: Flask) -> None:
    for group in (
        db_commands, people_commands, customers_commands, town_commands, journal_commands, jobs_commands,
        records_commands,
    ):  # fmt: skip
        app.cli.add_command(group)
    app.cli.add_command(routes_save_command)
    app.cli.add_command(serve_command)


@db_commands.command("upgrade")
def upgrade() -> None:
    """Bring the schema to the newest version; old data stay."""
    before, after = migrate.upgrade(current_app.config["SETTINGS"].database_url)
    click.echo(f"Schema {after}: already the newest." if before == after else f"Schema {before or 'empty'} → {after}.")


@people_commands.command("add")
@click.argument("name")
@click.argument("email")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([r.value for r in Role]))
@click.option("--language", default="ko", type=click.Choice(["ko", "en"]), show_default=True)
@click.option("--team", help="The name of their team.")
@click.option("--region", help="The name of their region.")
@click.option("--dealer", help="The name of the dealer they work for.")
@click.password_option("--password")
@click.password_option("--pin", prompt="Signing PIN")
def add(
    name: str, email: str, roles: tuple[str, ...], language: str, team: str | None, region: str | None,
    dealer: str | None, password: str, pin: str,
) -> None:  # fmt: skip
    """Give NAME a login with EMAIL."""
    try:
        person = add_person(
            name, email, frozenset(Role(r) for r in roles), password_hash=hash_secret(password),
            pin_hash=hash_secret(pin), language=language, team=_named(Team, team),
            region_id=getattr(_named(Region, region), "id", None),
            dealer_id=getattr(_named(Customer, dealer), "id", None), at=now(), by=None,
        )  # fmt: skip
        db.session.commit()
    except Refusal as refusal:
        raise click.ClickException(refusal.say) from refusal
    except sa.exc.IntegrityError as refused:
        raise click.ClickException("A dealer's people need --dealer, and nobody else may have it.") from refused
    click.echo(f"{person.name} <{person.email}> may log in as {', '.join(sorted(person.roles))}.")


@people_commands.command("log-out")
@click.argument("email")
def log_out(email: str) -> None:
    """End every session of EMAIL, on every device."""
    person = db.session.scalar(sa.select(Person).where(Person.email == email.strip().lower()))
    if person is None:
        raise click.ClickException("Nobody has this e-mail address.")
    ended = end_sessions(person, by=None, at=now())
    db.session.commit()
    click.echo(f"{ended} sessions of {person.name} ended." if ended else f"{person.name} was not logged in.")


@people_commands.command("permits")
def permits() -> None:
    """Print who may do what, as docs/permits.md holds it."""
    click.echo(matrix())


def _named(model: type[Any], name: str | None) -> Any:
    """The row of this name, None for no name. Raises ClickException for a name that nobody has."""
    if name is None:
        return None
    found = db.session.scalar(sa.select(model).where(model.name == name))
    if found is None:
        raise click.ClickException(f"There is no {model.__name__.lower()} called {name!r}.")
    return found


@town_commands.command("load")
def load_command() -> None:
    """Fill an empty database with the demo town and a year of its work. Does nothing when there is anybody in it."""
    empty, at = not is_loaded(), now()
    click.echo(load(at))
    if empty and is_loaded():
        click.echo(grow(find(), at))  # before the diary: it begins a year ago, and its keys are that old
        click.echo(write(find(), at))
    db.session.commit()


@click.command("routes-save")
@with_appcontext
def routes_save_command() -> None:
    """Acknowledge the addresses as they are now: removing one breaks bookmarks and waiting phones."""
    ROUTES.write_text("".join(f"{line}\n" for line in routes_of(current_app)))
    click.echo(f"{ROUTES.name}: {len(routes_of(current_app))} addresses.")


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@with_appcontext
def serve_command(host: str, port: int) -> None:
    """Start the web server and the job runner; Ctrl-C ends both."""
    lines = logins() if is_loaded() else []
    db.session.remove()
    db.engine.dispose()  # the parent only watches its children
    serve(lines, host, port)


def routes_of(app: Flask) -> list[str]:
    """Every address with its methods, sorted."""
    return sorted(
        f"{rule.rule} {' '.join(sorted(rule.methods - {'HEAD', 'OPTIONS'}))}"
        for rule in app.url_map.iter_rules()
        if rule.methods
    )
