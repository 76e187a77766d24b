"""The database engine, read and write sessions, and the column types and conditions that work on both databases.

`transaction()` is for writing (on SQLite it takes the write lock at once, so that two writers wait for each other
rather than fail halfway); `reading()` and `read_connection()` open no transaction. Only handlers, jobs, the web
application and the command line call these; domain modules are given the session. Never here: tables or their meaning.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Self

import orjson
from sqlalchemy import (
    ARRAY,
    URL,
    BigInteger,
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
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import TypeDecorator, TypeEngine

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


def in_workspace(column: Any, name: str) -> ColumnElement[bool]:
    """Return the condition that a row is of the workspace bound as `name`, for queries that search by other columns.

    As a plain comparison, SQLite would choose the workspace's index and scan all its rows for a handful of clients.
    """
    condition: ColumnElement[bool] = column + literal_column("0") == bindparam(name)
    return condition


def connect(url: str | URL, **options: Any) -> Engine:
    """Create an engine for a DATABASE_URL: SQLite, or Postgres with either spelling of its scheme.

    Raises:
        sqlalchemy.exc.ArgumentError: when the URL cannot be parsed.
    """
    address = make_url(url)
    if address.drivername in {"postgres", "postgresql"}:
        address = address.set(drivername="postgresql+psycopg")
    engine = create_engine(address, **options)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # _begin_sqlite issues BEGIN
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=15000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get(NO_TRANSACTION) and options.get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN IMMEDIATE")


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
