"""Signals of money: what the client owes and how it pays."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from statistics import median

from scoring.assessment import Evidence, Signal, ok, unknown
from scoring.dates import span
from scoring.facts import Client, Invoice
from scoring.forecast import month_of
from scoring.payer import Payer, payer
from scoring.signals.context import DAY, Context
from scoring.vocabulary import BILLED_STATUSES

__all__ = ["fee_trend", "invoice_overdue", "payer", "resource_score"]

_NO_INVOICES = (Signal("invoice_overdue", "unknown"),)
_NO_FEES = Signal("fee_trend", "unknown")
_FEES_IN_LUMPS = Signal("fee_trend", "unknown", evidence={"billing": "project"})
_NO_CARD = Signal("resource_score", "unknown")
_PUNCTUAL = 3  # invoices paid in time that make a punctual payer


def invoice_overdue(client: Client, ctx: Context) -> tuple[Signal, ...]:
    """What is owed past its due date, one signal a currency: currencies are never added up.

    It opens a day past due; where the payer's past invoices were paid late, past their usual delay, at most
    `invoice_latest_days` past due. No past is no excuse. Severity is 0.5 at the opening, 0.8 at `invoice_red_days`, 1
    at `invoice_worst_days`, by the invoice longest overdue; a share of what is left to 1 is added for a payer who was
    good until now, and for a balance of several of this client's usual invoices.

    The balance's share of the monthly fee is told, not judged by: weighed against it, the same debt would count for
    less with a client who pays more.
    """
    if not client.invoices:
        return _NO_INVOICES
    own = client.currency
    currencies = sorted({invoice.currency or own for invoice in client.invoices})
    owed = [(i.due_on, i.number, i.balance, i.currency or own) for i in client.invoices if i.status == "open"]
    if not owed:
        return tuple([_nothing_late(currency, own) for currency in currencies])
    owed.sort()
    return tuple([_overdue(client, ctx, currency, owed) for currency in currencies])


def _nothing_late(currency: str, own: str, until: date | None = None) -> Signal:
    evidence: Evidence = {"count": 0, "balance": 0, "currency": currency}
    return Signal("invoice_overdue", "ok", 0.0, "" if currency == own else currency, evidence=evidence, until=until)


def _overdue(client: Client, ctx: Context, currency: str, open_ones: list[tuple[date, str, int, str]]) -> Signal:
    subject = "" if currency == client.currency else currency
    owed = [bill for bill in open_ones if bill[2] and bill[3] == currency]
    late = [bill for bill in owed if bill[0] < ctx.on]
    falls_due = owed[len(late)][0] + DAY if len(late) < len(owed) else None
    if not late:
        return _nothing_late(currency, client.currency, falls_due)

    paid = [
        i for i in client.invoices if i.status == "paid" and i.paid_on and (i.currency or client.currency) == currency
    ]
    past = payer(paid)
    opening = min((past.usual_delay_days or 0) + 1, ctx.policy.invoice_latest_days)
    due_on, number = late[0][:2]
    opens_on = due_on + span(opening)
    balance = sum(bill[2] for bill in late)
    turned = _turned(past, len(paid))
    evidence: Evidence = {
        "count": len(late),
        "balance": balance,
        "currency": currency,
        "number": number,
        "due_on": due_on,
        "usual_delay_days": past.usual_delay_days or 0,
        "fee_share": round(balance / client.monthly_fee, 2) if client.monthly_fee and not subject else None,
        "turning": turned,
        "punctual": len(paid) >= _PUNCTUAL and all(i.paid_on and i.paid_on <= i.due_on for i in paid),
    }
    until: date | None
    if ctx.on < opens_on:
        until = min(opens_on, falls_due) if falls_due else opens_on
        return ok("invoice_overdue", evidence, until, subject)
    severity = _lateness((ctx.on - due_on).days, opening, ctx)
    severity = _worsened(severity, ctx.policy.invoice_turned if turned else 0.0)
    severity = _worsened(severity, ctx.policy.invoice_size * _bigness(balance, paid, ctx))
    until = ctx.on + DAY if severity < 1 else falls_due
    return ctx.breach(
        "invoice_overdue", severity, evidence, "chase_invoice", subject=subject, since=opens_on, until=until
    )


def _turned(past: Payer, paid: int) -> bool:
    """Tell whether a good payer is going bad: one punctual until now, or whose last invoices were late unlike before.

    Only what is paid is read: what is owed would otherwise count twice, and older debts would make a payer less good.
    """
    return past.turning or (paid >= _PUNCTUAL and past.usual_delay_days == 0 and past.late_of_last_three == 0)


def _lateness(late: int, opening: int, ctx: Context) -> float:
    red, worst = ctx.policy.invoice_red_days, ctx.policy.invoice_worst_days
    if late < red:
        return 0.5 + 0.3 * (late - opening) / (red - opening)
    return min(1.0, 0.8 + 0.2 * (late - red) / (worst - red))


def _bigness(balance: int, paid: Sequence[Invoice], ctx: Context) -> float:
    """Tell how big a balance is by the client's usual invoice: 0 up to one of them, 1 from `invoice_big` of them."""
    usual = median([i.amount for i in paid]) if paid else 0
    if usual <= 0:
        return 0.0
    return min(1.0, max(0.0, (balance / usual - 1) / (ctx.policy.invoice_big - 1)))


def _worsened(severity: float, share: float) -> float:
    return severity + (1 - severity) * share


def fee_trend(client: Client, ctx: Context) -> Signal:
    """What was billed in the last three whole months against the three before, in the client's own currency.

    Severity is 0.5 at a fall by `fee_fall` and 1 at a fall by three times that. Unknown for work paid by project, which
    comes in lumps, and until there were invoices before the first of the six months ended.
    """
    if client.billing == "project":
        return _FEES_IN_LUMPS
    if not client.invoices:
        return _NO_FEES
    begins, first_ends, middle, ends, until = _six_months(ctx.on.year, ctx.on.month)
    before, lately, long_known, own = 0, 0, False, client.currency
    for invoice in client.invoices:
        day = invoice.issued_on
        if day >= ends or invoice.status not in BILLED_STATUSES or (invoice.currency or own) != own:
            continue
        if day < first_ends:
            long_known = True
        if day >= middle:
            lately += invoice.amount
        elif day >= begins:
            before += invoice.amount
    evidence: Evidence = {"since": middle, "before": before, "lately": lately, "currency": own}
    if before <= 0 or not long_known:
        return unknown("fee_trend", evidence, until)
    fall, limit = round(1 - lately / before, 9), ctx.policy.fee_fall
    if fall < limit:
        return ok("fee_trend", evidence, until)
    severity = 0.5 + 0.25 * min(2.0, (fall - limit) / limit)
    return ctx.breach("fee_trend", severity, evidence, "review_scope", effort="deep", until=until)


@lru_cache(maxsize=64)
def _six_months(year: int, month: int) -> tuple[date, date, date, date, date]:
    """Give when the six months before a month begin, the first of them and the first three end; and the month's own."""
    ends = date(year, month, 1)
    starts = [ends]
    for _ in range(6):
        starts.append(month_of(starts[-1] - DAY)[0])
    return starts[6], starts[5], starts[3], ends, month_of(ends)[1]


def resource_score(client: Client, ctx: Context) -> Signal:
    """The last monthly card on working with the client, 0 to 10; one older than `card_old_days` says nothing.

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
    old_on, score, low = day + span(ctx.policy.card_old_days), -negative, ctx.policy.card_low
    evidence: Evidence = {"score": score, "said_on": day}
    if ctx.on >= old_on:
        return Signal("resource_score", "unknown", evidence=evidence)
    if score >= low:
        return ok("resource_score", evidence, old_on)
    severity = 1 - 0.5 * max(0.0, score) / low
    return ctx.breach("resource_score", severity, evidence, "agree_ways", effort="deep", since=day, until=old_on)
