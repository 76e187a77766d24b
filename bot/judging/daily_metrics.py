"""Daily metrics, by far the most rows that an assessment reads: the database aggregates them into one row a client.

Python gets whole columns of them, as JSON arrays. Only what some signal uses is read. Several sources are added up by
day; currencies never are: a client's amounts are read in one, `choose_currency`, and others left out, and told. Counts
are read whatever the currency of their row. Never here: what the values mean.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Connection, Select, and_, bindparam, case, func, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import Text

from bot.infra.db import key_in
from bot.infra.models import Client, DailyMetric
from scoring.facts import Series
from scoring.vocabulary import GOAL_METRICS, METRICS, MONEY_METRICS

SCORED_METRICS = tuple(metric for metric in METRICS if metric != "impressions")
"""The metrics that some signal uses: assessments read no others."""
PACED_METRICS = ("spend", *GOAL_METRICS)
"""The metrics that have targets."""
SEASON_MARGIN_DAYS = 28
"""Days before a month whose last year's level is compared with their own, with some over which it is smoothed."""
SEASON_DAYS = SEASON_MARGIN_DAYS + 31 + 4
"""And some days after the month, for the smoothing."""
DAYS = 125
"""Days of metrics that are read: more than a quarter, and more than the longest past that any signal compares with."""

_SPEND_CURRENCY = case((DailyMetric.spend.is_not(None), DailyMetric.currency))
_HAS_ONE = and_(Client.ad_currency.is_(None), func.min(_SPEND_CURRENCY) == func.max(_SPEND_CURRENCY))
_TOLD = func.coalesce(Client.ad_currency, Client.currency)
SPEND_CURRENCY = case((_HAS_ONE, func.min(_SPEND_CURRENCY)), else_=_TOLD)
"""In a query grouped by client: the currency that its spend is read in, as `choose_currency` has it."""
SPEND = case(
    (_HAS_ONE, func.sum(DailyMetric.spend)),
    else_=func.sum(case((DailyMetric.currency == _TOLD, DailyMetric.spend))),
)
"""In a query grouped by client: its spend in that currency."""
SPENT_LEADS = case(
    (_HAS_ONE, func.sum(DailyMetric.leads)),
    else_=func.sum(case((or_(DailyMetric.spend.is_(None), DailyMetric.currency == _TOLD), DailyMetric.leads))),
)
"""In a query grouped by client: its leads, without those of spend in another currency."""

_ON = DailyMetric.on.type
_IN_BATCH = (
    DailyMetric.workspace_id == bindparam("workspace_id"),
    key_in(DailyMetric.client_id, "client_ids"),
    DailyMetric.on.between(bindparam("since", type_=_ON), bindparam("until", type_=_ON)),
)

Column = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Currencies:
    """What a client's amounts may be in."""

    own: str
    """That it is billed in."""
    ads: str | None = None
    """That of its ad accounts, where it was told."""


@dataclass(frozen=True, slots=True)
class Metrics:
    """A client's daily values."""

    series: Mapping[str, Series]
    """By metric; one without any value is left out."""
    currency: str
    """That the amounts are in."""
    left_out: tuple[str, ...] = ()
    """Other currencies that amounts are recorded in."""
    has_several_sources: bool = False
    """Whether more than one told of one day."""


def choose_currency(known: Currencies, found: Collection[str]) -> str:
    """Return the currency in which a client's amounts are read, of those found beside amounts.

    It is that of its ad accounts where it was told, else the only one that was found, else the client's own.
    """
    if known.ads:
        return known.ads
    return next(iter(found)) if len(found) == 1 else known.own


class _Column(GenericFunction[str]):
    """All values of a column in a group, as a JSON array in the order of the rows."""

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
    """Select each client's days, their currencies and its metrics.

    The days usually come in order; `_Days.is_plain` says whether they do. SQLite stores the table by client, day and
    source and reads it in that order: sorting it again would take half as long again. Postgres sorts once, in a
    subquery: with an order for each aggregate it would sort for each, and take twice as long.
    """
    rows: Any = DailyMetric.__table__
    if dialect == "postgresql":
        rows = select(*rows.c).where(*_IN_BATCH).order_by(rows.c.client_id, rows.c.on).subquery("ordered")
    names = ("on", "currency", *metrics)
    grouped = select(rows.c.client_id, *(_Column(rows.c[name]) for name in names)).group_by(rows.c.client_id)
    return grouped if dialect == "postgresql" else grouped.where(*_IN_BATCH)


@dataclass(frozen=True, slots=True)
class _Days:
    """The days of a client's rows."""

    first: date
    offsets: tuple[int, ...]
    """For each row: how many days after the first."""
    empty: tuple[None, ...]
    """The series of a metric without values: None for every day from the first to the last."""
    is_plain: bool
    """Whether there is one row a day, in order and without gaps: then a column is a series as it is."""


@lru_cache(maxsize=128)
def _parse_days(json: str) -> _Days:
    """Parse a column of days; cached by its text, since most clients of an agency have the same days."""
    ordinals = [date.fromisoformat(day).toordinal() for day in orjson.loads(json)]
    first, last = min(ordinals), max(ordinals)
    offsets = tuple([ordinal - first for ordinal in ordinals])
    length = last - first + 1
    return _Days(date.fromordinal(first), offsets, (None,) * length, is_plain=offsets == tuple(range(length)))


@lru_cache(maxsize=128)
def _currencies(json: str) -> frozenset[str]:
    return frozenset(orjson.loads(json))


def read_last_year(
    connection: Connection, workspace_id: int, currencies: Mapping[int, Currencies], today: date
) -> dict[int, Metrics]:
    """Return the values of what has targets, in the weeks around today's month a year ago, by client with any."""
    first = today.replace(day=1) - timedelta(days=364 + SEASON_MARGIN_DAYS)
    return _read(connection, workspace_id, currencies, (first, first + timedelta(days=SEASON_DAYS)), PACED_METRICS)


def read(
    connection: Connection,
    workspace_id: int,
    currencies: Mapping[int, Currencies],
    today: date,
    *,
    since: date | None = None,
) -> dict[int, Metrics]:
    """Return daily metrics through the day after `today`, by client, for those of the clients in `currencies` with any.

    They start DAYS before `today` and are the ones that signals use; with `since`, all metrics from that day on.

    If one source has every day in one currency, which is usual, the columns are used as they are.
    """
    days = (since or today - timedelta(days=DAYS), today + timedelta(days=1))
    return _read(connection, workspace_id, currencies, days, METRICS if since else SCORED_METRICS)


def _read(
    connection: Connection,
    workspace_id: int,
    currencies: Mapping[int, Currencies],
    days_read: tuple[date, date],
    metrics: tuple[str, ...],
) -> dict[int, Metrics]:
    values: dict[str, Any] = {
        "workspace_id": workspace_id,
        "client_ids": list(currencies),
        "since": days_read[0],
        "until": days_read[1],
    }
    found: dict[int, Metrics] = {}
    for row in connection.execute(_columns(metrics, connection.dialect.name), values).all():
        client_id, day_column, currency_column, *metric_columns = row
        days = _parse_days(day_column)
        # parsed together: one by one takes half as long again
        columns: list[Column] = orjson.loads(f"[{','.join(metric_columns)}]")
        currency, left_out = currencies[client_id].own, frozenset[str]()
        present = _currencies(currency_column)
        if present != {currency} or currencies[client_id].ads:
            row_currencies = orjson.loads(currency_column) if len(present) > 1 else [*present] * len(columns[0])
            amounts = [column for name, column in zip(metrics, columns, strict=True) if name in MONEY_METRICS]
            beside = _find_beside(amounts, row_currencies)
            currency = choose_currency(currencies[client_id], beside)
            left_out = beside - {currency}
            if left_out:
                is_read = [each == currency for each in row_currencies]
                columns = [
                    _mask(is_read, column) if name in MONEY_METRICS else column
                    for name, column in zip(metrics, columns, strict=True)
                ]
        if not days.is_plain:
            columns = [_by_day(days, column) for column in columns]
        series = {
            name: Series(days.first, values)
            for name, values in zip(metrics, map(tuple, columns), strict=True)
            if values != days.empty
        }
        several = not days.is_plain and len(set(days.offsets)) < len(days.offsets)
        found[client_id] = Metrics(series, currency, tuple(sorted(left_out)), several)
    return found


def _find_beside(amounts: Sequence[Column], row_currencies: Sequence[str]) -> frozenset[str]:
    """Return the currencies of the rows that have an amount: one with counts alone says nothing of a currency."""
    return frozenset(
        currency for currency, *values in zip(row_currencies, *amounts, strict=True) if values != [None] * len(values)
    )


def _mask(mask: Sequence[bool], column: Column) -> Column:
    """Replace the values of rows outside the mask by None."""
    return [value if is_kept else None for is_kept, value in zip(mask, column, strict=True)]


def _by_day(days: _Days, column: Column) -> Column:
    """Turn rows into a series by day, adding up the rows of a day; None for a day without values."""
    series: list[float | None] = list(days.empty)
    for offset, value in zip(days.offsets, column, strict=True):
        if value is not None:
            series[offset] = value + (series[offset] or 0)
    return series
