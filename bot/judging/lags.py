"""How many of a client's last days still grow, as learned of each of its sources (`bot.importing.late_results`).

Never here: what is done with incomplete days (`scoring.signals`).
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import Connection, bindparam, select

from bot.infra.db import key_in
from bot.infra.models import DailyMetric, ResultGrowth
from scoring.vocabulary import RESULT_METRICS

GROWS = 0.02
"""A share of the results of days of one age by which they grew: from there on they were incomplete the day before."""
ENOUGH = 20.0
"""Results, of days of one age, from which anything is learned."""
_DAYS = 30  # within which a source must have told something to be a client's

_KNOWN = select(
    ResultGrowth.source, ResultGrowth.metric, ResultGrowth.age, ResultGrowth.told, ResultGrowth.grown
).where(ResultGrowth.workspace_id == bindparam("workspace_id"))
_SOURCES = (
    select(DailyMetric.client_id, DailyMetric.source)
    .where(
        DailyMetric.workspace_id == bindparam("workspace_id"),
        key_in(DailyMetric.client_id, "client_ids"),
        DailyMetric.on.between(
            bindparam("since", type_=DailyMetric.on.type), bindparam("until", type_=DailyMetric.on.type)
        ),
    )
    .distinct()
)


def load(
    connection: Connection, workspace_id: int, client_ids: Sequence[int], today: date
) -> dict[int, dict[str, int]]:
    """Return, by client and metric, how many of the last days still grow: of its sources, the slowest.

    A metric of which nothing is known is left out.
    """
    lags = _lags(connection, workspace_id)
    if not lags:
        return {}
    values = {
        "workspace_id": workspace_id,
        "client_ids": list(client_ids),
        "since": today - timedelta(days=_DAYS),
        "until": today,
    }
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for client_id, source in connection.execute(_SOURCES, values):
        for metric in RESULT_METRICS:
            if (source, metric) in lags:
                found[client_id][metric] = max(lags[source, metric], found[client_id].get(metric, 0))
    return found


def _lags(connection: Connection, workspace_id: int) -> dict[tuple[str, str], int]:
    """Return the lag of each source and metric: the last age at which days still grew, less the day that it took."""
    by_age: dict[tuple[str, str], dict[int, bool]] = defaultdict(dict)
    for source, metric, age, told, grown in connection.execute(_KNOWN, {"workspace_id": workspace_id}):
        if age > 1 and told >= ENOUGH:
            by_age[source, metric][age] = grown >= GROWS * told
    return {key: max((age - 1 for age, grows in ages.items() if grows), default=0) for key, ages in by_age.items()}
