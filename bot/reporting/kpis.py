"""The agency's numbers over a period: who stayed, what clients are worth, what leads cost, what is left of the fees.

Each formula is in `scoring.value`; here is what goes into it, read for a whole workspace in a query or two. What there
is no data for is None, or has no entry. Currencies are never added up. Never here: a single client.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from bot.infra.models import Client, DailyMetric, Effort, Workspace
from bot.judging import benchmarks
from bot.reporting import portfolio_stats
from bot.reporting.portfolio_stats import Figures
from bot.views.data import AgencyNumbers
from scoring.forecast import month_of
from scoring.value import churn, cost_per_lead, margin, qualified_to_customer, retention, traffic_to_lead

PERIOD_DAYS = 90
YEAR_DAYS = 365


@dataclass(frozen=True, slots=True)
class ClientCounts:
    """How many clients there were, came and went. Paused ones count; a lost one whose day is unknown does not."""

    start: int
    """Before the period's first day."""
    won: int
    lost: int
    end: int
    """When its last day was over."""

    @property
    def retention(self) -> float | None:
        """The share of those at the start that stayed; None where there were none."""
        return retention(self.start, self.won, self.end)

    @property
    def churn(self) -> float | None:
        """The share of those at the start that left; None where there were none."""
        return churn(self.start, self.won, self.end)


@dataclass(frozen=True, slots=True)
class ClientValue:
    """What the clients with a known fee are worth together, and the one in the middle; in minor units."""

    clients: int
    total: int
    median: int


@dataclass(frozen=True, slots=True)
class Numbers:
    """All of them, over the days from `since` through `until`."""

    since: date
    until: date
    counts: ClientCounts
    average_days_since_contact: float | None
    client_value: Mapping[str, ClientValue] = field(default_factory=dict)
    """By currency."""
    cost_per_lead: Mapping[str, float] = field(default_factory=dict)
    """In minor units by currency: of the clients that tell of both spend and leads."""
    traffic_to_lead: float | None = None
    """Of the clients that tell of both leads and sessions."""
    qualified_to_customer: float | None = None
    """A conversion counts as a customer with the clients that tell of qualified leads too, and of no fewer of those."""
    margin: Mapping[str, float] = field(default_factory=dict)
    """By currency: of those with a monthly fee, over whole months of the period with hours and their cost told."""


def load(session: Session, workspace_id: int, now: datetime, days: int = PERIOD_DAYS) -> Numbers:
    """Work a workspace's numbers out over so many days, today the last; days are UTC's."""
    until = now.astimezone(UTC).date()
    since = until - timedelta(days=days - 1)
    period = {"workspace_id": workspace_id, "since": since, "until": until}
    rows = session.connection().execute(_RESULTS, period).all()
    worth = benchmarks.client_values(
        session, workspace_id, benchmarks.contract_rates(session, workspace_id, until), now
    )
    costs = {row.currency: cost_per_lead(float(row.spend or 0), float(row.leads or 0)) for row in rows}
    return Numbers(
        since=since,
        until=until,
        counts=count_clients(session, workspace_id, since, until),
        average_days_since_contact=portfolio_stats.average(portfolio_stats.figures(session, workspace_id, now)),
        client_value={
            currency: ClientValue(len(each), sum(each), round(median(each))) for currency, each in sorted(worth.items())
        },
        cost_per_lead={currency: cost for currency, cost in costs.items() if cost is not None},
        traffic_to_lead=traffic_to_lead(_sum(rows, "visit_leads"), _sum(rows, "sessions")),
        qualified_to_customer=qualified_to_customer(_sum(rows, "customers"), _sum(rows, "qualified")),
        margin=_margins(session, workspace_id, since, until),
    )


def glance(session: Session, workspace_id: int, found: Sequence[Figures], now: datetime) -> AgencyNumbers:
    """Give the numbers for the top of a lead's picture of the team, from the books' `figures` of now.

    No more than two quick queries: the client values are those that the sweep last worked out.
    """
    until = now.astimezone(UTC).date()
    known = session.scalar(select(Workspace.benchmarks).where(Workspace.id == workspace_id)) or {}
    return AgencyNumbers(
        average_days_since_contact=portfolio_stats.average(found),
        retention=count_clients(session, workspace_id, until - timedelta(days=YEAR_DAYS - 1), until).retention,
        median_value=known.get("median_value", {}),
    )


def count_clients(session: Session, workspace_id: int, since: date, until: date) -> ClientCounts:
    """Count a workspace's clients at the ends of a period, and those won and lost in it, its last day among it.

    A client whose start is unknown counts from the day on which we first heard of it.
    """
    values = {
        "workspace_id": workspace_id,
        "since": since,
        "since_at": datetime.combine(since, time(), UTC),
        "until": until,
        "after_at": datetime.combine(until + timedelta(days=1), time(), UTC),
    }
    row = session.connection().execute(_KEPT, values).one()
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
_KEPT = select(
    _count(and_(_began_before, or_(~_is_lost, Client.lost_on >= bindparam("since")))).label("at_start"),
    (_count(_began_by_then) - _count(_began_before)).label("won"),
    _count(and_(_is_lost, Client.lost_on.between(bindparam("since"), bindparam("until")))).label("lost"),
    _count(and_(_began_by_then, or_(~_is_lost, Client.lost_on > bindparam("until")))).label("at_end"),
).where(Client.workspace_id == bindparam("workspace_id"), or_(~_is_lost, Client.lost_on.is_not(None)))

_told = (
    select(
        Client.currency,
        func.sum(case((DailyMetric.currency == Client.currency, DailyMetric.spend))).label("spend"),
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
    .group_by(Client.id, Client.currency)
    .subquery()
)
_bought = and_(_told.c.spend.is_not(None), _told.c.leads.is_not(None))
_visited = and_(_told.c.sessions.is_not(None), _told.c.leads.is_not(None))
_funnel = _told.c.conversions <= _told.c.qualified
_RESULTS = (
    select(
        _told.c.currency,
        func.sum(case((_bought, _told.c.spend))).label("spend"),
        func.sum(case((_bought, _told.c.leads))).label("leads"),
        func.sum(case((_visited, _told.c.leads))).label("visit_leads"),
        func.sum(case((_visited, _told.c.sessions))).label("sessions"),
        func.sum(case((_funnel, _told.c.conversions))).label("customers"),
        func.sum(case((_funnel, _told.c.qualified))).label("qualified"),
    )
    .group_by(_told.c.currency)
    .order_by(_told.c.currency)
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
