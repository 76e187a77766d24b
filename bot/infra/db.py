"""The database engine, read and write sessions, and the column types and conditions that work on both databases.

`transaction()` is for writing (on SQLite it takes the write lock at once, so that two writers wait for each other
rather than fail halfway); `reading()` and `read_connection()` open no transaction. Only handlers, jobs, the web
application and the command line call these; domain modules are given the session. Never here: tables or their meaning.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Any, Self

import orjson
from sqlalchemy import (
    ARRAY,
    URL,
    BigInteger,
    BindParameter,
    Boolean,
    ColumnElement,
    DateTime,
    Dialect,
    Engine,
    Integer,
    Text,
    bindparam,
    create_engine,
    event,
    literal_column,
)
from sqlalchemy.engine import Connection, ExceptionContext, make_url
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import TypeDecorator, TypeEngine

from bot.infra import capacity, db_errors

ANSWER_SECONDS = 2.0
"""How long a click waits for somebody else's write: what is left of Slack's three seconds is for the answer."""
WORK_SECONDS = 60.0
"""How long a job or a command waits: nobody is looking at a button."""
NO_TRANSACTION = "atrisk_no_transaction"
"""Execution option that marks an engine as never beginning a transaction."""
Key = BigInteger().with_variant(Integer, "sqlite")
"""Primary key type; SQLite only auto-increments a column declared INTEGER."""


class Instant(TypeDecorator[datetime]):
    """A datetime: aware UTC in Python, stored without a time zone in SQLite and with one in Postgres.

    Raises:
        ValueError: for a naive datetime.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC; reject a naive datetime."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a datetime needs a time zone: {value!r}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:  # noqa: ARG002
        """Return aware UTC in one step: most rows have datetimes, and the usual two steps take twice as long."""
        return _from_text if dialect.name == "sqlite" else _from_zone


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(f"{value}+00:00")


def _from_zone(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """Plain data stored as JSON text by orjson: the standard library's json costs more than the scoring itself."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Serialize; dates become ISO 8601."""
        return None if value is None else orjson.dumps(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """Deserialize."""
        return None if value is None else orjson.loads(value)


class _Keys(TypeDecorator[Sequence[int]]):
    """Many keys as one parameter, sent as text: an array literal in Postgres, JSON in SQLite.

    Postgres's driver would adapt an array key by key, which takes longer than many of the queries that use it.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(BigInteger()) if dialect.name == "postgresql" else Text())

    def bind_processor(self, dialect: Dialect) -> Callable[[Sequence[int] | None], str]:
        return _as_array if dialect.name == "postgresql" else _as_json


def _as_json(keys: Sequence[int] | None) -> str:
    return orjson.dumps(list(keys or ())).decode()


def _as_array(keys: Sequence[int] | None) -> str:
    return f"{{{_as_json(keys)[1:-1]}}}"


class _KeyIn(GenericFunction[bool]):
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Self:  # noqa: ARG002
        """Stay a bare condition: as a value, SQLite would get `… = 1` and use no index."""
        return self


@compiles(_KeyIn)
def _compile_key_in(element: _KeyIn, compiler: SQLCompiler, **options: Any) -> str:
    column, keys = (compiler.process(clause, **options) for clause in element.clauses)
    if compiler.dialect.name == "postgresql":
        return f"{column} = ANY ({keys})"
    return f"{column} IN (SELECT value FROM json_each({keys}))"  # noqa: S608  # compiled clauses, no user input


def key_in(column: Any, name: str) -> ColumnElement[bool]:
    """Return the condition that a key column is one of the keys bound as `name`.

    All keys are sent as one parameter: a thousand separate parameters cost Postgres more than finding the rows.
    """
    return _KeyIn(column, bindparam(name, type_=_Keys()))


def keys(name: str) -> BindParameter[Any]:
    """Return the parameter that many keys are sent as, for a statement written as text."""
    return bindparam(name, type_=_Keys())


def in_workspace(column: Any, name: str) -> ColumnElement[bool]:
    """Return the condition that a row is of the workspace bound as `name`, for queries that search by other columns.

    As a plain comparison, SQLite would choose the workspace's index and scan all its rows for a handful of clients.
    """
    condition: ColumnElement[bool] = column + literal_column("0") == bindparam(name)
    return condition


def connect(url: str | URL, *, patience: float = WORK_SECONDS, **options: Any) -> Engine:
    """Create an engine for a DATABASE_URL: SQLite, or Postgres with either spelling of its scheme.

    `patience` is how many seconds a statement waits for another writer, and for the server's answer where somebody
    waits for ours (`ANSWER_SECONDS`); after that it fails with an error that `bot.infra.db_errors` explains. Errors
    never hold the values of a statement. A SQLite file that is created is for its owner alone to read.

    Raises:
        sqlalchemy.exc.ArgumentError: when the URL cannot be parsed.
    """
    address = make_url(url)
    if address.drivername in {"postgres", "postgresql"}:
        address = address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() != "sqlite" or address.database not in {None, "", ":memory:"}:
        more = capacity.CONNECTIONS - capacity.KEPT_CONNECTIONS
        options = {"pool_size": capacity.KEPT_CONNECTIONS, "max_overflow": more, **options}
    engine = create_engine(address, hide_parameters=True, **options)
    event.listen(engine, "handle_error", _handle_error)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "do_connect", _create_private)
        event.listen(engine, "connect", partial(_prepare_sqlite, patience=patience))
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "do_connect", partial(_limit_connecting, patience=patience))
        event.listen(engine, "connect", partial(_prepare_postgres, patience=patience))
    return engine


def _limit_connecting(
    _dialect: Dialect, _record: object, _arguments: list[Any], options: dict[str, Any], *, patience: float
) -> None:
    seconds = max(2, min(int(patience), 10))  # libpq takes anything less for 2
    options.setdefault("connect_timeout", seconds)
    options.setdefault("tcp_user_timeout", seconds * 1000)  # of a connection whose other end is gone


def _prepare_postgres(connection: Any, _entry: ConnectionPoolEntry, *, patience: float) -> None:
    """Limit how long a statement waits; set by statement, because not every pooler passes startup options on."""
    limits = {"lock_timeout": patience}
    if patience <= ANSWER_SECONDS:
        limits["statement_timeout"] = patience * 1.25  # after the lock's, which says more
    was, connection.autocommit = connection.autocommit, True
    for name, seconds in limits.items():
        connection.execute(f"SET {name} = {int(seconds * 1000)}")
    connection.autocommit = was


def _create_private(_dialect: Dialect, _record: object, arguments: list[Any], _options: dict[str, Any]) -> None:
    """Create a SQLite file that is not there yet, readable by its owner alone; SQLite reports what goes wrong."""
    path = str(arguments[0]) if arguments else ""
    if path and path != ":memory:" and not path.startswith("file:"):
        with suppress(OSError):
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _prepare_sqlite(connection: Any, _entry: ConnectionPoolEntry, *, patience: float) -> None:
    """Set up a connection.

    `synchronous=FULL`: a commit is on the disk before anything is said of it, for 2 to 3 ms a commit on a virtual disk.
    `secure_delete`: what is deleted is overwritten.
    """
    connection.isolation_level = None  # _begin_sqlite issues BEGIN
    for pragma in (f"busy_timeout={int(patience * 1000)}", "foreign_keys=ON", "secure_delete=ON", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    _use_write_ahead_log(connection, patience)


def _use_write_ahead_log(connection: Any, patience: float) -> None:
    """Switch to a write-ahead log; of several processes that create a file, SQLite lets one wait for no other here."""
    deadline = time.monotonic() + patience
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _handle_error(failure: ExceptionContext) -> None:
    """Take values out of the server's message, and have a connection that met a bad disk replaced by a new one."""
    error = failure.original_exception
    for each in (error, failure.sqlalchemy_exception):
        db_errors.strip_values(error, each)
    if db_errors.needs_new_connection(error):
        failure.is_disconnect = True


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get(NO_TRANSACTION) and options.get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def overwrite_deleted(engine: Engine) -> bool:
    """Empty SQLite's write-ahead log, which still holds what was deleted; False if a reader prevents it.

    On Postgres the server's own vacuum does the like.
    """
    if engine.dialect.name != "sqlite":
        return True
    with read_connection(engine) as connection:
        return not connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar_one()


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """Open a session that commits at the end, or rolls back on an exception."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Open a session for reads: it holds no transaction, so no writer waits for it."""
    with Session(_without_transactions(engine)) as session:
        yield session


def read_connection(engine: Engine) -> Connection:
    """Open a Core connection for reads, for the caller to close: a third of a session's cost, for hot queries."""
    return _without_transactions(engine).connect()


@lru_cache(maxsize=8)
def _without_transactions(engine: Engine) -> Engine:
    """Return the engine, with its pool shared, in autocommit; cached, because creating it costs more than a query.

    SQLite's connections are in autocommit already. With SQLAlchemy's isolation level, a PRAGMA would reset it each
    time a connection is returned to the pool, and SQLite would have to prepare every statement again.
    """
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{NO_TRANSACTION: True})
    return engine.execution_options(isolation_level="AUTOCOMMIT")
