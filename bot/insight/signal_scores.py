"""How often the alarms of each signal came true; to-dos announce nothing.

An alarm came true when its client left within HORIZON_DAYS of its opening.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.insight.cases import HORIZON_DAYS, Case, last_decided_day
from bot.insight.replay import DateRange, ReplayedBreach


@dataclass(frozen=True, slots=True)
class SignalScore:
    """How often one signal's breaches came true."""

    signal: str
    opened: int
    right: int
    wrong: int
    too_early: int
    """Opened too late in the replay to tell."""
    precision: float | None
    """Right ÷ (right + wrong)."""
    lift: float | None
    """Precision ÷ the leaving rate: 1 is chance."""
    left_with: int
    """Clients that left with it open in their last HORIZON_DAYS."""
    recall: float | None
    """`left_with` ÷ the clients that left."""


def score_signals(cases: Sequence[Case], policy: str, days: DateRange, leaving_rate: float | None) -> list[SignalScore]:
    """Score each signal that opened a breach, the most frequent first."""
    by_signal: dict[str, list[tuple[Case, ReplayedBreach]]] = defaultdict(list)
    for case in cases:
        for breach in case.by_policy[policy].alarms:
            by_signal[breach.signal].append((case, breach))
    left = sum(case.left_on is not None for case in cases)
    scores = [_score_signal(signal, breaches, days, leaving_rate, left) for signal, breaches in by_signal.items()]
    return sorted(scores, key=lambda score: (-score.opened, score.signal))


def _score_signal(
    signal: str, breaches: Sequence[tuple[Case, ReplayedBreach]], days: DateRange, leaving_rate: float | None, left: int
) -> SignalScore:
    opened = [(case, breach.days.first) for case, breach in breaches if breach.announced]
    came_true = [case.leaves_within_horizon(day) for case, day in opened if day <= last_decided_day(days)]
    left_with = {
        case.client
        for case, breach in breaches
        if case.left_on and breach.days.last >= case.left_on - timedelta(days=HORIZON_DAYS)
    }
    precision = sum(came_true) / len(came_true) if came_true else None
    return SignalScore(
        signal=signal,
        opened=len(opened),
        right=sum(came_true),
        wrong=len(came_true) - sum(came_true),
        too_early=len(opened) - len(came_true),
        precision=precision,
        lift=precision / leaving_rate if precision is not None and leaving_rate else None,
        left_with=len(left_with),
        recall=len(left_with) / left if left else None,
    )


def measure_leaving_rate(cases: Sequence[Case], days: DateRange) -> float | None:
    """Return the share of client-days that were followed by leaving within the horizon; None where there are none."""
    total = leaving = 0
    for case in cases:
        last = min(case.assessed.last, last_decided_day(days))
        total += max(0, (last - case.assessed.first).days + 1)
        if case.left_on:
            first = max(case.assessed.first, case.left_on - timedelta(days=HORIZON_DAYS))
            leaving += max(0, (last - first).days + 1)
    return leaving / total if total else None
