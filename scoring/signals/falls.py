"""A part of something, such as results for the money spent, that comes at a lower rate than before.

Belongs here: what the signals of cost, of lead quality and of visits share: which days are compared, and whether a fall
is open. Never here: the statistics (`scoring.sequential`), or what a fall is called.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import inf

from scoring.facts import Client
from scoring.metric_window import MetricPair, MetricWindow
from scoring.sequential import (
    BASELINE_DAYS,
    SURE,
    WINDOW_DAYS,
    Stretch,
    blocks,
    is_clearly_over,
    strongest_fall,
)
from scoring.signals.context import DAY

_FEWEST_BEFORE = 10.0  # results that a baseline takes
_FEWEST_DAYS = 14  # of baseline
_BEFORE_OPENING = 7  # days before a breach opened that may already say that it is over
_AT_LEAST = 5  # results that the recent days should have brought
_SHOWN_DAYS = 7  # that are shown where no stretch stands out


@dataclass(frozen=True, slots=True)
class Fall:
    """The recent days of a part and its whole beside the days before."""

    stretch: Stretch
    since: date
    end: date
    """The day after the last one that is complete."""
    part: float
    whole: float
    part_before: float
    whole_before: float
    is_over: bool
    """Whether the last days are clearly as they were before."""
    baseline: tuple[date, date]
    """The days that it is compared with, from a day to before another."""

    def is_open(self, *, by: float, already: bool) -> bool:
        """Return whether it is a fall by a share or more, as costs count it; an open one stays until clearly over."""
        if already:
            return not self.is_over
        return self.stretch.strength >= 1 and self.stretch.times >= 1 + by

    def severity(self, limit: float) -> float:
        """Return 0.5 where it opens; the rest is how much (five times the limit in full) and how sure."""
        much = min(1.0, max(0.0, self.stretch.times - 1 - limit) / (4 * limit))
        sure = min(1.0, max(0.0, self.stretch.strength - 1) / SURE)
        return 0.5 + 0.5 * much * sure


def find_fall(
    pair: MetricPair, end: date, client: Client, key: str, *, false_alarms: float, binomial: bool = False
) -> Fall | None:
    """Compare up to four weeks before a day with up to ninety days before those; None with too little to compare."""
    begin = max(pair.part.first, pair.whole.first)
    days = (end - begin).days
    recent = min(WINDOW_DAYS, days - _FEWEST_DAYS)
    if recent < _SHOWN_DAYS:
        return None
    middle = end - timedelta(days=recent)
    first = max(begin, middle - timedelta(days=BASELINE_DAYS))
    part_before, whole_before = pair.part.total(first, middle), pair.whole.total(first, middle)
    if part_before < _FEWEST_BEFORE or whole_before <= 0:
        return None
    rate = part_before / whole_before
    parts, wholes = pair.part.between(middle, end), pair.whole.between(middle, end)
    if rate * sum(wholes) < _AT_LEAST:
        return None
    earlier = pair.part.between(first, middle)
    awaited = [rate * each for each in pair.whole.between(first, middle)]
    scatter = sum((count - mean) ** 2 for count, mean in zip(earlier, awaited, strict=True)) / sum(awaited)
    return _test(
        client, key, (parts, wholes), rate, end,
        false_alarms=false_alarms, baseline=part_before, past=blocks(earlier, awaited),
        spread=max(scatter, max(0.05, 1 - rate) if binomial else 1.0),
        before=(part_before, whole_before), compared=(first, middle),
    )  # fmt: skip


def find_excess(
    pair: MetricPair, days: tuple[date, date], client: Client, key: str, *, false_alarms: float, rate: float
) -> Fall | None:
    """Compare the days from one to before another with a known `rate`; None where too little was to come of them."""
    first, end = days
    begin = max(pair.part.first, pair.whole.first, first, end - timedelta(days=WINDOW_DAYS))
    if begin >= end:
        return None
    parts, wholes = pair.part.between(begin, end), pair.whole.between(begin, end)
    if rate * sum(wholes) < _AT_LEAST:
        return None
    return _test(
        client, key, (parts, wholes), rate, end,
        false_alarms=false_alarms, baseline=inf, past=(), spread=1.0, before=(rate, 1.0), compared=(begin, begin),
    )  # fmt: skip


def _test(
    client: Client,
    key: str,
    days: tuple[Sequence[float], Sequence[float]],
    rate: float,
    end: date,
    *,
    false_alarms: float,
    baseline: float,
    past: Sequence[tuple[float, float]],
    spread: float,
    before: tuple[float, float],
    compared: tuple[date, date],
) -> Fall:
    parts, wholes = days
    expected = [rate * each for each in wholes]
    known = client.breaches.get(key)
    skipped = 0
    if known and known.resolved_on:  # what was judged then is not judged again
        skipped = max(0, len(parts) - max(0, (end - known.resolved_on).days))
    stretch = strongest_fall(parts[skipped:], expected[skipped:], baseline, false_alarms, past=past, spread=spread)
    since_opening = len(parts)
    if known and known.resolved_on is None:
        since_opening = (end - known.opened_on).days + _BEFORE_OPENING
    closing = slice(max(0, len(parts) - max(0, since_opening)), None)
    shown = stretch.days or min(_SHOWN_DAYS, len(parts))
    return Fall(
        stretch=stretch,
        since=end - shown * DAY,
        end=end,
        part=sum(parts[-shown:]),
        whole=sum(wholes[-shown:]),
        part_before=before[0],
        whole_before=before[1],
        is_over=is_clearly_over(parts[closing], expected[closing]),
        baseline=compared,
    )


def budget_changed_on(known: MetricWindow, since: date, end: date) -> date | None:
    """Return the last day from which spend ran at another level: a step by a third that lasted for a week or more.

    Read from weeks: a week's spend against the one before it. None where there was none.
    """
    weeks = []
    day = end
    while day - 7 * DAY >= max(since, known.first):
        weeks.append((day - 7 * DAY, known.total(day - 7 * DAY, day)))
        day -= 7 * DAY
    for (start, after), (_, before) in pairwise(weeks):
        if min(after, before) > 0 and not 0.75 < after / before < 4 / 3:
            return start
    return None
