"""The signal of what a result costs: its trend, with what moved it, and a day out of its rhythm."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import log, sqrt
from statistics import median

from scoring.assessment import Draft, Evidence, Signal, ok, unknown
from scoring.dates import span
from scoring.facts import Client
from scoring.metric_window import Pair, pair_of
from scoring.shock import SHOCK, rise
from scoring.signals.context import DAY, Context

_RECENT, _BEFORE = 7, 28  # days
_WINDOW = _RECENT * DAY
_LATE, _NOT_LATE = 2 * DAY, 0 * DAY  # conversions of the last days are still coming in, clicks are not
_ENOUGH = 5.0  # results that the recent spend would have bought before, and twice as many had before
_PRIOR = 3.0  # results at the old cost, added to the recent ones: few results move the cost little
_CERTAIN = 1.2816  # standard deviations: 90% certainty, one-sided

_WEEKS, _FEWEST_WEEKS = 10, 5  # that a day's usual cost and its rhythm are taken from, at most and at least
_FEWEST = 3  # of the same weekday among them
_PAST = (7 * _WEEKS + 1) * DAY
_JUMPED = 0.6  # severity: amber, in the digest of the day
_OLD = 2 * DAY  # after which data is a fault of the data, which `delivery` tells

_UNKNOWN = Signal("cost_per_result", "unknown")
_UNKNOWN_DAY = {subject: Signal("cost_per_result", "unknown", subject=subject) for subject in ("click", "result")}


def cost_per_result(client: Client, ctx: Context) -> tuple[Signal, ...]:
    """What a conversion costs: its trend, and the last day's cost of a click and of a conversion, as far as known.

    See `_trend` and `_day`. The last two days' conversions are left out of both, as late ones are still to come.
    """
    spend = ctx.known(client, "spend")
    if spend is None:
        return (_UNKNOWN,)
    results = pair_of(ctx.known(client, "conversions"), spend)
    found = [_trend(client, ctx, results)]
    if "conversions" in client.metrics:
        found.append(_day(client, ctx, "result", results, _LATE))
    if "clicks" in client.metrics:
        found.append(_day(client, ctx, "click", pair_of(ctx.known(client, "clicks"), spend), _NOT_LATE))
    return tuple(found)


def _trend(client: Client, ctx: Context, pair: Pair | date | None) -> Signal:
    """The cost of a conversion in seven days against the 28 before.

    It opens where the cost, shrunk by the number of results, is up by `result_cost_up` with 90% certainty (the numbers
    of results taken for Poisson's); severity is 0.5 there and 1 at five times as far. Unknown with too few results to
    mean anything, and with data older than `rate_old_days`.
    """
    if not isinstance(pair, tuple):
        return replace(_UNKNOWN, until=pair) if pair else _UNKNOWN
    part, whole, known_until, until = pair
    ends, old_on = known_until - _LATE, known_until + span(ctx.policy.rate_old_days)
    spend, spend_before = whole.lately_and_before(ends, _RECENT, _BEFORE)
    results, results_before = part.lately_and_before(ends, _RECENT, _BEFORE)
    evidence: Draft = {
        "since": ends - _WINDOW,
        "spend": round(spend),
        "results": round(results, 1),
        "currency": client.currency,
        "part_through": part.through,
        "data_through": whole.through,
    }
    expected = results_before * spend / spend_before if spend > 0 and spend_before > 0 else 0.0
    if expected < _ENOUGH or results_before < 2 * _ENOUGH or results < 0 or ctx.on >= old_on:
        return unknown("cost_per_result", evidence, until)
    until = min(old_on, until) if until else old_on
    evidence["expected"], evidence["cost_before"] = round(expected, 1), round(spend_before / results_before)
    evidence["cost"] = round(spend / results) if results else None
    up = round((expected + _PRIOR) / (results + _PRIOR) - 1, 9)
    if up < ctx.policy.result_cost_up or not _certain(expected, results, results_before):
        return ok("cost_per_result", evidence, until)
    evidence |= _moved(client, ctx, ends)
    severity = 0.5 + 0.125 * min(4.0, (up - ctx.policy.result_cost_up) / ctx.policy.result_cost_up)
    return ctx.breach("cost_per_result", severity, evidence, "review_campaigns", effort="deep", until=until)


def _certain(expected: float, results: float, before: float) -> bool:
    """Tell whether as few results would come by chance less than once in ten, had the cost not changed."""
    deviation = sqrt(1 / (results + 0.5) + 1 / (before + 0.5))
    return log((expected + 0.5) / (results + 0.5)) >= _CERTAIN * deviation


def _moved(client: Client, ctx: Context, ends: date) -> Evidence:
    """Split the change in results a week by spend, price of a click and conversion rate; the parts add up to it.

    Results = spend ÷ price × rate, so that their logarithms add up, and each part is its logarithm's share. None
    without clicks, or where there is no result to take a rate of. And whether the budget was changed in all that time,
    and for how many days the campaigns have run on without one.
    """
    changed_on = max(
        [o.occurred_on for o in client.observations if o.kind == "budget_change" and o.occurred_on < ends], default=None
    )
    moved: Draft = {
        "budget_changed": changed_on is not None and changed_on >= ends - span(_RECENT + _BEFORE),
        "running_days": _running(client, changed_on, ends),
    }
    figures = []
    for name in ("spend", "clicks", "conversions"):
        known = ctx.known(client, name)
        if known is None:
            return moved
        lately, before = known.lately_and_before(ends, _RECENT, _BEFORE)
        figures.append((lately / _RECENT * 7, before / _BEFORE * 7))
    if min(min(pair) for pair in figures) <= 0:
        return moved
    by_spend, by_clicks, by_results = (log(now / before) for now, before in figures)
    now, before = figures[2]
    scale = (now - before) / by_results if by_results else now
    moved["by_volume"] = scale * by_spend
    moved["by_price"] = scale * (by_clicks - by_spend)
    moved["by_rate"] = scale * (by_results - by_clicks)
    return moved


def _running(client: Client, changed_on: date | None, ends: date) -> int:
    """Count the days before `ends` with spend and without a break, as far back as known and the budget was the same."""
    spend = client.metrics["spend"]
    first = max(spend.first, changed_on or spend.first)
    days = spend.values[(first - spend.first).days : max(0, (ends - spend.first).days)]
    return next((age for age, value in enumerate(reversed(days)) if not value or value <= 0), len(days))


def _day(client: Client, ctx: Context, subject: str, pair: Pair | date | None, late: timedelta) -> Signal:
    """The last day's cost, told where it is dear and far out of its own rhythm (`scoring.shock`).

    What it costs usually is the median of the same weekday. A day is looked at closely where its cost is above that by
    `result_cost_jump` and its spend would usually have bought five; without a result, half of one is taken for bought.
    The next day's data closes it: it is told once. Unknown with less than five weeks before the day, and where data is
    older than 48 hours.
    """
    if not isinstance(pair, tuple):
        return replace(_UNKNOWN_DAY[subject], until=pair) if pair else _UNKNOWN_DAY[subject]
    part, whole, known_until, until = pair
    ends, old_on = known_until - late, known_until + _OLD
    evidence: Draft = {
        "day": ends - DAY,
        "currency": client.currency,
        "part_through": part.through,
        "data_through": whole.through,
    }
    begins = max(part.first, whole.first, ends - _PAST)
    count = (ends - begins).days
    if count <= 7 * _FEWEST_WEEKS or ctx.on >= old_on:
        return unknown("cost_per_result", evidence, until, subject)
    spends, parts = (each.series.values[(begins - each.first).days :][:count] for each in (whole, part))
    weekday = slice((count - 1) % 7, None, 7)
    *past, cost = _costs(spends[weekday], parts[weekday])
    same = [each for each in past if each is not None]
    if cost is None or len(same) < _FEWEST:
        return unknown("cost_per_result", evidence, until, subject)
    until = min(old_on, until) if until else old_on
    usual = median(same)
    dear = cost >= (1 + ctx.policy.result_cost_jump) * usual and (spends[-1] or 0.0) >= _ENOUGH * usual
    if not dear or _out_of_rhythm(_costs(spends, parts), begins) < SHOCK:
        return ok("cost_per_result", evidence, until, subject)
    evidence["cost"], evidence["usual"] = round(cost), round(usual)
    return ctx.breach(
        "cost_per_result", _JUMPED, evidence, "check_campaigns", subject=subject, since=ends - DAY, until=until
    )


def _costs(spends: Sequence[float | None], parts: Sequence[float | None]) -> list[float | None]:
    """Divide day by day; None where either is unknown, or nothing was spent."""
    return [
        spend / max(part, 0.5) if spend is not None and part is not None and spend > 0 else None
        for spend, part in zip(spends, parts, strict=True)
    ]


def _out_of_rhythm(costs: Sequence[float | None], first: date) -> float:
    """Score the last of some days' costs, 0 to 1; days without one are gaps."""
    start = datetime(first.year, first.month, first.day, tzinfo=UTC)
    known = [(cost, start + n * DAY) for n, cost in enumerate(costs) if cost is not None]
    return rise([cost for cost, _ in known], [moment for _, moment in known])
