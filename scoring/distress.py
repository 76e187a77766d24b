"""Signs that money is tight at a client: it pays late and at the same time cuts what it spends or books.

Belongs here: what tells of it beside the unpaid invoice. Never here: what is owed (`scoring.receivables`), or how much
it counts for (`scoring.signals`).
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

from scoring.dates import DAY
from scoring.facts import Client
from scoring.signals.context import Context
from scoring.signals.fees import fee_trend
from scoring.vocabulary import FULLY_WATCHED

Cut = Literal["spend", "fees"]
_DAYS = 28
_CUT = 0.3  # share by which four weeks' spend must fall below that of the four before: far beyond daily noise
_FRESH_DAYS = 7  # how long before the invoice was due spend may end
_MONTHS = 9  # by then none of the fees that are known now is looked at any more


def find_cut(client: Client, ctx: Context, due_on: date) -> Cut | None:
    """Return what a client cut that has not paid an invoice due on a day; None where nothing tells of it."""
    if client.status not in FULLY_WATCHED:  # a paused client spends nothing because it is paused
        return None
    if _spend_is_cut(client, ctx, due_on):
        return "spend"
    return "fees" if ctx.once(fee_trend, client).state == "breach" else None


def change_days(client: Client, ctx: Context) -> Iterator[date]:
    """Yield the days after the context's on which the answer may change without any new fact."""
    spend = client.metrics.get("spend")
    if spend:
        end = spend.first + timedelta(days=len(spend.values))
        yield from (ctx.on + n * DAY for n in range(1, (end - ctx.on).days + 1))
    day: date | None = ctx.on
    for _ in range(_MONTHS):
        day = fee_trend(client, Context(ctx.policy, ctx.portfolio, day)).until if day else None
        if day:
            yield day


def _spend_is_cut(client: Client, ctx: Context, due_on: date) -> bool:
    """Whether the last four weeks' spend fell by `_CUT` below the four before, as known around the due date."""
    known = ctx.window(client, "spend")
    if known is None or known.end + timedelta(days=_FRESH_DAYS) < due_on:
        return False
    if len(known.from_first_value()) < 2 * _DAYS:
        return False
    recent, before = known.trailing_totals(known.end, _DAYS, _DAYS)
    return before > 0 and round(1 - recent / before, 9) >= _CUT
