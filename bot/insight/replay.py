"""Replays a policy over a client's past, day by day, with what was known on each.

Here is what would have been announced, and when. Never here: whether it was of any use (`backtest`).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.insight.history import ClientHistory, assessment_time, facts_as_of, find_change_days, portfolio_as_of
from scoring.assess import assess
from scoring.assessment import Assessment
from scoring.dates import local_day
from scoring.policy import Policy
from scoring.vocabulary import Kind

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DateRange:
    """Consecutive days, both ends included."""

    first: date
    last: date

    @property
    def length_days(self) -> int:
        """The number of days."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class ReplayedBreach:
    """A breach, and the days on which it was open."""

    signal: str
    subject: str
    days: DateRange
    red_on: date | None
    """The first day on which it was red."""
    announced: bool
    """Whether it opened within the replay and is an alarm; one that was open when the replay began was announced
    before."""
    kind: Kind = "alarm"


@dataclass(frozen=True, slots=True)
class Replay:
    """What would have been said of a client under one policy."""

    assessed: DateRange
    breaches: tuple[ReplayedBreach, ...]
    """By their first day."""
    flagged: tuple[DateRange, ...]
    """When it was in the digest's list: days with an open alarm."""
    red: tuple[DateRange, ...]
    """When its colour was red."""

    @property
    def alarms(self) -> tuple[ReplayedBreach, ...]:
        """The breaches that are alarms."""
        return tuple([breach for breach in self.breaches if breach.kind == "alarm"])


def assess_each_day(history: ClientHistory, policy: Policy, days: DateRange) -> Iterator[tuple[date, Assessment]]:
    """Assess a client on each day; where nothing came in and nothing ran out, the day before's assessment holds."""
    change_days = find_change_days(history)
    assessment: Assessment | None = None
    changes_on: date | None = None
    for offset in range(days.length_days):
        day = days.first + offset * _DAY
        if assessment is None or day in change_days or (changes_on and day >= changes_on):
            facts, portfolio = facts_as_of(history, day), portfolio_as_of(history, day)
            assessment = assess(facts, portfolio, policy, assessment_time(history, day))
            next_change_at = assessment.next_change_at
            changes_on = local_day(next_change_at, history.client.zone) if next_change_at else None
        yield day, assessment


def find_assessable_days(history: ClientHistory, days: DateRange) -> DateRange | None:
    """Return the part of a range in which there was a client to assess; None where there was not one."""
    starts_on, left_on = history.starts_on, history.left_on
    if starts_on is None or (history.client.status == "lost" and left_on is None):
        return None
    first, last = max(days.first, starts_on), min(days.last, left_on - _DAY) if left_on else days.last
    return DateRange(first, last) if first <= last else None


def replay_policy(history: ClientHistory, policy: Policy, days: DateRange) -> Replay | None:
    """Replay a policy over a range of a client's past; None where there was no client to assess."""
    assessed = find_assessable_days(history, days)
    if assessed is None:
        return None
    open_days: dict[tuple[str, str, Kind], list[date]] = defaultdict(list)
    red_breach_days: dict[tuple[str, str, Kind], list[date]] = defaultdict(list)
    flagged: list[date] = []
    red: list[date] = []
    for day, assessment in assess_each_day(history, policy, assessed):
        for signal in assessment.breaches:
            open_days[signal.name, signal.subject, signal.kind].append(day)
            if signal.level == "red":
                red_breach_days[signal.name, signal.subject, signal.kind].append(day)
        if assessment.alarms:
            flagged.append(day)
        if assessment.colour == "red":
            red.append(day)
    started_before = history.starts_on is not None and history.starts_on < assessed.first
    breaches = [
        ReplayedBreach(
            signal=key[0],
            subject=key[1],
            days=opened,
            red_on=next((day for day in red_breach_days[key] if opened.first <= day <= opened.last), None),
            announced=key[2] == "alarm" and (opened.first > assessed.first or not started_before),
            kind=key[2],
        )
        for key, days_open in open_days.items()
        for opened in group_into_ranges(days_open)
    ]
    return Replay(
        assessed=assessed,
        breaches=tuple(sorted(breaches, key=lambda breach: breach.days.first)),
        flagged=tuple(group_into_ranges(flagged)),
        red=tuple(group_into_ranges(red)),
    )


def group_into_ranges(days: Sequence[date]) -> Iterator[DateRange]:
    """Group ascending days into ranges of consecutive ones."""
    start = 0
    for index in range(1, len(days) + 1):
        if index == len(days) or days[index] - days[index - 1] > _DAY:
            yield DateRange(days[start], days[index - 1])
            start = index
