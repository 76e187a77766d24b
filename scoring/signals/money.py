"""Signals of money: what the client owes, and how it is to work with."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import median

from scoring import distress
from scoring.assessment import Draft, Evidence, Signal, ok, unknown
from scoring.facts import Client, Invoice
from scoring.payer import Payer, payer
from scoring.receivables import Receivables, receivables, set_off
from scoring.signals.context import DAY, Context
from scoring.value import value_factor

__all__ = ["invoice_overdue", "payer", "resource_score"]

_PUNCTUAL = 3  # invoices paid on time that make a punctual payer

_FEE_SHARE = 0.25  # how much of the value factor a debt of several fees may make up for, 0 to 1

_NO_INVOICES = (Signal("invoice_overdue", "unknown"),)
_NO_CARD = Signal("resource_score", "unknown")


@dataclass(frozen=True, slots=True)
class _Books:
    """A client's invoices in one currency, read once for any day."""

    currency: str
    subject: str
    """Empty for the client's own currency."""
    open: Receivables
    disputed: Evidence
    paid: tuple[Invoice, ...]
    past: Payer
    opening: int
    """Days past due on which an invoice opens a breach."""


def invoice_overdue(client: Client, ctx: Context) -> tuple[Signal, ...]:
    """What is owed past its due date, one signal for each currency: amounts in different currencies are never added.

    Credit notes are set off against what is overdue, and a rest of small change is no debt (`scoring.receivables`).
    What is disputed is not asked for, and what is promised not before the day after that one.

    It opens a day past due or, where past invoices were paid late, past the day that nearly all of them kept
    (`scoring.payer`), at most `invoice_latest_days` past due. A client without past payments is treated as punctual. By
    the invoice that is longest overdue, severity is 0.5 at the opening, 0.8 at `invoice_red_days` and 1 at
    `invoice_worst_days`; a share of what is left to 1 is added for a payer who was good until now, for a client that
    cut its spend at the same time (`scoring.distress`), and for a balance of several of this client's usual invoices,
    or monthly fees (`_by_fee`).
    """
    if not client.invoices:
        return _NO_INVOICES
    currencies = sorted({invoice.currency or client.currency for invoice in client.invoices})
    return tuple([_judge(client, ctx, _books(client, ctx, currency)) for currency in currencies])


def _books(client: Client, ctx: Context, currency: str) -> _Books:
    own = client.currency
    invoices = [invoice for invoice in client.invoices if (invoice.currency or own) == currency]
    paid = tuple([invoice for invoice in invoices if invoice.status == "paid" and invoice.paid_on])
    past = payer(paid)
    return _Books(
        currency=currency,
        subject="" if currency == own else currency,
        open=receivables(invoices, currency),
        disputed=_disputed(invoices),
        paid=paid,
        past=past,
        opening=min((past.kept_days or 0) + 1, ctx.policy.invoice_latest_days),
    )


def _disputed(invoices: Sequence[Invoice]) -> Evidence:
    """Count and sum what is disputed, which is shown and not asked for; empty where nothing is."""
    rests = [max(i.amount - i.paid, 0) for i in invoices if i.status == "disputed"]
    return {"disputed_count": len(rests), "disputed": sum(rests)} if rests else {}


def _judge(client: Client, ctx: Context, books: _Books) -> Signal:
    """Judge the invoices in one currency on the context's day, and find the first one on which it would differ."""
    now = _on(client, ctx, books, ctx.on)
    if 0 < now.severity < 1:
        return replace(now, until=ctx.on + DAY)
    opening = [invoice.due_on + timedelta(days=books.opening) for invoice in books.open.owed]
    days = {*books.open.change_days(), *opening, *(distress.change_days(client, ctx) if now.severity else ())}
    for day in sorted(day for day in days if day > ctx.on):
        if _on(client, ctx, books, day) != now:
            return replace(now, until=day)
    return now


def _on(client: Client, ctx: Context, books: _Books, day: date) -> Signal:
    """Judge the invoices in one currency as if on a day."""
    late = books.open.late(day)
    debts = set_off(late, books.open.credit, books.currency)
    evidence: Draft = {"count": len(debts), "balance": 0, "currency": books.currency, **books.disputed}
    if late and books.open.credit:
        evidence["credit"] = min(books.open.credit, sum(invoice.balance for invoice in late))
    if not debts:
        promised = min((invoice.waits_through for invoice in books.open.waiting(day)), default=None)
        if promised:
            evidence["promised_on"] = promised
        return ok("invoice_overdue", evidence, subject=books.subject)
    oldest, balance = debts[0].invoice, sum(debt.rest for debt in debts)
    opens_on, turned = oldest.due_on + timedelta(days=books.opening), _has_turned(books.past, len(books.paid))
    evidence |= {
        "balance": balance,
        "number": oldest.number,
        "due_on": oldest.due_on,
        "usual_delay_days": books.past.kept_days or 0,
        "fee_share": round(balance / client.monthly_fee, 2) if client.monthly_fee and not books.subject else None,
        "turning": turned,
        "punctual": len(books.paid) >= _PUNCTUAL and all(i.paid_on and i.paid_on <= i.due_on for i in books.paid),
    }
    if day < opens_on:
        return ok("invoice_overdue", evidence, subject=books.subject)
    today = ctx if day == ctx.on else Context(ctx.policy, ctx.portfolio, day)
    cut = distress.find_cut(client, today, oldest.due_on)
    if cut:
        evidence["distress"] = cut
    severity = _lateness((day - oldest.due_on).days, books.opening, ctx)
    severity = _worsened(severity, ctx.policy.invoice_turned if turned else 0.0)
    severity = _worsened(severity, ctx.policy.invoice_distress if cut == "spend" else 0.0)
    severity = max(
        _worsened(severity, ctx.policy.invoice_size * _size(balance, books.paid, ctx)),
        _by_fee(severity, balance, client, today) if not books.subject else 0.0,
    )
    return ctx.breach("invoice_overdue", severity, evidence, "chase_invoice", subject=books.subject, since=opens_on)


def _has_turned(past: Payer, paid: int) -> bool:
    """Return whether a good payer is going bad: punctual until now, or whose last invoices were late unlike before.

    Only paid invoices are read: an open one would otherwise count twice, and older debts would make a payer less good.
    """
    return past.turning or (paid >= _PUNCTUAL and past.kept_days == 0 and past.late_of_last_three == 0)


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


def _by_fee(severity: float, balance: int, client: Client, ctx: Context) -> float:
    """Return the severity of a debt of several monthly fees, at most that of a very big balance.

    The same debt is fewer fees to a client that pays more, and a higher fee must not lower a priority. So it is
    weighed by the value factor: severity × (factor if the balance were the monthly fee ÷ factor)^¼. Times the factor
    that never falls as the fee rises; where the factor says nothing of the fee, neither does this.
    """
    if not client.monthly_fee or balance <= client.monthly_fee:
        return severity
    mine, as_fee = (
        value_factor(each, ctx.portfolio, ctx.policy, ctx.on)[0]
        for each in (client, replace(client, monthly_fee=balance))
    )
    weighed: float = severity * (as_fee / mine) ** _FEE_SHARE
    return min(weighed, _worsened(severity, ctx.policy.invoice_size))


def _worsened(severity: float, share: float) -> float:
    """Add a share of what is left to the worst."""
    return severity + (1 - severity) * share


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
