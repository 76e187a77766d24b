"""The result of a backtest: policies side by side over the same past.

Here replays are summarized. Never here: replaying (`replay`), or words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from bot.insight.cases import HORIZON_DAYS, Case
from bot.insight.client_outcomes import (
    LostClient,
    RetainedClient,
    chance_of_warning,
    describe_lost_clients,
    describe_retained_clients,
)
from bot.insight.member_loads import MemberLoad, measure_member_loads
from bot.insight.replay import DateRange
from bot.insight.signal_scores import SignalScore, measure_leaving_rate, score_signals


@dataclass(frozen=True, slots=True)
class PolicyResult:
    """The result of one policy. The names of its fields are those of `backtest --json`."""

    policy: str
    members: tuple[MemberLoad, ...]
    """By name; everybody together last."""
    left: tuple[LostClient, ...]
    stayed: tuple[RetainedClient, ...]
    signals: tuple[SignalScore, ...]
    warned: int
    """Of those that left."""
    warned_days: float | None
    """The median of those warned of."""
    chance: float | None
    """Of the clients that stayed, the share that was in the digest at some time of any HORIZON_DAYS: what `warned`
    would come to if the rules knew nothing."""


@dataclass(frozen=True, slots=True)
class Backtest:
    """Policies side by side over the same past. The names of its fields are those of `backtest --json`."""

    first_on: date
    last_on: date
    horizon_days: int
    clients: int
    left: int
    leaving_rate: float | None
    """The share of client-days that were followed by leaving within the horizon."""
    undated: int
    """Lost clients left out because nobody knows when they left."""
    policies: tuple[PolicyResult, ...]


def summarize_cases(cases: Sequence[Case], policies: Iterable[str], days: DateRange, undated: int = 0) -> Backtest:
    """Summarize the cases under each of the policies, given by name."""
    leaving_rate = measure_leaving_rate(cases, days)
    return Backtest(
        first_on=days.first,
        last_on=days.last,
        horizon_days=HORIZON_DAYS,
        clients=len(cases),
        left=sum(case.left_on is not None for case in cases),
        leaving_rate=leaving_rate,
        undated=undated,
        policies=tuple([_summarize_policy(cases, policy, days, leaving_rate) for policy in policies]),
    )


def _summarize_policy(cases: Sequence[Case], policy: str, days: DateRange, leaving_rate: float | None) -> PolicyResult:
    left = describe_lost_clients(cases, policy)
    warned_days = [client.warned_days for client in left if client.warned_days is not None]
    return PolicyResult(
        policy=policy,
        members=tuple(measure_member_loads(cases, policy, days)),
        left=tuple(left),
        stayed=tuple(describe_retained_clients(cases, policy)),
        signals=tuple(score_signals(cases, policy, days, leaving_rate)),
        warned=len(warned_days),
        warned_days=median(warned_days) if warned_days else None,
        chance=chance_of_warning(cases, policy),
    )
