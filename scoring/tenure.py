"""When clients leave: the tenures at which an agency's own have left more often than chance.

Belongs here: a survival estimate in months of tenure, and a test of it. Never here: which client stands where
(`scoring.signals.contract`), or where the tenures come from.

For each month of tenure, those who reached it are at risk, and some of them left at it (a discrete hazard). A month is
held against the six on either side of it, so that a rate which falls slowly with tenure is no mark. Of all that left
in those months, the number that left in this one is binomial where the hazard is the same in all of them. A month is a
mark where so many would be rarer than the chance allowed, shared out among all months that are looked at.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import exp, lgamma, log

from scoring.facts import Mark, Tenure

MONTH_DAYS = 30.4375
NEIGHBOURS = 6
"""Months on either side that a month is held against."""
FEWEST = 3
"""Clients that left at a mark, at least."""
LONGEST_MONTHS = 120


def months_of(days: int) -> int:
    """Give a tenure in months, to the nearest: who leaves within half a month of the mark leaves at it."""
    return round(days / MONTH_DAYS)


def learn(left: Sequence[int], stayed: Iterable[int], needed: int, chance: float) -> Tenure:
    """Learn from tenures in days: of the clients that left, at their end, and of those that stayed, so far.

    `needed` is how many must have left, and how many must have reached a month that is looked at; `chance` is that of
    finding any mark where there is none. A mark beside a clearer one is the same one.
    """
    if len(left) < needed:
        return Tenure(len(left), needed)
    ends = Counter(min(months_of(days), LONGEST_MONTHS + 1) for days in left)
    open_ends = Counter(min(months_of(days), LONGEST_MONTHS + 1) for days in stayed)
    at_risk = _at_risk(ends, open_ends)
    months = [month for month in range(1, LONGEST_MONTHS + 1) if at_risk[month] >= needed]
    found = [_held_against(month, months, ends, at_risk) for month in months]
    rare = [(p, mark) for p, mark in found if mark.left >= FEWEST and p * len(months) <= chance]
    marks: list[Mark] = []
    for _, mark in sorted(rare, key=lambda each: (each[0], each[1].months)):
        if all(abs(mark.months - clearer.months) > 1 for clearer in marks):
            marks.append(mark)
    return Tenure(len(left), needed, tuple(sorted(marks, key=lambda mark: mark.months)))


def _at_risk(ends: Counter[int], open_ends: Counter[int]) -> list[int]:
    """Count who lived through each month or left in it; one whose month is not over yet is not counted for it."""
    size = LONGEST_MONTHS + 2
    beyond = list(accumulate((ends[m] + open_ends[m] for m in reversed(range(size))), initial=0))
    beyond.reverse()  # beyond[m]: everybody whose tenure is m or more
    return [beyond[month + 1] + ends[month] for month in range(size)]


def _held_against(month: int, months: Sequence[int], ends: Counter[int], at_risk: Sequence[int]) -> tuple[float, Mark]:
    around = [other for other in months if other != month and abs(other - month) <= NEIGHBOURS]
    left_around, at_risk_around = sum(ends[m] for m in around), sum(at_risk[m] for m in around)
    left, here = ends[month], at_risk[month]
    expected = here * left_around / at_risk_around if at_risk_around else 0.0
    mark = Mark(month, left, here, round(expected, 2))
    return at_least(left, left + left_around, here / (here + at_risk_around)), mark


def at_least(count: int, of: int, share: float) -> float:
    """Give the chance of at least so many of a number, where each comes with a share, 0 < share ≤ 1."""
    if count <= 0 or share >= 1:
        return 1.0
    total, odds = 0.0, log(share) - log(1 - share)
    whole = lgamma(of + 1) + of * log(1 - share)
    for k in range(count, of + 1):
        total += exp(whole - lgamma(k + 1) - lgamma(of - k + 1) + k * odds)
    return min(1.0, total)
