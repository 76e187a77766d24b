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
    from bot.infra.migrate import upgrade, version

    engine = context.connect(context.read_settings())
    with context.translate_database_errors(engine):
        before = version(engine)
        upgrade(engine)
        after = version(engine)
    output.print_line(
        f"The database is at version {after}" + (" already." if before == after else f", starting {before or 'empty'}.")
    )
