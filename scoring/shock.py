"""A day or an hour far out of its own rhythm: a series of values in, a score for each out, without looking ahead.

Belongs here: telling an unusual point of one regular series from its ordinary ups and downs. Never here: what the
series is, what a shock means for a client, or how it is put into words (`scoring.signals`).

For each point, from it and the past alone:

- rhythm: the median at the same time of day in the last 21 days, including the two neighbouring points on either side
  (for daily values: the same weekday in the last 21 weeks; series with still longer spacing have no rhythm);
- residual: ln((value + e) / (rhythm + e)), with e a fifth of the mean over that time, so that small numbers stay calm;
- distance: the residual less the last day's median residual (a new level does not stay a shock), in robust standard
  deviations (interquartile range / 1.349, and 5% more) of the residuals of the last 28 days. A dip counts half, since
  small volumes fall far in logarithms by themselves;
- score: z / √(2 + z²), which is 1 less the two-sided tail of Student's t with two degrees of freedom (heavy-tailed, as
  prices are); and 0 unless the distance is the greatest of the last day: a shock is reported once.

For daily values read weeks for days. The constants, one set for all series, and `SHOCK` lie in the middle of a plateau
of the realAdExchange data of the Numenta Anomaly Benchmark by its own scorer: `tests/benchmarks/shock.py` shows the
whole curve, and how often ordinary daily series are told (`threshold`).
"""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from math import inf, log, sqrt

SHOCK = 0.933
"""The score from which on a point is a shock: 3.7 robust standard deviations."""

_RHYTHM_CYCLES = 21  # days, or weeks for daily values, from which the rhythm is taken
_SPREAD_CYCLES = 28  # from which the ordinary size of the residuals is taken
_WARM_UP_CYCLES = 2  # of residuals before a point can be called unusual
_WARM_UP_POINTS = 12  # and at least so many
_FEWEST = 3  # values that make a rhythm
_NEIGHBOURS = 2  # on either side, where a cycle has more than 12 points
_CALM = 0.2
_LEAST_SPREAD = 0.05  # 5%: what nobody would call a shock, however even the series
_DIP = 0.5
_HOUR = 3600.0
_ONE_A_YEAR, _RARER = 2.45, 0.27  # deviations that an ordinary day passes once a year, and what e times rarer adds
_RARER_OF_FEW = 0.48  # that it adds besides where results are few
_FEW_A_DAY = 12


def shock(values: Sequence[float], timestamps: Sequence[datetime]) -> list[float]:
    """Score each value, 0 to 1, by how far it is out of the series' own rhythm; from `SHOCK` on it is a shock.

    `timestamps`, one for each value, ascend at a regular spacing; gaps are allowed. The first points score 0: a rhythm
    takes three values at the same point of the cycle, and how far the series strays from it two more cycles. A negative
    value counts as 0. The formula is this module's.

    Raises ValueError where the lengths differ or the timestamps do not ascend.
    """
    return [abs(score) for score in _scores(values, timestamps)]


def rise(values: Sequence[float], timestamps: Sequence[datetime]) -> float:
    """Score the last value as `shock` does, where it lies above the rhythm; 0 for a dip, and without values."""
    return max([0.0, *_scores(values, timestamps)[-1:]])


def threshold(false_alarms_a_year: float, results_a_day: float = inf) -> float:
    """Return the score above which an ordinary daily series rises so many times a year, by chance alone.

    Measured on daily values with a weekday's rhythm, a level that strays and a noise of 10 to 30%, at rates from 0.1 to
    5 a year (`tests/benchmarks/shock.py`). A cost per result strays further the fewer `results_a_day` it is divided by;
    up to 12 a day are read alike, as the worst of them. The distance is, with few = the lesser of 1 and 12 results ÷
    `results_a_day`: 2.45 × (1 + few) − (0.27 + 0.48 × few) × ln(rate), never below 1.

    Raises ValueError where the rate is not above 0.
    """
    if false_alarms_a_year <= 0:
        raise ValueError("a rate of false alarms is above 0")
    few = min(1.0, _FEW_A_DAY / results_a_day) if results_a_day > 0 else 1.0
    rarer = _RARER + _RARER_OF_FEW * few
    return _score(max(1.0, _ONE_A_YEAR * (1 + few) - rarer * log(false_alarms_a_year)))


def _scores(values: Sequence[float], timestamps: Sequence[datetime]) -> list[float]:
    """Return the scores, those of dips below 0."""
    if len(values) != len(timestamps):
        raise ValueError("each value needs its timestamp")
    if len(values) <= _WARM_UP_POINTS:
        return [0.0] * len(values)
    slots, season = _grid(timestamps)
    residuals = _residuals([max(0.0, value) for value in values], slots, season)
    return _scored_once(_distances(residuals, slots, season), slots, season)


def _grid(timestamps: Sequence[datetime]) -> tuple[list[int], int]:
    """Return each timestamp's number on the series' grid, and how many of the grid's points make a cycle.

    The spacing is the median of the first few, so that later points never change the scores of earlier ones.
    """
    hours = [(moment - timestamps[0]).total_seconds() / _HOUR for moment in timestamps]
    first = hours[: _WARM_UP_POINTS + 1]
    spacing = sorted(b - a for a, b in pairwise(first))[_WARM_UP_POINTS // 2]
    if spacing <= 0:
        raise ValueError("timestamps must ascend")
    cycle = 24.0 if spacing <= 12 else 7 * 24.0 if spacing <= 3.5 * 24 else spacing
    return [round(hour / spacing) for hour in hours], max(1, round(cycle / spacing))


def _residuals(values: list[float], slots: list[int], season: int) -> list[float | None]:
    """Return each value's logarithmic distance from its rhythm; None where no rhythm is known."""
    near = _NEIGHBOURS if season > 12 else 0
    seen: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
    sums = [0.0]
    begin = 0
    found: list[float | None] = []
    for i, (slot, value) in enumerate(zip(slots, values, strict=True)):
        earliest = slot - _RHYTHM_CYCLES * season - near
        while slots[begin] < earliest:
            begin += 1
        past = [
            before
            for offset in range(-near, near + 1)
            for at, before in seen[(slot + offset) % season][-_RHYTHM_CYCLES - 1 :]
            if earliest <= at < slot - near
        ]
        calm = _CALM * (sums[i] - sums[begin]) / (i - begin) if i > begin else 0.0
        known = len(past) >= _FEWEST and calm > 0
        found.append(log((value + calm) / (_median(sorted(past)) + calm)) if known else None)
        seen[slot % season].append((slot, value))
        sums.append(sums[-1] + value)
    return found


def _distances(residuals: list[float | None], slots: list[int], season: int) -> list[float]:
    """Return each residual's distance from the last cycle's median, in robust standard deviations, a dip's halved."""
    warm = max(_WARM_UP_POINTS, _WARM_UP_CYCLES * season)
    known: list[tuple[int, float]] = []
    ordered: list[float] = []  # the residuals of the last cycles, by size
    begin = 0
    found = []
    for slot, residual in zip(slots, residuals, strict=True):
        if residual is None:
            found.append(0.0)
            continue
        while begin < len(known) and known[begin][0] < slot - _SPREAD_CYCLES * season:
            del ordered[bisect_left(ordered, known[begin][1])]
            begin += 1
        distance = 0.0
        if len(ordered) >= warm:
            quarter = len(ordered) // 4
            spread = (ordered[~quarter] - ordered[quarter]) / 1.349 + _LEAST_SPREAD
            latest = known[bisect_left(known, (slot - season, float("-inf"))) :]
            level = _median(sorted(before for _, before in latest)) if latest else 0.0
            distance = (residual - level) / spread
        found.append(distance if distance > 0 else distance * _DIP)
        known.append((slot, residual))
        insort(ordered, residual)
    return found


def _scored_once(distances: list[float], slots: list[int], season: int) -> list[float]:
    """Turn each distance into a score, and into 0 where it is not the greatest of the last cycle."""
    scores = []
    for i, distance in enumerate(distances):
        begin = bisect_left(slots, slots[i] - season, 0, i)
        greatest = max(map(abs, distances[begin:i]), default=0.0)
        scores.append(_score(distance) if abs(distance) > greatest else 0.0)
    return scores


def _score(distance: float) -> float:
    return distance / sqrt(2 + distance * distance)


def _median(ordered: list[float]) -> float:
    middle = len(ordered) // 2
    return (ordered[middle] + ordered[~middle]) / 2
