"""The signal of margin: what a client's fees leave after hours and tools, and its hours against those agreed."""

from dataclasses import replace
from datetime import date

from scoring import value
from scoring.assessment import Evidence, Signal, ok
from scoring.facts import Client, Effort
from scoring.forecast import month_of
from scoring.policy import Policy
from scoring.signals.context import DAY, Context
from scoring.signals.money import resource_score

_SHARE_BEYOND = 0.5  # hours above the limit, as a share of those agreed, beyond which it gets no worse
_MONTHS_BACK = 2  # how old the newest whole month may be

_NO_EFFORT = Signal("margin", "unknown")


def margin(client: Client, ctx: Context) -> Signal:
    """The margin of the newest whole month out of the last two, and its hours against those agreed.

    It opens under `margin_low`, or over `hours_over`. Severity is 0.5 there, and 0.75 with no margin left, or half the
    agreed hours more. The current month counts as soon as it is over a limit, since it can only get worse. The margin
    of work paid by project is unknown: its fee is not of a month.

    A client that is also hard to work with (`resource_score`) is one to narrow: its evidence says so.

    Its default weight is 0: if it added to the risk, a higher fee would lower a priority.
    """
    if not client.effort:
        return _NO_EFFORT
    now = _margin_now(client, ctx)
    card = resource_score(client, ctx)
    if now.state != "breach" or card.state != "breach" or card.until is None:
        return now
    return replace(now, evidence={**now.evidence, "narrow": True}, until=min(now.until or card.until, card.until))


def _margin_now(client: Client, ctx: Context) -> Signal:
    """Judge the margin alone, and find the first month in which it reads differently."""
    now, month = _judge_month(client, ctx, month_of(ctx.on)[0]), ctx.on
    for _ in range(_MONTHS_BACK + 1):  # by then no row that is known now is looked at any more
        month = month_of(month)[1]
        later = _judge_month(client, ctx, month)
        if later != now:
            return replace(now, until=month)
    return now


def _judge_month(client: Client, ctx: Context, month: date) -> Signal:
    """Judge as if in a month, given by its first day."""
    oldest = month
    for _ in range(_MONTHS_BACK):
        oldest = month_of(oldest - DAY)[0]
    whole = max([row for row in client.effort if oldest <= row.month < month], key=_month, default=None)
    current = next((row for row in client.effort if row.month == month), None)
    of_whole, of_current = (_judge_row(row, client, ctx) if row else _NO_EFFORT for row in (whole, current))
    return of_current if of_current.severity and of_current.severity >= of_whole.severity else of_whole


def _judge_row(row: Effort, client: Client, ctx: Context) -> Signal:
    left, worked = _margin(row, client), row.hours / row.hours_budget if row.hours and row.hours_budget else None
    if left is None and worked is None:
        return _NO_EFFORT
    fee, cost = value.monthly_fee(client), _cost(row)
    evidence: Evidence = {
        "month": row.month,
        "currency": client.currency,
        "fee": None if fee is None or left is None else round(fee),
        "cost": None if left is None or cost is None else round(cost),
        "margin": left,
        "hours": row.hours,
        "hours_budget": row.hours_budget,
    }
    severity = max(_thinness(left, ctx.policy), _excess(worked, ctx.policy))
    if not severity:
        return ok("margin", evidence)
    return ctx.breach("margin", severity, evidence, "review_hours", effort="deep")


def _cost(row: Effort) -> float | None:
    """Return what the month's hours and tools cost, in minor units; None where hours or their cost are unknown."""
    if row.hours is None or row.hourly_cost is None:
        return None
    return row.hours * row.hourly_cost + (row.tools_cost or 0)


def _margin(row: Effort, client: Client) -> float | None:
    """Return the month's margin as a share of the fee, below 0 at a loss; None where it is unknown."""
    fee = None if client.billing == "project" else value.monthly_fee(client)
    if fee is None or row.hours is None or row.hourly_cost is None:
        return None
    left = value.margin(fee, row.hours * row.hourly_cost, row.tools_cost or 0)
    return None if left is None else round(left, 4)


def _thinness(left: float | None, policy: Policy) -> float:
    """Return the severity of a margin: 0 from `margin_low` up, 0.5 just under it, 0.75 where nothing is left."""
    low = policy.margin_low
    return 0.0 if left is None or left >= low else 0.5 + 0.25 * min(1.0, (low - left) / max(low, 0.01))


def _excess(worked: float | None, policy: Policy) -> float:
    """Return the severity of hours worked ÷ agreed: 0 up to `hours_over`, 0.5 just over it, 0.75 at 0.5 above it."""
    over = 0.0 if worked is None else round(worked - policy.hours_over, 9)
    return 0.5 + 0.25 * min(1.0, over / _SHARE_BEYOND) if over > 0 else 0.0


def _month(row: Effort) -> date:
    return row.month
