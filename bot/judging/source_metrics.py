"""Spend and conversions of clients with several sources, by source: to say which of them a rise in cost comes from.

Never here: what is read of all sources together (`daily_metrics`).
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, timedelta

from sqlalchemy import Connection, bindparam, select

from bot.infra.db import key_in
from bot.infra.models import DailyMetric
from bot.judging.daily_metrics import DAYS, Metrics
from scoring.facts import Series

_ON = DailyMetric.on.type
_ROWS = (
    select(
        DailyMetric.client_id,
        DailyMetric.source,
        DailyMetric.on,
        DailyMetric.spend,
        DailyMetric.conversions,
        DailyMetric.currency,
    )
    .where(
        DailyMetric.workspace_id == bindparam("workspace_id"),
        key_in(DailyMetric.client_id, "client_ids"),
        DailyMetric.on.between(bindparam("since", type_=_ON), bindparam("until", type_=_ON)),
    )
    .order_by(DailyMetric.client_id, DailyMetric.source, DailyMetric.on)
)
Sources = Mapping[str, Mapping[str, Series]]
"""By source and metric."""


def read(connection: Connection, workspace_id: int, metrics: Mapping[int, Metrics], today: date) -> dict[int, Sources]:
    """Return the spend and conversions of each source, by client, of the clients with several sources on one day.

    Amounts in another currency than the client's other ones are left out.
    """
    several = [client_id for client_id, each in metrics.items() if each.has_several_sources]
    if not several:
        return {}
    since, until = today - timedelta(days=DAYS), today + timedelta(days=1)
    values = {"workspace_id": workspace_id, "client_ids": several, "since": since, "until": until}
    length = (until - since).days + 1
    found: dict[int, dict[str, dict[str, list[float | None]]]] = defaultdict(dict)
    for client_id, source, on, spend, conversions, currency in connection.execute(_ROWS, values):
        if source not in found[client_id]:
            found[client_id][source] = {"spend": [None] * length, "conversions": [None] * length}
        of_source, at = found[client_id][source], (on - since).days
        of_source["conversions"][at] = conversions
        if currency == metrics[client_id].currency:
            of_source["spend"][at] = spend
    return {client_id: _series(by_source, since) for client_id, by_source in found.items()}


def _series(by_source: Mapping[str, Mapping[str, Collection[float | None]]], first: date) -> Sources:
    return {
        source: {metric: Series(first, tuple(values)) for metric, values in of_source.items()}
        for source, of_source in by_source.items()
    }
