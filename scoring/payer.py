"""How a client pays: past invoices in, what to expect of the next one out.

Belongs here: reading a payer's own past. Never here: how much is owed and whether that is a breach
(`scoring.signals`), nor which invoices are void or written off: the caller leaves those out.

An invoice's lateness is paid_on − due_on in days, below 0 for an early one, held within −15 and 90. One that is past
due and unpaid is late so far, and counts as the payer's level until it is later than that. How much and how often are
read together:

- level: (sum of latenesses + 5) / (number + 1), the mean shrunk by one invoice that was 5 days late;
- how many of the last three (by due date) were more than 5 days late, and how late the last one was;
- how often an invoice was more than 10 days late, where each invoice counts 0.95 of the next one.

The chance of more than 10 days begins as logistic(−2.2 + 1.0·f(level) + 0.15·count + 0.3·f(last)) with f(days) =
asinh(days / 5), which grows like a logarithm in both directions, and is then counted as three invoices beside those
that there are: (3·that + weight of the late ones) / (3 + weight of all). So a payer of whom much is known is taken at
its own rate, which keeps the chance true in the middle too. All weights are positive: a later payment never lowers it.
They are fitted to six kinds of invented payers by what the chance of each invoice told (`tests/benchmarks/payer.py`),
with the level's held up, since public payment data puts the level first (AUC of the past mean: 0.875, of the share of
late ones: 0.849, of the last invoice: 0.77).

A payer is turning who was good before the last three (a mean of at least three earlier ones of up to 3 days) and whose
chance has reached 0.08: one slightly late payment does not do it, one by two weeks or two late ones do.

What a payer keeps is the day past due by which nearly all of its payments were made: the upper 95% prediction bound of
Student's t for the next one, with a spread that begins as 0.3 of the mean, known as if from two payments. One payment
in twelve may stand out without counting for more than the others do. A payer who is turning is held to what it kept
before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import asinh, ceil, exp, sqrt
from statistics import median
from typing import Protocol

_EARLIEST, _LATEST = -15, 90  # days: a dispute of a year counts as very late, not more
_PRIOR_DAYS = 5.0
_LATE_DAYS, _VERY_LATE_DAYS = 5, 10
_BASE, _LEVEL, _COUNT, _LAST = -2.2, 1.0, 0.15, 0.3
_WORTH, _DECAY = 3.0, 0.95
_SCALE_DAYS = 5
_GOOD_DAYS, _GOOD_INVOICES = 3.0, 3
_TURNING = 0.08
_Z = 1.6449  # standard deviations that one value in 20 exceeds
_SPREAD, _SPREAD_WORTH = 0.3, 2
_STANDS_OUT = 12  # payments of which one may
_FEW = 4  # payments of which none can stand out
_SOME = 6  # payments from which on one slip does not make an unpunctual payer
_EARLY_DAYS = 6  # paying earlier than that before the median says nothing of being late


class Billed(Protocol):
    """What is read of an invoice."""

    @property
    def issued_on(self) -> date: ...  # noqa: D102
    @property
    def due_on(self) -> date: ...  # noqa: D102
    @property
    def paid_on(self) -> date | None: ...  # noqa: D102
    @property
    def amount(self) -> int: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Payment:
    """An invoice and when it was paid in full (None: not yet). `amount` in minor units."""

    issued_on: date
    due_on: date
    paid_on: date | None = None
    amount: int = 1


@dataclass(frozen=True, slots=True)
class Payer:
    """What a payer's past says about the next invoice. All is None, False or 0 where there is no past."""

    expected_days_late: float | None = None
    """Below 0 for a payer who pays early."""
    chance_late_10: float | None = None
    """That the next invoice is paid more than 10 days late, 0 to 1."""
    turning: bool = False
    """A good payer going bad."""
    usual_delay_days: int | None = None
    """The median of the paid ones, rounded up, 0 for the punctual: ordinary for this payer. None until one is paid."""
    kept_days: int | None = None
    """Days past due by which nearly all were paid, 0 for the punctual. None until one is paid."""
    late_of_last_three: int = 0
    last_days_late: int | None = None


def payer(history: Sequence[Billed], as_of: date | None = None) -> Payer:
    """Read how a client pays from its invoices, in any order, as known at the end of the day `as_of`.

    Without `as_of` it is the day of the last issue or payment in `history`. Later issues and payments are ignored;
    unpaid invoices that are not past due say nothing; credit notes (amounts of 0 and less) are left out. The formula is
    this module's.
    """
    if as_of is None:
        events = [event for invoice in history for event in (invoice.issued_on, invoice.paid_on) if event]
        as_of = max(events, default=date.min)
    latenesses: list[tuple[int, bool]] = []
    for invoice in sorted(history, key=lambda each: (each.due_on, each.issued_on)):
        if invoice.amount <= 0 or invoice.issued_on > as_of:
            continue
        paid_on = invoice.paid_on if invoice.paid_on and invoice.paid_on <= as_of else None
        days = ((paid_on or as_of) - invoice.due_on).days
        if paid_on or days > 0:
            latenesses.append((min(max(days, _EARLIEST), _LATEST), paid_on is not None))
    return _read(latenesses) if latenesses else Payer()


def _read(latenesses: list[tuple[int, bool]]) -> Payer:
    """Read the latenesses by due date, each with whether the invoice is paid."""
    paid_days = [days for days, is_paid in latenesses if is_paid]
    level = _level(paid_days, [days for days, is_paid in latenesses if not is_paid])
    completed = [days if is_paid else max(days, level) for days, is_paid in latenesses]
    count = sum(days > _LATE_DAYS for days in completed[-3:])
    chance = _chance(level, count, completed[-1], latenesses)
    before = completed[:-3]
    was_good = len(before) >= _GOOD_INVOICES and sum(before) <= _GOOD_DAYS * len(before)
    turning = was_good and chance >= _TURNING
    kept = [days for days, is_paid in latenesses[:-3] if is_paid] if turning else paid_days
    return Payer(
        expected_days_late=level,
        chance_late_10=chance,
        turning=turning,
        usual_delay_days=max(0, ceil(median(paid_days))) if paid_days else None,
        kept_days=_kept(kept) if paid_days else None,
        late_of_last_three=count,
        last_days_late=latenesses[-1][0],
    )


def _chance(level: float, count: int, last: float, latenesses: list[tuple[int, bool]]) -> float:
    """Return the chance of more than 10 days. An unpaid invoice that is not that late yet is not counted."""
    logit = _BASE + _LEVEL * asinh(level / _SCALE_DAYS) + _COUNT * count + _LAST * asinh(last / _SCALE_DAYS)
    late, counted, weight = 0.0, 0.0, 1.0
    for days, is_paid in reversed(latenesses):
        if days > _VERY_LATE_DAYS:
            late += weight
        if is_paid or days > _VERY_LATE_DAYS:
            counted += weight
        weight *= _DECAY
    return (_WORTH / (1 + exp(-logit)) + late) / (_WORTH + counted)


def _kept(paid: list[int]) -> int:
    """Return the days past due by which nearly all of some payments were made."""
    days, number = sorted(paid), len(paid)
    if not days or days[-1] <= 0:
        return 0
    found: Sequence[float] = days
    if number >= _FEW:
        ordinary = days[-1 - max(1, number // _STANDS_OUT)]
        if number >= _SOME and ordinary <= 0:
            return 0
        middle, top = median(days), max(ordinary, 0)
        low, high = min(middle, 0) - _EARLY_DAYS, top + 2 * max(top - middle, 0)
        found = [max(low, min(each, high)) for each in days]
    mean = sum(found) / number
    freedom = _SPREAD_WORTH + number - 1
    squares = _SPREAD_WORTH * (_SPREAD * max(mean, 0)) ** 2 + sum((each - mean) ** 2 for each in found)
    return max(0, round(mean + _student(freedom) * sqrt(squares / freedom * (1 + 1 / number))))


def _student(freedom: int) -> float:
    """Return Student's t that one value in 20 exceeds, by the expansion of Abramowitz and Stegun, 26.7.5."""
    third, fifth = _Z**3, _Z**5
    return _Z + (third + _Z) / (4 * freedom) + (5 * fifth + 16 * third + 3 * _Z) / (96 * freedom**2)


def _level(paid: list[int], unpaid: list[int]) -> float:
    """Return the shrunk mean; an unpaid invoice counts as the level itself until it is later than that."""
    total, number = sum(paid) + _PRIOR_DAYS, len(paid) + 1
    for days in sorted(unpaid, reverse=True):
        if days * number > total:
            total, number = total + days, number + 1
    return total / number
