"""`backup` and `restore`: the database as a file, while the bot runs, and back in its place."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import context, output

if TYPE_CHECKING:
    from sqlalchemy import URL, Engine


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.command()(backup)
    app.command()(restore)


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; an older backup is replaced.")],
) -> None:
    """Copy the SQLite database to a file, while the bot runs. For Postgres it says which command does that."""
    from bot.infra import backups

    settings = context.read_settings()
    engine = context.connect(settings)
    database = _find_file(engine.url, "pg_dump --format=custom --file={file} --dbname={server}", file)
    try:
        with context.translate_database_errors(engine):
            size = backups.back_up(database, file)
    except backups.BackupError as problem:
        raise context.CommandError(str(problem)) from None
    except OSError as error:
        raise context.CommandError(f"{file}: cannot be written: {error.strerror}") from None
    _record_made(engine)
    output.print_line(
        f"{file}: {size / 1e6:,.1f} MB, checked. It holds everything: keep it where only you can read it."
    )


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `atrisk backup` made.")],
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask for confirmation.")] = False,
) -> None:
    """Put a backup in the place of the SQLite database. The bot has to be stopped; the former database is kept."""
    from bot.infra import backups

    settings = context.read_settings()
    engine = context.connect(settings)
    database = _find_file(engine.url, "pg_restore --clean --if-exists --dbname={server} {file}", file)
    if not yes and not typer.confirm(f"Replace {database} by {file}?"):
        raise typer.Exit(1)
    try:
        with context.translate_database_errors(engine):
            kept = backups.restore(file, database, context.now())
    except backups.BackupError as problem:
        raise context.CommandError(str(problem)) from None
    except OSError as error:
        raise context.CommandError(f"{database}: cannot be written: {error.strerror}") from None
    restored = context.open_engine(settings)
    with context.translate_database_errors(restored):
        _record(restored, "backup.restored")
    output.print_line(f"{database} is the backup {file} now." + (f" The former one is {kept}." if kept else ""))
    output.print_line("What was recorded since the backup is missing, and what was sent since may be said once more.")


def _find_file(url: URL, command: str, file: Path) -> Path:
    """Return the SQLite file of an address.

    Raises:
        CommandError: for Postgres, with the command that does it there.
    """
    from sqlalchemy import URL

    if url.get_backend_name() == "sqlite":
        return Path(str(url.database)).absolute()
    server = URL.create(
        "postgresql", url.username, host=url.host, port=url.port, database=url.database, query=url.query
    ).render_as_string()
    told = command.format(file=shlex.quote(str(file)), server=shlex.quote(server))
    raise context.CommandError(f"the database is a Postgres, which its own tool copies: {told}")


def _record_made(engine: Engine) -> None:
    """Record a backup in the trail. One made before an upgrade is not, nor where the disk takes nothing any more."""
    from bot.infra import migrate

    try:
        with context.translate_database_errors(engine):
            if migrate.version(engine) == migrate.newest():
                _record(engine, "backup.made")
    except context.CommandError as problem:
        output.print_error(f"The copy is made, but not in the audit trail: {problem}")


def _record(engine: Engine, action: str) -> None:
    """Record an act in the trail of each workspace."""
    from sqlalchemy import select

    from bot.infra.db import transaction
    from bot.infra.models import Workspace
    from bot.people import audit

    with transaction(engine) as session:
        for workspace_id in session.scalars(select(Workspace.id)).all():
            audit.record(session, workspace_id, action, now=context.now(), by=None, via="command_line")
