"""`migrate`: brings the database to the newest version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cli import context, output

if TYPE_CHECKING:
    import typer


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command()(migrate)


def migrate() -> None:
    """Upgrade the database to the newest version."""
    from bot.infra.db import connect
    from bot.infra.migrate import upgrade, version

    engine = connect(context.read_settings().database_url.get_secret_value())
    with context.translate_database_errors():
        before = version(engine)
        upgrade(engine)
    after = version(engine)
    output.print_line(
        f"The database is at version {after}" + (" already." if before == after else f", starting {before or 'empty'}.")
    )
