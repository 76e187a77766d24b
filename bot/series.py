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
from sqlalchemy import Connection, Select, bindparam, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import Text

from bot.db import among
from bot.models import DailyMetric
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
    among(DailyMetric.client_id, "client_ids"),
    DailyMetric.on.between(bindparam("since", type_=_ON), bindparam("until", type_=_ON)),
)


class _Column(GenericFunction[str]):
    """All values that a column has in a group, as a JSON array, in the order of the days."""

    type = Text()
    inherit_cache = True


@compiles(_Column, "sqlite")
def _on_sqlite(element: _Column, compiler: SQLCompiler, **options: Any) -> str:
    """The table is stored by client, day and source, and read in that order: sorting again would double the time."""
    return f"json_group_array({compiler.process(element.clauses, **options)})"


@compiles(_Column, "postgresql")
def _on_postgres(element: _Column, compiler: SQLCompiler, **options: Any) -> str:
    return f'CAST(json_agg({compiler.process(element.clauses, **options)} ORDER BY daily_metrics."on") AS text)'


@lru_cache(maxsize=2)
def _even(metrics: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    """Whole columns, and what tells whether they are a client's daily values as they stand."""
    return _grouped(
        metrics,
        func.min(DailyMetric.on),
        func.max(DailyMetric.on),
        func.count(),
        func.min(DailyMetric.source),
        func.max(DailyMetric.source),
        func.min(DailyMetric.currency),
        func.max(DailyMetric.currency),
    )


@lru_cache(maxsize=2)
def _uneven(metrics: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    """Columns with the day and the currency of each value beside them."""
    return _grouped(metrics, _Column(DailyMetric.on), _Column(DailyMetric.currency))


def _grouped(metrics: tuple[str, ...], *columns: Any) -> Select[*tuple[Any, ...]]:
    values = [_Column(getattr(DailyMetric, name)) for name in metrics]
    return select(DailyMetric.client_id, *columns, *values).where(*_OURS).group_by(DailyMetric.client_id)


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
    stand; the others' values are put at their days and added up.
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
    for row in connection.execute(_even(metrics), values):
        client_id, first, last, days, source, last_source, currency, last_currency, *columns = row
        if (
            source == last_source
            and days == (last - first).days + 1
            and currency == last_currency == currencies[client_id]
        ):
            found[client_id] = {
                name: Series(first, tuple(orjson.loads(column)))
                for name, column in zip(metrics, columns, strict=True)
                if column.strip("[nul,] ")
            }
        else:
            uneven.append(client_id)
    for row in connection.execute(_uneven(metrics), {**values, "client_ids": uneven}) if uneven else ():
        client_id, each_day, each_currency, *columns = row
        ours = [currency == currencies[client_id] for currency in orjson.loads(each_currency)]
        places = [date.fromisoformat(day).toordinal() for day in orjson.loads(each_day)]
        summed = {
            name: _summed(places, orjson.loads(column), ours if name in MONEY else None)
            for name, column in zip(metrics, columns, strict=True)
        }
        found[client_id] = {name: series for name, series in summed.items() if not series.empty}
    return found


def _summed(places: Sequence[int], values: Sequence[float | None], counted: Sequence[bool] | None) -> Series:
    """Add up values by day (ordinals, rising); only those that are counted, where that is said."""
    first = places[0]
    sums: list[float | None] = [None] * (places[-1] - first + 1)
    for number, (place, value) in enumerate(zip(places, values, strict=True)):
        if value is not None and (counted is None or counted[number]):
            sums[place - first] = (sums[place - first] or 0) + value
    return Series(date.fromordinal(first), tuple(sums))
