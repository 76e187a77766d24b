"""A client's past under several policies: what a backtest counts.

Whether a breach came true is known only of breaches that opened at least HORIZON_DAYS before the end of the replay. For
later ones it is too early to tell, even where the client has left already: counting only those would flatter the rules.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.insight.history import ClientHistory, portfolio_as_of
from bot.insight.replay import DateRange, Replay, ReplayedBreach, replay_policy
from scoring.dates import is_workday
from scoring.policy import Policy

HORIZON_DAYS = 60
"""How long before a client leaves a warning is of use, and how long a breach has to come true."""


@dataclass(frozen=True, slots=True)
class Case:
    """A client's past under each policy, without the records that it was made from."""

    client: str
    """Its external id."""
    name: str
    owner: str
    left_on: date | None
    assessed: DateRange
    by_policy: Mapping[str, Replay]
    interruptions: Mapping[str, tuple[date, ...]]
    """The working days on which one of its breaches turned red, by policy."""

    def leaves_within_horizon(self, day: date) -> bool:
        """Whether the client left within HORIZON_DAYS of a day."""
        return self.left_on is not None and (self.left_on - day).days <= HORIZON_DAYS


def build_case(history: ClientHistory, policies: Mapping[str, Policy], days: DateRange) -> Case | None:
    """Replay policies over a client's past; None where there was no client to assess on any of the days."""
    replays = {name: replay_policy(history, policy, days) for name, policy in policies.items()}
    by_policy = {name: replay for name, replay in replays.items() if replay}
    if not by_policy:
        return None
    return Case(
        client=history.external_id,
        name=history.name,
        owner=history.owner,
        left_on=history.left_on if history.left_on and history.left_on <= days.last else None,
        assessed=next(iter(by_policy.values())).assessed,
        by_policy=by_policy,
        interruptions={name: tuple(_interruptions(history, replay.breaches)) for name, replay in by_policy.items()},
    )


def _interruptions(history: ClientHistory, breaches: Iterable[ReplayedBreach]) -> list[date]:
    red_days = {
        breach.red_on
        for breach in breaches
        if breach.red_on and (breach.announced or breach.red_on > breach.days.first)
    }
    portfolios = [(day, portfolio_as_of(history, day)) for day in sorted(red_days)]
    return [day for day, portfolio in portfolios if is_workday(day, portfolio.weekend, portfolio.holidays)]


def last_decided_day(days: DateRange) -> date:
    """Return the last day of which it is known whether a client left within the horizon."""
    return days.last - timedelta(days=HORIZON_DAYS)
