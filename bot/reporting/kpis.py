"""KPIs of an agency over a period: retention, client value, cost per lead, conversion rates, margin.

The inputs are read for a whole workspace in a query or two. A number without data is None, or has no entry. Currencies
are never added up. Never here: the formulas (`scoring.value`), or a single client.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from bot.infra.models import Client, DailyMetric, Effort, Workspace
from bot.judging import benchmarks, daily_metrics
from bot.reporting import portfolio_stats
from bot.reporting.portfolio_stats import OwnerStats
from bot.views.team_data import AgencyNumbers
from scoring.forecast import month_of
from scoring.value import churn, cost_per_lead, margin, qualified_to_customer, retention, traffic_to_lead

PERIOD_DAYS = 90
YEAR_DAYS = 365


@dataclass(frozen=True, slots=True)
class ClientCounts:
    """How many clients there were, and how many were won and lost. A lost client without a date does not count."""

    start: int
    """Before the period's first day."""
    won: int
    lost: int
    end: int
    """At the end of its last day."""

    @property
    def retention(self) -> float | None:
        """The share of the clients at the start that stayed; None if there were none."""
        return retention(self.start, self.won, self.end)

    @property
    def churn(self) -> float | None:
        """The share of the clients at the start that left; None if there were none."""
        return churn(self.start, self.won, self.end)


@dataclass(frozen=True, slots=True)
class ClientValue:
    """Total and median value of the clients with a known fee, in minor units."""

    clients: int
    total: int
    median: int


@dataclass(frozen=True, slots=True)
class Kpis:
    """All KPIs, for the days from `since` through `until`."""

    since: date
    until: date
    counts: ClientCounts
    average_days_since_contact: float | None
    client_value: Mapping[str, ClientValue] = field(default_factory=dict)
    """By currency."""
    cost_per_lead: Mapping[str, float] = field(default_factory=dict)
    """In minor units by currency, over the clients that report both spend and leads."""
    traffic_to_lead: float | None = None
    """Over the clients that report both leads and sessions."""
    qualified_to_customer: float | None = None
    """Conversions count as customers for the clients that report at least as many qualified leads."""
    margin: Mapping[str, float] = field(default_factory=dict)
    """By currency, over clients with a monthly fee and whole months with known hours and hourly cost."""


def load(session: Session, workspace_id: int, now: datetime, days: int = PERIOD_DAYS) -> Kpis:
    """Compute a workspace's KPIs for the last `days` days, today included; days are UTC days."""
    until = now.astimezone(UTC).date()
    since = until - timedelta(days=days - 1)
    period = {"workspace_id": workspace_id, "since": since, "until": until}
    rows = session.connection().execute(_RESULTS, period).all()
    by_currency = benchmarks.client_values(
        session, workspace_id, benchmarks.contract_rates(session, workspace_id, until), now
    )
    costs = {row.currency: cost_per_lead(float(row.spend or 0), float(row.leads or 0)) for row in rows}
    return Kpis(
        since=since,
        until=until,
        counts=count_clients(session, workspace_id, since, until),
        average_days_since_contact=portfolio_stats.average(
            portfolio_stats.load_owner_stats(session, workspace_id, now)
        ),
        client_value={
            currency: ClientValue(len(values), sum(values), round(median(values)))
            for currency, values in sorted(by_currency.items())
        },
        cost_per_lead={currency: cost for currency, cost in costs.items() if cost is not None},
        traffic_to_lead=traffic_to_lead(_sum(rows, "visit_leads"), _sum(rows, "sessions")),
        qualified_to_customer=qualified_to_customer(_sum(rows, "customers"), _sum(rows, "qualified")),
        margin=_margins(session, workspace_id, since, until),
    )


def load_agency_numbers(
    session: Session, workspace_id: int, stats: Sequence[OwnerStats], now: datetime
) -> AgencyNumbers:
    """Return the numbers at the top of a lead's view of the team, from the current `load_owner_stats`.

    This takes only two quick queries: client values are the ones that the sweep last computed.
    """
    until = now.astimezone(UTC).date()
    stored = session.scalar(select(Workspace.benchmarks).where(Workspace.id == workspace_id)) or {}
    return AgencyNumbers(
        average_days_since_contact=portfolio_stats.average(stats),
        retention=count_clients(session, workspace_id, until - timedelta(days=YEAR_DAYS - 1), until).retention,
        median_value=stored.get("median_value", {}),
    )


def count_clients(session: Session, workspace_id: int, since: date, until: date) -> ClientCounts:
    """Count a workspace's clients at the start and end of a period, and those won and lost in it, both days included.

    A client without a start date counts from the day on which it was created.
    """
    values = {
        "workspace_id": workspace_id,
        "since": since,
        "since_at": datetime.combine(since, time(), UTC),
        "until": until,
        "after_at": datetime.combine(until + timedelta(days=1), time(), UTC),
    }
    row = session.connection().execute(_CLIENT_COUNTS, values).one()
    return ClientCounts(start=row.at_start or 0, won=row.won or 0, lost=row.lost or 0, end=row.at_end or 0)


def _margins(session: Session, workspace_id: int, since: date, until: date) -> dict[str, float]:
    first, after = month_of(since)
    begin = first if first == since else after
    end = month_of(until + timedelta(days=1))[0]
    rows = session.connection().execute(_EFFORT, {"workspace_id": workspace_id, "since": begin, "until": end})
    margins = {row.currency: margin(float(row.fees), float(row.work), float(row.tools or 0)) for row in rows}
    return {currency: share for currency, share in margins.items() if share is not None}


def _sum(rows: Sequence[Any], name: str) -> float:
    return sum(float(getattr(row, name) or 0) for row in rows)


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


_SINCE_AT = bindparam("since_at", type_=Client.created_at.type)
_AFTER_AT = bindparam("after_at", type_=Client.created_at.type)
_began_before = or_(
    Client.started_on < bindparam("since"), and_(Client.started_on.is_(None), Client.created_at < _SINCE_AT)
)
_began_by_then = or_(
    Client.started_on <= bindparam("until"), and_(Client.started_on.is_(None), Client.created_at < _AFTER_AT)
)
_is_lost = Client.status == "lost"
_CLIENT_COUNTS = select(
    _count(and_(_began_before, or_(~_is_lost, Client.lost_on >= bindparam("since")))).label("at_start"),
    (_count(_began_by_then) - _count(_began_before)).label("won"),
    _count(and_(_is_lost, Client.lost_on.between(bindparam("since"), bindparam("until")))).label("lost"),
    _count(and_(_began_by_then, or_(~_is_lost, Client.lost_on > bindparam("until")))).label("at_end"),
).where(Client.workspace_id == bindparam("workspace_id"), or_(~_is_lost, Client.lost_on.is_not(None)))

_per_client = (
    select(
        daily_metrics.SPEND_CURRENCY.label("currency"),
        daily_metrics.SPEND.label("spend"),
        daily_metrics.SPENT_LEADS.label("spent_leads"),
        func.sum(DailyMetric.leads).label("leads"),
        func.sum(DailyMetric.sessions).label("sessions"),
        func.sum(DailyMetric.qualified_leads).label("qualified"),
        func.sum(DailyMetric.conversions).label("conversions"),
    )
    .join(DailyMetric, DailyMetric.client_id == Client.id)
    .where(
        Client.workspace_id == bindparam("workspace_id"),
        DailyMetric.on.between(bindparam("since"), bindparam("until")),
    )
    .group_by(Client.id, Client.currency, Client.ad_currency)
    .subquery()
)
_has_spend_and_leads = and_(_per_client.c.spend.is_not(None), _per_client.c.spent_leads.is_not(None))
_has_sessions_and_leads = and_(_per_client.c.sessions.is_not(None), _per_client.c.leads.is_not(None))
_is_funnel_consistent = _per_client.c.conversions <= _per_client.c.qualified
_RESULTS = (
    select(
        _per_client.c.currency,
        func.sum(case((_has_spend_and_leads, _per_client.c.spend))).label("spend"),
        func.sum(case((_has_spend_and_leads, _per_client.c.spent_leads))).label("leads"),
        func.sum(case((_has_sessions_and_leads, _per_client.c.leads))).label("visit_leads"),
        func.sum(case((_has_sessions_and_leads, _per_client.c.sessions))).label("sessions"),
        func.sum(case((_is_funnel_consistent, _per_client.c.conversions))).label("customers"),
        func.sum(case((_is_funnel_consistent, _per_client.c.qualified))).label("qualified"),
    )
    .group_by(_per_client.c.currency)
    .order_by(_per_client.c.currency)
)
_EFFORT = (
    select(
        Client.currency,
        func.sum(Client.monthly_fee).label("fees"),
        func.sum(Effort.hours * Effort.hourly_cost).label("work"),
        func.sum(Effort.tools_cost).label("tools"),
    )
    .join(Effort, Effort.client_id == Client.id)
    .where(
        Client.workspace_id == bindparam("workspace_id"),
        Client.billing != "project",
        Client.monthly_fee.is_not(None),
        Effort.hours.is_not(None),
        Effort.hourly_cost.is_not(None),
        Effort.month >= bindparam("since"),
        Effort.month < bindparam("until"),
    )
    .group_by(Client.currency)
    .order_by(Client.currency)
)
