"""Schema scripts by number, and whether the models still say the same as the scripts."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

FOLDER = Path(__file__).resolve().parent.parent.parent / "migrations"


def config(url: str) -> Config:
    made = Config()
    made.set_main_option("script_location", str(FOLDER))
    made.attributes["url"] = url
    return made


def upgrade(url: str, to: str = "head") -> tuple[str | None, str | None]:
    """Run the scripts up to `to`; the versions before and after come back."""
    before = current(url)
    command.upgrade(config(url), to)
    return before, current(url)


def downgrade(url: str, to: str = "base") -> None:
    command.downgrade(config(url), to)


def current(url: str) -> str | None:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        version = MigrationContext.configure(connection).get_current_revision()
    engine.dispose()
    return version


def drift(engine: sa.Engine, metadata: sa.MetaData) -> list[str]:
    """Where the database differs from the models: tables, columns, indexes, keys, and CHECKs by name.

    Alembic's own comparison does not look at CHECK constraints, so they are compared here.
    """
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = [repr(difference) for difference in compare_metadata(context, metadata)]
        inspector = sa.inspect(connection)
        for table in metadata.sorted_tables:
            if not inspector.has_table(table.name):
                continue  # named above already
            real = {str(check["name"]) for check in inspector.get_check_constraints(table.name) if check["name"]}
            meant = {
                str(c.name) for c in table.constraints if isinstance(c, sa.CheckConstraint) and c.name is not None
            }  # fmt: skip
            found += [f"{table.name}: CHECK {name} only in the models" for name in sorted(meant - real)]
            found += [f"{table.name}: CHECK {name} only in the database" for name in sorted(real - meant)]
    return found
