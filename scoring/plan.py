"""What a target asks of each day of its period: a plan, and how much single days stray from such plans by themselves.

Belongs here: which days count (from the client's start or launch, outside agreed pauses), how a target falls on them
(weekdays, last year's season), and the ordinary noise of a day. Never here: whether the days so far fit the plan
(`scoring.sequential`), or what a miss amounts to (`scoring.signals`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from math import sqrt

from scoring.dates import DAY
from scoring.facts import Client, Series
from scoring.metric_window import MetricWindow

_WEEKS = 8  # from which weekdays and noise are learned
_EVEN_WEEKS = 0.5  # an even week added to them
_FEWEST_DAYS = 14  # that noise is learned from; until then it is taken to be as below
_UNKNOWN_NOISE = 0.3
_LEAST_NOISE = 0.05
_TO_DEVIATION = 0.8862  # √π ÷ 2: from the mean distance of two normal values to their standard deviation
_SEASON_DAYS = 25  # of last year's month that must be known for its shape to count
_LEAST_SEASON = 0.1  # of their mean: a lesser day says that nothing ran, which is no season
_SMOOTH = 3  # days on either side over which last year's shape is smoothed
_SEASONAL = (((11, 20), (12, 31)), ((1, 1), (1, 6)))
_SEASONAL_NOISE = 3.0  # times the ordinary noise, in those weeks, where nothing tells their shape
_DECEMBER_SPEND = 0.5  # share of a day's plan that spend strays by in December, at least, where nothing tells its shape


@dataclass(frozen=True, slots=True)
class Plan:
    """A period's target by day, from `begin` to before `end`."""

    begin: date
    end: date
    target: float
    """What these days are to bring, in the unit of the metric: a part of the target where the client began later."""
    floor: float
    """What is enough: less than `target` where agreed pauses take days out of the period."""
    by_day: tuple[float, ...]
    deviations: tuple[float, ...]
    """The standard deviation of each day around its part of the plan."""
    is_seasonal: bool
    """Whether some of its days are in weeks in which most budgets run unevenly, and nothing tells how."""

    @property
    def deviation(self) -> float:
        """The standard deviation of the whole plan's sum."""
        return sqrt(sum(each * each for each in self.deviations))


@dataclass(frozen=True, slots=True)
class Season:
    """What last year says of the days around today."""

    even: tuple[float, ...]
    """The last known values, each divided by its day's part of the season."""
    ahead: tuple[float, ...]
    """The part of each day to come, 1 on average over all of these days."""


def begins_on(client: Client, known: MetricWindow | None, start: date, end: date) -> date:
    """Return the first day of a period that counts: its own, the launch, or the start of a client that began in it."""
    begin = start
    for day in (client.launches_on, client.started_on):
        if day and start < day < end:
            begin = max(begin, day)
    if known and known.values:
        first = known.end - timedelta(days=len(known.from_first_value()))
        if start < first < end:
            begin = max(begin, first)
    return begin


def paused_days(client: Client, start: date, end: date) -> frozenset[date]:
    """Return the days of a period on which the client's campaigns were paused by agreement; one without end lasts.

    `end` is the day after the period's last, the day on which a pause was resolved is its last.
    """
    if not client.observations:
        return frozenset()
    pauses = [
        (max(o.occurred_on, start), min(o.resolved_on or end, end - DAY))
        for o in client.observations
        if o.kind == "campaign_pause"
    ]
    return frozenset(first + timedelta(days=n) for first, last in pauses for n in range((last - first).days + 1))


def make_plan(
    client: Client, metric: str, period: tuple[date, date, int], known: MetricWindow, *, counts: bool
) -> Plan | None:
    """Lay a target out over the days that count; None where none does.

    `period` is its first day, the day after its last, and the target. Of `counts` (and what they bring in) a day's
    variance grows with its mean, of spend its deviation does.
    """
    start, end, whole = period
    begin = begins_on(client, known, start, end)
    paused = paused_days(client, begin, end)
    shares = weekday_shares(known, begin)
    season = _season(client.last_year.get(metric), begin, end)
    first, length = begin.weekday(), (end - begin).days
    weights = [shares[(first + n) % 7] for n in range(length)]
    if season:
        weights = [weight * part for weight, part in zip(weights, season, strict=True)]
    for day in paused:
        weights[(day - begin).days] = 0.0
    total = sum(weights)
    if total <= 0:
        return None
    target = whole * (1 - (begin - start) / (end - start))
    scale = target / total
    by_day = tuple([scale * weight for weight in weights])
    noise, mean = _noise(known, begin, shares, counts=counts)
    unsure = () if season else _seasonal_days(begin, length)
    if counts:
        variance = max(1.0, noise * noise * mean) if mean > 0 else 1.0
        deviations = [sqrt(variance * part) for part in by_day]
    else:
        deviations = [noise * part for part in by_day]
    for n in unsure:
        least = _DECEMBER_SPEND * by_day[n] if not counts and (begin + n * DAY).month == 12 else 0.0
        deviations[n] = max(deviations[n] * _SEASONAL_NOISE, least)
    floor = target * (1 - len(paused) / length)
    return Plan(begin, end, target, floor, by_day, tuple(deviations), bool(unsure))


def weekday_shares(known: MetricWindow, before: date) -> tuple[float, ...]:
    """Return each weekday's part of its week, 1 on average, Monday first: the median of up to eight weeks.

    They are the weeks before a day where there are two at least, else the latest known; half an even week is added.
    """
    stop = (before - known.first).days
    if stop < 14:
        stop = len(known.values)
    weeks = []
    for at in range(stop - 7, max(-1, stop - 7 * _WEEKS - 1), -7):
        week = known.values[at : at + 7]
        total = sum(week)
        if len(week) == 7 and total > 0 and min(week) >= 0:
            weeks.append([value / total for value in week])
    if not weeks:
        return (1.0,) * 7
    medians = [sorted(parts)[len(weeks) // 2] for parts in zip(*weeks, strict=True)]
    total = sum(medians)
    if total <= 0:
        return (1.0,) * 7
    even = _EVEN_WEEKS / (len(weeks) + _EVEN_WEEKS)
    first = (known.first + timedelta(days=stop)).weekday()  # a week of the seven days before it
    parts = [0.0] * 7
    for n, median in enumerate(medians):
        parts[(first + n) % 7] = median / total * 7 * (1 - even) + even
    if min(medians) == 0 and len(weeks) >= 3:  # days on which nothing ever runs stay so
        parts = [0.0 if part <= even else part for part in parts]
    return tuple(parts)


def _noise(known: MetricWindow, before: date, shares: Sequence[float], *, counts: bool) -> tuple[float, float]:
    """Return a day's standard deviation as a share of its level, and the mean level, of the eight weeks before a day.

    From the differences of one day and the next, and of one week and the next: a step in the level is one difference
    among many, a level that wanders shows in the weeks.
    """
    stop = (before - known.first).days
    if stop < _FEWEST_DAYS:
        stop = len(known.values)
    begin = max(0, stop - 7 * _WEEKS)
    first = (known.first + timedelta(days=begin)).weekday()
    rates = [
        value / shares[(first + n) % 7]
        for n, value in enumerate(known.values[begin:stop])
        if shares[(first + n) % 7] > 0.05
    ]
    mean = sum(rates) / len(rates) if rates else 0.0
    if len(rates) < _FEWEST_DAYS or mean <= 0:
        return _UNKNOWN_NOISE, mean
    daily = _deviation(rates, squared=counts) / mean
    span = max(1, len(rates) * 7 // max(1, stop - begin))  # days of a week that run
    weekly = [sum(rates[at : at + span]) / span for at in range(len(rates) % span, len(rates), span)]
    wandering = _deviation(weekly, squared=counts) / mean * sqrt(span) if len(weekly) >= 4 else 0.0
    return max(_LEAST_NOISE, daily, (daily + wandering) / 2), mean


def _deviation(values: Sequence[float], *, squared: bool) -> float:
    """Estimate a standard deviation from the distances of neighbours, so that a step in the level hardly counts.

    `squared` ones count rare big values in full, as revenue has them; plain ones leave them out, as refunds are.
    """
    distances = [abs(b - a) for a, b in pairwise(values)]
    if squared:
        return sqrt(sum(each * each for each in distances) / len(distances) / 2)
    return _TO_DEVIATION * sum(distances) / len(distances)


def season_around(client: Client, metric: str, values: Sequence[float], known_end: date, end: date) -> Season | None:
    """Take last year's season out of the last known values, up to four weeks of them; None with less than two.

    `values` are those through the day before `known_end`; the season is told through the day before `end`.
    """
    last_year = client.last_year.get(metric)
    if last_year is None or known_end >= end:
        return None
    year, length = timedelta(days=364), len(last_year.values)
    count = min(28, len(values), (known_end - year - last_year.first).days)
    shape = _season(last_year, known_end - count * DAY, end) if count >= _FEWEST_DAYS else None
    if shape is None or last_year.first + timedelta(days=length) < end - year or min(shape) < _LEAST_SEASON:
        return None
    recent = values[len(values) - count :]
    return Season(tuple([value / part for value, part in zip(recent, shape, strict=False)]), shape[count:])


def _season(last_year: Series | None, begin: date, end: date) -> tuple[float, ...] | None:
    """Return the shape of the same days a year (364 days) earlier, smoothed over a week.

    None with too few, or where nothing ran on most of them: that is no season.
    """
    if last_year is None:
        return None
    at = (begin - timedelta(days=364) - last_year.first).days
    length = (end - begin).days
    found = [
        [
            value
            for value in last_year.values[max(0, at + n - _SMOOTH) : max(0, at + n + _SMOOTH + 1)]
            if value is not None
        ]
        for n in range(length)
    ]
    levels = [sum(values) / len(values) if values else None for values in found]
    recorded = [level for level in levels if level is not None]
    mean = sum(recorded) / len(recorded) if recorded else 0.0
    ran = sum(level > 0 for level in recorded)
    if len(recorded) < min(_SEASON_DAYS, length) or mean <= 0 or 2 * ran < len(recorded):
        return None
    return tuple([max(0.0, level if level is not None else mean) / mean for level in levels])


@lru_cache(maxsize=64)  # an agency's clients share their months
def _seasonal_days(begin: date, length: int) -> tuple[int, ...]:
    """Return which of so many days are in the weeks from Black Friday to New Year, when budgets run unevenly."""
    days = [begin + n * DAY for n in range(length)]
    return tuple(
        [n for n, day in enumerate(days) if any(first <= (day.month, day.day) <= last for first, last in _SEASONAL)]
    )
