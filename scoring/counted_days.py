"""Days that count towards a limit in days, and on which day it runs out, where the office is closed now and then.

A limit runs over weekends as it always does, and over a holiday. It stands still while nobody works for five days or
more because of holidays or closing days, with the weekends beside them, so that not everything runs out by the first
day after them; and what would run out on a shorter break runs out on the working day after it. Never here: which days
those are.
"""

from bisect import bisect_left
from datetime import date
from functools import lru_cache

from scoring.dates import DAY, is_workday

LONG_BREAK = 5
"""Days in a row on which nobody works, from which on a limit stands still."""
_LONGEST = 31  # days of a break that are looked at in either direction
_BESIDE = 7 * DAY  # further from a closing day, no break has to do with it


def add_counted(day: date, n: int, weekend: frozenset[int], closed: frozenset[date]) -> date:
    """Return the n-th day after a day that counts; the day itself for 0. `weekend` holds weekdays, Monday is 0."""
    if _is_clear(day, day + n * DAY, closed):
        return day + n * DAY
    while n > 0:
        day += DAY
        n -= not stands_still(day, weekend, closed)
    return day


def count(after: date, through: date, most: int, weekend: frozenset[int], closed: frozenset[date]) -> int:
    """Count the days after a day through another that count, up to `most`; 0 where the other is not after it."""
    days = (through - after).days
    if _is_clear(after, through, closed):
        return max(0, min(days, most))
    found = 0
    for n in range(1, days + 1):
        found += not stands_still(after + n * DAY, weekend, closed)
        if found >= most:
            break
    return found


def stands_still(day: date, weekend: frozenset[int], closed: frozenset[date]) -> bool:
    """Return whether a day is part of a long break."""
    found = _break(day, weekend, closed)
    return found is not None and (found[1] - found[0]).days >= LONG_BREAK


def after_break(day: date, weekend: frozenset[int], closed: frozenset[date]) -> date:
    """Return a day, or the working day after it where it is part of a break that is more than a weekend."""
    if _is_clear(day, day, closed):
        return day
    found = _break(day, weekend, closed)
    return found[1] if found else day


@lru_cache(maxsize=4096)  # whole agencies share a few calendars
def _break(day: date, weekend: frozenset[int], closed: frozenset[date]) -> tuple[date, date] | None:
    """Return the first day of the break that a day is part of, and the first after it; None for a mere weekend."""
    first, end = day, day
    while not is_workday(end, weekend, closed) and (end - day).days < _LONGEST:
        end += DAY
    while not is_workday(first - DAY, weekend, closed) and (day - first).days < _LONGEST:
        first -= DAY
    days = [first + n * DAY for n in range((end - first).days)]
    is_closed = end > day and any(each in closed and each.weekday() not in weekend for each in days)
    return (first, end) if is_closed else None


def _is_clear(first: date, last: date, closed: frozenset[date]) -> bool:
    """Whether no closing day is in a span of days or near it."""
    days = _in_order(closed)
    at = bisect_left(days, first - _BESIDE)
    return at == len(days) or days[at] > last + _BESIDE


@lru_cache(maxsize=1024)
def _in_order(closed: frozenset[date]) -> tuple[date, ...]:
    return tuple(sorted(closed))
