"""Runs the steps against the connection it is given, or against DATABASE_URL when called by the alembic command."""

from typing import Literal

from alembic import context
from sqlalchemy import Connection

from bot.infra.db import connect
from bot.infra.models import Base
from bot.infra.settings import read


def render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Write our own column types as what they are in the database, so that a step never changes with the code."""
    if kind == "type":
        name = type(item).__name__
        if name == "Instant":
            return "sa.DateTime(timezone=True)"
        if name == "Json":
            return "sa.Text()"
    return False


def run(connection: Connection) -> None:
    """Run the steps in one transaction (Postgres) or one step at a time (SQLite)."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=render_item,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with connect(read().database_url.get_secret_value()).connect() as own:
        run(own)
        own.commit()
