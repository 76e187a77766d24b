"""The signal of what a conversion costs: its trend, with what moved it, and a single day far out of its own rhythm."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from math import log, sqrt
from statistics import median

from scoring.assessment import Draft, Evidence, Signal, ok, unknown
from scoring.facts import Client
from scoring.metric_window import MetricPair, NoPair, pair_up
from scoring.shock import SHOCK, rise
from scoring.signals.context import DAY, Context

_RECENT, _PRIOR = 7, 28  # days
_RECENT_DAYS = _RECENT * DAY
_LATE, _NOT_LATE = 2 * DAY, 0 * DAY  # conversions of the last days are still coming in, clicks are not
_ENOUGH = 5.0  # results that the recent spend would have bought at the old cost; there must be twice as many before
_PSEUDO_COUNT = 3.0  # results at the old cost, added to the recent ones: few results move the cost little
_Z90 = 1.2816  # standard deviations: 90% certainty, one-sided

_WEEKS, _FEWEST_WEEKS = 10, 5  # from which a day's usual cost and its rhythm are taken, at most and at least
_FEWEST = 3  # of the same weekday among them
_PAST = (7 * _WEEKS + 1) * DAY
_JUMPED = 0.6  # severity: amber, in the digest of the day
_OLD = 2 * DAY  # after which late data is the finding, and `delivery` says so

_NO_SPEND = (Signal("cost_per_result", "unknown"),)


def cost_per_result(client: Client, ctx: Context) -> tuple[Signal, ...]:
    """What a conversion costs: its trend, and the last day's cost per click and per conversion, as far as known.

    See `_trend` and `_day`. Both leave out the last two days' conversions, since late ones are still to come. Unknown
    where a part of the spend is in another currency, since the results are of all of it.
    """
    if client.amounts_left_out:
        return _NO_SPEND
    spend = ctx.window(client, "spend")
    if spend is None:
        return _NO_SPEND
    results = pair_up(ctx.window(client, "conversions"), spend)
    found = [_trend(client, ctx, results)]
    if "conversions" in client.metrics:
        found.append(_day(client, ctx, "result", results, _LATE))
    if "clicks" in client.metrics:
        found.append(_day(client, ctx, "click", pair_up(ctx.window(client, "clicks"), spend), _NOT_LATE))
    return tuple(found)


def _trend(client: Client, ctx: Context, pair: MetricPair | NoPair) -> Signal:
    """The cost per conversion in seven days against the 28 before.

    It opens where the cost, shrunk by the number of results, is up by `result_cost_up` with 90% certainty (counts of
    results are taken as Poisson); severity is 0.5 there and 1 at five times as far. Unknown with too few results to
    mean anything, and with data older than `rate_old_days`.
    """
    if isinstance(pair, NoPair):
        return unknown("cost_per_result", {}, pair.changes_on)
    end, old_on, until = pair.end - _LATE, pair.end + timedelta(days=ctx.policy.rate_old_days), pair.changes_on
    spend, spend_before = pair.whole.trailing_totals(end, _RECENT, _PRIOR)
    results, results_before = pair.part.trailing_totals(end, _RECENT, _PRIOR)
    evidence: Draft = {
        "since": end - _RECENT_DAYS,
        "spend": round(spend),
        "results": round(results, 1),
        "currency": client.metrics_currency,
        "part_through": pair.part.through,
        "data_through": pair.whole.through,
    }
    expected = results_before * spend / spend_before if spend > 0 and spend_before > 0 else 0.0
    if expected < _ENOUGH or results_before < 2 * _ENOUGH or results < 0 or ctx.on >= old_on:
        return unknown("cost_per_result", evidence, until)
    until = min(old_on, until) if until else old_on
    evidence["expected"], evidence["cost_before"] = round(expected, 1), round(spend_before / results_before)
    evidence["cost"] = round(spend / results) if results else None
    up = round((expected + _PSEUDO_COUNT) / (results + _PSEUDO_COUNT) - 1, 9)
    if up < ctx.policy.result_cost_up or not _is_certain(expected, results, results_before):
        return ok("cost_per_result", evidence, until)
    evidence |= _what_moved(client, ctx, end)
    severity = 0.5 + 0.125 * min(4.0, (up - ctx.policy.result_cost_up) / ctx.policy.result_cost_up)
    return ctx.breach("cost_per_result", severity, evidence, "review_campaigns", effort="deep", until=until)


def _is_certain(expected: float, results: float, before: float) -> bool:
    """Return whether chance alone brings so few results less than once in ten, if the cost had not changed.

    The logarithm of the ratio of two Poisson counts is about normal, with a variance of 1/n + 1/m; half a result is
    added to each count, so that 0 has a logarithm.
    """
    deviation = sqrt(1 / (results + 0.5) + 1 / (before + 0.5))
    return log((expected + 0.5) / (results + 0.5)) >= _Z90 * deviation


def _what_moved(client: Client, ctx: Context, end: date) -> Evidence:
    """Split the change in results per week by spend, price per click and conversion rate; the parts add up to it.

    Results = spend ÷ price × rate, so their logarithms add up, and each part is its logarithm's share of the change
    (the logarithmic mean divisia index). Left out without clicks, or where there is no result to take a rate from. Also
    tells whether the budget was changed in all that time, and for how many days the campaigns have run without a break.
    """
    changed_on = max(
        [o.occurred_on for o in client.observations if o.kind == "budget_change" and o.occurred_on < end], default=None
    )
    moved: Draft = {
        "budget_changed": changed_on is not None and changed_on >= end - timedelta(days=_RECENT + _PRIOR),
        "running_days": _running_days(client, changed_on, end),
    }
    figures = []
    for name in ("spend", "clicks", "conversions"):
        known = ctx.window(client, name)
        if known is None:
            return moved
        recent, prior = known.trailing_totals(end, _RECENT, _PRIOR)
        figures.append((recent / _RECENT * 7, prior / _PRIOR * 7))
    if min(min(pair) for pair in figures) <= 0:
        return moved
    by_spend, by_clicks, by_results = (log(now / before) for now, before in figures)
    now, before = figures[2]
    scale = (now - before) / by_results if by_results else now
    moved["by_volume"] = scale * by_spend
    moved["by_price"] = scale * (by_clicks - by_spend)
    moved["by_rate"] = scale * (by_results - by_clicks)
    return moved


def _running_days(client: Client, changed_on: date | None, end: date) -> int:
    """Count the days before `end` with spend, back to a break, a change of the budget, or the first known day."""
    spend = client.metrics["spend"]
    first = max(spend.first, changed_on or spend.first)
    values = spend.values[(first - spend.first).days : max(0, (end - spend.first).days)]
    return next((age for age, value in enumerate(reversed(values)) if not value or value <= 0), len(values))


def _day(client: Client, ctx: Context, subject: str, pair: MetricPair | NoPair, late: timedelta) -> Signal:
    """The last day's cost, where it is high and far out of its own rhythm (`scoring.shock`).

    The usual cost is the median of the same weekday. A day is only looked at where its cost is above that by
    `result_cost_jump` and its spend would usually have bought five; a day without a result counts as half of one. The
    next day's data closes the breach: it is told once. Unknown with less than five weeks before the day, and where data
    is older than 48 hours.
    """
    if isinstance(pair, NoPair):
        return unknown("cost_per_result", {}, pair.changes_on, subject)
    part, whole, until = pair.part, pair.whole, pair.changes_on
    end, old_on = pair.end - late, pair.end + _OLD
    evidence: Draft = {
        "day": end - DAY,
        "currency": client.metrics_currency,
        "part_through": part.through,
        "data_through": whole.through,
    }
    begin = max(part.first, whole.first, end - _PAST)
    count = (end - begin).days
    if count <= 7 * _FEWEST_WEEKS or ctx.on >= old_on:
        return unknown("cost_per_result", evidence, until, subject)
    spends, parts = (each.series.values[(begin - each.first).days :][:count] for each in (whole, part))
    weekday = slice((count - 1) % 7, None, 7)
    *past, cost = _costs(spends[weekday], parts[weekday])
    same = [each for each in past if each is not None]
    if cost is None or len(same) < _FEWEST:
        return unknown("cost_per_result", evidence, until, subject)
    until = min(old_on, until) if until else old_on
    usual = median(same)
    is_high = cost >= (1 + ctx.policy.result_cost_jump) * usual and (spends[-1] or 0.0) >= _ENOUGH * usual
    if not is_high or _out_of_rhythm(_costs(spends, parts), begin) < SHOCK:
        return ok("cost_per_result", evidence, until, subject)
    evidence["cost"], evidence["usual"] = round(cost), round(usual)
    return ctx.breach(
        "cost_per_result", _JUMPED, evidence, "check_campaigns", subject=subject, since=end - DAY, until=until
    )


def _costs(spends: Sequence[float | None], parts: Sequence[float | None]) -> list[float | None]:
    """Divide day by day; None where either is unknown, or nothing was spent."""
    return [
        spend / max(part, 0.5) if spend is not None and part is not None and spend > 0 else None
        for spend, part in zip(spends, parts, strict=True)
    ]


def _out_of_rhythm(costs: Sequence[float | None], first: date) -> float:
    """Score the last of some days' costs, 0 to 1 (`scoring.shock.rise`); days without one are gaps."""
    start = datetime(first.year, first.month, first.day, tzinfo=UTC)
    known = [(cost, start + n * DAY) for n, cost in enumerate(costs) if cost is not None]
    return rise([cost for cost, _ in known], [moment for _, moment in known])
