"""Signals of results: what a lead costs, and what share of visits becomes leads, and of leads good ones.

Data runs through the last day that both metrics tell of, today's part of a day not counted.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from math import exp, log, sqrt

from scoring.assessment import Evidence, Signal
from scoring.facts import Client, Series
from scoring.forecast import month_of
from scoring.pacing import known_days, total
from scoring.signals.context import DAY, Context
from scoring.value import client_value, value_factor

_RECENT, _BEFORE = 28 * DAY, 90 * DAY
_CERTAIN = 1.2816  # standard deviations that chance exceeds once in ten
_ENOUGH = 20  # leads or visits of the recent days, and twice as many before
_ENOUGH_LEADS = 5  # that the money spent should have bought

_NO_COST = Signal("cost_per_lead", "unknown")
_NO_RATE = {name: Signal(name, "unknown") for name in ("lead_quality", "traffic_to_lead")}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two metrics told of together. `ends` is the day after the last that both know, `until` when more will be."""

    part: Series
    whole: Series
    ends: date
    part_through: date
    whole_through: date
    until: date | None


def pair_of(client: Client, part_name: str, whole_name: str, on: date) -> Pair | date | None:
    """Pair two metrics up; where one has no day yet, give the day from which both will, None where that is unknown."""
    part, whole = client.metrics.get(part_name), client.metrics.get(whole_name)
    if part is None or whole is None:
        return None
    (known, until), (known_too, until_too) = known_days(part, on), known_days(whole, on)
    if not known or not known_too:
        awaited = [day for day, told in ((until, known), (until_too, known_too)) if not told]
        return max(filter(None, awaited)) if all(awaited) else None
    through = part.first + timedelta(days=known - 1), whole.first + timedelta(days=known_too - 1)
    changes = [day for day in (until, until_too) if day]
    return Pair(part, whole, min(through) + DAY, *through, min(changes, default=None))


def lead_quality(client: Client, ctx: Context) -> Signal:
    """Qualified leads ÷ leads, over four weeks against the 90 days before; see `_rate`."""
    return _rate(client, ctx, "lead_quality", "qualified_leads", "leads")


def traffic_to_lead(client: Client, ctx: Context) -> Signal:
    """Leads ÷ sessions, over four weeks against the 90 days before; see `_rate`."""
    return _rate(client, ctx, "traffic_to_lead", "leads", "sessions")


def _rate(client: Client, ctx: Context, name: str, part_name: str, whole_name: str) -> Signal:
    """Hold a share of the recent days against that of the days before.

    The last two days are left out: what comes of them is not known yet. Severity is 0.5 at a fall by `rate_fall` and 1
    at a fall to nothing, where chance alone would not do it once in ten; unknown with too few to tell, or with data
    older than `rate_old_days`.
    """
    pair = pair_of(client, part_name, whole_name, ctx.on)
    if not isinstance(pair, Pair):
        return _NO_RATE[name]._replace(until=pair) if pair else _NO_RATE[name]
    ends, old_on = pair.ends - 2 * DAY, pair.ends + timedelta(days=ctx.policy.rate_old_days)
    middle = ends - _RECENT
    part, whole = (total(series, middle, ends) for series in (pair.part, pair.whole))
    part_before, whole_before = (total(series, middle - _BEFORE, middle) for series in (pair.part, pair.whole))
    evidence: Evidence = {
        "part": part_name,
        "whole": whole_name,
        "since": middle,
        "recent_part": round(part),
        "recent_whole": round(whole),
        "before_part": round(part_before),
        "before_whole": round(whole_before),
        "part_through": pair.part_through,
        "data_through": pair.whole_through,
    }
    few = whole < _ENOUGH or whole_before < 2 * _ENOUGH or part_before <= 0
    if few or ctx.on >= old_on:
        return Signal(name, "unknown", evidence=evidence, until=pair.until)
    until = min(old_on, pair.until) if pair.until else old_on
    usual = min(1.0, part_before / whole_before)
    fall, limit = round(1 - part / whole / usual, 9), ctx.policy.rate_fall
    by_chance = _CERTAIN * sqrt(whole * usual * (1 - usual))
    if fall < limit or whole * usual - part < by_chance:
        return Signal(name, "ok", evidence=evidence, until=until)
    severity = 0.5 + 0.5 * min(1.0, (fall - limit) / (1 - limit))
    return ctx.breach(name, severity, evidence, "review_campaigns", effort="deep", until=until)


def trade(currency: str, industry: str) -> str:
    """Name the clients whose leads' costs compare: of one industry, in one currency; empty where one is unknown."""
    named = " ".join(industry.casefold().split())
    return f"{currency}/{named}" if currency and named else ""


def _aimed(client: Client, ctx: Context) -> bool:
    """Tell whether there may be something to hold what a lead costs against."""
    if ctx.portfolio.lead_cost.get(trade(client.currency, client.industry)):
        return True
    return {"leads", "spend"} <= {metric for metric, _ in client.targets}


def _worth(client: Client, ctx: Context) -> float:
    """Give by how much less dear leads weigh with a client that is worth more than most; 1 with any other."""
    factor = ctx.policy.value_ceiling
    if (
        client_value(client, ctx.portfolio, ctx.policy, ctx.on) is not None
        and client.currency in ctx.portfolio.median_value
    ):
        factor = value_factor(client, ctx.portfolio, ctx.policy, ctx.on)[0]
    return exp(ctx.policy.lead_cost_worth * log(max(1.0, factor)))


def cost_per_lead(client: Client, ctx: Context) -> Signal:
    """The month's spend ÷ its leads, against what the month's targets for both imply, else its trade's usual cost.

    Severity is 0.5 at `lead_cost_over` above that and 1 at four times as far, ÷ the value's factor to the power of
    `lead_cost_worth` where that is above 1: dear leads are fine with a client that is worth it. Less than the factor
    itself, it never makes a higher fee a lower priority; a client of unknown worth has the benefit of the doubt.
    Unknown without targets and trade, and until the money spent should have bought five leads.
    """
    pair = pair_of(client, "leads", "spend", ctx.on) if _aimed(client, ctx) else None
    if not isinstance(pair, Pair):
        return _NO_COST._replace(until=pair) if pair else _NO_COST
    start, end = month_of(ctx.on)
    spend, leads = (max(0.0, total(series, start, pair.ends)) for series in (pair.whole, pair.part))
    budget, goal = (client.targets.get((metric, start), 0) for metric in ("spend", "leads"))
    by_target = budget > 0 and goal > 0
    if not by_target:
        budget, goal = ctx.portfolio.lead_cost.get(trade(client.currency, client.industry), 0), 1
    evidence: dict[str, int | float | str | date | bool | None] = {
        "month": start,
        "spend": round(spend),
        "leads": round(leads),
        "currency": client.currency,
        "part_through": pair.part_through,
        "data_through": pair.whole_through,
    }
    until = min(end, pair.until) if pair.until else end
    if budget <= 0 or spend * goal / budget < _ENOUGH_LEADS:
        return Signal("cost_per_lead", "unknown", evidence=evidence, until=until)
    evidence["target" if by_target else "usual"] = round(budget / goal)
    evidence["cost"] = round(spend / leads) if leads else None
    over, limit = round(spend * goal / budget / max(leads, 0.5) - 1, 9), ctx.policy.lead_cost_over
    if over < limit:
        return Signal("cost_per_lead", "ok", evidence=evidence, until=until)
    severity = (0.5 + 0.5 * min(1.0, (over - limit) / (3 * limit))) / _worth(client, ctx)
    return ctx.breach("cost_per_lead", severity, evidence, "review_campaigns", effort="deep", until=until)
