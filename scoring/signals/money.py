"""Signals of money: what the client owes, how its fees develop, and how it is to work with."""

from collections.abc import Sequence
from datetime import date, timedelta
from statistics import median

from scoring.assessment import Draft, Evidence, Signal, ok, unknown
from scoring.facts import Client, Invoice
from scoring.forecast import month_of
from scoring.payer import Payer, payer
from scoring.signals.context import DAY, Context
from scoring.vocabulary import BILLED_STATUSES

__all__ = ["fee_trend", "invoice_overdue", "payer", "resource_score"]

_PUNCTUAL = 3  # invoices paid on time that make a punctual payer

_NO_INVOICES = (Signal("invoice_overdue", "unknown"),)
_NO_FEES = Signal("fee_trend", "unknown")
_FEES_BY_PROJECT = Signal("fee_trend", "unknown", evidence={"billing": "project"})
_NO_CARD = Signal("resource_score", "unknown")


def invoice_overdue(client: Client, ctx: Context) -> tuple[Signal, ...]:
    """What is owed past its due date, one signal for each currency: amounts in different currencies are never added.

    What is disputed is not asked for, and what is promised not before the day after that one.

    It opens a day past due or, where past invoices were paid late, past the payer's usual delay, at most
    `invoice_latest_days` past due. A client without past payments is treated as punctual. By the invoice that is
    longest overdue, severity is 0.5 at the opening, 0.8 at `invoice_red_days` and 1 at `invoice_worst_days`; a share of
    what is left to 1 is added for a payer who was good until now, and for a balance of several of this client's usual
    invoices.

    The balance's share of the monthly fee is shown, not judged by: weighed against the fee, the same debt would count
    for less with a client who pays more.
    """
    if not client.invoices:
        return _NO_INVOICES
    own = client.currency
    currencies = sorted({invoice.currency or own for invoice in client.invoices})
    unpaid = [invoice for invoice in client.invoices if invoice.status == "open"]
    if not unpaid:
        return tuple([_nothing_overdue(client, currency) for currency in currencies])
    unpaid.sort(key=_by_due_date)
    return tuple([_overdue(client, ctx, currency, unpaid) for currency in currencies])


def _by_due_date(invoice: Invoice) -> tuple[date, str]:
    return invoice.due_on, invoice.number


def _nothing_overdue(
    client: Client, currency: str, until: date | None = None, promised_on: date | None = None
) -> Signal:
    evidence: Draft = {"count": 0, "balance": 0, "currency": currency, **_disputed(client, currency)}
    if promised_on:
        evidence["promised_on"] = promised_on
    return ok("invoice_overdue", evidence, until, "" if currency == client.currency else currency)


def _disputed(client: Client, currency: str) -> Evidence:
    """Count and sum what is disputed in a currency, which is shown and not asked for; empty where nothing is."""
    rests = [
        max(i.amount - i.paid, 0)
        for i in client.invoices
        if i.status == "disputed" and (i.currency or client.currency) == currency
    ]
    return {"disputed_count": len(rests), "disputed": sum(rests)} if rests else {}


def _overdue(client: Client, ctx: Context, currency: str, unpaid: Sequence[Invoice]) -> Signal:
    """Judge the open invoices in one currency, given all open ones by due date."""
    own = client.currency
    subject = "" if currency == own else currency
    owed = [invoice for invoice in unpaid if invoice.balance and (invoice.currency or own) == currency]
    late = [invoice for invoice in owed if invoice.waits_through < ctx.on]
    falls_due = min((invoice.waits_through + DAY for invoice in owed if invoice.waits_through >= ctx.on), default=None)
    if not late:
        promised = min((i.waits_through for i in owed if i.due_on < ctx.on), default=None)
        return _nothing_overdue(client, currency, falls_due, promised)

    paid = [i for i in client.invoices if i.status == "paid" and i.paid_on and (i.currency or own) == currency]
    past = payer(paid)
    opening = min((past.usual_delay_days or 0) + 1, ctx.policy.invoice_latest_days)
    oldest = late[0]
    opens_on = oldest.due_on + timedelta(days=opening)
    balance = sum(invoice.balance for invoice in late)
    turned = _has_turned(past, len(paid))
    evidence: Evidence = {
        "count": len(late),
        "balance": balance,
        "currency": currency,
        "number": oldest.number,
        "due_on": oldest.due_on,
        "usual_delay_days": past.usual_delay_days or 0,
        "fee_share": round(balance / client.monthly_fee, 2) if client.monthly_fee and not subject else None,
        "turning": turned,
        "punctual": len(paid) >= _PUNCTUAL and all(i.paid_on and i.paid_on <= i.due_on for i in paid),
        **_disputed(client, currency),
    }
    until: date | None
    if ctx.on < opens_on:
        until = min(opens_on, falls_due) if falls_due else opens_on
        return ok("invoice_overdue", evidence, until, subject)
    severity = _lateness((ctx.on - oldest.due_on).days, opening, ctx)
    severity = _worsened(severity, ctx.policy.invoice_turned if turned else 0.0)
    severity = _worsened(severity, ctx.policy.invoice_size * _size(balance, paid, ctx))
    until = ctx.on + DAY if severity < 1 else falls_due
    return ctx.breach(
        "invoice_overdue", severity, evidence, "chase_invoice", subject=subject, since=opens_on, until=until
    )


def _has_turned(past: Payer, paid: int) -> bool:
    """Return whether a good payer is going bad: punctual until now, or whose last invoices were late unlike before.

    Only paid invoices are read: an open one would otherwise count twice, and older debts would make a payer less good.
    """
    return past.turning or (paid >= _PUNCTUAL and past.usual_delay_days == 0 and past.late_of_last_three == 0)


def _lateness(late: int, opening: int, ctx: Context) -> float:
    """Return the severity of being so many days late, where the breach opened at `opening` days."""
    red, worst = ctx.policy.invoice_red_days, ctx.policy.invoice_worst_days
    if late < red:
        return 0.5 + 0.3 * (late - opening) / (red - opening)
    return min(1.0, 0.8 + 0.2 * (late - red) / (worst - red))


def _size(balance: int, paid: Sequence[Invoice], ctx: Context) -> float:
    """Compare a balance with the client's usual invoice: 0 up to one of them, 1 from `invoice_big` of them."""
    usual = median([i.amount for i in paid]) if paid else 0
    if usual <= 0:
        return 0.0
    return min(1.0, max(0.0, (balance / usual - 1) / (ctx.policy.invoice_big - 1)))


def _worsened(severity: float, share: float) -> float:
    """Add a share of what is left to the worst."""
    return severity + (1 - severity) * share


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


def resource_score(client: Client, ctx: Context) -> Signal:
    """The last monthly card on working with the client, 0 to 10; one older than `card_old_days` no longer counts.

    Severity is 0.5 just under `card_low` and 1 at 0. Of several on one day the lowest counts.
    """
    if not client.observations:
        return _NO_CARD
    cards = [
        (o.occurred_on, -o.value) for o in client.observations if o.kind == "resource_card" and o.value is not None
    ]
    if not cards:
        return _NO_CARD
    day, negative = max(cards)
    old_on, score, low = day + timedelta(days=ctx.policy.card_old_days), -negative, ctx.policy.card_low
    evidence: Evidence = {"score": score, "said_on": day}
    if ctx.on >= old_on:
        return unknown("resource_score", evidence)
    if score >= low:
        return ok("resource_score", evidence, old_on)
    severity = 1 - 0.5 * max(0.0, score) / low
    return ctx.breach("resource_score", severity, evidence, "agree_ways", effort="deep", since=day, until=old_on)
