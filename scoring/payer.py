"""How a client pays: past invoices in, what to expect of the next one out.

Belongs here: reading a payer's own past. Never here: how much is owed and whether that is a breach
(`scoring.signals`), nor which invoices are void or written off: the caller leaves those out.

An invoice's lateness is paid_on − due_on in days, below 0 for an early one, held within −15 and 90. One that is past
due and unpaid is late so far, and counts as the payer's level until it is later than that. Three figures are read
together, since any change alone says little:

- level: (sum of latenesses + 5) / (number + 1), the mean shrunk by one invoice that was 5 days late;
- how many of the last three (by due date) were more than 5 days late;
- how late the last one was.

The chance of more than 10 days is logistic(−3.2 + 1.3·f(level) + 0.35·count + 0.4·f(last)) with f(days) = asinh(days /
5), which grows like a logarithm in both directions. The weights put the level first, as public payment data does (AUC
of the past mean: 0.875, of the last invoice: 0.77; `tests/benchmarks/payer.py`), and all are positive, so a later
payment never lowers the chance. A payer is turning who was good before the last three (a mean of at least three earlier
ones of up to 3 days) and whose chance has reached 0.2: one slightly late payment does not do it, two late ones do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import asinh, ceil, exp
from statistics import median
from typing import Protocol

_EARLIEST, _LATEST = -15, 90  # days: a dispute of a year counts as very late, not more
_PRIOR_DAYS = 5.0
_LATE_DAYS = 5
_BASE, _LEVEL, _COUNT, _LAST = -3.2, 1.3, 0.35, 0.4
_SCALE_DAYS = 5
_GOOD_DAYS, _GOOD_INVOICES = 3.0, 3
_TURNING = 0.2


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
    logit = _BASE + _LEVEL * asinh(level / _SCALE_DAYS) + _COUNT * count + _LAST * asinh(completed[-1] / _SCALE_DAYS)
    chance = 1 / (1 + exp(-logit))
    before = completed[:-3]
    was_good = len(before) >= _GOOD_INVOICES and sum(before) <= _GOOD_DAYS * len(before)
    return Payer(
        expected_days_late=level,
        chance_late_10=chance,
        turning=was_good and chance >= _TURNING,
        usual_delay_days=max(0, ceil(median(paid_days))) if paid_days else None,
        late_of_last_three=count,
        last_days_late=latenesses[-1][0],
    )


def _level(paid: list[int], unpaid: list[int]) -> float:
    """Return the shrunk mean; an unpaid invoice counts as the level itself until it is later than that."""
    total, number = sum(paid) + _PRIOR_DAYS, len(paid) + 1
    for days in sorted(unpaid, reverse=True):
        if days * number > total:
            total, number = total + days, number + 1
    return total / number
