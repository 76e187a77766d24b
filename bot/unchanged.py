"""What was read, kept for as long as the database is exactly as it was.

Both databases can say in microseconds whether anything at all was written since: SQLite counts the commits of others,
Postgres names the transactions that are visible. So nothing kept here is ever out of date, and whoever writes need
not think of it. Nothing is kept for longer than a minute, since what is due goes by the clock too.
"""

import threading
from collections.abc import Callable, Hashable
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, event

MOST = 4096
"""Entries kept; an agency has some hundreds of people."""
_VERSION = {"sqlite": "PRAGMA data_version", "postgresql": "SELECT CAST(pg_current_snapshot() AS text)"}

Made = TypeVar("Made")


class Unchanged:
    """Remembers what `make` gave for a key until anything is written, by anybody."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._connection: Connection | None = None  # one and the same: SQLite counts what others have written
        self._lock = threading.Lock()
        self._state: Hashable = None
        self._kept: dict[Hashable, Any] = {}
        event.listen(engine, "engine_disposed", self._close)

    def get(self, key: Hashable, now: datetime, make: Callable[[], Made]) -> Made:
        """Give what was made for this key, or make it. What is given is shared: nobody may change it."""
        kept = self._present(now)
        if key in kept:
            found: Made = kept[key]
            return found
        made = make()  # read after the version: a write in between makes the version differ next time
        if len(kept) < MOST:
            kept[key] = made
        return made

    def _present(self, now: datetime) -> dict[Hashable, Any]:
        with self._lock:
            state = (self._version(), now.replace(second=0, microsecond=0))
            if state != self._state:
                self._state, self._kept = state, {}
            return self._kept

    def _version(self) -> Any:
        """Ask the database; on a new connection where the old one is gone, as after a restart of Postgres."""
        if self._connection is not None:
            with suppress(self._engine.dialect.loaded_dbapi.Error):
                return self._asked(self._connection)
            self._connection.close()
        self._connection, self._state = self._engine.connect(), None
        self._connection.detach()  # it is not the pool's any more, and is closed for good with the engine
        return self._asked(self._connection)

    def _asked(self, connection: Connection) -> Any:
        """Ask through the driver itself, in some 3 µs: SQLAlchemy takes 35, for the smallest of statements too."""
        cursor = connection.connection.cursor()
        cursor.execute(_VERSION[self._engine.dialect.name])
        (version,) = cursor.fetchone() or (None,)
        cursor.close()
        return version

    def _close(self, _engine: Engine) -> None:
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
