"""The rules of the month-end forecast before they were made robust, for `tests.benchmarks.forecast` to tune likewise.

The level was the last days' weighted mean, each held near their median, whatever was chance in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rules:
    """The constants, as they were."""

    half_life: float = 2.0
    odd: float = 2.0
    recent: int = 14
    even_weeks: float = 0.5


def middle(days: Sequence[float], so_far: float, ahead: int, rules: Rules) -> float:
    """Return the forecast of a period's total, as `scoring.forecast.project_total` takes its days."""
    latest_first = days[::-1]
    shares = _weekday_shares(latest_first, rules.even_weeks)
    recent = latest_first[: rules.recent]
    parts = (shares * 4)[: len(recent)]
    rates = [value / part for value, part in zip(recent, parts, strict=True)]
    half = median(rates)
    if half <= 0 or len(days) < 7:
        level = sum(recent) / sum(parts)
    else:
        weights = [part * 0.5 ** (age / rules.half_life) for age, part in enumerate(parts)]
        held = [min(max(rate, half / rules.odd), half * rules.odd) for rate in rates]
        level = sum(weight * rate for weight, rate in zip(weights, held, strict=True)) / sum(weights)
    weeks, rest = divmod(ahead, 7)
    return so_far + level * (weeks * 7 + sum(shares[7 - rest :]))


def _weekday_shares(days: Sequence[float], even_weeks: float) -> list[float]:
    weeks = [days[begin : begin + 7] for begin in range(0, len(days[:56]) - 6, 7)]
    totals = [(week, sum(week)) for week in weeks]
    parts = [[value / total for value in week] for week, total in totals if total > 0]
    medians = [max(0.0, median(values)) for values in zip(*parts, strict=True)]
    total = sum(medians)
    if total <= 0:
        return [1.0] * 7
    even = even_weeks / (len(parts) + even_weeks)
    return [value * 7 / total * (1 - even) + even for value in medians]


def median(values: Sequence[float]) -> float:
    """Return the middle of some values."""
    ordered = sorted(values)
    return (ordered[len(ordered) // 2] + ordered[~(len(ordered) // 2)]) / 2
