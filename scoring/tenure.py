"""When clients leave: the tenures at which an agency's own clients have left more often than chance.

Belongs here: a survival estimate in months of tenure, and a test of it. Never here: how near a client is to such a
tenure (`scoring.signals.contract`), or where the tenures come from.

For each month of tenure, the clients that reached it are at risk, and some of them left at it (a discrete hazard, as in
a life table). A month is compared with the six on either side of it, so that a rate that falls slowly with tenure makes
no mark. If the hazard is the same in all of those months, then the number that left in this one, out of all that left
in any of them, is binomial. A month is a mark where so many would be rarer than the allowed chance, shared out among
all months that are looked at (Bonferroni).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import exp, lgamma, log

from scoring.facts import Mark, Tenure

MONTH_DAYS = 30.4375
NEIGHBOURS = 6
"""Months on either side with which a month is compared."""
FEWEST = 3
"""Clients that must have left at a mark."""
LONGEST_MONTHS = 120


def tenure_months(days: int) -> int:
    """Return a tenure of so many days in months, rounded: who leaves within half a month of a mark leaves at it."""
    return round(days / MONTH_DAYS)


def learn_marks(left: Sequence[int], stayed: Iterable[int], needed: int, chance: float) -> Tenure:
    """Learn from tenures in days: of the clients that left, at their end, and of those that stayed, so far.

    `needed` is how many clients must have left, and how many must have reached a month for it to be looked at.
    `chance`, 0 to 1, is that of finding any mark where there is none. A mark next to a clearer one is the same one. The
    method is this module's.
    """
    if len(left) < needed:
        return Tenure(len(left), needed)
    ends = Counter(min(tenure_months(days), LONGEST_MONTHS + 1) for days in left)
    open_ends = Counter(min(tenure_months(days), LONGEST_MONTHS + 1) for days in stayed)
    at_risk = _at_risk(ends, open_ends)
    months = [month for month in range(1, LONGEST_MONTHS + 1) if at_risk[month] >= needed]
    tested = [_test_month(month, months, ends, at_risk) for month in months]
    rare = [(p, mark) for p, mark in tested if mark.left >= FEWEST and p * len(months) <= chance]
    marks: list[Mark] = []
    for _, mark in sorted(rare, key=lambda each: (each[0], each[1].months)):
        if all(abs(mark.months - clearer.months) > 1 for clearer in marks):
            marks.append(mark)
    return Tenure(len(left), needed, tuple(sorted(marks, key=lambda mark: mark.months)))


def _at_risk(ends: Counter[int], open_ends: Counter[int]) -> list[int]:
    """Count the clients that completed each month or left in it; one that is still in the month is not counted."""
    size = LONGEST_MONTHS + 2
    beyond = list(accumulate((ends[m] + open_ends[m] for m in reversed(range(size))), initial=0))
    beyond.reverse()  # beyond[m]: all clients whose tenure is m months or more
    return [beyond[month + 1] + ends[month] for month in range(size)]


def _test_month(month: int, months: Sequence[int], ends: Counter[int], at_risk: Sequence[int]) -> tuple[float, Mark]:
    """Return the p-value of a month against its neighbours, and the mark that it would make."""
    around = [other for other in months if other != month and abs(other - month) <= NEIGHBOURS]
    left_around, at_risk_around = sum(ends[m] for m in around), sum(at_risk[m] for m in around)
    left, here = ends[month], at_risk[month]
    expected = here * left_around / at_risk_around if at_risk_around else 0.0
    mark = Mark(month, left, here, round(expected, 2))
    return binomial_tail(left, left + left_around, here / (here + at_risk_around)), mark


def binomial_tail(count: int, of: int, share: float) -> float:
    """Return the chance of `count` or more successes out of `of`, each with a chance of `share`, which is above 0."""
    if count <= 0 or share >= 1:
        return 1.0
    total, odds = 0.0, log(share) - log(1 - share)
    whole = lgamma(of + 1) + of * log(1 - share)
    for k in range(count, of + 1):
        total += exp(whole - lgamma(k + 1) - lgamma(of - k + 1) + k * odds)
    return min(1.0, total)
