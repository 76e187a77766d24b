"""The median cost per lead in each industry, over the agency's own clients, for comparing clients without targets.

Never here: when a lead is too expensive (`scoring.signals.rates`), or when the figures are recomputed (`benchmarks`).
"""

from collections import defaultdict
from datetime import date, timedelta
from statistics import median

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot.infra.models import Client, DailyMetric
from bot.judging import daily_metrics
from scoring.signals.rates import industry_key
from scoring.vocabulary import FULLY_WATCHED

DAYS = 90
MIN_LEADS = 20
"""The fewest leads in those days for a client's cost to count."""
MIN_CLIENTS = 5
"""The fewest clients in an industry for a median."""

_ON = DailyMetric.on.type
_COSTS = (
    select(daily_metrics.SPEND_CURRENCY, Client.industry, daily_metrics.SPEND, daily_metrics.SPENT_LEADS)
    .join(DailyMetric, DailyMetric.client_id == Client.id)
    .where(
        Client.workspace_id == bindparam("workspace_id"),
        Client.status.in_(sorted(FULLY_WATCHED)),
        Client.industry != "",
        DailyMetric.on.between(bindparam("since", type_=_ON), bindparam("through", type_=_ON)),
    )
    .group_by(Client.id, Client.currency, Client.ad_currency, Client.industry)
    .having(daily_metrics.SPENT_LEADS >= MIN_LEADS, daily_metrics.SPEND > 0)
)


def median_cost_by_industry(session: Session, workspace_id: int, on: date) -> dict[str, int]:
    """Return the median cost per lead in minor units, by currency and industry, where there are enough clients."""
    values = {"workspace_id": workspace_id, "since": on - timedelta(days=DAYS), "through": on - timedelta(days=1)}
    costs: dict[str, list[float]] = defaultdict(list)
    for currency, industry, spend, leads in session.execute(_COSTS, values):
        costs[industry_key(currency, industry or "")].append(float(spend or 0) / float(leads or 1))
    return {
        name: round(median(values)) for name, values in sorted(costs.items()) if name and len(values) >= MIN_CLIENTS
    }
