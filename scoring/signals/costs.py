"""The signal of what a conversion costs: its trend, with what moved it, and a single day far out of its own rhythm."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from math import log
from statistics import median

from scoring.assessment import Draft, Evidence, Signal, ok, unknown
from scoring.facts import Client, Series
from scoring.metric_window import MetricPair, NoPair, pair_up
from scoring.shock import rise, threshold
from scoring.signals.context import DAY, Context
from scoring.signals.falls import Fall, budget_changed_on, find_fall
from scoring.vocabulary import Effort

_RECENT_DAYS, _RECENTLY = 7 * DAY, 35 * DAY
_LATE = 2  # days: conversions of the last ones are still coming in, where nothing tells how their source is
_ENOUGH = 5.0  # results that a day's spend would usually have bought

_MAINLY = 0.6  # share of the lost results from which one source is named
_TIRED_DAYS = 56  # days without a break after which most of its audience has seen an ad
_AUDIENCES = ("meta", "facebook", "instagram", "tiktok", "linkedin", "display", "youtube", "pinterest")
"""In the names of sources whose ads tire; people search anew each day, so a search campaign does not."""

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
        found.append(_day(client, ctx, "result", results))
    if "clicks" in client.metrics:
        found.append(_day(client, ctx, "click", pair_up(ctx.window(client, "clicks"), spend)))
    return tuple(found)


def _trend(client: Client, ctx: Context, pair: MetricPair | NoPair) -> Signal:
    """The cost per conversion of the recent days against the months before; see `scoring.signals.falls`.

    It opens where results come at so low a rate for the money that chance alone does it only
    `cost_per_result_false_alarms` times a year, and a conversion costs more by `result_cost_up`. Severity is 0.5 there,
    and grows with how much and how sure. It stays until the last days are clearly as before. Unknown with too few
    results to mean anything, and with data older than `rate_old_days`.
    """
    if isinstance(pair, NoPair):
        return unknown("cost_per_result", {}, pair.changes_on)
    end, old_on, until = (
        _complete_end(client, ctx, pair),
        pair.end + timedelta(days=ctx.policy.rate_old_days),
        pair.changes_on,
    )
    if end < pair.end:
        until = min(ctx.on + DAY, until) if until else ctx.on + DAY
    evidence: Draft = {
        "currency": client.metrics_currency,
        "part_through": pair.part.through,
        "data_through": pair.whole.through,
        "judged_through": end - DAY,
    }
    policy = ctx.policy
    fall = find_fall(pair, end, client, "cost_per_result", false_alarms=policy.cost_per_result_false_alarms)
    if fall is None or fall.part < 0 or ctx.on >= old_on:
        return unknown("cost_per_result", evidence, until)
    until = min(old_on, until) if until else old_on
    evidence |= {
        "since": fall.since,
        "spend": round(fall.whole),
        "results": round(fall.part, 1),
        "expected": round(fall.part_before * fall.whole / fall.whole_before, 1),
        "cost_before": round(fall.whole_before / fall.part_before),
        "cost": round(fall.whole / fall.part) if fall.part else None,
    }
    if not fall.is_open(by=policy.result_cost_up, already=client.is_open("cost_per_result")):
        return ok("cost_per_result", evidence, until)
    evidence |= _what_moved(client, ctx, fall)
    source = _dearest_source(client, fall)
    if source:
        evidence["source"] = source
    severity, effort = fall.severity(policy.result_cost_up), _effort(client, evidence)
    return ctx.breach("cost_per_result", severity, evidence, "review_campaigns", effort=effort, until=until)


def _dearest_source(client: Client, fall: Fall) -> str | None:
    """Return the source that lost the most results against its own cost before; None where none lost half of them."""
    first, middle = fall.baseline
    lost: dict[str, float] = {}
    for source, known in client.sources.items():
        spend, results = known.get("spend"), known.get("conversions")
        if spend is None or results is None:
            continue
        (spent, spent_before), (found, found_before) = (
            (_total(each, fall.since, fall.end), _total(each, first, middle)) for each in (spend, results)
        )
        if spent_before > 0 and found_before > 0:
            lost[source] = spent * found_before / spent_before - found
    total = sum(max(0.0, each) for each in lost.values())
    most = max(lost, key=lambda each: (lost[each], each), default=None)
    return most if most and total > 0 and lost[most] >= _MAINLY * total else None


def _total(series: Series, start: date, end: date) -> float:
    known = series.values[max(0, (start - series.first).days) : max(0, (end - series.first).days)]
    return sum(value or 0.0 for value in known)


def _effort(client: Client, evidence: Draft) -> Effort:
    """Return quick for display or social ads that have run for long, which a new look mends; else it is detective work.

    A client marked complex makes its results work deep.
    """
    name, running = str(evidence.get("source") or "").casefold(), evidence.get("running_days")
    is_tired = isinstance(running, int) and running >= _TIRED_DAYS and any(each in name for each in _AUDIENCES)
    return "quick" if is_tired and client.complexity != "complex" else "deep"


def _complete_end(client: Client, ctx: Context, pair: MetricPair) -> date:
    """Return the day after the last one whose results are all in, by what its sources are known to add later."""
    return min(pair.end, ctx.on - client.lags.get("conversions", _LATE) * DAY)


def _what_moved(client: Client, ctx: Context, fall: Fall) -> Evidence:
    """Split the change in results per week by spend, price per click and conversion rate; the parts add up to it.

    Results = spend ÷ price × rate, so their logarithms add up, and each part is its logarithm's share of the change
    (the logarithmic mean divisia index). Left out without clicks, or where there is no result to take a rate from. Also
    tells when the budget was changed in all that time, said or seen in the spend itself, and for how many days the
    campaigns have run without a break.
    """
    first, middle = fall.baseline
    said = [o.occurred_on for o in client.observations if o.kind == "budget_change" and o.occurred_on < fall.end]
    spend = ctx.window(client, "spend")
    seen = budget_changed_on(spend, middle - _RECENT_DAYS, fall.end) if spend else None
    changed_on = max(filter(None, [*said, seen]), default=None)
    moved: Draft = {
        "budget_changed": changed_on is not None and changed_on >= fall.end - _RECENTLY,
        "running_days": _running_days(client, changed_on, fall.end),
    }
    figures = []
    for name in ("spend", "clicks", "conversions"):
        known = ctx.window(client, name)
        if known is None:
            return moved
        recent, prior = known.total(fall.since, fall.end), known.total(first, middle)
        figures.append((recent / (fall.end - fall.since).days * 7, prior / (middle - first).days * 7))
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


def _day(client: Client, ctx: Context, subject: str, pair: MetricPair | NoPair) -> Signal:
    """The last day's cost, where it is high and far out of its own rhythm (`scoring.shock`).

    The usual cost is the median of the same weekday. A day is only looked at where its cost is above that by
    `result_cost_jump` and its spend would usually have bought five; a day without a result counts as half of one. The
    next day's data closes the breach: it is told once. Unknown with less than five weeks before the day, and where data
    is older than 48 hours.
    """
    if isinstance(pair, NoPair):
        return unknown("cost_per_result", {}, pair.changes_on, subject)
    part, whole, until = pair.part, pair.whole, pair.changes_on
    end, old_on = _complete_end(client, ctx, pair) if subject == "result" else pair.end, pair.end + _OLD
    if end < pair.end:
        until = min(ctx.on + DAY, until) if until else ctx.on + DAY
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
    a_day = sum(each or 0.0 for each in parts) / count
    limit = threshold(ctx.policy.cost_jump_false_alarms / 2, a_day)  # clicks and conversions share the rate
    if not is_high or _out_of_rhythm(_costs(spends, parts), begin) < limit:
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
