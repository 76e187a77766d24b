"""Migrates a database's tables and reports their version. Never here: the migrations themselves (`migrations`)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

import migrations
from bot.infra.db import read_connection

TURN_SECONDS = 120
"""How long a migration waits for another one that is running."""
TABLE_SECONDS = 10
"""How long one waits for a table: everybody else queues behind it meanwhile."""
_ADVISORY_KEY = 0x61747269736B  # "atrisk"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def newest() -> str:
    """Return the newest revision that this program knows."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def is_known(revision: str) -> bool:
    """Whether this program knows a revision: a newer program's database has one that it does not."""
    return revision in {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def version(engine: Engine) -> str | None:
    """Return the database's revision; None if it has no tables yet. It waits for no writer."""
    with read_connection(engine) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine) -> None:
    """Upgrade the database to the newest revision, in one transaction.

    Of several that are started at once, one does it, and the others find it done.
    """
    with _changing_tables(engine) as connection:
        command.upgrade(_config(connection), "head")


def downgrade(engine: Engine, to: str = "base") -> None:
    """Downgrade the database to a revision; ``base`` is empty. Data that only the newer tables had is lost."""
    with _changing_tables(engine) as connection:
        command.downgrade(_config(connection), to)


@contextmanager
def _changing_tables(engine: Engine) -> Iterator[Connection]:
    """Open a transaction in which SQLite may copy and replace a table: with foreign keys on, rows would be deleted."""
    with engine.connect() as connection:
        is_sqlite = engine.dialect.name == "sqlite"
        if is_sqlite:
            _set_foreign_keys(connection, "OFF")
        try:
            with connection.begin():
                if not is_sqlite:
                    _wait_for_turn(connection)
                yield connection
                if is_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
                    raise RuntimeError(f"the migration leaves a row that refers to nothing: {tuple(broken)}")
        finally:
            if is_sqlite:
                _set_foreign_keys(connection, "ON")


def _wait_for_turn(connection: Connection) -> None:
    """Let one process change the tables of a Postgres at a time; SQLite has one writer anyway."""
    connection.execute(text(f"SET LOCAL lock_timeout = '{TURN_SECONDS}s'"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_KEY})
    connection.execute(text(f"SET LOCAL lock_timeout = '{TABLE_SECONDS}s'"))


def _set_foreign_keys(connection: Connection, state: str) -> None:
    """Switch them outside a transaction, where alone it has an effect."""
    connection.connection.driver_connection.execute(f"PRAGMA foreign_keys={state}")  # type: ignore[union-attr]
