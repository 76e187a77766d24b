"""The engine, the two ways to use it, and the column types that both databases share.

`transaction()` is for writing (on SQLite it takes the write lock at once, so that two writers wait for each other
rather than fail half-way); `reading()` and `looking()` hold no transaction open. Only handlers, jobs, the web
application and the command line call these; nouns are given the session.
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

LOOKING = "atrisk_looking"
"""The execution option of an engine that never begins a transaction."""
Key = BigInteger().with_variant(Integer, "sqlite")
"""A row's own number; SQLite only counts by itself in a column called INTEGER."""


class Instant(TypeDecorator[datetime]):
    """A moment: aware UTC in Python, without a zone in SQLite, with one in Postgres.

    Raises:
        ValueError: for a datetime without a zone.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive datetime; hand over UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a time zone: {value!r}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:  # noqa: ARG002
        """Give back aware UTC: in one step, as moments are in most rows and the usual two take twice as long."""
        return _from_text if dialect.name == "sqlite" else _from_zone


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(f"{value}+00:00")


def _from_zone(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """Plain data as JSON text, written and read by orjson: the standard library's costs more than the judging."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write; dates become ISO 8601."""
        return None if value is None else orjson.dumps(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """Read."""
        return None if value is None else orjson.loads(value)


class _Keys(TypeDecorator[Sequence[int]]):
    """Many keys as one parameter, written as text: an array in Postgres, JSON in SQLite.

    Postgres's driver would write an array key by key, which takes longer than many a query that they are for.
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


class _Among(GenericFunction[bool]):
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Self:  # noqa: ARG002
        """Stand as the condition that it is: as a value, SQLite would be asked for `… = 1`, and use no index."""
        return self


@compiles(_Among)
def _compile_among(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, keys = (compiler.process(clause, **options) for clause in element.clauses)
    if compiler.dialect.name == "postgresql":
        return f"{column} = ANY ({keys})"
    return f"{column} IN (SELECT value FROM json_each({keys}))"  # noqa: S608  # compiled clauses, nobody's words


def among(column: Any, name: str) -> ColumnElement[bool]:
    """Give the condition that a key column is one of the keys bound as `name`.

    They travel as one parameter however many there are: a thousand parameters of their own cost Postgres more than
    finding the rows.
    """
    return _Among(column, bindparam(name, type_=_Keys()))


def within(column: Any, name: str) -> ColumnElement[bool]:
    """Give the condition that a row belongs to the workspace bound as `name`, where it is found by other columns.

    Written plainly, it looks to SQLite like the better way in, and a handful of clients is picked from among all.
    """
    condition: ColumnElement[bool] = column + literal_column("0") == bindparam(name)
    return condition


def connect(url: str | URL, **options: Any) -> Engine:
    """Make an engine for a DATABASE_URL: SQLite, or Postgres under either of its two spellings.

    Raises:
        sqlalchemy.exc.ArgumentError: when the address cannot be read.
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
    connection.isolation_level = None  # we say BEGIN ourselves, below
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=15000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get(LOOKING) and options.get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """A session whose work is kept as a whole, or not at all."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session for looking only: no transaction is held, so no writer waits."""
    with Session(_for_looking(engine)) as session:
        yield session


def looking(engine: Engine) -> Connection:
    """A bare connection for looking only, to be closed: a third of the price, for what is asked most often."""
    return _for_looking(engine).connect()


@lru_cache(maxsize=8)
def _for_looking(engine: Engine) -> Engine:
    """The same engine, its pool shared, without transactions; made once, as making it costs more than a query.

    SQLite's connections are in autocommit as they are. Asked for by SQLAlchemy's name, it would be undone by a PRAGMA
    each time a connection is given back, and SQLite would have to prepare every statement anew.
    """
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{LOOKING: True})
    return engine.execution_options(isolation_level="AUTOCOMMIT")
