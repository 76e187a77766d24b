"""What `doctor` finds of the database itself: its version, its file, its disk. Never here: what is in it (`doctor`)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

LOW_DISK_BYTES = 200_000_000
"""With less, a disk is soon full: a day's work and the copy that a backup makes need some."""
OTHERS = 0o077
"""The permissions of everybody but the owner."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check: whether it passed, and what to do if it did not."""

    subject: str
    ok: bool
    detail: str
    remedy: str = ""


def check(engine: Engine) -> Iterator[Finding]:
    """Check the database: that it can be written to, is whole, has room, and is for its owner alone.

    Raises:
        sqlalchemy.exc.DBAPIError: when it cannot be used at all; `context.translate_database_errors` explains it.
    """
    from sqlalchemy import text

    from bot.infra import migrate
    from bot.infra.db import reading, transaction

    with transaction(engine) as session:
        session.execute(text("UPDATE workspaces SET name = name WHERE id < 0"))  # a read-only database says so
    is_sqlite = engine.dialect.name == "sqlite"
    with reading(engine) as session:
        damage = session.scalar(text("PRAGMA quick_check(1)")) if is_sqlite else "ok"
    state = "" if damage == "ok" else f", and it is damaged: {damage}"
    yield Finding(
        "database",
        ok=damage == "ok",
        detail=f"{engine.dialect.name}, version {migrate.version(engine)}{state}",
        remedy="stop Atrisk and put the latest backup in its place: `atrisk restore FILE`",
    )
    path = Path(str(engine.url.database)).absolute()
    if is_sqlite and path.is_file():
        yield _check_room(path)
        yield from _check_readers(path)
    yield from _check_readers(Path(".env").absolute())


def _check_room(path: Path) -> Finding:
    import shutil

    free = shutil.disk_usage(path.parent).free
    return Finding(
        "disk",
        ok=free >= LOW_DISK_BYTES,
        detail=f"{free / 1e6:,.0f} MB free beside {path.name}",
        remedy="free some space: on a full disk nothing can be saved",
    )


def _check_readers(path: Path) -> Iterator[Finding]:
    """Check that nobody else may read a file of ours; nothing is said of one that is not there."""
    if path.is_file():
        is_open = bool(path.stat().st_mode & OTHERS)
        yield Finding(
            path.name,
            ok=not is_open,
            detail="other users of this machine may read it" if is_open else "for its owner alone",
            remedy=f"chmod 600 {path}",
        )
