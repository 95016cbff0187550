"""Runs the scripts in versions/ against the database it is given. They import nothing of the portal."""

import sqlalchemy as sa
from alembic import context

engine = sa.create_engine(context.config.attributes["url"], poolclass=sa.pool.NullPool)

with engine.connect() as connection:
    if engine.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
    context.configure(
        connection=connection, render_as_batch=engine.dialect.name == "sqlite", transaction_per_migration=True
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
