"""The period over which a target is read, and what is known of it.

Belongs here: which months a target covers. Never here: how it falls on their days (`scoring.plan`), or what a miss
amounts to (`scoring.signals`).
"""

from datetime import date

from scoring.dates import DAY
from scoring.facts import Client
from scoring.forecast import month_of, quarter_of
from scoring.metric_window import MetricWindow


def targeted_metrics(client: Client) -> set[str]:
    """Return the metrics that a client has a target for, in any month."""
    return {metric for metric, _ in client.targets}


def target_period(client: Client, on: date, metric: str) -> tuple[date, date, int | None]:
    """Return the period of a client's target for a metric on a day, from a day to before another, and the target.

    The period is the day's month. For a client that reports by quarter it also takes in the neighbouring months of the
    quarter, as long as each of them has a target, and the target is their sum. The target is in the unit of the metric
    (minor units for money), None where none above 0 is set.
    """
    start, end = month_of(on)
    target = client.targets.get((metric, start), 0)
    if target <= 0 or client.reporting != "quarter":
        return start, end, target if target > 0 else None
    first, after = quarter_of(on)
    while start > first and (more := client.targets.get((metric, month_of(start - DAY)[0]), 0)) > 0:
        start, target = month_of(start - DAY)[0], target + more
    while end < after and (more := client.targets.get((metric, end), 0)) > 0:
        end, target = month_of(end)[1], target + more
    return start, end, target


def days_and_total(known: MetricWindow, start: date) -> tuple[int, float]:
    """Count the known days of a period that begins on a day, and sum their values.

    Days before the first value in the period are before the client's own start and do not count.
    """
    values, recorded = known.values, known.series.values
    begin = (start - known.first).days if start > known.first else 0
    while begin < len(values) and recorded[begin] is None:
        begin += 1
    return (len(values) - begin, sum(values[begin:])) if begin < len(values) else (0, 0)
