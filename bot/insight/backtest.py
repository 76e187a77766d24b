"""What came of what would have been said: how much it was, whom it warned of, whom for nothing.

Belongs here: counting over replays. Never here: the replaying (`replay`), or words.

A client counts as warned of when it was in the digest's list at some time in its last HORIZON_DAYS. A breach is right
when its client left within HORIZON_DAYS of its opening. Whether it was can be told only of breaches that opened at
least so long before the replay's end; the others are too early to tell, whatever their clients did: to count those
alone that left already would flatter the rules.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import median

from bot.insight.history import History, portfolio
from bot.insight.replay import Replayed, Span, Spell, replay
from bot.messaging.nudges import A_DAY
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
    judged: Span
    by_policy: Mapping[str, Replayed]
    interruptions: Mapping[str, tuple[date, ...]]
    """The working days on which something of it newly turned red, by policy."""


@dataclass(frozen=True, slots=True)
class Load:
    """What one member would have heard."""

    member: str
    clients: int
    opened: int
    a_week: float
    busiest: int
    interruptions: int
    """At most: of what turned red on a working day, as many as the day's cap lets through."""
    weeks: Mapping[date, int]
    """Breaches opened, by the week's Monday."""


@dataclass(frozen=True, slots=True)
class Left:
    """A client that left, and its last unbroken spell in the digest, and as red; None where it ended too long before.

    `warned_days` before it left that spell began, `warned_until_days` before it ended: 1 is the last day there was.
    """

    client: str
    name: str
    owner: str
    left_on: date
    warned_days: int | None
    warned_until_days: int | None
    red_days: int | None
    red_until_days: int | None
    signals: tuple[str, ...]
    """What was open in its last HORIZON_DAYS."""


@dataclass(frozen=True, slots=True)
class Stayed:
    """A client that stayed, and on how many days it was told of."""

    client: str
    name: str
    owner: str
    days: int
    flagged_days: int
    red_days: int


@dataclass(frozen=True, slots=True)
class Score:
    """How one signal's breaches came true."""

    signal: str
    opened: int
    right: int
    wrong: int
    too_early: int
    precision: float | None
    """Right ÷ (right + wrong)."""
    lift: float | None
    """Precision ÷ the share of all client-days that were followed by leaving: 1 is chance."""
    left_with: int
    """Clients that left with it open in their last HORIZON_DAYS."""
    recall: float | None
    """That, as a share of the clients that left."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one policy."""

    policy: str
    members: tuple[Load, ...]
    """By name; everybody together last."""
    left: tuple[Left, ...]
    stayed: tuple[Stayed, ...]
    signals: tuple[Score, ...]
    warned: int
    """Of those that left."""
    warned_days: float | None
    """The median of those warned of."""
    chance: float | None
    """The share of those that stayed that were in the digest at some time of any HORIZON_DAYS: what `warned` would
    come to if the rules knew nothing."""


@dataclass(frozen=True, slots=True)
class Backtest:
    """Policies side by side over the same past."""

    first_on: date
    last_on: date
    horizon_days: int
    clients: int
    left: int
    leaving_rate: float | None
    """The share of client-days that were followed by leaving within the horizon."""
    undated: int
    """Lost clients of whom nobody knows when they left: they are left out."""
    policies: tuple[Verdict, ...]


def case_of(history: History, policies: Mapping[str, Policy], days: Span) -> Case | None:
    """Play policies over a client's past; None where there was no client to judge on any of the days."""
    by_policy = {name: replay(history, policy, days) for name, policy in policies.items()}
    played = {name: replayed for name, replayed in by_policy.items() if replayed}
    if not played:
        return None
    return Case(
        client=history.key,
        name=history.name,
        owner=history.owner,
        left_on=history.left_on if history.left_on and history.left_on <= days.last else None,
        judged=next(iter(played.values())).judged,
        by_policy=played,
        interruptions={name: tuple(_interruptions(history, each.spells)) for name, each in played.items()},
    )


def _interruptions(history: History, spells: Iterable[Spell]) -> list[date]:
    reddened = {spell.red_on for spell in spells if spell.red_on and (spell.said or spell.red_on > spell.span.first)}
    calendar = [(day, portfolio(history, day)) for day in sorted(reddened)]
    return [day for day, place in calendar if is_workday(day, place.weekend, place.holidays)]


def sum_up(cases: Sequence[Case], policies: Iterable[str], days: Span, undated: int = 0) -> Backtest:
    """Count what came of each policy."""
    rate = _leaving_rate(cases, days)
    return Backtest(
        first_on=days.first,
        last_on=days.last,
        horizon_days=HORIZON_DAYS,
        clients=len(cases),
        left=sum(case.left_on is not None for case in cases),
        leaving_rate=rate,
        undated=undated,
        policies=tuple([_verdict(cases, name, days, rate) for name in policies]),
    )


def _verdict(cases: Sequence[Case], name: str, days: Span, rate: float | None) -> Verdict:
    left = [_left(case, case.left_on, case.by_policy[name]) for case in cases if case.left_on]
    stayed = [case for case in cases if not case.left_on]
    warnings = [each.warned_days for each in left if each.warned_days is not None]
    return Verdict(
        policy=name,
        members=tuple(_members(cases, name, days)),
        left=tuple(sorted(left, key=lambda each: each.left_on)),
        stayed=tuple(sorted((_stayed(case, case.by_policy[name]) for case in stayed), key=_by_days)),
        signals=tuple(_scores(cases, name, days, rate)),
        warned=len(warnings),
        warned_days=median(warnings) if warnings else None,
        chance=_chance(stayed, name),
    )


def _members(cases: Sequence[Case], name: str, days: Span) -> list[Load]:
    owners: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        owners[case.owner or "nobody"].append(case)
    each = [_load(owner, theirs, name, days) for owner, theirs in sorted(owners.items())]
    together = _load("all together", cases, name, days)
    kept = sum(load.interruptions for load in each)
    return [*each, replace(together, interruptions=kept)]


def _load(member: str, cases: Sequence[Case], name: str, days: Span) -> Load:
    opened = [spell.span.first for case in cases for spell in case.by_policy[name].spells if spell.said]
    weeks = Counter(day - timedelta(days=day.weekday()) for day in opened)
    reddened = Counter(day for case in cases for day in case.interruptions[name])
    return Load(
        member=member,
        clients=len(cases),
        opened=len(opened),
        a_week=7 * len(opened) / _length(days),
        busiest=max(weeks.values(), default=0),
        interruptions=sum(min(A_DAY, count) for count in reddened.values()),
        weeks=dict(sorted(weeks.items())),
    )


def _left(case: Case, left_on: date, replayed: Replayed) -> Left:
    lately = left_on - timedelta(days=HORIZON_DAYS)
    open_lately = sorted({spell.signal for spell in replayed.spells if spell.span.last >= lately})
    (warned, warned_until), (red, red_until) = (_before(spans, left_on) for spans in (replayed.flagged, replayed.red))
    told = (warned, warned_until, red, red_until)
    return Left(case.client, case.name, case.owner, left_on, *told, tuple(open_lately))


def _before(spans: Sequence[Span], left_on: date) -> tuple[int, int] | tuple[None, None]:
    """Give how many days before a client left its last spell began and ended; None where that was too long before."""
    if not spans or spans[-1].last < left_on - timedelta(days=HORIZON_DAYS):
        return None, None
    return (left_on - spans[-1].first).days, (left_on - spans[-1].last).days


def _stayed(case: Case, replayed: Replayed) -> Stayed:
    flagged, red = (sum(_length(span) for span in spans) for spans in (replayed.flagged, replayed.red))
    return Stayed(case.client, case.name, case.owner, _length(case.judged), flagged, red)


def _by_days(stayed: Stayed) -> tuple[int, int, str]:
    return (-stayed.red_days, -stayed.flagged_days, stayed.client)


def _chance(stayed: Sequence[Case], name: str) -> float | None:
    """Give the share of the stretches of HORIZON_DAYS in which a client that stayed was in the digest at some time."""
    stretches = silent = 0
    for case in stayed:
        first_end = case.judged.first + timedelta(days=HORIZON_DAYS - 1)
        ends = {first_end + timedelta(days=n) for n in range((case.judged.last - first_end).days + 1)}
        stretches += len(ends)
        for span in case.by_policy[name].flagged:
            reaches = _length(span) + HORIZON_DAYS - 1
            ends -= {span.first + timedelta(days=n) for n in range(reaches)}
        silent += len(ends)
    return 1 - silent / stretches if stretches else None


def _scores(cases: Sequence[Case], name: str, days: Span, rate: float | None) -> list[Score]:
    """Score each signal that opened a breach, the most frequent first."""
    spells: dict[str, list[tuple[Case, Spell]]] = defaultdict(list)
    for case in cases:
        for spell in case.by_policy[name].spells:
            spells[spell.signal].append((case, spell))
    left = sum(case.left_on is not None for case in cases)
    found = [_score(signal, theirs, days, rate, left) for signal, theirs in spells.items()]
    return sorted(found, key=lambda score: (-score.opened, score.signal))


def _score(signal: str, spells: Sequence[tuple[Case, Spell]], days: Span, rate: float | None, left: int) -> Score:
    said = [(case, spell.span.first) for case, spell in spells if spell.said]
    told = [_leaves(case, day) for case, day in said if day <= _decided(days)]
    left_with = {
        case.client
        for case, spell in spells
        if case.left_on and spell.span.last >= case.left_on - timedelta(days=HORIZON_DAYS)
    }
    precision = sum(told) / len(told) if told else None
    return Score(
        signal=signal,
        opened=len(said),
        right=sum(told),
        wrong=len(told) - sum(told),
        too_early=len(said) - len(told),
        precision=precision,
        lift=precision / rate if precision is not None and rate else None,
        left_with=len(left_with),
        recall=len(left_with) / left if left else None,
    )


def _leaving_rate(cases: Sequence[Case], days: Span) -> float | None:
    total = leaving = 0
    for case in cases:
        last = min(case.judged.last, _decided(days))
        total += max(0, (last - case.judged.first).days + 1)
        if case.left_on:
            first = max(case.judged.first, case.left_on - timedelta(days=HORIZON_DAYS))
            leaving += max(0, (last - first).days + 1)
    return leaving / total if total else None


def _leaves(case: Case, day: date) -> bool:
    return case.left_on is not None and (case.left_on - day).days <= HORIZON_DAYS


def _decided(days: Span) -> date:
    """Give the last day of which it is known whether it was followed by leaving within the horizon."""
    return days.last - timedelta(days=HORIZON_DAYS)


def _length(span: Span) -> int:
    return (span.last - span.first).days + 1
