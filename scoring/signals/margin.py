"""The signal of what a client leaves us: fees less hours at their cost less tools, and hours against those agreed."""

from dataclasses import replace
from datetime import date

from scoring import value
from scoring.assessment import Evidence, Signal
from scoring.facts import Client, Effort
from scoring.forecast import month_of
from scoring.policy import Policy
from scoring.signals.context import DAY, Context

_NO_EFFORT = Signal("margin", "unknown")
_SHARE_BEYOND = 0.5  # hours above the limit, as a share of those agreed, that could not be worse
_MONTHS_BACK = 2  # how old the newest whole month may be


def margin(client: Client, ctx: Context) -> Signal:
    """The margin of the newest whole month, of the last two, and its hours against those agreed.

    It opens under `margin_low`, or over `hours_over`: severity 0.5 there, 0.75 with no margin left, or half the agreed
    hours more. The month that runs counts as soon as it is over a limit, for it can only get worse. The margin of work
    paid by project is unknown, since its fee is no month's.

    Without a weight of its own: were it to add to the risk, a higher fee would lower a priority.
    """
    if not client.effort:
        return _NO_EFFORT
    now, month = _judged(client, ctx, month_of(ctx.on)[0]), ctx.on
    for _ in range(_MONTHS_BACK + 1):  # by then nothing that is known now is looked at any more
        month = month_of(month)[1]
        later = _judged(client, ctx, month)
        if later != now:
            return replace(now, until=month)
    return now


def _judged(client: Client, ctx: Context, month: date) -> Signal:
    """Judge as in a month, of which the first day is given."""
    oldest = month
    for _ in range(_MONTHS_BACK):
        oldest = month_of(oldest - DAY)[0]
    whole = max([row for row in client.effort if oldest <= row.month < month], key=_month, default=None)
    running = next((row for row in client.effort if row.month == month), None)
    of_whole, of_running = (_of_month(row, client, ctx) if row else _NO_EFFORT for row in (whole, running))
    return of_running if of_running.severity and of_running.severity >= of_whole.severity else of_whole


def _of_month(row: Effort, client: Client, ctx: Context) -> Signal:
    kept, worked = _kept(row, client), row.hours / row.hours_budget if row.hours and row.hours_budget else None
    if kept is None and worked is None:
        return _NO_EFFORT
    fee, cost = value.monthly_fee(client), _cost(row)
    evidence: Evidence = {
        "month": row.month,
        "currency": client.currency,
        "fee": None if fee is None or kept is None else round(fee),
        "cost": None if kept is None or cost is None else round(cost),
        "margin": kept,
        "hours": row.hours,
        "hours_budget": row.hours_budget,
    }
    severity = max(_thinness(kept, ctx.policy), _excess(worked, ctx.policy))
    if not severity:
        return Signal("margin", "ok", evidence=evidence)
    return ctx.breach("margin", severity, evidence, "review_hours", effort="deep")


def _cost(row: Effort) -> float | None:
    """Give what the month's hours and tools cost; None where it is not known what an hour does."""
    if row.hours is None or row.hourly_cost is None:
        return None
    return row.hours * row.hourly_cost + (row.tools_cost or 0)


def _kept(row: Effort, client: Client) -> float | None:
    fee = None if client.billing == "project" else value.monthly_fee(client)
    if fee is None or row.hours is None or row.hourly_cost is None:
        return None
    kept = value.margin(fee, row.hours * row.hourly_cost, row.tools_cost or 0)
    return None if kept is None else round(kept, 4)


def _thinness(kept: float | None, policy: Policy) -> float:
    """0 where enough is kept, 0.5 just under that, 0.75 where nothing is."""
    low = policy.margin_low
    return 0.0 if kept is None or kept >= low else 0.5 + 0.25 * min(1.0, (low - kept) / max(low, 0.01))


def _excess(worked: float | None, policy: Policy) -> float:
    """0 within the limit, 0.5 just over it, 0.75 at half the agreed hours more."""
    over = 0.0 if worked is None else round(worked - policy.hours_over, 9)
    return 0.5 + 0.25 * min(1.0, over / _SHARE_BEYOND) if over > 0 else 0.0


def _month(row: Effort) -> date:
    return row.month
