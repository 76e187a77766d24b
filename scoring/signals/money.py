"""Signals of money: what the client owes and how it pays."""

from collections.abc import Sequence
from datetime import timedelta
from statistics import median

from scoring.assessment import Evidence, Signal
from scoring.facts import Client, Invoice
from scoring.signals.context import DAY, Context

_NO_INVOICES = Signal("invoice_overdue", "unknown")
_SETTLED = {"count": 0, "balance": 0}
_HISTORY = 12  # paid invoices that a payer's habits are read from
_PUNCTUAL = 3  # of the latest, all paid in time, that make a punctual payer


def invoice_overdue(client: Client, ctx: Context) -> tuple[Signal, ...]:
    """What is owed past its due date, one signal a currency: currencies are never added up.

    It opens a day past due; where the payer's own past invoices were paid late, past their usual (median) delay, at
    most `invoice_latest_days` past due. No past is no excuse. Severity is 0.5 at the opening, 0.8 at
    `invoice_red_days`, 1 at `invoice_worst_days`, of the invoice longest overdue; part of what is missing to 1 is
    added for a payer who was punctual until now, and for a balance of several of this client's usual invoices.

    The balance's share of the monthly fee is told, not judged by: weighed against it, the same debt would count for
    less with a client who pays more.
    """
    if not client.invoices:
        return (_NO_INVOICES,)
    books: dict[str, list[Invoice]] = {}
    for invoice in client.invoices:
        books.setdefault(invoice.currency or client.currency, []).append(invoice)
    found = [_book(client, ctx, currency, books[currency]) for currency in sorted(books)]
    return tuple(found)


def _book(client: Client, ctx: Context, currency: str, invoices: list[Invoice]) -> Signal:
    subject = "" if currency == client.currency else currency
    owed = sorted((i for i in invoices if i.balance), key=lambda i: (i.due_on, i.number))
    if not owed:
        return Signal("invoice_overdue", "ok", 0.0, subject, evidence={**_SETTLED, "currency": currency})
    paid = sorted((i for i in invoices if i.status == "paid" and i.paid_on), key=lambda i: (i.due_on, i.number))
    delays = [max(0, (i.paid_on - i.due_on).days) for i in paid[-_HISTORY:] if i.paid_on]
    usual = int(median(delays)) if delays else 0
    turning = len(delays) >= _PUNCTUAL and usual == 0 and not any(delays[-_PUNCTUAL:])
    opening = min(usual + 1, ctx.policy.invoice_latest_days)
    oldest = owed[0]
    late = (ctx.on - oldest.due_on).days
    breached = late >= opening
    told = [i for i in owed if i.due_on < ctx.on] if breached else owed
    balance = sum(i.balance for i in told)
    evidence: Evidence = {
        "count": len(told),
        "balance": balance,
        "currency": currency,
        "number": oldest.number,
        "due_on": oldest.due_on,
        "usual_delay_days": usual,
        "fee_share": round(balance / client.monthly_fee, 2) if client.monthly_fee and not subject else None,
        "turning": turning and breached,
    }
    opens_on = oldest.due_on + timedelta(days=opening)
    if not breached:
        return Signal("invoice_overdue", "ok", 0.0, subject, evidence=evidence, until=opens_on)
    base = _lateness(late, opening, ctx)
    severity = _worsened(base, ctx.policy.invoice_turned if turning else 0.0)
    severity = _worsened(severity, ctx.policy.invoice_size * _bigness(balance, paid, ctx))
    falls_due = [i.due_on + DAY for i in owed if i.due_on >= ctx.on]
    until = ctx.on + DAY if severity < 1 else min(falls_due, default=None)
    return ctx.breach(
        "invoice_overdue", severity, evidence, "chase_invoice", subject=subject, since=opens_on, until=until
    )


def _lateness(late: int, opening: int, ctx: Context) -> float:
    red, worst = ctx.policy.invoice_red_days, ctx.policy.invoice_worst_days
    if late < red:
        return 0.5 + 0.3 * (late - opening) / (red - opening)
    return min(1.0, 0.8 + 0.2 * (late - red) / (worst - red))


def _bigness(balance: int, paid: Sequence[Invoice], ctx: Context) -> float:
    """Tell how big a balance is by the client's usual invoice: 0 up to one of them, 1 from `invoice_big` of them."""
    usual = median(i.amount for i in paid[-_HISTORY:]) if paid else 0
    if usual <= 0:
        return 0.0
    return min(1.0, max(0.0, (balance / usual - 1) / max(ctx.policy.invoice_big - 1, 0.1)))


def _worsened(severity: float, share: float) -> float:
    return severity + (1 - severity) * share
