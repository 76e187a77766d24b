"""Backups of a SQLite database: a copy made while the bot runs, and one put back in its place.

A copy is one file, whole and checked before it gets its name. Never here: Postgres, whose own tools do this.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from bot.infra import db_errors, migrate

ID_GAP = 1_000_000
"""By how much the ids of messages jump after a restore: those sent since the backup are in Slack under the next ids."""
_LOG_FILES = ("-wal", "-shm")
_LOCK_START, _LOCK_BYTES = 0x40000002, 510
"""The bytes of a database's file that each open connection holds a lock on: SQLite's file format, "Locking"."""


class BackupError(Exception):
    """A copy cannot be made or put back; the message is one line that says why and what to do."""


def back_up(database: Path, to: Path) -> int:
    """Copy a database to a file, as of one moment, while others write to it; return the bytes of the copy.

    The file is for its owner alone, and replaces an earlier backup of that name only once it is whole.

    Raises:
        BackupError: when the target is something else than a backup, or the copy is damaged.
        sqlite3.Error, OSError: when a file cannot be read or written.
    """
    if not database.is_file():
        raise BackupError(f"there is no database {database}")
    if to.exists() and (to.samefile(database) or not _is_ours(to)):
        raise BackupError(f"{to} is there already and is no backup: choose another name")
    with _new_file(to) as unfinished:
        _copy(database, unfinished)
    return to.stat().st_size


def restore(backup: Path, database: Path, now: datetime) -> Path | None:
    """Put a backup in a database's place; return where the former database is kept, if there was one.

    Messages that were waiting are looked up in Slack before they are sent, and new ones get ids never used before.

    Raises:
        BackupError: when the bot runs, or the file is no database of Atrisk, is damaged, or of a newer program.
        sqlite3.Error, OSError: when a file cannot be read or written.
    """
    _check(backup)
    if database.exists() and database.samefile(backup):
        raise BackupError(f"{backup} is the database itself")
    if _is_open(database):
        raise BackupError(f"a program has {database} open: stop `atrisk run`, `web` and `worker` first")
    with _new_file(database, keeping=f".before-{now:%Y%m%dT%H%M%SZ}") as unfinished:
        _copy(backup, unfinished)
        _forget_ids(unfinished, _last_id(database))
    kept = database.with_name(f"{database.name}.before-{now:%Y%m%dT%H%M%SZ}")
    return kept if kept.exists() else None


@contextmanager
def _new_file(path: Path, *, keeping: str = "") -> Iterator[Path]:
    """Yield a file beside `path` to write, and give it that name once it is on the disk; on an error it is deleted.

    With `keeping`, what has the name before is kept under it with that ending, a database's log files as well.
    """
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield unfinished
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        if keeping:
            _keep(path, keeping)
        unfinished.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    finally:
        unfinished.unlink(missing_ok=True)


def _keep(path: Path, ending: str) -> None:
    for log in ("", *_LOG_FILES):
        with suppress(FileNotFoundError):
            path.with_name(path.name + log).rename(path.with_name(path.name + ending + log))


def _copy(source: Path, target: Path) -> None:
    """Copy a database in one read transaction, so that no writer waits and none makes it begin again."""
    try:
        with closing(_open(source)) as original, closing(sqlite3.connect(target)) as copy:
            original.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
            problem = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.OperationalError:
        if reason := db_errors.look_at_disk(target):
            raise BackupError(reason) from None
        raise
    if problem != "ok":
        raise BackupError(f"{source} is damaged ({problem}): this copy of it is of no use")


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(
        f"file:{path.absolute().as_posix().replace('?', '%3f').replace('#', '%23')}?mode=ro", uri=True
    )


def _check(path: Path) -> None:
    if not path.is_file():
        raise BackupError(f"there is no file {path}")
    if not _is_ours(path):
        raise BackupError(f"{path} is no database of Atrisk")
    with closing(_open(path)) as connection:
        (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if not migrate.is_known(revision):
        raise BackupError(f"{path} is of a newer program (version {revision}): restore it with that one")


def _is_ours(path: Path) -> bool:
    """Whether a file is a database of Atrisk, by its tables."""
    try:
        with closing(_open(path)) as connection:
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            return {"alembic_version", "workspaces", "clients", "outbox"} <= tables
    except sqlite3.Error:
        return False


def _is_open(path: Path) -> bool:
    """Whether any process has the database open; this works for a damaged file, too.

    A connection with a write-ahead log holds a lock on these bytes for as long as it is open.
    """
    if not path.is_file():
        return False
    with path.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, _LOCK_BYTES, _LOCK_START)
        except OSError:
            return True
        return False


def _last_id(path: Path) -> int:
    """Return the newest message's id in the database that is replaced; 0 if it cannot be read."""
    with suppress(sqlite3.Error), closing(_open(path)) as connection:
        return int(connection.execute("SELECT max(seq) FROM sqlite_sequence WHERE name = 'outbox'").fetchone()[0] or 0)
    return 0


def _forget_ids(path: Path, last_id: int) -> None:
    """Have new messages take ids that Slack has not seen, and waiting ones be looked up there before they are sent."""
    with closing(sqlite3.connect(path)) as connection, connection:
        row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").fetchone()
        next_id = max(last_id, row[0] if row else 0) + ID_GAP
        connection.execute("DELETE FROM sqlite_sequence WHERE name = 'outbox'")
        connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('outbox', ?)", (next_id,))
        connection.execute(
            "UPDATE outbox SET posting_at = coalesce(posting_at, not_before), channel = coalesce(channel, "
            "(SELECT dm_channel FROM members WHERE members.id = outbox.member_id)) WHERE state = 'waiting'"
        )
