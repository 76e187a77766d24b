"""A metric's daily values as they are known on a day, and two metrics told of together.

Belongs here: through which day values are known, and what they add up to. Never here: what a metric is held against
(`pacing`), or what that means for a client (`signals`).
"""

from datetime import date
from typing import Final

from scoring.dates import DAY, span
from scoring.facts import Series


class Known:
    """A series' days that are known on a day: those before it, through the last that has a value."""

    __slots__ = ("days", "ends", "first", "series", "through", "until")

    def __init__(self, series: Series, on: date) -> None:
        """Read a series as of a day. Today's part of a day counts tomorrow."""
        first, values = series.first, series.values
        passed, given = (on - first).days, len(values)
        known = given if passed >= given else max(0, passed)
        while known and values[known - 1] is None:
            known -= 1
        days: tuple[float | None, ...] = values if known == given else values[:known]
        if not all(days):  # a nothing, or none at all
            days = tuple([0 if value is None else value for value in days])
        self.series: Final = series
        self.first: Final = first
        self.days: Final[tuple[float, ...]] = days  # type: ignore[assignment]
        """The values from the series' first day on; a day without one counts as nothing."""
        self.ends: Final = first + span(known)
        """The day after the last of them; the series' first day where none is known."""
        self.through: Final = self.ends - DAY
        self.until: Final = _next_told(series, max(0, passed)) if passed < given else None
        """The first later day on which more would be known, from the values already here; None if never."""

    def total(self, start: date, end: date) -> float:
        """Add up what is known from a day to before another, in the unit of the values."""
        begin, stop = (start - self.first).days, (end - self.first).days
        if 0 <= begin <= stop:
            return sum(self.days[begin:stop])
        return sum(self.days[max(0, begin) : max(0, stop)])

    def lately_and_before(self, end: date, lately: int, before: int) -> tuple[float, float]:
        """Add up the last days before one, so many of them, and so many before those."""
        days, stop = self.days, (end - self.first).days
        middle = stop - lately
        if middle < 0:
            return sum(days[: max(0, stop)]), 0
        begin = middle - before
        return sum(days[middle:stop]), sum(days[begin:middle] if begin >= 0 else days[:middle])

    def since_first_value(self) -> tuple[float, ...]:
        """Give the days from the first one that has a value."""
        values = self.series.values
        if not self.days or values[0] is not None:
            return self.days
        return self.days[next(n for n, value in enumerate(values) if value is not None) :]


def _next_told(series: Series, begin: int) -> date | None:
    for day in range(begin, len(series.values)):
        if series.values[day] is not None:
            return series.first + span(day + 1)
    return None


Pair = tuple[Known, Known, date, date | None]
"""Two metrics told of together, the day after the last that both know, and the day on which more will be known."""


def pair_of(part: Known | None, whole: Known | None) -> Pair | date | None:
    """Pair two metrics up; where one has no day yet, give the day from which both will, None where that is unknown."""
    if part is None or whole is None:
        return None
    until, until_too = part.until, whole.until
    if not part.days or not whole.days:
        awaited = [known.until for known in (part, whole) if not known.days]
        return max(filter(None, awaited)) if all(awaited) else None
    if until is None or (until_too is not None and until_too < until):
        until = until_too
    if whole.ends < part.ends:
        return part, whole, whole.ends, until
    return part, whole, part.ends, until
