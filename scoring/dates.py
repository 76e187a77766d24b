"""Days and moments: when a local day begins across daylight saving, working days, working hours.

Belongs here: calendar arithmetic, given a zone, a weekend and holidays. Never here: whose they are, or what happens at
the moments found. Days are `datetime.date`, moments are aware datetimes.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

DAY = timedelta(days=1)
_MIDNIGHT = time()


def local_day(now: datetime, zone: tzinfo) -> date:
    """Return the day that it is in a zone at an aware moment."""
    return now.astimezone(zone).date()


def start_of_day(day: date, zone: tzinfo) -> datetime:
    """Return the first moment of a local day, in UTC: later than 00:00 where the clocks skip midnight."""
    return at_local(day, _MIDNIGHT, zone)


@lru_cache(maxsize=4096)  # whole agencies share a few zones and days
def at_local(day: date, at: time, zone: tzinfo) -> datetime:
    """Return a local time of a day, in UTC.

    A time that the clocks skip is the first moment after the gap; one that they repeat is its first occurrence.
    """
    wall = datetime.combine(day, at, tzinfo=zone)
    by_old_offset = wall.replace(fold=0).astimezone(UTC)
    by_new_offset = wall.replace(fold=1).astimezone(UTC)
    if by_new_offset >= by_old_offset:
        return by_old_offset
    return _end_of_gap(by_new_offset, by_old_offset, zone)


def _end_of_gap(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """Find the second at which the zone's offset becomes that of `after`."""
    offset = after.astimezone(zone).utcoffset()
    low, high = 0, int((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if (before + timedelta(seconds=middle)).astimezone(zone).utcoffset() == offset:
            high = middle
        else:
            low = middle
    return before + timedelta(seconds=high)


def is_workday(day: date, weekend: frozenset[int], holidays: frozenset[date]) -> bool:
    """Return whether a day is worked. `weekend` holds the weekdays that are not, Monday is 0."""
    return day.weekday() not in weekend and day not in holidays


def next_workday(after: date, weekend: frozenset[int], holidays: frozenset[date]) -> date:
    """Return the first working day strictly after a day. Raises ValueError where no weekday is worked."""
    return next(_workdays(after, weekend, holidays))


def add_workdays(day: date, n: int, weekend: frozenset[int], holidays: frozenset[date]) -> date:
    """Return the n-th working day after a day; the day itself for 0. Raises ValueError where no weekday is worked."""
    for _, found in zip(range(n), _workdays(day, weekend, holidays), strict=False):
        day = found
    return day


def last_workdays(day: date, n: int, weekend: frozenset[int], holidays: frozenset[date]) -> date:
    """Return the day with which the last n working days through a day begin. Raises ValueError as `add_workdays`."""
    if weekend.issuperset(range(7)):
        raise ValueError("no weekday is worked")
    left = n - is_workday(day, weekend, holidays)
    while left > 0:
        day -= DAY
        left -= is_workday(day, weekend, holidays)
    return day


def workdays_between(a: date, b: date, weekend: frozenset[int], holidays: frozenset[date]) -> int:
    """Count the working days after `a` through `b`; 0 where `b` is not after `a`."""
    return sum(is_workday(a + DAY * n, weekend, holidays) for n in range(1, (b - a).days + 1))


def in_working_hours(
    now: datetime,
    zone: tzinfo,
    weekend: frozenset[int],
    holidays: frozenset[date],
    *,
    start: time = time(9),
    end: time = time(18),
) -> bool:
    """Return whether an aware moment is on a working day of a zone, from `start` to before `end`."""
    local = now.astimezone(zone)
    return is_workday(local.date(), weekend, holidays) and start <= local.time() < end


def _workdays(after: date, weekend: frozenset[int], holidays: frozenset[date]) -> Iterator[date]:
    if weekend.issuperset(range(7)):
        raise ValueError("no weekday is worked")
    while True:
        after += DAY
        if is_workday(after, weekend, holidays):
            yield after
