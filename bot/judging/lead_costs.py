"""What a lead costs in each trade, by the agency's own clients: those without targets are held against it.

Belongs here: reading it from daily values. Never here: when a lead is too dear (`scoring.signals.rates`), or when the
figures are worked out anew (`bot.judging.benchmarks`).
"""

from collections import defaultdict
from datetime import date, timedelta
from statistics import median

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from bot.infra.models import Client, DailyMetric
from bot.judging.facts import WITH_RESULTS
from scoring.signals.rates import trade

DAYS = 90
ENOUGH_LEADS = 20
"""Leads of those days below which a client's cost says nothing."""
ENOUGH_CLIENTS = 5
"""Clients of a trade below which their median says nothing."""

_ON = DailyMetric.on.type
_COSTS = (
    select(Client.currency, Client.industry, func.sum(DailyMetric.spend), func.sum(DailyMetric.leads))
    .join(DailyMetric, DailyMetric.client_id == Client.id)
    .where(
        Client.workspace_id == bindparam("workspace_id"),
        Client.status.in_(sorted(WITH_RESULTS)),
        Client.industry != "",
        DailyMetric.currency == Client.currency,
        DailyMetric.on.between(bindparam("since", type_=_ON), bindparam("through", type_=_ON)),
    )
    .group_by(Client.id, Client.currency, Client.industry)
    .having(func.sum(DailyMetric.leads) >= ENOUGH_LEADS, func.sum(DailyMetric.spend) > 0)
)


def median_cost_by_industry(session: Session, workspace_id: int, on: date) -> dict[str, int]:
    """Give the median of what a workspace's clients pay for a lead, in minor units by trade, of trades with enough."""
    values = {"workspace_id": workspace_id, "since": on - timedelta(days=DAYS), "through": on - timedelta(days=1)}
    costs: dict[str, list[float]] = defaultdict(list)
    for currency, industry, spend, leads in session.execute(_COSTS, values):
        costs[trade(currency, industry or "")].append(float(spend or 0) / float(leads or 1))
    return {name: round(median(each)) for name, each in sorted(costs.items()) if name and len(each) >= ENOUGH_CLIENTS}
