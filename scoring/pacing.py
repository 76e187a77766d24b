"""A metric's period, its target, and the way back to it.

Belongs here: the arithmetic of being on or off target. Never here: how a total is forecast (`forecast`), or what a
miss amounts to (`signals`).
"""

from datetime import date
from math import erf, sqrt
from operator import itemgetter

from scoring.dates import DAY
from scoring.facts import Client
from scoring.forecast import Forecast, month_of, quarter_of
from scoring.metric_window import Known

_METRIC = itemgetter(0)  # of a target's key
_TENTH = 1.2816  # standard deviations from the middle of a normal distribution to its outer tenth


Period = tuple[date, date, int | None]
"""What a target is read over, from a day to before another, and the target; None where none is set."""


def aimed_at(client: Client) -> set[str]:
    """Name the metrics that a client has a target for, in whichever month."""
    return set(map(_METRIC, client.targets))


def period_of(client: Client, on: date, metric: str) -> Period:
    """Give the period of a client's target for a metric on a day: its month.

    Where a client reports by quarter: those months of its quarter, side by side with this one, that have a target. A
    target of nothing is none.
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


def told_of(known: Known, start: date) -> tuple[int, float]:
    """Give how many days are told of from a period's or the series' begin on, and what they add up to."""
    days, values = known.days, known.series.values
    begin = (start - known.first).days if start > known.first else 0
    while begin < len(days) and values[begin] is None:
        begin += 1
    return (len(days) - begin, sum(days[begin:])) if begin < len(days) else (0, 0)


def chance_of_missing(ahead: Forecast, target: int) -> float:
    """Give the chance, 0..1, that the period ends on the side of its target on which the forecast is."""
    deviation = (ahead.high - ahead.mid) / _TENTH
    if deviation <= 0:
        return 1.0
    return round((1 + erf(abs(target - ahead.mid) / deviation / sqrt(2))) / 2, 3)
