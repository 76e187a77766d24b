"""Replays a policy over a client's past, day by day, with what was known on each.

Whether something is open already is a fact of the next day: it is carried from day to day.

Here is what would have been announced, and when. Never here: whether it was of any use (`backtest`).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.insight.change_days import find_change_days
from bot.insight.history import ClientHistory, assessment_time, facts_as_of, portfolio_as_of
from bot.judging.facts import RESOLVED_DAYS
from scoring.assess import assess, breaches_after
from scoring.assessment import Assessment
from scoring.dates import local_day
from scoring.facts import Client as ClientFacts
from scoring.facts import KnownBreach
from scoring.policy import Policy
from scoring.vocabulary import Kind

REPLAYED_DAYS = 60
"""How many days before a moment a replay begins that finds what was open by then."""
Breaches = Mapping[str, KnownBreach]
"""By the signal's key, as in a client's facts."""
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
    return ((day, assessment) for day, assessment, _ in _carry_from_day_to_day(history, policy, days))


def replay_open_breaches(history: ClientHistory, policy: Policy, day: date) -> Breaches:
    """Return what would have been open, or resolved lately, on a day: found on each of the days before it, in turn."""
    assessed = find_assessable_days(history, DateRange(day - timedelta(days=REPLAYED_DAYS), day - _DAY))
    known: Breaches = {}
    for _, _, after in _carry_from_day_to_day(history, policy, assessed) if assessed else ():
        known = after
    return still_known(known, day)


def still_known(breaches: Breaches, day: date) -> Breaches:
    """Return the breaches that are a fact on a day: those that are open, or were resolved lately."""
    since = day - timedelta(days=RESOLVED_DAYS)
    return {key: each for key, each in breaches.items() if each.resolved_on is None or each.resolved_on >= since}


def _carry_from_day_to_day(
    history: ClientHistory, policy: Policy, days: DateRange
) -> Iterator[tuple[date, Assessment, Breaches]]:
    """Assess a client on each day, with the breaches of the day before as facts; with those that are known after it."""
    change_days = find_change_days(history)
    facts: ClientFacts | None = None
    assessment: Assessment | None = None
    changes_on: date | None = None
    known: Breaches = {}
    for offset in range(days.length_days):
        day = days.first + offset * _DAY
        known = still_known(known, day)
        is_due = day in change_days or (changes_on is not None and day >= changes_on)
        if facts is None or assessment is None or is_due or known != facts.breaches:
            facts = facts_as_of(history, day, known)
            assessment = assess(facts, portfolio_as_of(history, day), policy, assessment_time(history, day))
            next_change_at = assessment.next_change_at
            changes_on = local_day(next_change_at, history.client.zone) if next_change_at else None
            known = breaches_after(facts, assessment)
        yield day, assessment, known


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
