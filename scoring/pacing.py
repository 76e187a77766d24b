"""A metric's period, its target, and the way back to it.

Belongs here: the arithmetic of being on or off target. Never here: how a total is forecast (`forecast`), or what a
miss amounts to (`signals`).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from math import erf, sqrt

from scoring.facts import Client, Series
from scoring.forecast import Forecast, month_of, quarter_of

_month_of = lru_cache(maxsize=1024)(month_of)
_DAY = timedelta(days=1)
_TENTH = 1.2816  # standard deviations from the middle of a normal distribution to its outer tenth


@dataclass(frozen=True, slots=True)
class Period:
    """What a target is read over: from `start` to before `end`; `target` is None where none is set."""

    start: date
    end: date
    target: int | None


def period_of(client: Client, on: date, metric: str) -> Period:
    """Give the period of a client's target for a metric on a day: its month.

    Where a client reports by quarter: those months of its quarter, side by side with this one, that have a target. A
    target of nothing is none.
    """
    start, end = _month_of(on)
    target = client.targets.get((metric, start), 0)
    if target <= 0 or client.reporting != "quarter":
        return Period(start, end, target if target > 0 else None)
    first, after = quarter_of(on)
    while start > first and (more := client.targets.get((metric, month_of(start - _DAY)[0]), 0)) > 0:
        start, target = month_of(start - _DAY)[0], target + more
    while end < after and (more := client.targets.get((metric, end), 0)) > 0:
        end, target = month_of(end)[1], target + more
    return Period(start, end, target)


def known_days(series: Series, on: date) -> tuple[int, date | None]:
    """Give how many of a series' days are known on a day, through the last one before it that has a value.

    And the first later day on which more would be, from the values already here: today's part of a day counts
    tomorrow.
    """
    values, passed = series.values, (on - series.first).days
    known = max(0, min(passed, len(values)))
    while known and values[known - 1] is None:
        known -= 1
    for day in range(max(0, passed), len(values)):
        if values[day] is not None:
            return known, series.first + timedelta(days=day + 1)
    return known, None


def told_of(series: Series, known: int, period: Period) -> tuple[int, float]:
    """Give how many days of the period are told of, from its or the series' begin on, and what they add up to."""
    begin = max(0, (period.start - series.first).days)
    while begin < known and series.values[begin] is None:
        begin += 1
    values = series.values[begin:known]
    return len(values), sum([value for value in values if value is not None])


def total(series: Series, start: date, end: date) -> float:
    """Add up what is known from a day to before another, in the unit of the values."""
    begin, stop = max(0, (start - series.first).days), max(0, (end - series.first).days)
    return sum([value for value in series.values[begin:stop] if value is not None])


def chance_of_missing(ahead: Forecast, target: int) -> float:
    """Give the chance, 0..1, that the period ends on the side of its target on which the forecast is."""
    deviation = (ahead.high - ahead.mid) / _TENTH
    if deviation <= 0:
        return 1.0
    return round((1 + erf(abs(target - ahead.mid) / deviation / sqrt(2))) / 2, 3)
