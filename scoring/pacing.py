"""A metric's period, its target, and the way back to it.

Belongs here: the arithmetic of being on or off target. Never here: how a total is forecast (`forecast`), or what a
miss amounts to (`signals`).
"""

from datetime import date
from math import erf, sqrt
from typing import NamedTuple

from scoring.dates import DAY
from scoring.facts import Client
from scoring.forecast import Forecast, month_of, quarter_of
from scoring.known import Known

_TENTH = 1.2816  # standard deviations from the middle of a normal distribution to its outer tenth


class Period(NamedTuple):
    """What a target is read over: from `start` to before `end`; `target` is None where none is set."""

    start: date
    end: date
    target: int | None


def is_aimed_at(client: Client, metric: str) -> bool:
    """Tell whether a client has a target for a metric, in whichever month."""
    return metric in [name for name, _ in client.targets]


def period_of(client: Client, on: date, metric: str) -> Period:
    """Give the period of a client's target for a metric on a day: its month.

    Where a client reports by quarter: those months of its quarter, side by side with this one, that have a target. A
    target of nothing is none.
    """
    start, end = month_of(on)
    target = client.targets.get((metric, start), 0)
    if target <= 0 or client.reporting != "quarter":
        return Period(start, end, target if target > 0 else None)
    first, after = quarter_of(on)
    while start > first and (more := client.targets.get((metric, month_of(start - DAY)[0]), 0)) > 0:
        start, target = month_of(start - DAY)[0], target + more
    while end < after and (more := client.targets.get((metric, end), 0)) > 0:
        end, target = month_of(end)[1], target + more
    return Period(start, end, target)


def told_of(known: Known, period: Period) -> tuple[int, float]:
    """Give how many days of the period are told of, from its or the series' begin on, and what they add up to."""
    series, days = known.series, known.days
    begin = max(0, (period.start - series.first).days)
    while begin < len(days) and series.values[begin] is None:
        begin += 1
    return max(0, len(days) - begin), sum(days[begin:])


def chance_of_missing(ahead: Forecast, target: int) -> float:
    """Give the chance, 0..1, that the period ends on the side of its target on which the forecast is."""
    deviation = (ahead.high - ahead.mid) / _TENTH
    if deviation <= 0:
        return 1.0
    return round((1 + erf(abs(target - ahead.mid) / deviation / sqrt(2))) / 2, 3)
