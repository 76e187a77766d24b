"""How long a source's results go on growing after their day: learned from what it told first and what it told later.

A conversion may be credited to a click of a week ago, so the last days of a source are often incomplete. Each import of
metrics says how much it told of days of each age, and by how much those days had grown since they were told before. A
day's age is counted from the day after the last one that its source has told of. Never here: how many days
are left out for it (`bot.judging.lags`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import orjson
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot.infra.models import DailyMetric, ImportChange, ResultGrowth
from scoring.vocabulary import RESULT_METRICS

LATEST_AGE = 30
"""Days after which nobody waits for results."""

_MOST_CHANGES = 20_000  # of one import that are read: a sample of a rewritten history is as good
Told = defaultdict[tuple[str, date, str], float]
"""By source, day and metric: how much a file tells."""

_CHANGES = select(ImportChange.client_id, ImportChange.before).where(ImportChange.run_id == bindparam("run_id"))
_CURRENT = select(
    DailyMetric.client_id, DailyMetric.on, DailyMetric.source, *(getattr(DailyMetric, name) for name in RESULT_METRICS)
).where(
    DailyMetric.import_run_id == bindparam("run_id"),
    DailyMetric.on >= bindparam("since", type_=DailyMetric.on.type),
)


def count_told(told: Told, columns: Mapping[str, Sequence[Any]]) -> None:
    """Add what some rows of a file tell of their days."""
    for metric in RESULT_METRICS:
        for source, day, value in zip(
            columns.get("source", ()), columns.get("on", ()), columns.get(metric, ()), strict=False
        ):
            if value:
                told[source, day, metric] += value


def learn(session: Session, workspace_id: int, run_id: int, told: Told) -> None:
    """Add what an import of metrics told, and by how much it changed what was told before, to what is known."""
    last: dict[str, date] = {}
    for source, day, _ in told:
        last[source] = max(day, last.get(source, day))
    by_age: dict[tuple[str, str, int], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for (source, day, metric), value in told.items():
        age = (last[source] - day).days + 1
        if age <= LATEST_AGE:
            by_age[source, metric, age][0] += value
    for source, day, metric, more in _grown(session, run_id, last):
        age = (last[source] - day).days + 1
        if (source, metric, age) in by_age:
            by_age[source, metric, age][1] += more
    for (source, metric, age), (value, more) in by_age.items():
        row = session.get(ResultGrowth, (workspace_id, source, metric, age))
        if row is None:
            row = ResultGrowth(workspace_id=workspace_id, source=source, metric=metric, age=age, told=0.0, grown=0.0)
            session.add(row)
        row.told, row.grown = row.told + value, row.grown + more


def _grown(session: Session, run_id: int, last: Mapping[str, date]) -> Iterable[tuple[str, date, str, float]]:
    if not last:
        return
    since = min(last.values()) - timedelta(days=LATEST_AGE)
    current = {
        (row.client_id, row.on.isoformat(), row.source): row
        for row in session.execute(_CURRENT, {"run_id": run_id, "since": since})
    }
    for client_id, image in session.execute(_CHANGES.limit(_MOST_CHANGES), {"run_id": run_id}):
        before = orjson.loads(image)
        now = current.get((client_id, before["on"], before["source"]))
        if now is None or now.source not in last:
            continue
        for metric in RESULT_METRICS:
            more = (getattr(now, metric) or 0) - float(before.get(metric) or 0)
            if more > 0:
                yield now.source, now.on, metric, more
