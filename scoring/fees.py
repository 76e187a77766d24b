"""What is billed to a client month by month, in one currency, by the month that it is for.

Belongs here: which month an invoice is for, and when a month is complete. Never here: whether fees fall
(`scoring.signals`).

An invoice that does not say which month it is for is taken by the client's rhythm: where its invoices keep to a day of
the month, one that comes up to half a month early or late is still that month's. Elsewhere it is its day's month.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import atan2, cos, fsum, hypot, pi, sin
from statistics import median_low

from scoring.facts import Invoice

_MONTH_DAYS, _MIDDLE = 30.44, 15
_RHYTHM = 0.7  # length of the mean of days on a circle of one month, 0 to 1, from which on they keep to one of them
_LATE = timedelta(days=10)  # how much later than usual a month's invoice may come


@dataclass(frozen=True, slots=True)
class Fees:
    """Billed amounts by the number of the month, in minor units, and how long a month's invoices take to be issued."""

    by_month: Mapping[int, int]
    lag: timedelta
    """From the first day of the month to the day on which they are all there, a few days' delay included."""

    def total(self, start: int, end: int) -> int:
        """Sum the months from one to before another."""
        return sum([self.by_month.get(month, 0) for month in range(start, end)])

    def complete(self, on: date) -> tuple[int, date]:
        """Return the last month that is complete on a day, and the day on which the next one will be."""
        month = number_of(on)
        while self._complete_on(month) > on:
            month -= 1
        return month, self._complete_on(month + 1)

    def _complete_on(self, month: int) -> date:
        return max(first_of(month + 1), first_of(month) + self.lag)


def fees(invoices: Sequence[Invoice]) -> Fees:
    """Read a client's billed invoices, at least one and all in one currency."""
    by_month: dict[int, int] = {}
    shift = _shift([i.issued_on.day for i in invoices if i.service_month is None and i.amount > 0])
    lags = [timedelta()] if all(i.amount <= 0 for i in invoices) else []
    for invoice in invoices:
        month = number_of(invoice.service_month or invoice.issued_on - shift)
        by_month[month] = by_month.get(month, 0) + invoice.amount
        if invoice.amount > 0:  # a credit note comes when it comes
            lags.append(invoice.issued_on - first_of(month))
    return Fees(by_month, median_low(lags) + _LATE)


def number_of(day: date) -> int:
    """Number a day's month, so that the next month is one more."""
    return day.year * 12 + day.month - 1


def first_of(month: int) -> date:
    """Return the first day of a month, given by its number."""
    return date(month // 12, month % 12 + 1, 1)


def _shift(days: Sequence[int]) -> timedelta:
    """Return by how much to move days of the month so that the one they keep to lies in its middle; else nothing."""
    angles = [2 * pi * day / _MONTH_DAYS for day in days]
    along, across = fsum([cos(angle) for angle in angles]), fsum([sin(angle) for angle in angles])
    if not days or hypot(along, across) < _RHYTHM * len(days):
        return timedelta()
    usual = atan2(across, along) / (2 * pi) * _MONTH_DAYS % _MONTH_DAYS
    return timedelta(days=round(usual) - _MIDDLE)
