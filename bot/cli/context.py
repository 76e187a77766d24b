"""What every command begins with: the settings, the database, the workspace, the moment that was asked for."""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from bot.infra.settings import Settings

At = Annotated[
    str | None, typer.Option(metavar="WHEN", help="As of this moment: ISO 8601 with an offset, 2026-11-20T09:00+01:00.")
]
Team = Annotated[str | None, typer.Option("--workspace", metavar="TEAM", help="Slack team id, if there are several.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


NO_DATABASE = "file is not a database"
"""What SQLite says of any other file."""

closing = ExitStack()
"""What a command opened; closed when it ends."""


class Mistake(Exception):  # noqa: N818  # the user's, told in one line; the program is well
    """What was asked for cannot be done as it was asked; the message is one line that says why."""


def settings() -> Settings:
    """Read the settings, or say in one line which is wrong."""
    from bot.infra.settings import read

    return read()


def engine(of: Settings | None = None) -> Engine:
    """Open the database with the newest tables.

    A SQLite file is made, or brought up to date, at once; a Postgres is left to ``atrisk migrate``, which a
    deployment runs before the new program starts.

    Raises:
        Mistake: when the database cannot be reached, or is not at this program's version.
    """
    from bot.infra import migrate
    from bot.infra.db import connect

    opened = connect((of or settings()).database_url.get_secret_value())
    closing.callback(opened.dispose)
    with reaching_the_database():
        present, newest = migrate.version(opened), migrate.newest()
        if present != newest and opened.dialect.name == "sqlite":
            migrate.upgrade(opened)
        elif present != newest:
            raise Mistake(
                f"the database is at version {present or 'none'}, this program needs {newest}: atrisk migrate"
            )
    return opened


@contextmanager
def reaching_the_database() -> Iterator[None]:
    """Turn a database that cannot be reached, or a file that is none, into one line."""
    from sqlalchemy.exc import DatabaseError, OperationalError

    try:
        yield
    except DatabaseError as error:
        reason = str(error.orig).strip().splitlines()[0]
        if isinstance(error, OperationalError):
            raise Mistake(f"DATABASE_URL: the database cannot be reached: {reason}") from None
        if reason == NO_DATABASE:
            raise Mistake(f"DATABASE_URL: {reason}") from None
        raise


def workspace_id(opened: Engine, team: str | None = None) -> int:
    """Give the number of the workspace asked for, or of the only one.

    Raises:
        Mistake: when there is no such workspace, or several and none was named.
    """
    from bot.infra.db import transaction
    from bot.people import workspaces

    with transaction(opened) as session:
        if team is None:
            try:
                return workspaces.only(session, now()).id
            except LookupError:
                raise Mistake("there are several workspaces: name one with --workspace TEAM") from None
        found = workspaces.by_team(session, team)
        if found is None:
            raise Mistake(f"--workspace: no workspace {team} here")
        return found.id


def now() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)


def moment(text: str | None) -> datetime | None:
    """Read a WHEN.

    Raises:
        Mistake: when it is not ISO 8601, or has no offset.
    """
    if text is None:
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise Mistake(f"--at: {text!r} is not a moment like 2026-11-20T09:00+01:00") from None
    if read.tzinfo is None:
        raise Mistake(f"--at: {text!r} has no offset: write {text}Z for UTC, or an offset like +01:00")
    return read.astimezone(UTC)


def mistakes() -> tuple[type[Exception], ...]:
    """Name the errors that are the user's to mend, each with a message of one line."""
    from bot.importing.parsing.cells import IntakeError
    from bot.infra.settings import SettingsError

    return (Mistake, SettingsError, IntakeError)


def say(line: str) -> None:
    """Print a line for the operator."""
    typer.echo(line)


def warn(line: str) -> None:
    """Print a line on stderr."""
    typer.echo(line, err=True)


def is_terminal() -> bool:
    """Whether somebody is watching."""
    return sys.stdout.isatty()
