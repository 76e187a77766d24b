"""A metric's daily values as they are known on a day, and two metrics read over the same days.

Belongs here: through which day values are known, and what they sum to. Never here: what a metric is held against
(`scoring.pacing`), or what that means for a client (`scoring.signals`).
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import cast

from scoring.dates import DAY
from scoring.facts import Series


@dataclass(frozen=True, slots=True)
class MetricWindow:
    """The days of a series that are known on a day: those before it, through the last one that has a value."""

    series: Series
    values: tuple[float, ...]
    """From the series' first day on, in the unit of the metric; a day without a value counts as 0."""
    end: date
    """The day after the last known one; the series' first day where none is known."""
    changes_on: date | None
    """The first later day on which more is known, by the values already in the series; None if there is none."""

    @property
    def first(self) -> date:
        """The series' first day."""
        return self.series.first

    @property
    def through(self) -> date:
        """The last known day."""
        return self.end - DAY

    def before(self, end: date, changes_on: date) -> "MetricWindow":
        """Return the days before a day alone, of which more is shown from `changes_on` on."""
        if end >= self.end:
            return self
        count = max(0, (end - self.first).days)
        return replace(self, values=self.values[:count], end=self.first + timedelta(days=count), changes_on=changes_on)

    def total(self, start: date, end: date) -> float:
        """Sum the known values from a day to before another, in the unit of the metric."""
        return sum(self.values[max(0, (start - self.first).days) : max(0, (end - self.first).days)])

    def between(self, start: date, end: date) -> tuple[float, ...]:
        """Return a value for each day from one to before another, in the unit of the metric; 0 where none is known."""
        at, stop = (start - self.first).days, (end - self.first).days
        found = self.values[max(0, at) : max(0, stop)]
        return (
            (*(0.0,) * max(0, min(-at, stop - at)), *found, *(0.0,) * max(0, stop - max(at, len(self.values), 0)))
            if at < 0 or stop > len(self.values)
            else found
        )

    def trailing_totals(self, end: date, recent_days: int, prior_days: int) -> tuple[float, float]:
        """Sum the `recent_days` before a day, and the `prior_days` before those."""
        stop = max(0, (end - self.first).days)
        middle = max(0, stop - recent_days)
        return sum(self.values[middle:stop]), sum(self.values[max(0, middle - prior_days) : middle])

    def from_first_value(self) -> tuple[float, ...]:
        """Return the known values from the first day that has one."""
        first = next((n for n, value in enumerate(self.series.values) if value is not None), len(self.values))
        return self.values[first:]


def window(series: Series, on: date) -> MetricWindow:
    """Read a series as of the morning of a day. That day's own value is still growing: it counts from tomorrow on."""
    passed = max(0, (on - series.first).days)
    known = min(passed, len(series.values))
    while known and series.values[known - 1] is None:
        known -= 1
    values = series.values[:known]
    if None in values:
        values = tuple([0 if value is None else value for value in values])
    return MetricWindow(
        series,
        cast("tuple[float, ...]", values),
        end=series.first + timedelta(days=known),
        changes_on=_next_known(series, passed),
    )


def _next_known(series: Series, begin: int) -> date | None:
    for day in range(begin, len(series.values)):
        if series.values[day] is not None:
            return series.first + timedelta(days=day + 1)
    return None


@dataclass(frozen=True, slots=True)
class MetricPair:
    """Two metrics of one client, such as leads and the spend that bought them."""

    part: MetricWindow
    whole: MetricWindow
    end: date
    """The day after the last one that both know."""
    changes_on: date | None
    """The first later day on which more is known of either; None if there is none."""


@dataclass(frozen=True, slots=True)
class NoPair:
    """Two metrics of which at least one has no value yet."""

    changes_on: date | None = None
    """The first day on which both will have one; None if there is none."""


def pair_up(part: MetricWindow | None, whole: MetricWindow | None) -> MetricPair | NoPair:
    """Read two metrics together; None is a metric that nobody has ever recorded."""
    if part is None or whole is None:
        return NoPair()
    if not part.values or not whole.values:
        awaited = [each.changes_on for each in (part, whole) if not each.values]
        return NoPair(max(filter(None, awaited)) if all(awaited) else None)
    changes = [each.changes_on for each in (part, whole) if each.changes_on]
    return MetricPair(part, whole, min(part.end, whole.end), min(changes, default=None))
