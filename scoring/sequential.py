"""Tests that look each day: has a count fallen, has a month left its plan, at a stated rate of false alarms.

Belongs here: the statistics of looking again and again. Never here: what is counted, or what a fall means.

A test at 5% that looks daily fires on three healthy series of ten in a month. What is here looks daily and still
fires only about as often as it is told to:

- counts (results, leads) have no end, so theirs is a CUSUM (Page 1954): the log-likelihood ratio of "results come at
  1/`RATIO` of their rate" to "as before", over the stretch of last days that speaks most for a fall. Its limit is
  Siegmund's (1985, Sequential Analysis, 2.53 with the correction for overshoot), for an average run length of a year
  over the rate. The stretch is compared with a baseline that is itself uncertain, and rates wander by a tenth without
  anything being wrong: the ratio is divided by how much of the stretch's variance comes from that, and so is the limit;
- a month has an end, so its error is spent over its days: half by O'Brien and Fleming (1979) on the sum of all days,
  which is strong late and silent early, half by a CUSUM that forgets good days and sees a fall begin.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from statistics import NormalDist

YEAR = 365.25
RATIO = 1.6
"""Times as dear: the rise that the test of counts sees soonest. Rises under 1.25 count against an alarm."""
WINDOW_DAYS = 28
"""The longest stretch of last days that is compared with the days before it."""
BASELINE_DAYS = 90

SURE = 1.25
"""By how much of its limit a statistic must exceed it for the finding to be as sure as any."""

_LOG = log(RATIO)
_DRIFT = 1 - 1 / RATIO
_PER_RESULT = _LOG - _DRIFT  # by how much an expected result lowers the ratio, on average, while nothing is wrong
_OVERSHOOT = 1.166  # standard deviations by which a sum overshoots its limit, twice Siegmund's 0.583
_WANDER = 0.1  # share by which rates wander
_BLOCK_DAYS = 10  # from which the wandering is learned
_TYPICAL = 3.0  # expected results, by unit of the limit, of a stretch that just reaches it; found by simulation
_CLEARLY = 0.8  # log-likelihood ratio from which the last days say that it is over
_CLOSING_DAYS = range(5, 15)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The last days that speak most for a fall."""

    days: int
    found: float
    expected: float
    strength: float
    """The test's statistic over its limit: from 1 on it is a fall."""

    @property
    def times(self) -> float:
        """How many times as many were expected: half a result is added to both, and less than none is none."""
        return (self.expected + 0.5) / (max(0.0, self.found) + 0.5)


def cusum_limit(information: float, deviation: float, run_length: float) -> float:
    """Return the limit of a CUSUM of log-likelihood ratios with an average run length, in days.

    `information` is by how much a day's ratio falls on average while nothing is wrong, `deviation` its standard
    deviation. Solves run length = (e^b − 1 − b) ÷ information for b, of which the overshoot is taken off.
    """
    needed = run_length * information
    b = log(needed + 2)
    for _ in range(20):
        b = log(needed + 1 + b)
    return b - _OVERSHOOT * deviation / (1 + 0.1 * deviation)


def strongest_fall(
    counts: Sequence[float],
    expected: Sequence[float],
    baseline: float,
    false_alarms: float,
    *,
    past: Sequence[tuple[float, float]] = (),
    spread: float = 1.0,
) -> Stretch:
    """Find the stretch of last days in which fewer came than expected, latest day last in both sequences.

    `baseline` is how many results the expectation was learned from (infinite where it is known), `past` their counts
    and expectations by block of days, from which wandering is learned. `false_alarms` is the rate, a year.
    `spread` is the variance of a count over its mean: 1 for Poisson counts, 1 − p for a share p.
    """
    a_day = max(1e-9, sum(expected) / len(expected) / spread) if expected else 1e-9
    limit = cusum_limit(a_day * _PER_RESULT, sqrt(a_day) * _LOG, YEAR / false_alarms)
    limit = max(0.5, limit) / (1 + _TYPICAL * limit * (1 / max(1.0, baseline) + _WANDER * _WANDER))
    best = _best(counts, expected, 1 / max(1.0, baseline), spread, limit)
    if best.strength < 1:
        return best
    return _best(counts, expected, 1 / max(1.0, baseline) + _wandering(past, spread), spread, limit)


def _best(counts: Sequence[float], expected: Sequence[float], doubt: float, spread: float, limit: float) -> Stretch:
    """`doubt` is the variance of the expectation over its square."""
    days, total, awaited = 0, 0.0, 0.0
    best, found = 0.0, (0, 0.0, 0.0)
    for count, mean in zip(reversed(counts), reversed(expected), strict=True):
        days, total, awaited = days + 1, total + count, awaited + mean
        ratio = (awaited * _DRIFT - total * _LOG) / (spread + awaited * doubt)
        if ratio > best:
            best, found = ratio, (days, total, awaited)
    return Stretch(*found, best / limit)


def _wandering(past: Sequence[tuple[float, float]], spread: float) -> float:
    """Return the variance by which rates wander, as a share squared: that of past blocks beyond chance, and 10%."""
    prior = _WANDER**2
    squares = sum(mean * mean for _, mean in past)
    if len(past) < 2 or squares <= 0:
        return prior
    excess = sum((count - mean) ** 2 - spread * mean * (1 - 1 / len(past)) for count, mean in past) / squares
    sampling, doubt = 2 * spread * spread / squares + 2 * prior**2 / len(past), prior**2
    learned = (excess / sampling + prior / doubt) / (1 / sampling + 1 / doubt)
    return min(0.25, max(0.0, learned))


def blocks(counts: Sequence[float], expected: Sequence[float]) -> list[tuple[float, float]]:
    """Sum counts and expectations by ten days, for `strongest_fall`; what is left over at the beginning is left out."""
    begin = len(counts) % _BLOCK_DAYS
    return [
        (sum(counts[at : at + _BLOCK_DAYS]), sum(expected[at : at + _BLOCK_DAYS]))
        for at in range(begin, len(counts), _BLOCK_DAYS)
    ]


def is_clearly_over(counts: Sequence[float], expected: Sequence[float]) -> bool:
    """Return whether the last days, five to fourteen of them, say that results come at their old rate again."""
    total, awaited = 0.0, 0.0
    for days, (count, mean) in enumerate(zip(reversed(counts), reversed(expected), strict=True), start=1):
        total, awaited = total + count, awaited + mean
        if days in _CLOSING_DAYS and total * _LOG - awaited * _DRIFT >= _CLEARLY:
            return True
    return False


@dataclass(frozen=True, slots=True)
class Drift:
    """How far a period's days are from their plan: by how much of its limit, above and below."""

    over: float
    under: float


def drift(
    days: Sequence[tuple[float, float, float]], total_deviation: float, chance: float, length: int, shift: float
) -> Drift:
    """Test a period's days so far against their plan, at a `chance` of a false alarm in the whole period.

    Each day is (value, plan, standard deviation), in one unit; `total_deviation` is that of the period's sum, `length`
    its number of days, `shift` the share off plan that the CUSUM sees soonest.
    """
    if not days or total_deviation <= 0:
        return Drift(0.0, 0.0)
    limit_of_sum = NormalDist().inv_cdf(1 - chance / 8) * total_deviation  # P(max) ≈ 4·(1 − Φ), for half the chance
    total = over = under = 0.0
    information = 0.0
    for value, plan, deviation in days:
        if deviation <= 0:
            continue
        off = min(3.0, max(-3.0, (value - plan) / deviation))  # one odd day says little of the next
        step = shift * plan / deviation
        total += value - plan
        over = max(0.0, over + step * off - step * step / 2)
        under = max(0.0, under - step * off - step * step / 2)
        information += step * step / 2
    information /= len(days)
    if information <= 0:
        return Drift(0.0, 0.0)
    half = chance / 2
    limit = cusum_limit(information, sqrt(2 * information), -length / log(1 - half) * 2)  # two sides share it
    limit = max(0.5, limit)
    return Drift(
        max(total / limit_of_sum, over / limit),
        max(-total / limit_of_sum, under / limit),
    )


def chance_in(days: int, false_alarms: float) -> float:
    """Return the chance of a false alarm in a period of so many days, at a rate a year; 0.5 at most."""
    return min(0.5, 1 - exp(-false_alarms * days / YEAR))
