"""A policy played over a client's past, day by day, with what was known on each.

Belongs here: what would have been said, and when. Never here: whether it was any use (`backtest`).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.insight.history import History, cut, judged_at, news, portfolio
from scoring.assess import assess
from scoring.assessment import Assessment
from scoring.dates import local_day
from scoring.policy import Policy

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Days without a gap, both ends among them."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Spell:
    """A breach from the day it opened to the last day on which it was open."""

    signal: str
    subject: str
    span: Span
    red_on: date | None
    """The first day on which it was red."""
    said: bool
    """Whether it opened within the replay; one that stood open when the replay began was said before."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What would have been said of a client from the first to the last day on which it was judged."""

    judged: Span
    spells: tuple[Spell, ...]
    flagged: tuple[Span, ...]
    """When it was in the digest's list: days with an open breach."""
    red: tuple[Span, ...]
    """When its colour was red."""


def judgements(history: History, policy: Policy, days: Span) -> Iterator[tuple[date, Assessment]]:
    """Judge a client on each of some days; where nothing came in and nothing ran out, the day before's holds."""
    arrivals = news(history)
    judged: Assessment | None = None
    changes_on: date | None = None
    for ahead in range((days.last - days.first).days + 1):
        day = days.first + ahead * _DAY
        if judged is None or day in arrivals or (changes_on and day >= changes_on):
            judged = assess(cut(history, day), portfolio(history, day), policy, judged_at(history, day))
            changes_on = local_day(judged.next_change_at, history.client.zone) if judged.next_change_at else None
        yield day, judged


def judged_days(history: History, days: Span) -> Span | None:
    """Give those of some days on which there was a client to judge; None where there was not one."""
    begins_on, left_on = history.begins_on, history.left_on
    if begins_on is None or (history.client.status == "lost" and left_on is None):
        return None
    first, last = max(days.first, begins_on), min(days.last, left_on - _DAY) if left_on else days.last
    return Span(first, last) if first <= last else None


def replay(history: History, policy: Policy, days: Span) -> Replayed | None:
    """Play a policy over some days of a client's past; None where there was no client to judge."""
    judged = judged_days(history, days)
    if judged is None:
        return None
    opened: dict[tuple[str, str], list[date]] = defaultdict(list)
    reddened: dict[tuple[str, str], list[date]] = defaultdict(list)
    flagged: list[date] = []
    red: list[date] = []
    for day, assessment in judgements(history, policy, judged):
        for signal in assessment.signals:
            if signal.state == "breach":
                opened[signal.name, signal.subject].append(day)
                if signal.level == "red":
                    reddened[signal.name, signal.subject].append(day)
                if not flagged or flagged[-1] != day:
                    flagged.append(day)
        if assessment.colour == "red":
            red.append(day)
    began_before = history.begins_on is not None and history.begins_on < judged.first
    spells = [
        Spell(
            *place,
            span,
            next((day for day in reddened[place] if span.first <= day <= span.last), None),
            said=span.first > judged.first or not began_before,
        )
        for place, those in opened.items()
        for span in spans(those)
    ]
    return Replayed(
        judged, tuple(sorted(spells, key=lambda spell: spell.span.first)), tuple(spans(flagged)), tuple(spans(red))
    )


def spans(days: Sequence[date]) -> Iterator[Span]:
    """Put rising days together where they follow each other."""
    start = 0
    for index in range(1, len(days) + 1):
        if index == len(days) or days[index] - days[index - 1] > _DAY:
            yield Span(days[start], days[index - 1])
            start = index
