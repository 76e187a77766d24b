"""Daily values, by far the most rows that judging reads: gathered into one row a client by the database itself.

Python sees whole columns of them, as JSON arrays. What is read is what some signal looks at, and no more. Amounts in
another currency than the client's are left out (its counts stay), since currencies are never added up; the values of
several sources are added, day by day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Connection, Select, bindparam, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import Text

from bot.infra.db import key_in
from bot.infra.models import DailyMetric
from scoring.facts import Series

MONEY = frozenset({"spend", "revenue"})
METRICS = ("spend", "leads", "conversions", "revenue", "qualified_leads", "sessions", "clicks", "impressions")
LOOKED_AT = METRICS[:7]
"""What some signal looks at: no more is read when judging."""
DAYS = 125
"""Days of daily values that are read: more than a quarter, and than the longest past that a signal compares with."""

_ON = DailyMetric.on.type
_OURS = (
    DailyMetric.workspace_id == bindparam("workspace_id"),
    key_in(DailyMetric.client_id, "client_ids"),
    DailyMetric.on.between(bindparam("since", type_=_ON), bindparam("until", type_=_ON)),
)

Column = Sequence[float | None]


class _Column(GenericFunction[str]):
    """All values that a column has in a group, as a JSON array, in the order of the rows."""

    type = Text()
    inherit_cache = True


@compiles(_Column, "sqlite")
def _on_sqlite(element: _Column, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_group_array({compiler.process(element.clauses, **options)})"


@compiles(_Column, "postgresql")
def _on_postgres(element: _Column, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST(json_agg({compiler.process(element.clauses, **options)}) AS text)"


@lru_cache(maxsize=4)
def _columns(metrics: tuple[str, ...], dialect: str) -> Select[*tuple[Any, ...]]:
    """Each client's days, the currency of each, and its metrics.

    The days mostly come in their order, and are told from those that do not. SQLite stores the table by client, day
    and source, and reads it in that order: to sort it again would take half as long again. Postgres is told the order
    once: told it of each column, it sorts for each, and takes twice as long.
    """
    rows: Any = DailyMetric.__table__
    if dialect == "postgresql":
        rows = select(*rows.c).where(*_OURS).order_by(rows.c.client_id, rows.c.on).subquery("ordered")
    names = ("on", "currency", *metrics)
    grouped = select(rows.c.client_id, *(_Column(rows.c[name]) for name in names)).group_by(rows.c.client_id)
    return grouped if dialect == "postgresql" else grouped.where(*_OURS)


@dataclass(frozen=True, slots=True)
class _Days:
    """The days that a client's rows are of."""

    first: date
    places: tuple[int, ...]
    """Of each row: how many days after the first."""
    nothing: tuple[None, ...]
    """What a metric has that no row knows: None for every day from the first to the last."""
    even: bool
    """Whether each day is told once, and in their order: then a column is a series as it stands."""


@lru_cache(maxsize=128)
def _days(told: str) -> _Days:
    """Understand a column of days: kept by its text, since most clients of an agency are told of the same ones."""
    ordinals = [date.fromisoformat(day).toordinal() for day in orjson.loads(told)]
    first, last = min(ordinals), max(ordinals)
    places = tuple([ordinal - first for ordinal in ordinals])
    length = last - first + 1
    return _Days(date.fromordinal(first), places, (None,) * length, even=places == tuple(range(length)))


@lru_cache(maxsize=128)
def _currencies(told: str) -> frozenset[str]:
    return frozenset(orjson.loads(told))


def read(
    connection: Connection,
    workspace_id: int,
    currencies: Mapping[int, str],
    today: date,
    *,
    since: date | None = None,
) -> dict[int, dict[str, Series]]:
    """Give daily values through the day after `today`, by client and metric, of the clients whose currencies are named.

    They begin DAYS before it and are those that judging looks at; or all that there are since a day. A metric of which
    no value is known is left out.

    Where one source told of every day in the client's own currency, as most do, the columns are the answer as they
    stand.
    """
    metrics = METRICS if since else LOOKED_AT
    values: dict[str, Any] = {
        "workspace_id": workspace_id,
        "client_ids": list(currencies),
        "since": since or today - timedelta(days=DAYS),
        "until": today + timedelta(days=1),
    }
    found: dict[int, dict[str, Series]] = {}
    for row in connection.execute(_columns(metrics, connection.dialect.name), values).all():
        client_id, each_day, each_currency, *told = row
        days = _days(each_day)
        columns: list[Column] = orjson.loads(f"[{','.join(told)}]")  # at once: for each, it takes half as long again
        if _currencies(each_currency) != {currencies[client_id]}:
            own = [currency == currencies[client_id] for currency in orjson.loads(each_currency)]
            columns = [
                _only(own, column) if name in MONEY else column for name, column in zip(metrics, columns, strict=True)
            ]
        if not days.even:
            columns = [_by_day(days, column) for column in columns]
        found[client_id] = {
            name: Series(days.first, series)
            for name, series in zip(metrics, map(tuple, columns), strict=True)
            if series != days.nothing
        }
    return found


def _only(wanted: Sequence[bool], column: Column) -> Column:
    """Leave out the values of the rows that are not wanted."""
    return [value if each else None for each, value in zip(wanted, column, strict=True)]


def _by_day(days: _Days, column: Column) -> Column:
    """Put values at their days, adding up those of one day; a day that has none is None."""
    found: list[float | None] = list(days.nothing)
    for place, value in zip(days.places, column, strict=True):
        if value is not None:
            found[place] = value + (found[place] or 0)
    return found
