"""Signals of the funnel: cost per lead, the share of visits that become leads, and of leads that are qualified.

Data runs through the last day that both metrics know; today's value is still growing and left out.
"""

from datetime import timedelta
from math import exp, log

from scoring.assessment import Draft, Signal, ok, unknown
from scoring.facts import Client
from scoring.forecast import month_of
from scoring.metric_window import NoPair, pair_up
from scoring.pacing import targeted_metrics
from scoring.signals.context import DAY, Context
from scoring.signals.falls import find_excess, find_fall
from scoring.value import client_value, value_factor

_LATE = 2  # days: what becomes of the last leads and visits is not known yet, where nothing tells how their source is
_BEFORE_MONTH = 28 * DAY  # days of the month before that are read with a month's first
_ENOUGH_LEADS = 5  # that the money spent should have bought
_BOTH = frozenset({"leads", "spend"})

_PUBLISHED = {"USD/media and publishing": 25_00, "USD/media & publishing": 25_00, "USD/financial services": 100_00}
"""The upper ends of HubSpot's published costs per lead, by `industry_key`: only those that are known for sure."""

_NO_BENCHMARK = Signal("cost_per_lead", "unknown")


def lead_quality(client: Client, ctx: Context) -> Signal:
    """Qualified leads ÷ leads, over four weeks against the 90 days before; see `_rate`."""
    return _rate(client, ctx, "lead_quality", "qualified_leads", "leads")


def traffic_to_lead(client: Client, ctx: Context) -> Signal:
    """Leads ÷ sessions, over four weeks against the 90 days before; see `_rate`."""
    return _rate(client, ctx, "traffic_to_lead", "leads", "sessions")


def _rate(client: Client, ctx: Context, name: str, part_name: str, whole_name: str) -> Signal:
    """Compare a conversion rate of the recent days with that of the months before; see `scoring.signals.falls`.

    It opens where chance alone brings so few only `…_false_alarms` times a year and the rate fell by `rate_fall`.
    Severity is 0.5 there, and grows with how much and how sure. Days whose outcome is not known yet are left out.
    Unknown with too few leads or visits to tell, or with data older than `rate_old_days`.
    """
    pair = pair_up(ctx.window(client, part_name), ctx.window(client, whole_name))
    if isinstance(pair, NoPair):
        return unknown(name, {}, pair.changes_on)
    end = min(pair.end, ctx.on - client.lags.get(part_name, _LATE) * DAY)
    old_on, until = pair.end + timedelta(days=ctx.policy.rate_old_days), pair.changes_on
    if end < pair.end:
        until = min(ctx.on + DAY, until) if until else ctx.on + DAY
    evidence: Draft = {
        "part": part_name,
        "whole": whole_name,
        "part_through": pair.part.through,
        "data_through": pair.whole.through,
        "judged_through": end - DAY,
    }
    rate = getattr(ctx.policy, f"{name}_false_alarms")
    fall = find_fall(pair, end, client, name, false_alarms=rate, binomial=part_name == "qualified_leads")
    if fall is None or ctx.on >= old_on:
        return unknown(name, evidence, until)
    until = min(old_on, until) if until else old_on
    evidence |= {
        "since": fall.since,
        "recent_part": round(fall.part),
        "recent_whole": round(fall.whole),
        "before_part": round(fall.part_before),
        "before_whole": round(fall.whole_before),
    }
    limit = 1 / (1 - ctx.policy.rate_fall) - 1
    if not fall.is_open(by=limit, already=client.is_open(name)):
        return ok(name, evidence, until)
    return ctx.breach(name, fall.severity(limit), evidence, "review_campaigns", effort="deep", until=until)


def cost_per_lead(client: Client, ctx: Context) -> Signal:
    """The month's spend ÷ its leads, against what the month's targets for both imply, else its industry's usual cost.

    It opens where the month's leads cost `lead_cost_over` more and chance alone makes the last four weeks' leads so few
    only `cost_per_lead_false_alarms` times a year; it stays until the last days clearly cost what they should. Severity
    is 0.5 there and grows with how much and how sure, ÷ the value factor to the power of
    `lead_cost_worth` where that factor is above 1: expensive leads are fine for a client that is worth it. The divisor
    is less than the factor itself, so a higher fee never lowers a priority; a client of unknown worth has the benefit
    of the doubt. Unknown without targets and industry, until the money spent should have bought five leads, and where a
    part of it is in another currency.
    """
    if client.amounts_left_out or not _has_benchmark(client, ctx):
        return _NO_BENCHMARK
    pair = pair_up(ctx.window(client, "leads"), ctx.window(client, "spend"))
    if isinstance(pair, NoPair):
        return unknown("cost_per_lead", {}, pair.changes_on)
    start, end = month_of(ctx.on)
    spend, leads = max(0.0, pair.whole.total(start, pair.end)), max(0.0, pair.part.total(start, pair.end))
    budget, goal = client.targets.get(("spend", start), 0), client.targets.get(("leads", start), 0)
    by_target = budget > 0 and goal > 0
    if not by_target:
        budget, goal = _usual_cost(client, ctx), 1
    evidence: Draft = {
        "month": start,
        "spend": round(spend),
        "leads": round(leads),
        "currency": client.metrics_currency,
        "part_through": pair.part.through,
        "data_through": pair.whole.through,
    }
    until = min(end, pair.changes_on) if pair.changes_on else end
    complete = min(pair.end, ctx.on - client.lags.get("leads", _LATE) * DAY)
    if complete < pair.end:
        until = min(until, ctx.on + DAY)
    if budget <= 0:
        return unknown("cost_per_lead", evidence, until)
    limit = ctx.policy.lead_cost_over
    allowed = goal / budget
    if not by_target:  # of a whole industry half is above its middle
        allowed /= 1 + limit
    fall = find_excess(
        pair, (start - _BEFORE_MONTH, complete), client, "cost_per_lead",
        false_alarms=ctx.policy.cost_per_lead_false_alarms, rate=allowed,
    )  # fmt: skip
    if fall is None or spend * goal / budget < _ENOUGH_LEADS:
        return unknown("cost_per_lead", evidence, until)
    evidence["target" if by_target else "usual"] = round(budget / goal)
    if not by_target and not ctx.portfolio.lead_cost.get(industry_key(client.metrics_currency, client.industry)):
        evidence["is_published"] = True
    evidence["cost"] = round(spend / leads) if leads else None
    over = round(spend * goal / budget / max(leads, 0.5) - 1, 9)
    already = client.is_open("cost_per_lead")
    if not fall.is_open(by=limit, already=already) or (over < limit and not already):
        return ok("cost_per_lead", evidence, until)
    severity = fall.severity(limit) / _worth(client, ctx)
    return ctx.breach("cost_per_lead", severity, evidence, "review_campaigns", effort="deep", until=until)


def industry_key(currency: str, industry: str) -> str:
    """Return the key of clients of one industry and currency, whose costs compare; empty where either is unknown."""
    named = " ".join(industry.casefold().split())
    return f"{currency}/{named}" if currency and named else ""


def _has_benchmark(client: Client, ctx: Context) -> bool:
    """Return whether there may be something to hold the cost per lead against: the industry's, or targets for both."""
    return bool(_usual_cost(client, ctx)) or targeted_metrics(client) >= _BOTH


def _usual_cost(client: Client, ctx: Context) -> int:
    """Return what a lead costs in the industry: among the agency's own clients, else as published; 0 if unknown."""
    key = industry_key(client.metrics_currency, client.industry)
    return ctx.portfolio.lead_cost.get(key, 0) or _PUBLISHED.get(key, 0)


def _worth(client: Client, ctx: Context) -> float:
    """Return what severity is divided by for a client that is worth more than most, above 1; 1 for any other."""
    factor = ctx.policy.value_ceiling
    if (
        client_value(client, ctx.portfolio, ctx.policy, ctx.on) is not None
        and client.currency in ctx.portfolio.median_value
    ):
        factor = value_factor(client, ctx.portfolio, ctx.policy, ctx.on)[0]
    return exp(ctx.policy.lead_cost_worth * log(max(1.0, factor)))
