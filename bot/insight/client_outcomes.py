"""What a policy would have said of the clients that left, and of those that stayed.

A client counts as warned of when it was in the digest's list at some time in its last HORIZON_DAYS.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.insight.cases import HORIZON_DAYS, Case
from bot.insight.replay import DateRange


@dataclass(frozen=True, slots=True)
class LostClient:
    """A client that left, with its last unbroken run of days in the digest, and as red.

    The run began `warned_days` and ended `warned_until_days` before the client left: 1 is its last day. Both are None
    where the run ended more than HORIZON_DAYS before.
    """

    client: str
    """Its external id."""
    name: str
    owner: str
    left_on: date
    warned_days: int | None
    warned_until_days: int | None
    red_days: int | None
    red_until_days: int | None
    signals: tuple[str, ...]
    """Those with an alarm open in its last HORIZON_DAYS."""


@dataclass(frozen=True, slots=True)
class RetainedClient:
    """A client that stayed, and on how many days it was in the digest, and red."""

    client: str
    """Its external id."""
    name: str
    owner: str
    days: int
    """On which it was assessed."""
    flagged_days: int
    red_days: int


def describe_lost_clients(cases: Sequence[Case], policy: str) -> list[LostClient]:
    """Describe the clients that left, by the day on which they did."""
    lost = [_describe_lost(case, case.left_on, policy) for case in cases if case.left_on]
    return sorted(lost, key=lambda client: client.left_on)


def _describe_lost(case: Case, left_on: date, policy: str) -> LostClient:
    replay = case.by_policy[policy]
    horizon = left_on - timedelta(days=HORIZON_DAYS)
    warned_days, warned_until_days = _last_run(replay.flagged, left_on)
    red_days, red_until_days = _last_run(replay.red, left_on)
    return LostClient(
        client=case.client,
        name=case.name,
        owner=case.owner,
        left_on=left_on,
        warned_days=warned_days,
        warned_until_days=warned_until_days,
        red_days=red_days,
        red_until_days=red_until_days,
        signals=tuple(sorted({alarm.signal for alarm in replay.alarms if alarm.days.last >= horizon})),
    )


def _last_run(ranges: Sequence[DateRange], left_on: date) -> tuple[int, int] | tuple[None, None]:
    """Return how many days before a client left its last range began and ended; None where it ended too long before."""
    if not ranges or ranges[-1].last < left_on - timedelta(days=HORIZON_DAYS):
        return None, None
    return (left_on - ranges[-1].first).days, (left_on - ranges[-1].last).days


def describe_retained_clients(cases: Sequence[Case], policy: str) -> list[RetainedClient]:
    """Describe the clients that stayed, those with the most red days and then the most days in the digest first."""
    retained = [
        RetainedClient(
            client=case.client,
            name=case.name,
            owner=case.owner,
            days=case.assessed.length_days,
            flagged_days=sum(days.length_days for days in case.by_policy[policy].flagged),
            red_days=sum(days.length_days for days in case.by_policy[policy].red),
        )
        for case in cases
        if not case.left_on
    ]
    return sorted(retained, key=lambda client: (-client.red_days, -client.flagged_days, client.client))


def chance_of_warning(cases: Sequence[Case], policy: str) -> float | None:
    """Return the share of windows of HORIZON_DAYS in which a client that stayed was in the digest at some time.

    None where there is no such window.
    """
    windows = silent = 0
    for case in cases:
        if case.left_on:
            continue
        first_end = case.assessed.first + timedelta(days=HORIZON_DAYS - 1)
        ends = {first_end + timedelta(days=n) for n in range((case.assessed.last - first_end).days + 1)}
        windows += len(ends)
        for days in case.by_policy[policy].flagged:
            ends -= {days.first + timedelta(days=n) for n in range(days.length_days + HORIZON_DAYS - 1)}
        silent += len(ends)
    return 1 - silent / windows if windows else None
