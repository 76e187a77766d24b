"""What is known of clients, read for many of them at once: rows in, `scoring.facts` out.

A batch costs a handful of queries however many clients it has. Daily values, by far the most rows, are gathered into
one row a client by the database itself; Python sees whole columns of them. Nothing is judged here, and nothing written.

Amounts in another currency than the client's are left out, of daily values (spend and revenue; its counts stay) as
of everything else but invoices, which carry their currency along: currencies are never added up.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Row, and_, bindparam, exists, func, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import Text

from bot import members, workdays
from bot.models import Client, DailyMetric, Invoice, Member, Observation, Target, Touchpoint, Workspace
from scoring import facts

METRIC_DAYS = 98
"""Days of daily values that are read: a quarter, and more than the weeks that a forecast learns from."""
INVOICE_DAYS = 730
"""Days of invoices that tell how a client pays; open ones are read however old."""
OBSERVATION_DAYS = 400
EVERY_WEEK = "12345"
"""The weekdays worked on a client that nobody owns."""

MONEY_METRICS = ("spend", "revenue")
METRICS = (*MONEY_METRICS, "leads", "conversions")
"""The daily values that some signal looks at."""


AnyRow = Row[*tuple[Any, ...]]


class _JsonColumn(GenericFunction[str]):
    """All values of a column in a group, as a JSON array, in the order in which they come."""

    type = Text()
    inherit_cache = True


@compiles(_JsonColumn, "sqlite")
def _on_sqlite(element: _JsonColumn, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_group_array({compiler.process(element.clauses, **options)})"


@compiles(_JsonColumn, "postgresql")
def _on_postgres(element: _JsonColumn, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST(json_agg({compiler.process(element.clauses, **options)}) AS text)"


def _of(table: type[Any]) -> Any:
    """The condition that every query begins with."""
    return and_(
        table.workspace_id == bindparam("workspace_id"),
        table.client_id.in_(bindparam("client_ids", expanding=True)),
    )


def _until_now(table: type[Touchpoint]) -> Any:
    return and_(table.undone_at.is_(None), table.occurred_at <= bindparam("now", type_=Touchpoint.occurred_at.type))


def _day(name: str) -> Any:
    return bindparam(name, type_=Invoice.due_on.type)


_reached, _attempt = aliased(Touchpoint), aliased(Touchpoint)

_CLIENTS = (
    select(
        Client.id,
        Client.status,
        Client.started_on,
        Client.renews_on,
        Client.lost_on,
        Client.returns_on,
        Client.monthly_fee,
        Client.currency,
        Client.billing,
        Client.contact_limit_days,
        Client.complexity,
        Client.reporting,
        Client.industry,
        Client.created_at,
        Client.silent_until,
        Member.tz,
        Member.country,
        Member.workdays,
        select(_reached.occurred_at)
        .where(_reached.client_id == Client.id, _reached.outcome == "reached", _until_now(_reached))
        .order_by(_reached.occurred_at.desc())
        .limit(1)
        .scalar_subquery()
        .label("last_contact_at"),
        exists().where(Target.client_id == Client.id).label("has_targets"),
    )
    .join(Member, Member.id == Client.owner_id, isouter=True)
    .where(Client.workspace_id == bindparam("workspace_id"), Client.id.in_(bindparam("client_ids", expanding=True)))
    .order_by(Client.id)
)
_CLIENTS_TO_WRITE = _CLIENTS.with_for_update(of=Client)

_WORKSPACE = select(Workspace.country, Workspace.yardsticks).where(Workspace.id == bindparam("workspace_id"))

_ATTEMPTS = (
    select(_attempt.client_id, func.count().label("attempts"), func.max(_attempt.occurred_at).label("last_at"))
    .where(
        _of(_attempt),
        _attempt.outcome == "attempt",
        _until_now(_attempt),
        ~exists().where(
            _reached.client_id == _attempt.client_id,
            _reached.occurred_at >= _attempt.occurred_at,
            _reached.outcome == "reached",
            _until_now(_reached),
        ),
    )
    .group_by(_attempt.client_id)
)
_INVOICES = (
    select(
        Invoice.client_id,
        Invoice.number,
        Invoice.issued_on,
        Invoice.due_on,
        Invoice.amount,
        Invoice.paid_amount,
        Invoice.paid_on,
        Invoice.status,
        Invoice.currency,
    )
    .where(_of(Invoice), or_(Invoice.due_on >= _day("invoices_since"), Invoice.status == "open"))
    .order_by(Invoice.client_id, Invoice.due_on, Invoice.id)
)
_TARGETS = select(Target.client_id, Target.month, Target.metric, Target.target).where(
    _of(Target), Target.month.between(_day("first_month"), _day("last_month"))
)
_OBSERVATIONS = (
    select(
        Observation.client_id,
        Observation.kind,
        Observation.occurred_on,
        Observation.value,
        Observation.resolved_on,
        func.coalesce(Observation.label, ""),
    )
    .where(_of(Observation), Observation.occurred_on.between(_day("observed_since"), _day("tomorrow")))
    .order_by(Observation.client_id, Observation.occurred_on, Observation.id)
)

_days = (
    select(DailyMetric)
    .where(_of(DailyMetric), DailyMetric.on.between(_day("metrics_since"), _day("tomorrow")))
    .order_by(DailyMetric.client_id, DailyMetric.on)
)
_in_order = _days.subquery()
_COLUMNS = select(
    _in_order.c.client_id,
    func.min(_in_order.c.on).label("first"),
    func.max(_in_order.c.on).label("last"),
    func.count().label("days"),
    func.min(_in_order.c.source).label("source"),
    func.max(_in_order.c.source).label("last_source"),
    func.min(_in_order.c.currency).label("currency"),
    func.max(_in_order.c.currency).label("last_currency"),
    *(_JsonColumn(_in_order.c[name]).label(name) for name in METRICS),
).group_by(_in_order.c.client_id)
_DAYS = _days.with_only_columns(
    DailyMetric.client_id,
    DailyMetric.on,
    DailyMetric.currency,
    *(getattr(DailyMetric, name) for name in METRICS),
    maintain_column_froms=True,
)


@dataclass(frozen=True, slots=True)
class Batch:
    """The rows of some clients, not yet put together: `case` does that for one, so that a broken one stops no other."""

    now: datetime
    yardsticks: Mapping[str, Any]
    country: str | None
    """The workspace's, for owners who have none of their own."""
    clients: Mapping[int, AnyRow]
    attempts: Mapping[int, AnyRow]
    invoices: Mapping[int, list[AnyRow]]
    series: Mapping[int, Mapping[str, facts.Series]]
    targets: Mapping[int, list[AnyRow]]
    observations: Mapping[int, list[AnyRow]]

    def client(self, client_id: int) -> facts.Client:
        """Put one client's facts together."""
        row, attempts = self.clients[client_id], self.attempts.get(client_id)
        zone = members.zone_of(row.tz or "UTC")
        return facts.Client(
            id=client_id,
            status=row.status,
            zone=zone,
            started_on=row.started_on,
            renews_on=row.renews_on,
            lost_on=row.lost_on,
            returns_on=row.returns_on,
            monthly_fee=row.monthly_fee,
            currency=row.currency,
            billing=row.billing,
            contact_limit_days=row.contact_limit_days,
            complexity=row.complexity,
            reporting=row.reporting,
            industry=row.industry or "",
            created_on=row.created_at.astimezone(zone).date(),
            last_contact_at=row.last_contact_at,
            attempts=attempts.attempts if attempts else 0,
            last_attempt_at=attempts.last_at if attempts else None,
            silent_until=row.silent_until,
            invoices=tuple([facts.Invoice(*row[1:]) for row in self.invoices.get(client_id, ())]),
            metrics=self.series.get(client_id, {}),
            targets={(metric, month): target for _, month, metric, target in self.targets.get(client_id, ())},
            has_targets=bool(row.has_targets),
            observations=tuple([facts.Observation(*row[1:]) for row in self.observations.get(client_id, ())]),
        )

    def portfolio(self, client_id: int) -> facts.Portfolio:
        """Give what a client is held against: the agency's yardsticks, its owner's working days and holidays."""
        row = self.clients[client_id]
        return facts.Portfolio(
            median_value=self.yardsticks.get("median_value", {}),
            renewal_rate=self.yardsticks.get("renewal_rate"),
            holidays=workdays.public_holidays(row.country or self.country, self.now.date()),
            weekend=workdays.weekend(row.workdays or EVERY_WEEK),
        )


def load(session: Session, workspace_id: int, client_ids: Sequence[int], now: datetime) -> dict[int, facts.Client]:
    """Give what is known of some clients of a workspace at a moment, by client id; strangers' ids are left out."""
    batch = read(session, workspace_id, client_ids, now)
    return {client_id: batch.client(client_id) for client_id in batch.clients}


def read(
    session: Session, workspace_id: int, client_ids: Sequence[int], now: datetime, *, to_write: bool = False
) -> Batch:
    """Read all rows of some clients. `to_write` keeps others (on Postgres) from judging them until we are done."""
    today = now.date()
    values = {
        "workspace_id": workspace_id,
        "client_ids": list(client_ids),
        "now": now,
        "tomorrow": today + timedelta(days=1),
        "metrics_since": today - timedelta(days=METRIC_DAYS),
        "invoices_since": today - timedelta(days=INVOICE_DAYS),
        "observed_since": today - timedelta(days=OBSERVATION_DAYS),
        "first_month": _quarter(today - timedelta(days=1)),
        "last_month": today + timedelta(days=31),
    }
    clients = session.execute(_CLIENTS_TO_WRITE if to_write else _CLIENTS, values)
    found = {row.id: row for row in clients}
    workspace = session.execute(_WORKSPACE, values).one()
    return Batch(
        now=now,
        yardsticks=workspace.yardsticks,
        country=workspace.country,
        clients=found,
        attempts={row.client_id: row for row in session.execute(_ATTEMPTS, values)},
        invoices=_by_client(session.execute(_INVOICES, values)),
        series=_series(session, values, {client_id: row.currency for client_id, row in found.items()}),
        targets=_by_client(session.execute(_TARGETS, values)),
        observations=_by_client(session.execute(_OBSERVATIONS, values)),
    )


def _quarter(day: date) -> date:
    return date(day.year, day.month - (day.month - 1) % 3, 1)


def _by_client(rows: Iterable[AnyRow]) -> dict[int, list[AnyRow]]:
    found: dict[int, list[AnyRow]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    return found


def _series(
    session: Session, values: Mapping[str, Any], currencies: Mapping[int, str]
) -> dict[int, dict[str, facts.Series]]:
    """Give each client's daily values by metric.

    Where one source told of every day in the client's own currency, as most do, its columns are the answer; the
    others' days are read one by one and summed.
    """
    found: dict[int, dict[str, facts.Series]] = {}
    uneven: list[int] = []
    rows: Iterable[AnyRow] = session.execute(_COLUMNS, values)
    for client_id, first, last, days, source, last_source, currency, last_currency, *columns in rows:
        if (
            source == last_source
            and days == (last - first).days + 1
            and currency == last_currency == currencies.get(client_id)
        ):
            found[client_id] = {
                name: facts.Series(first, tuple(orjson.loads(column)))
                for name, column in zip(METRICS, columns, strict=True)
            }
        else:
            uneven.append(client_id)
    if uneven:
        days_of = _by_client(session.execute(_DAYS, {**values, "client_ids": uneven}))
        for client_id, rows in days_of.items():
            found[client_id] = _summed(rows, currencies[client_id])
    return found


def _summed(rows: Sequence[AnyRow], currency: str) -> dict[str, facts.Series]:
    first: date = rows[0].on
    length = (rows[-1].on - first).days + 1
    values: dict[str, list[float | None]] = {name: [None] * length for name in METRICS}
    for row in rows:
        day = (row.on - first).days
        for name, value in zip(METRICS, row[3:], strict=True):
            if value is None or (name in MONEY_METRICS and row.currency != currency):
                continue
            values[name][day] = (values[name][day] or 0) + value
    return {name: facts.Series(first, tuple(column)) for name, column in values.items()}
