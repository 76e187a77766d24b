"""Days that count towards a limit in days: all but those in which the office, or the client's country, is closed.

A limit runs over weekends as it always does. It stands still on a holiday or closing day that is no weekend, and on a
weekend beside one, so that not everything runs out while nobody works. Never here: which days those are.
"""

from datetime import date

from scoring.dates import DAY

_WEEK = 7  # days


def stands_still(day: date, weekend: frozenset[int], closed: frozenset[date]) -> bool:
    """Return whether a day does not count. `weekend` holds the weekdays that are not worked, Monday is 0."""
    if day.weekday() not in weekend:
        return day in closed
    if len(weekend) == _WEEK:
        return False
    before = after = day
    while before.weekday() in weekend:
        before -= DAY
    while after.weekday() in weekend:
        after += DAY
    return before in closed or after in closed


def add_counted(day: date, n: int, weekend: frozenset[int], closed: frozenset[date]) -> date:
    """Return the n-th day after a day that counts; the day itself for 0."""
    if not closed:
        return day + n * DAY
    while n > 0:
        day += DAY
        n -= not stands_still(day, weekend, closed)
    return day


def count(after: date, through: date, most: int, weekend: frozenset[int], closed: frozenset[date]) -> int:
    """Count the days after a day through another that count, up to `most`; 0 where the other is not after it."""
    days = (through - after).days
    if not closed:
        return max(0, min(days, most))
    found = 0
    for n in range(1, days + 1):
        found += not stands_still(after + n * DAY, weekend, closed)
        if found >= most:
            break
    return found
