"""How often healthy clients are told of, and how soon troubles are. ``python -m tests.benchmarks calm``."""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from statistics import median

from scoring.assess import assess, breaches_after
from scoring.assessment import Assessment
from scoring.facts import Client, Observation, Portfolio
from scoring.policy import Policy
from tests.benchmarks.calm_worlds import HISTORY, Factors, Kind, Story, no_trouble, random_kind, tell, with_remark

DAY = timedelta(days=1)
FIRST = date(2026, 2, 9)  # ninety days from here hold no season
DAYS = 90
PORTFOLIO = Portfolio(median_value={"EUR": 40_000_00})


def follow(story: Story, first: date, days: int, policy: Policy) -> Iterator[Assessment]:
    """Judge a client on each morning, each with what was open the day before."""
    known: Client | None = None
    for n in range(days):
        day = first + n * DAY
        client = story.as_of(day)
        if known is not None:
            client = replace(client, breaches=known.breaches)
        found = assess(client, PORTFOLIO, policy, datetime.combine(day, time(9), UTC))
        known = replace(client, breaches=breaches_after(client, found))
        yield found


@dataclass
class Tally:
    """What was told of some healthy clients."""

    mornings: int = 0
    needing: int = 0
    openings: Counter[str] = field(default_factory=Counter)
    red: Counter[str] = field(default_factory=Counter)
    reopened: Counter[str] = field(default_factory=Counter)
    open_days: Counter[str] = field(default_factory=Counter)

    def count(self, told: list[Assessment]) -> None:
        """Add what was told of one client, morning by morning."""
        last_open: dict[str, date] = {}
        was_red: set[str] = set()
        for each in told:
            self.mornings += 1
            self.needing += bool(each.alarms)
            for alarm in each.alarms:
                self.open_days[alarm.key] += 1
                before = last_open.get(alarm.key)
                if before is None or before < each.on - DAY:
                    self.openings[alarm.key] += 1
                    self.reopened[alarm.key] += before is not None and (each.on - before).days <= 8
                    was_red.discard(alarm.key)
                if alarm.level == "red" and alarm.key not in was_red:
                    was_red.add(alarm.key)
                    self.red[alarm.key] += 1
                last_open[alarm.key] = each.on


def healthy(agencies: int, policy: Policy, seed: int = 1) -> Tally:
    """Follow agencies of forty healthy clients for ninety days."""
    tally, random = Tally(), Random(seed)
    for number in range(40 * agencies):
        kind = random_kind(number, random)
        story = tell(number, kind, FIRST - HISTORY * DAY, FIRST + DAYS * DAY, random)
        tally.count(list(follow(story, FIRST, DAYS, policy)))
    return tally


def print_healthy(tally: Tally) -> None:
    """Print a table of what healthy clients were told of."""
    months = tally.mornings / 30.4
    total, red, again = sum(tally.openings.values()), sum(tally.red.values()), sum(tally.reopened.values())
    print(f"healthy clients in needs you: {tally.needing / tally.mornings:.1%}")
    print(
        f"openings a client-month: {total / months:.3f}, red {red / months:.3f}, re-opened {again / max(1, total):.0%}"
    )
    for name, count in tally.openings.most_common():
        days = tally.open_days[name] / count
        print(f"  {name:16} {count / months:.3f}  red {tally.red[name] / months:.3f}  open {days:.1f} days each")


def told_after(story: Story, begins: date, days: int, names: tuple[str, ...], policy: Policy) -> int | None:
    """Return after how many days a trouble is told by one of some signals; None where it is not."""
    warm = 30
    for found in follow(story, begins - warm * DAY, warm + days + 1, policy):
        if found.on > begins and any(alarm.name in names for alarm in found.alarms):
            return (found.on - begins).days
    return None


def underspending(count: int, policy: Policy, seed: int = 2) -> list[int | None]:
    """Spend falls by a fifth on the 11th; until the month's end."""
    random, begins = Random(seed), date(2026, 4, 11)
    found: list[int | None] = []
    for number in range(count):
        kind = replace(random_kind(number, random), wander=0.0)
        story = tell(
            number, kind, begins - (HISTORY + 31) * DAY, begins + 25 * DAY, random,
            lambda day: Factors(spend=0.8) if day >= begins else Factors(),
        )  # fmt: skip
        found.append(told_after(story, begins, 20, ("spend_pacing",), policy))
    return found


def dearer(count: int, conversions: float, times: float, policy: Policy, seed: int = 3) -> list[int | None]:
    """A conversion costs `times` as much from a day on."""
    random, begins = Random(seed), date(2026, 4, 6)
    found: list[int | None] = []
    for number in range(count):
        kind = Kind(conversions, noise=random.uniform(0.1, 0.3))
        story = tell(
            number, kind, begins - (HISTORY + 31) * DAY, begins + 30 * DAY, random,
            lambda day: Factors(rate=1 / times) if day >= begins else Factors(),
        )  # fmt: skip
        found.append(told_after(story, begins, 28, ("cost_per_result",), policy))
    return found


def recovering(count: int, conversions: float, policy: Policy, seed: int = 4) -> list[int | None]:
    """A conversion costs twice as much for three weeks, then what it did; the days from there until it is closed."""
    random, begins, recovers = Random(seed), date(2026, 4, 6), date(2026, 4, 27)
    found: list[int | None] = []
    for number in range(count):
        story = tell(
            number, Kind(conversions), begins - (HISTORY + 31) * DAY, recovers + 30 * DAY, random,
            lambda day: Factors(rate=0.5) if begins <= day < recovers else Factors(),
        )  # fmt: skip
        told = list(follow(story, begins - 30 * DAY, 81, policy))
        open_on = {each.on for each in told if any(alarm.key == "cost_per_result" for alarm in each.alarms)}
        if recovers in open_on:
            found.append(next((n for n in range(1, 31) if recovers + n * DAY not in open_on), None))
    return found


def late_goals(agencies: int, policy: Policy) -> tuple[int, int]:
    """Count the goals opened for healthy clients with complete data, and where the last three days still grow."""
    counts = []
    for late in (False, True):
        random, tally = Random(5), Tally()
        for number in range(40 * agencies):
            story = tell(number, random_kind(number, random), FIRST - HISTORY * DAY, FIRST + DAYS * DAY, random)
            tally.count(list(follow(replace(story, grows_late=late), FIRST, DAYS, policy)))
        counts.append(sum(count for key, count in tally.openings.items() if key.startswith("goal_pacing")))
    return counts[0], counts[1]


TROUBLES = ("complaint", "unhappy", "silent", "unpaid", "spend -50%", "cost x2")


def rank_of(trouble: str, policy: Policy, seed: int) -> int:
    """Return the place by priority of one troubled client among 39 healthy ones, two weeks after its trouble began."""
    random, begins = Random(seed), date(2026, 4, 6)
    on, first = begins + 14 * DAY, begins - (HISTORY + 31) * DAY
    hit = {"spend -50%": Factors(spend=0.5), "cost x2": Factors(rate=0.5)}.get(trouble, Factors())
    priorities = []
    for number in range(40):
        kind = random_kind(number + 6, random)
        story = tell(
            number, kind, first, on, random,
            (lambda day: hit if day >= begins else Factors()) if number == 0 else no_trouble,
        )  # fmt: skip
        if number == 0:
            story = _troubled(story, trouble, begins, on)
        *_, last = follow(story, begins - 30 * DAY, 45, policy)
        priorities.append(last.priority)
    return 1 + sum(each > priorities[0] for each in priorities[1:])


def _troubled(story: Story, trouble: str, begins: date, on: date) -> Story:
    if trouble == "complaint":
        return with_remark(story, Observation("complaint", begins))
    if trouble == "unhappy":
        return with_remark(story, Observation("mood", begins, label="unhappy"))
    if trouble == "silent":
        return replace(story, contacts=tuple(at for at in story.contacts if at.date() <= on - 20 * DAY))
    if trouble == "unpaid":
        late = replace(story.invoices[-1], number="late", issued_on=on - 65 * DAY, due_on=on - 35 * DAY)
        return replace(story, invoices=(*story.invoices, replace(late, status="open", paid=0, paid_on=None)))
    return story


def share_and_median(found: list[int | None]) -> str:
    """Say how many were told, and after how many days in the middle."""
    told = [days for days in found if days is not None]
    return f"{len(told) / len(found):.0%} told, median {median(told) if told else '-'} days"


def main(scale: int = 1) -> None:
    """Print all tables."""
    policy = Policy()
    print_healthy(healthy(2 * scale, policy))
    complete, late = late_goals(scale, policy)
    print(f"goals opened: {complete} with complete data, {late} where three days still grow")
    for conversions in (1, 2, 5):
        print(
            f"from recovery to closing, {conversions} a day:",
            share_and_median(recovering(40 * scale, conversions, policy)),
        )
    print("spend -20% from the 11th:", share_and_median(underspending(60 * scale, policy)))
    for trouble in TROUBLES:
        ranks = [rank_of(trouble, policy, seed) for seed in range(4 * scale + 1)]
        print(f"rank of one client, {trouble}: median {median(ranks):.0f} of 40, {sorted(ranks)}")
    for conversions in (1, 2, 5):
        for times in (1.5, 2.0):
            print(
                f"cost x{times} at {conversions} a day:",
                share_and_median(dearer(60 * scale, conversions, times, policy)),
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
