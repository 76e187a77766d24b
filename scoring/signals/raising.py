"""Spend and cost read together: what raising a budget would bring.

Belongs here: whether the results of the last weeks cost what they did before, where spend is under its plan. Never
here: how far it is under (`scoring.signals.results`), or whether the cost is a finding of its own
(`scoring.signals.costs`).
"""

from dataclasses import replace
from datetime import timedelta
from typing import Literal

from scoring.assessment import Signal
from scoring.facts import Client
from scoring.signals.context import DAY, Context

Raise = Literal["safe", "dear"]
_RECENT, _BEFORE = 14, 28  # days
_ENOUGH = 10.0  # results of the recent days, and before
_STEADY, _DEARER = 1.1, 1.25  # times the cost before: up to the first it is safe to raise, from the second it will cost
_LATE = 2  # days whose results are still coming in, where nothing tells how their source is


def tell_what_raising_brings(signal: Signal, client: Client, ctx: Context) -> Signal:
    """Have a signal of spend under its plan say so, where the budget is to be raised."""
    if signal.next_step != "adjust_budget" or signal.evidence.get("direction") != "under":
        return signal
    raising = what_raising_brings(client, ctx)
    return replace(signal, evidence={**signal.evidence, "raising": raising}) if raising else signal


def what_raising_brings(client: Client, ctx: Context) -> Raise | None:
    """Return whether more spend is safe or dear, by the cost per conversion, else per lead; None where nothing tells.

    Two weeks are compared with the four before: a budget is raised on the strength of what it buys lately.
    """
    spend = ctx.window(client, "spend")
    for metric in ("conversions", "leads"):
        results = ctx.window(client, metric)
        if spend is None or results is None or not results.values:
            continue
        end = min(spend.end, results.end, ctx.on - client.lags.get(metric, _LATE) * DAY)
        middle, first = end - timedelta(days=_RECENT), end - timedelta(days=_RECENT + _BEFORE)
        recent, before = results.total(middle, end), results.total(first, middle)
        spent, spent_before = spend.total(middle, end), spend.total(first, middle)
        if min(recent, before) < _ENOUGH or min(spent, spent_before) <= 0:
            continue
        times = (spent / recent) / (spent_before / before)
        return "safe" if times <= _STEADY else "dear" if times >= _DEARER else None
    return None
