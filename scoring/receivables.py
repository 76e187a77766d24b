"""What a client owes in one currency: credit notes set off, and what is too small to be a debt left out.

Belongs here: what is owed on a day. Never here: how bad that is (`scoring.signals`), or how the client pays
(`scoring.payer`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from scoring.currencies import usual_unit
from scoring.dates import DAY
from scoring.facts import Invoice

_SMALL_UNITS, _SMALL_SHARE, _SMALL_SHARE_UNITS = 5, 0.02, 50
"""A rest under so many units is small change, as is one under this share of its invoice and under so many units."""


@dataclass(frozen=True, slots=True)
class Debt:
    """An invoice, and what of it is still owed in minor units."""

    invoice: Invoice
    rest: int


@dataclass(frozen=True, slots=True)
class Receivables:
    """Open invoices in one currency by due date, and the sum of credits that are not used up, in minor units."""

    owed: tuple[Invoice, ...]
    """Those with a rest that is not small change."""
    credit: int

    def late(self, day: date) -> tuple[Invoice, ...]:
        """Return what may be asked for on a day: past due, and past the day that was promised."""
        return tuple([invoice for invoice in self.owed if invoice.waits_through < day])

    def waiting(self, day: date) -> tuple[Invoice, ...]:
        """Return what is past due on a day and promised for that day or a later one."""
        return tuple([invoice for invoice in self.owed if invoice.due_on < day <= invoice.waits_through])

    def change_days(self) -> list[date]:
        """Return the days on which an invoice falls due, or a promise to pay runs out, ascending."""
        return sorted({day + DAY for invoice in self.owed for day in (invoice.due_on, invoice.waits_through)})


def receivables(invoices: Iterable[Invoice], currency: str) -> Receivables:
    """Read the open ones among a client's invoices, all in one currency.

    A credit is what is left of an open credit note, an invoice of an amount below nothing.
    """
    unpaid = [invoice for invoice in invoices if invoice.status == "open"]
    owed = [i for i in unpaid if i.balance and not _is_small(i.balance, i.amount, currency)]
    owed.sort(key=lambda invoice: (invoice.due_on, invoice.number, invoice.amount, invoice.paid))
    return Receivables(tuple(owed), sum(max(note.paid - note.amount, 0) for note in unpaid if note.amount < 0))


def set_off(late: Sequence[Invoice], credit: int, currency: str) -> tuple[Debt, ...]:
    """Set a credit off against late invoices, given by due date: the oldest first, as payments are booked.

    Where only small change is left of all of them together, nothing is owed.
    """
    left = sum(invoice.balance for invoice in late) - credit
    if left <= 0 or _is_small(left, sum(invoice.amount for invoice in late), currency):
        return ()
    found = []
    for invoice in late:
        used = min(credit, invoice.balance)
        credit -= used
        if invoice.balance > used:
            found.append(Debt(invoice, invoice.balance - used))
    return tuple(found)


def _is_small(rest: int, amount: int, currency: str) -> bool:
    """Whether nobody would ask for it: rounding, a bank's fee, a discount taken a day late."""
    unit = usual_unit(currency)
    return rest < _SMALL_UNITS * unit or (rest < _SMALL_SHARE * amount and rest < _SMALL_SHARE_UNITS * unit)
