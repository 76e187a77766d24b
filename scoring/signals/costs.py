"""The signal of what a result costs, with what moved it."""

from dataclasses import replace
from datetime import date, timedelta
from math import log, sqrt

from scoring.assessment import Evidence, Signal
from scoring.facts import Client
from scoring.pacing import total
from scoring.signals.context import DAY, Context
from scoring.signals.rates import Pair, pair_of

_RECENT, _BEFORE = 7, 28  # days
_LATE = 2 * DAY  # conversions of the last days are still coming in
_ENOUGH = 5.0  # results that the recent spend would have bought before, and twice as many had before
_PRIOR = 3.0  # results at the old cost, added to the recent ones: few results move the cost little
_CERTAIN = 1.2816  # standard deviations: 90% certainty, one-sided

_UNKNOWN = Signal("cost_per_result", "unknown")


def cost_per_result(client: Client, ctx: Context) -> Signal:
    """The cost of a conversion in seven days against the 28 before, the last two left out.

    It opens where the cost, shrunk by the number of results, is up by `result_cost_up` with 90% certainty (the numbers
    of results taken for Poisson's); severity is 0.5 there and 1 at five times as far. Unknown with too few results to
    mean anything, and with data older than `rate_old_days`.
    """
    pair = pair_of(client, "conversions", "spend", ctx.on)
    if not isinstance(pair, Pair):
        return replace(_UNKNOWN, until=pair) if pair else _UNKNOWN
    ends, old_on = pair.ends - _LATE, pair.ends + timedelta(days=ctx.policy.rate_old_days)
    since = ends - _RECENT * DAY
    spend, results = (total(series, since, ends) for series in (pair.whole, pair.part))
    begins = since - _BEFORE * DAY
    spend_before, results_before = (total(series, begins, since) for series in (pair.whole, pair.part))
    evidence: dict[str, int | float | str | date | bool | None] = {
        "since": since,
        "spend": round(spend),
        "results": round(results, 1),
        "currency": client.currency,
        "part_through": pair.part_through,
        "data_through": pair.whole_through,
    }
    expected = results_before * spend / spend_before if spend > 0 and spend_before > 0 else 0.0
    if expected < _ENOUGH or results_before < 2 * _ENOUGH or results < 0 or ctx.on >= old_on:
        return replace(_UNKNOWN, evidence=evidence, until=pair.until)
    until = min(old_on, pair.until) if pair.until else old_on
    evidence["expected"], evidence["cost_before"] = round(expected, 1), round(spend_before / results_before)
    evidence["cost"] = round(spend / results) if results else None
    up = round((expected + _PRIOR) / (results + _PRIOR) - 1, 9)
    if up < ctx.policy.result_cost_up or not _certain(expected, results, results_before):
        return Signal("cost_per_result", "ok", evidence=evidence, until=until)
    evidence |= _moved(client, begins, since, ends)
    severity = 0.5 + 0.125 * min(4.0, (up - ctx.policy.result_cost_up) / ctx.policy.result_cost_up)
    return ctx.breach("cost_per_result", severity, evidence, "review_campaigns", effort="deep", until=until)


def _certain(expected: float, results: float, before: float) -> bool:
    """Tell whether as few results would come by chance less than once in ten, had the cost not changed."""
    deviation = sqrt(1 / (results + 0.5) + 1 / (before + 0.5))
    return log((expected + 0.5) / (results + 0.5)) >= _CERTAIN * deviation


def _moved(client: Client, begins: date, since: date, ends: date) -> Evidence:
    """Split the change in results a week by spend, price of a click and conversion rate; the parts add up to it.

    Results = spend ÷ price × rate, so that their logarithms add up, and each part is its logarithm's share. None
    without clicks, or where there is no result to take a rate of. And whether the budget was changed in all that time.
    """
    changed = any(o.kind == "budget_change" and begins <= o.occurred_on < ends for o in client.observations)
    moved: dict[str, int | float | str | date | bool | None] = {"budget_changed": changed}
    figures = []
    for name in ("spend", "clicks", "conversions"):
        series = client.metrics.get(name)
        if series is None:
            return moved
        figures.append((total(series, since, ends) / _RECENT * 7, total(series, begins, since) / _BEFORE * 7))
    if min(min(pair) for pair in figures) <= 0:
        return moved
    by_spend, by_clicks, by_results = (log(now / before) for now, before in figures)
    now, before = figures[2]
    scale = (now - before) / by_results if by_results else now
    moved["by_volume"] = scale * by_spend
    moved["by_price"] = scale * (by_clicks - by_spend)
    moved["by_rate"] = scale * (by_results - by_clicks)
    return moved
