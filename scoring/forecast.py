"""Where a month, or a quarter, will end: daily values in, a total with its 80% interval out.

Belongs here: projecting a client's daily values (spend, leads, revenue) to the end of a period. Never
here: targets, tolerances and what a miss means (``signals``), or where the values come from.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import repeat
from math import sqrt

_WINDOW = 63  # days of history that are looked at: nine weeks
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Forecast:
    """A period's total, in the unit of the values: the likely one, and the ends of the 80% interval."""

    low: float
    mid: float
    high: float


def month_of(day: date) -> tuple[date, date]:
    """Return the first day of the month that ``day`` lies in, and the first day after that month."""
    start = day.replace(day=1)
    return start, (start + timedelta(days=31)).replace(day=1)


def quarter_of(day: date) -> tuple[date, date]:
    """Return the first day of the calendar quarter that ``day`` lies in, and the first day after it."""
    start = date(day.year, day.month - (day.month - 1) % 3, 1)
    return start, (start + timedelta(days=92)).replace(day=1)


def month_end(history: Mapping[date, float], as_of: date) -> Forecast:
    """Forecast the total of ``as_of``'s month. Data runs through yesterday: later values are ignored.

    A day without a value is unknown, not zero, and is filled with what was to be expected of it; days
    before the first value are before the client's start and count for nothing.
    """
    return _of_mapping(history, as_of, month_of)


def quarter_end(history: Mapping[date, float], as_of: date) -> Forecast:
    """Forecast the total of the calendar quarter of ``as_of``, as ``month_end`` does the month's."""
    return _of_mapping(history, as_of, quarter_of)


def _of_mapping(
    history: Mapping[date, float], as_of: date, period: Callable[[date], tuple[date, date]]
) -> Forecast:
    first = min((day for day in history if day < as_of), default=as_of)
    days = (as_of - first).days
    return project([history.get(first + _DAY * i) for i in range(days)], first, as_of, period)


def project(
    values: Sequence[float | None],
    first: date,
    as_of: date,
    period: Callable[[date], tuple[date, date]] = month_of,
) -> Forecast:
    """Forecast as ``month_end`` does, from one value (None: unknown) for each day from ``first`` on."""
    start, end = period(as_of)
    count = (as_of - first).days
    known = list(values[:count]) if count > 0 else []
    known.extend(repeat(None, count - len(known)))
    seen = [(count - i, v) for i, v in enumerate(known) if v is not None]
    if not seen:
        return Forecast(0.0, 0.0, 0.0)
    elapsed = min(count, (as_of - start).days)
    recent = [(age, v) for age, v in seen if age <= _WINDOW] or seen[-1:]
    weights = [0.5 ** (age / 4) for age, _ in recent]
    level = sum(w * v for w, (_, v) in zip(weights, recent, strict=True)) / sum(weights)
    month = [v for age, v in seen if age <= elapsed]
    line = sum(month) / len(month) if month else level
    expected = [_weekday(recent, shift, level) * 0.3 + level * 0.7 for shift in range(7)]
    progress = elapsed / max(1, (end - start).days)
    typical = [progress * e + (1 - progress) * line for e in expected]
    known_total = sum(month)
    gaps = sum(typical[-age % 7] for age in range(1, elapsed + 1) if known[count - age] is None)
    rest = (end - as_of).days
    mid = known_total + gaps + sum(typical[r % 7] for r in range(rest))
    spread = _spread(recent, expected) * sqrt(rest) * (1 + sqrt(rest) / 4)
    return Forecast(mid - spread, mid, mid + spread)


def _weekday(recent: list[tuple[int, float]], shift: int, level: float) -> float:
    same = [(0.5 ** (age / 14), v) for age, v in recent if (age + shift) % 7 == 0]
    weight = sum(w for w, _ in same)
    return sum(w * v for w, v in same) / weight if weight else level


def _spread(recent: list[tuple[int, float]], expected: list[float]) -> float:
    misses = [(v - expected[-age % 7]) ** 2 for age, v in recent]
    return sqrt(sum(misses) / len(misses))
