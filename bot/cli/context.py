"""What every command begins with: settings, database, workspace, and the options that several commands share."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from bot.infra.models import Member
    from bot.infra.settings import Settings

AtOption = Annotated[
    str | None, typer.Option(metavar="WHEN", help="As of this moment: ISO 8601 with an offset, 2026-11-20T09:00+01:00.")
]
WorkspaceOption = Annotated[
    str | None, typer.Option("--workspace", metavar="TEAM", help="Slack team id, if there are several workspaces.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]

resources = ExitStack()
"""Engines, clients and pools that a command opened; `main` closes them when the command ends."""


class CommandError(Exception):
    """A command cannot do what it was asked to; the message is one line for the user that says why."""


def read_settings() -> Settings:
    """Read the settings from the environment and `.env`.

    Raises:
        SettingsError: when one is missing or malformed.
    """
    from bot.infra.settings import read

    return read()


def open_engine(settings: Settings | None = None) -> Engine:
    """Open the database and check that it is at the newest version.

    A SQLite file is created or migrated at once. Postgres is left to ``atrisk migrate``, which a deployment runs
    before the new program starts.

    Raises:
        CommandError: when the database cannot be used, or is not at this program's version.
    """
    from bot.infra import migrate

    engine = connect(settings or read_settings())
    with translate_database_errors(engine):
        present, newest = migrate.version(engine), migrate.newest()
        if present == newest:
            return engine
        if present is not None and not migrate.is_known(present):
            raise CommandError(
                f"the database is at version {present}, which this program ({newest}) does not know: use the newer one"
            )
        if engine.dialect.name != "sqlite":
            raise CommandError(
                f"the database is at version {present or 'none'}, this program needs {newest}: run `atrisk migrate`"
            )
        migrate.upgrade(engine)
    return engine


def connect(settings: Settings, *, patience: float | None = None) -> Engine:
    """Make an engine for the database of the settings, without opening it; it is disposed of as the command ends.

    `patience` is how many seconds it waits for another writer, if not as long as a command usually does.
    """
    from bot.infra.db import WORK_SECONDS
    from bot.infra.db import connect as make_engine

    engine = make_engine(settings.database_url.get_secret_value(), patience=patience or WORK_SECONDS)
    resources.callback(engine.dispose)
    return engine


@contextmanager
def translate_database_errors(engine: Engine) -> Iterator[None]:
    """Raise CommandError, which names the file or server and what to do, for an error of the database itself."""
    import sqlite3

    from sqlalchemy.exc import DBAPIError

    from bot.infra import db_errors

    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        line = db_errors.explain(error, engine.url)
        if line is None:
            raise
        raise CommandError(line) from None


def explain_database_error(error: Exception) -> str | None:
    """Explain in one line an error of the database itself; None for any other, which is a bug of ours.

    The database is named where the settings can be read; nothing is imported for a command that never opened one.
    """
    import sys

    if "sqlalchemy" not in sys.modules:
        return None
    from sqlalchemy.engine import make_url

    from bot.infra import db_errors

    return db_errors.explain(error) and db_errors.explain(
        error, make_url(read_settings().database_url.get_secret_value())
    )


def find_workspace_id(engine: Engine, team: str | None = None) -> int:
    """Return the id of the workspace with a Slack team id, or of the only one where none is named.

    Raises:
        CommandError: when there is no such workspace, or there are several and none was named.
    """
    from bot.infra.db import reading, transaction
    from bot.people import workspaces

    with reading(engine) as session:
        ids = workspaces.find_ids(session, team)
    if len(ids) == 1:
        return ids[0]
    if team is not None:
        raise CommandError(f"--workspace: no workspace {team} here")
    try:
        with transaction(engine) as session:
            return workspaces.single(session, now()).id
    except LookupError:
        raise CommandError("there are several workspaces: name one with --workspace TEAM") from None


def find_members(session: Session, workspace_id: int, option: str, text: str) -> list[Member]:
    """Find the members that an option names by e-mail, Slack id or name.

    Raises:
        CommandError: when there are none.
    """
    from bot.people import members

    found = members.find(session, workspace_id, text)
    if not found:
        raise CommandError(f"{option}: no member called {text!r}")
    return found


def now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


def parse_moment(text: str | None) -> datetime | None:
    """Parse the value of `--at` and convert it to UTC; None where it was left out.

    Raises:
        CommandError: when it is not ISO 8601, or has no offset.
    """
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--at: {text!r} is not a time like 2026-11-20T09:00+01:00") from None
    if moment.tzinfo is None:
        raise CommandError(f"--at: {text!r} has no offset: write {text}Z for UTC, or an offset like +01:00")
    return moment.astimezone(UTC)


def user_errors() -> tuple[type[Exception], ...]:
    """Return the exceptions that are for the user to fix; the message of each is one line."""
    from bot.importing.errors import ImportFileError, UnknownKindError
    from bot.infra.settings import SettingsError

    return (CommandError, SettingsError, UnknownKindError, ImportFileError)
