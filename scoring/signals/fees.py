"""The signal of fees: how what is billed to a client develops."""

from datetime import date

from scoring.assessment import Draft, Signal, ok, unknown
from scoring.facts import Client, Invoice
from scoring.forecast import month_of
from scoring.signals.context import DAY, Context
from scoring.vocabulary import BILLED_STATUSES

_NO_FEES = Signal("fee_trend", "unknown")
_FEES_BY_PROJECT = Signal("fee_trend", "unknown", evidence={"billing": "project"})


def fee_trend(client: Client, ctx: Context) -> Signal:
    """What was billed in the last three whole months against the three before, in one currency.

    It is the client's own, or the only one of these six months' invoices; others are left out, and told. Severity is
    0.5 at a fall by `fee_fall` and 1 at a fall by three times that. Unknown for work paid by project, which is billed
    irregularly, and for a client with no invoice from before the end of the first of the six months.
    """
    if client.billing == "project":
        return _FEES_BY_PROJECT
    if not client.invoices:
        return _NO_FEES
    end, until = month_of(ctx.on)
    starts = _starts_of_months_before(end, 6)
    begin, first_end, middle = starts[0], starts[1], starts[3]
    currency, left_out, billed = _billed(client, begin, end)
    before = sum(i.amount for i in billed if begin <= i.issued_on < middle)
    recent = sum(i.amount for i in billed if middle <= i.issued_on)
    evidence: Draft = {"since": middle, "before": before, "lately": recent, "currency": currency}
    if left_out:
        evidence["left_out"] = left_out
    if before <= 0 or all(i.issued_on >= first_end for i in billed):
        return unknown("fee_trend", evidence, until)
    fall, limit = round(1 - recent / before, 9), ctx.policy.fee_fall
    if fall < limit:
        return ok("fee_trend", evidence, until)
    severity = 0.5 + 0.25 * min(2.0, (fall - limit) / limit)
    return ctx.breach("fee_trend", severity, evidence, "review_scope", effort="deep", until=until)


def _billed(client: Client, begin: date, end: date) -> tuple[str, str, list[Invoice]]:
    """Return the currency to compare fees in, the others that were billed from `begin` on, and its invoices."""
    own = client.currency
    billed = [i for i in client.invoices if i.status in BILLED_STATUSES and i.issued_on < end]
    found = {i.currency or own for i in billed if i.issued_on >= begin}
    currency = next(iter(found)) if len(found) == 1 else own
    left_out = ", ".join(sorted(found - {currency}))
    return currency, left_out, [i for i in billed if (i.currency or own) == currency]


def _starts_of_months_before(month: date, count: int) -> list[date]:
    """Return the first days of so many months before a month, oldest first, from that month's first day."""
    starts = [month]
    for _ in range(count):
        starts.append(month_of(starts[-1] - DAY)[0])
    return starts[:0:-1]
