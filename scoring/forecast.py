"""Where a month, or a quarter, will end: daily values in, a total with its 80% interval out.

Belongs here: projecting a client's daily values (spend, leads, revenue) to the end of a period. Never here: targets,
tolerances and what a miss means (`scoring.signals`), or where the values come from.

The forecast is what is known of the period plus, for each day to come, level × weekday's share:

- share: a weekday's part of its week, the median of the last 8 weeks with half an even week added, so that one holiday
  does not bend it and one week of history does not decide it;
- level: the last 14 days, each divided by its weekday's share and held within half and twice their median (one odd day,
  such as a correction, says little about tomorrow), weighted to halve every 2 days;
- interval: ±0.82 × (those days' mean distance from their median + 5% of the level) × days to come^1.2.

With less than a week known, or where most days are zero, the level is their plain mean: a straight line. The constants
were chosen on public daily series (`tests/benchmarks/forecast.py`), one set for all of them; a blend with the shape of
past months was measured there too, and left out because it was worse.

Scaling all values scales the forecast. A higher day does not always raise it: a high Monday says that Mondays are high,
and so that the other weekdays are less of the week.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from math import erf, sqrt

_WEEKS = 8  # that a weekday's share is learned from
_EVEN_WEEKS = 0.5  # that are added to them
_RECENT_DAYS = 14  # that the level is taken from
_HALF_LIFE_DAYS = 2
_LATE_DAYS = 2  # that data may lag behind without being late
_SILENCE_HALF_LIFE_DAYS = 7
_ODD = 2  # times the median: as far as one day is believed
_WIDTH, _FLOOR, _REACH = 0.82, 0.05, 1.2  # of the interval, in the order of the docstring's formula
_Z80 = 1.2816  # standard deviations that hold 80% of a normal curve

_WEIGHTS = [0.5 ** (age / _HALF_LIFE_DAYS) for age in range(_RECENT_DAYS)]
_EVEN = [1.0] * 7


@dataclass(frozen=True, slots=True)
class Forecast:
    """A period's total, in the unit of the values: the likely one, and the ends of its 80% interval."""

    low: float
    mid: float
    high: float

    def chance_under(self, total: float) -> float:
        """Return the chance, 0 to 1, that the period ends under a total: a normal curve's with this interval."""
        reach = self.high - self.mid
        if reach <= 0:
            return float(self.mid < total)
        return (1 + erf((total - self.mid) / reach * _Z80 / sqrt(2))) / 2


@lru_cache(maxsize=1024)  # judging a client asks for the same few days again and again
def month_of(day: date) -> tuple[date, date]:
    """Return the first day of a day's month, and the first day after that month."""
    start = day.replace(day=1)
    return start, (start + timedelta(days=31)).replace(day=1)


def quarter_of(day: date) -> tuple[date, date]:
    """Return the first day of a day's calendar quarter, and the first day after that quarter."""
    start = date(day.year, day.month - (day.month - 1) % 3, 1)
    return start, (start + timedelta(days=92)).replace(day=1)


def month_end(history: Mapping[date, float], as_of: date) -> Forecast:
    """Forecast the total of the month of `as_of` from what is known at the end of that day; later values are ignored.

    During the day itself, while its value is still growing, leave it out: data then runs through yesterday.

    A day without a value counts as 0 where later days have one, since vendors leave out the days on which nothing
    happened. Days after the last known one have not arrived yet; they are projected at the level, which after the first
    two days halves with each week of silence. Days before the first value are before the client's start. With nothing
    known the forecast is 0. The unit is that of the values; the formula is this module's.
    """
    return _forecast(history, as_of, month_of)


def quarter_end(history: Mapping[date, float], as_of: date) -> Forecast:
    """Forecast the total of the calendar quarter of `as_of`, as `month_end` does the month's."""
    return _forecast(history, as_of, quarter_of)


def _forecast(history: Mapping[date, float], as_of: date, period: Callable[[date], tuple[date, date]]) -> Forecast:
    end = as_of + timedelta(days=as_of in history)
    first = min((day for day in history if day < end), default=end)
    values = [history.get(date.fromordinal(day)) for day in range(first.toordinal(), end.toordinal())]
    return project(values, first, end, lambda _: period(as_of))


def project(
    values: Sequence[float | None],
    first: date,
    as_of: date,
    period: Callable[[date], tuple[date, date]] = month_of,
) -> Forecast:
    """Forecast as `month_end` does, from a value (None: unknown) for each day from `first` to before `as_of`.

    Here `as_of` is today, of which nothing is known yet, and data runs through yesterday. `period` gives the start of
    the period of `as_of`, and the first day after it.
    """
    start, end = period(as_of)
    known = list(values[: max(0, (as_of - first).days)])
    while known and known[-1] is None:
        known.pop()
    begun = next((i for i, value in enumerate(known) if value is not None), 0)
    days = [value or 0.0 for value in known[begun:]]
    elapsed = len(known) - (start - first).days  # below zero where the silence began before the period
    so_far = sum(days[max(0, len(days) - elapsed) :]) if elapsed > 0 else 0.0
    silent = max(0, (as_of - first).days - len(known) - _LATE_DAYS)
    return project_total(days, so_far, (end - first).days - len(known), max(0, -elapsed), silent)


def project_total(days: Sequence[float], so_far: float, ahead: int, before: int = 0, silent: int = 0) -> Forecast:
    """Forecast as `project` does, from known days that are already counted and summed.

    `days` are the values of the known days, from the first that has one, 0 in gaps; those within the period sum to
    `so_far`. The period ends `ahead` days after the last of them, and begins `before` days after it where it has not
    begun yet. `silent` is by how many days data is later than it may be.
    """
    if not days:
        return Forecast(0.0, 0.0, 0.0)
    latest_first = days[::-1]  # so that a day's weekday has its share at age % 7
    shares = _weekday_shares(latest_first)
    level, distance = _level(latest_first, shares)
    belief = 0.5 ** (silent / _SILENCE_HALF_LIFE_DAYS)
    part = _sum_ahead(shares, ahead) - (_sum_ahead(shares, before) if before else 0.0)
    mid = so_far + belief * level * part
    width = _WIDTH * (distance + _FLOOR * abs(level)) * (ahead - before) ** _REACH
    return Forecast(max(mid - width, min(mid, so_far)), mid, mid + width)


def _weekday_shares(days: Sequence[float]) -> list[float]:
    """Return each weekday's part of its week, 1 on average, in the order of `days`, which begin with the latest."""
    weeks = []
    for begin in range(0, len(days[: _WEEKS * 7]) - 6, 7):
        week = days[begin : begin + 7]
        total = sum(week)
        if total > 0:
            weeks.append([value / total for value in week])
    medians = [max(0.0, _median(sorted(parts))) for parts in zip(*weeks, strict=True)]
    total = sum(medians)
    if total <= 0:
        return _EVEN
    even = _EVEN_WEEKS / (len(weeks) + _EVEN_WEEKS)
    scale = 7 / total * (1 - even)
    return [median * scale + even for median in medians]


def _level(days: Sequence[float], shares: list[float]) -> tuple[float, float]:
    """Return the level of the recent days on a weekday of share 1, and their mean distance from their median."""
    recent = days[:_RECENT_DAYS]
    parts = (shares * 2)[: len(recent)]
    rates = [value / part for value, part in zip(recent, parts, strict=True)]
    ordered = sorted(rates)
    median = _median(ordered)
    if median <= 0 or len(days) < 7:  # the straight line
        level = sum(recent) / sum(parts)
        return level, sum([abs(value - level * part) for value, part in zip(recent, parts, strict=True)]) / len(recent)
    low, high = median / _ODD, median * _ODD
    if ordered[0] < low or ordered[-1] > high:
        rates = [min(max(rate, low), high) for rate in rates]
    weights = [part * weight for part, weight in zip(parts, _WEIGHTS, strict=False)]
    level = sum([weight * rate for weight, rate in zip(weights, rates, strict=True)]) / sum(weights)
    return level, sum([abs(rate - median) for rate in rates]) / len(rates)


def _median(ordered: Sequence[float]) -> float:
    middle = len(ordered) // 2
    return (ordered[middle] + ordered[~middle]) / 2


def _sum_ahead(shares: list[float], count: int) -> float:
    """Sum the shares of the next `count` days after the last known one."""
    weeks, rest = divmod(count, 7)
    return weeks * 7.0 + sum(shares[7 - rest :])
