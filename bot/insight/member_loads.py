"""How much each member would have heard under a policy."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.insight.cases import Case
from bot.insight.replay import DateRange
from bot.messaging.nudges import MAX_PER_DAY


@dataclass(frozen=True, slots=True)
class MemberLoad:
    """How much one member would have heard."""

    member: str
    clients: int
    opened: int
    """Breaches announced."""
    a_week: float
    busiest: int
    """Breaches announced in the busiest week."""
    interruptions: int
    """At most: the breaches that turned red on a working day, as far as the daily cap lets them through."""
    weeks: Mapping[date, int]
    """Breaches announced, by the week's Monday."""


def measure_member_loads(cases: Sequence[Case], policy: str, days: DateRange) -> list[MemberLoad]:
    """Measure the load of each member, by name, and of all together, last."""
    by_owner: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        by_owner[case.owner or "nobody"].append(case)
    each = [_measure(owner, owned, policy, days) for owner, owned in sorted(by_owner.items())]
    total = _measure("all together", cases, policy, days)
    return [*each, replace(total, interruptions=sum(load.interruptions for load in each))]


def _measure(member: str, cases: Sequence[Case], policy: str, days: DateRange) -> MemberLoad:
    opened = [breach.days.first for case in cases for breach in case.by_policy[policy].breaches if breach.announced]
    weeks = Counter(day - timedelta(days=day.weekday()) for day in opened)
    interruptions = Counter(day for case in cases for day in case.interruptions[policy])
    return MemberLoad(
        member=member,
        clients=len(cases),
        opened=len(opened),
        a_week=7 * len(opened) / days.length_days,
        busiest=max(weeks.values(), default=0),
        interruptions=sum(min(MAX_PER_DAY, count) for count in interruptions.values()),
        weeks=dict(sorted(weeks.items())),
    )
