"""What a database's errors mean to whoever runs Atrisk: one line that names what it is and what to do.

The one place that reads SQLite's result codes and Postgres's SQLSTATEs. Never here: catching the errors (the command
line, the jobs and the app do), or what somebody in Slack is told.
"""

import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError, OperationalError

RESTORE = "stop Atrisk and put the latest backup in its place: `atrisk restore FILE`"

LEAST_FREE_BYTES = 1_000_000
"""With less, a disk is full: SQLite needs some pages beside the file for each write."""
_SQLITE = {
    sqlite3.SQLITE_BUSY: "{file} is being written to by another program, which has not finished: try again, or end it",
    sqlite3.SQLITE_LOCKED: "{file} is being written to by another program: try again, or end it",
    sqlite3.SQLITE_READONLY: "{file} may not be written to: check the permissions of the file and its folder, "
    "and whether the disk is mounted read-only",
    sqlite3.SQLITE_PERM: "{file} may not be opened: check the permissions of the file and its folder",
    sqlite3.SQLITE_AUTH: "{file} may not be opened: check the permissions of the file and its folder",
    sqlite3.SQLITE_CANTOPEN: "{file} cannot be opened: check the permissions of the file and its folder",
    sqlite3.SQLITE_IOERR: "the disk of {file} cannot be read or written ({name}): check the disk",
    sqlite3.SQLITE_FULL: "the disk of {file} is full: free some space; what was saved before is safe",
    sqlite3.SQLITE_CORRUPT: f"{{file}} is damaged: {RESTORE}",
    sqlite3.SQLITE_NOTADB: f"{{file}} is not a database: check DATABASE_URL; if it was one, it is damaged: {RESTORE}",
}
_LACKS = ("no such table", "no such column")
_NEW_CONNECTION = frozenset(
    {
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
    }
)
"""After these a connection may hold on to a file that has been replaced, or to pages that were read wrongly."""
_POSTGRES = {
    "55P03": "a row or table was locked by another program for too long: try again",
    "57014": "the server took too long: try again, or see what keeps it busy",
    "40P01": "two programs waited for each other: try again",
    "25006": "the server is read-only: DATABASE_URL may name a standby",
    "28000": "the server refuses this user: check DATABASE_URL",
    "28P01": "the server refuses the user or the password: check DATABASE_URL",
    "3D000": "the server has no database of that name: create it, or check DATABASE_URL",
    "42501": "this user may not do that on the server: grant it the rights",
    "42P01": "a table is missing: run `atrisk migrate`, or restore a backup",
    "53100": "the server's disk is full: free some space; what was saved before is safe",
    "53200": "the server is out of memory",
    "53300": "the server has no connection left: raise max_connections, or run fewer processes",
    "58030": "the server cannot read or write its disk: check it",
    "XX001": "the server reports damaged data: restore a backup with pg_restore",
    "XX002": "the server reports a damaged index: run REINDEX",
}
_GONE = ("08", "57P")
"""Beginnings of SQLSTATE: the connection failed, or the server is starting or stopping."""


def explain(error: BaseException, url: URL | None = None) -> str | None:
    """Explain an error of the database itself in one line; None if the fault is the program's, or no database's.

    With the `url`, the line names the file or the server; never the password.
    """
    original = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(original, sqlite3.Error):
        return _explain_sqlite(original, url)
    if type(original).__module__.startswith("psycopg"):
        return _explain_postgres(original, url)
    if isinstance(error, OperationalError):
        return _first_line(original)
    return None


def _explain_sqlite(error: sqlite3.Error, url: URL | None) -> str | None:
    path = Path(url.database).absolute() if url is not None and url.database else None
    file, code = str(path or "the database"), _code(error)
    if code in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR} and (seen := look_at_disk(path)):
        return seen
    if code == sqlite3.SQLITE_ERROR and str(error).startswith(_LACKS):
        return f"{file} is not complete ({error}): {RESTORE}"
    sentence = _SQLITE.get(code)
    return sentence and sentence.format(file=file, name=getattr(error, "sqlite_errorname", ""))


def look_at_disk(path: Path | None) -> str | None:
    """Find out why a file cannot be opened or written: for a full or a read-only disk SQLite has no code of its own."""
    if path is None:
        return None
    if path.is_dir():
        return f"{path} is a folder, not a file: check DATABASE_URL"
    if not path.parent.is_dir():
        return f"there is no folder {path.parent}: create it, or check DATABASE_URL"
    disk = os.statvfs(path.parent)
    if disk.f_flag & os.ST_RDONLY:
        return _SQLITE[sqlite3.SQLITE_READONLY].format(file=path)
    if disk.f_bavail * disk.f_frsize < LEAST_FREE_BYTES:
        return _SQLITE[sqlite3.SQLITE_FULL].format(file=path)
    return None


def _explain_postgres(error: BaseException | None, url: URL | None) -> str | None:
    state: str | None = getattr(error, "sqlstate", None)
    server = _server(url) if url is not None else "the database's server"
    if state is not None and not state.startswith(_GONE):
        sentence = _POSTGRES.get(state)
        return sentence and f"{server}: {sentence}"
    if type(error).__name__ not in {"OperationalError", "ConnectionTimeout", "InterfaceError"} and state is None:
        return None
    return f"the database at {server} cannot be reached: {_first_line(error)}"


def _server(url: URL) -> str:
    return f"{url.host or url.query.get('host') or 'localhost'}:{url.port or 5432}"


def _first_line(error: BaseException | None) -> str:
    return (str(error).strip().splitlines() or ["no answer"])[0]


def strip_values(error: BaseException, told_by: BaseException | None) -> None:
    """Leave only the first line of a server's message, in the error or what wraps it: the others quote the row."""
    if told_by is not None and told_by.args and getattr(error, "sqlstate", None) is not None:
        told_by.args = (str(told_by.args[0]).split("\n", maxsplit=1)[0], *told_by.args[1:])


def needs_new_connection(error: BaseException | None) -> bool:
    """Whether the connection that met this error must not be used again, though it is not closed."""
    return isinstance(error, sqlite3.Error) and _code(error) in _NEW_CONNECTION


def _code(error: Any) -> int:
    """Return SQLite's primary result code; 0 for an error of the driver itself."""
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF
