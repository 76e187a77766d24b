"""`migrate`: the database brought to the newest version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cli import context

if TYPE_CHECKING:
    import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(migrate)


def migrate() -> None:
    """Bring the database to the newest version."""
    from bot.infra.db import connect
    from bot.infra.migrate import upgrade, version

    engine = connect(context.settings().database_url.get_secret_value())
    with context.reaching_the_database():
        before = version(engine)
        upgrade(engine)
    after = version(engine)
    context.say(
        f"The database is at version {after}" + (" already." if before == after else f", from {before or 'empty'}.")
    )
