"""Daily values, by far the most rows that judging reads: gathered into one row a client by the database itself.

Python sees whole columns of them, as JSON arrays, in the order of the days. What is read is what some signal looks
at, and no more. Amounts in another currency than the client's are left out (its counts stay), since currencies are
never added up; the values of several sources are added, day by day.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Connection, Select, bindparam, case, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import Text

from bot.db import among
from bot.models import Client, DailyMetric
from scoring.facts import Series

MONEY = frozenset({"spend", "revenue"})
METRICS = ("spend", "leads", "conversions", "revenue", "qualified_leads", "sessions", "clicks", "impressions")
LOOKED_AT = METRICS[:7]
"""What some signal looks at: no more is read when judging."""
DAYS = 125
"""Days of daily values that are read: more than a quarter, and than the longest past that a signal compares with."""

_NOTHING = "[nul,] "
"""What the JSON of a column without a value is made of."""
_ON = DailyMetric.on.type
_OURS = (
    DailyMetric.workspace_id == bindparam("workspace_id"),
    among(DailyMetric.client_id, "client_ids"),
    DailyMetric.on.between(bindparam("since", type_=_ON), bindparam("until", type_=_ON)),
)


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
def _even(metrics: tuple[str, ...], dialect: str) -> Select[*tuple[Any, ...]]:
    """Whole columns, and what tells whether they are a client's daily values as they stand.

    SQLite stores the table by client, day and source, and reads it in that order: to sort it again would take half as
    long again. Postgres is told the order once: told it of each column, it sorts for each, and takes twice as long.
    """
    rows: Any = DailyMetric.__table__
    if dialect == "postgresql":
        rows = select(*rows.c).where(*_OURS).order_by(rows.c.client_id, rows.c.on).subquery("ordered")
    counted = [
        func.min(rows.c.on),
        func.max(rows.c.on),
        func.count(),
        func.min(rows.c.source),
        func.max(rows.c.source),
        func.min(rows.c.currency),
        func.max(rows.c.currency),
    ]
    grouped = select(rows.c.client_id, *counted, *(_Column(rows.c[name]) for name in metrics))
    return (grouped if dialect == "postgresql" else grouped.where(*_OURS)).group_by(rows.c.client_id)


@lru_cache(maxsize=2)
def _uneven(metrics: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    """Columns with the day of each value beside them: the sources added up, foreign amounts left out."""
    counted = [
        case((DailyMetric.currency == Client.currency, getattr(DailyMetric, name)))
        if name in MONEY
        else getattr(DailyMetric, name)
        for name in metrics
    ]
    days = (
        select(
            DailyMetric.client_id,
            DailyMetric.on,
            *(func.sum(each).label(name) for each, name in zip(counted, metrics, strict=True)),
        )
        .join(Client, Client.id == DailyMetric.client_id)
        .where(*_OURS, among(Client.id, "client_ids"))  # told of both sides, or Postgres reads all clients
        .group_by(DailyMetric.client_id, DailyMetric.on)
        .subquery("days")
    )
    return select(days.c.client_id, _Column(days.c.on), *(_Column(days.c[name]) for name in metrics)).group_by(
        days.c.client_id
    )


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
    stand; the others' are read again, added up by day.
    """
    metrics = METRICS if since else LOOKED_AT
    values: dict[str, Any] = {
        "workspace_id": workspace_id,
        "client_ids": list(currencies),
        "since": since or today - timedelta(days=DAYS),
        "until": today + timedelta(days=1),
    }
    found: dict[int, dict[str, Series]] = {}
    uneven: list[int] = []
    for row in connection.execute(_even(metrics, connection.dialect.name), values):
        client_id, first, last, days, source, last_source, currency, last_currency, *columns = row
        if (
            source == last_source
            and days == (last - first).days + 1
            and currency == last_currency == currencies[client_id]
        ):
            found[client_id] = {
                name: Series(first, tuple(orjson.loads(column)))
                for name, column in zip(metrics, columns, strict=True)
                if column.strip(_NOTHING)
            }
        else:
            uneven.append(client_id)
    for row in connection.execute(_uneven(metrics), {**values, "client_ids": uneven}) if uneven else ():
        client_id, each_day, *columns = row
        days = [date.fromisoformat(day).toordinal() for day in orjson.loads(each_day)]
        found[client_id] = {
            name: _spread(days, orjson.loads(column))
            for name, column in zip(metrics, columns, strict=True)
            if column.strip(_NOTHING)
        }
    return found


def _spread(days: Sequence[int], values: Sequence[float | None]) -> Series:
    """Put values at their days (ordinals, in any order), and None at the days between that have none."""
    known, first, last = dict(zip(days, values, strict=True)), min(days), max(days)
    return Series(date.fromordinal(first), tuple(map(known.get, range(first, last + 1))))
