"""Signals of the funnel: cost per lead, the share of visits that become leads, and of leads that are qualified.

Data runs through the last day that both metrics know; today's value is still growing and left out.
"""

from datetime import timedelta
from math import exp, log, sqrt

from scoring.assessment import Draft, Evidence, Signal, ok, unknown
from scoring.facts import Client
from scoring.forecast import month_of
from scoring.metric_window import NoPair, pair_up
from scoring.pacing import targeted_metrics
from scoring.signals.context import DAY, Context
from scoring.value import client_value, value_factor

_RECENT, _PRIOR = 28, 90  # days
_RECENT_DAYS = _RECENT * DAY
_LATE = 2 * DAY  # what becomes of the last days' leads and visits is not known yet
_Z90 = 1.2816  # standard deviations that chance exceeds once in ten
_ENOUGH = 20  # leads or visits of the recent days; there must be twice as many before
_ENOUGH_LEADS = 5  # that the money spent should have bought
_BOTH = frozenset({"leads", "spend"})

_NO_BENCHMARK = Signal("cost_per_lead", "unknown")


def lead_quality(client: Client, ctx: Context) -> Signal:
    """Qualified leads ÷ leads, over four weeks against the 90 days before; see `_rate`."""
    return _rate(client, ctx, "lead_quality", "qualified_leads", "leads")


def traffic_to_lead(client: Client, ctx: Context) -> Signal:
    """Leads ÷ sessions, over four weeks against the 90 days before; see `_rate`."""
    return _rate(client, ctx, "traffic_to_lead", "leads", "sessions")


def _rate(client: Client, ctx: Context, name: str, part_name: str, whole_name: str) -> Signal:
    """Compare a conversion rate of the recent days with that of the days before.

    The last two days are left out: their outcome is not known yet. Severity is 0.5 at a fall by `rate_fall` and 1 at a
    fall to nothing, provided that chance alone would bring it less than once in ten; unknown with too few leads or
    visits to tell, or with data older than `rate_old_days`.
    """
    pair = pair_up(ctx.window(client, part_name), ctx.window(client, whole_name))
    if isinstance(pair, NoPair):
        return unknown(name, {}, pair.changes_on)
    end, old_on, until = pair.end - _LATE, pair.end + timedelta(days=ctx.policy.rate_old_days), pair.changes_on
    part, part_before = pair.part.trailing_totals(end, _RECENT, _PRIOR)
    whole, whole_before = pair.whole.trailing_totals(end, _RECENT, _PRIOR)
    evidence: Evidence = {
        "part": part_name,
        "whole": whole_name,
        "since": end - _RECENT_DAYS,
        "recent_part": round(part),
        "recent_whole": round(whole),
        "before_part": round(part_before),
        "before_whole": round(whole_before),
        "part_through": pair.part.through,
        "data_through": pair.whole.through,
    }
    is_few = whole < _ENOUGH or whole_before < 2 * _ENOUGH or part_before <= 0
    if is_few or ctx.on >= old_on:
        return unknown(name, evidence, until)
    until = min(old_on, until) if until else old_on
    usual = min(1.0, part_before / whole_before)
    fall, limit = round(1 - part / whole / usual, 9), ctx.policy.rate_fall
    if fall < limit or whole * usual - part < _by_chance(whole, usual):
        return ok(name, evidence, until)
    severity = 0.5 + 0.5 * min(1.0, (fall - limit) / (1 - limit))
    return ctx.breach(name, severity, evidence, "review_campaigns", effort="deep", until=until)


def _by_chance(whole: float, share: float) -> float:
    """Return by how many a binomial count falls short of its mean once in ten, by the normal approximation."""
    return _Z90 * sqrt(whole * share * (1 - share))


def cost_per_lead(client: Client, ctx: Context) -> Signal:
    """The month's spend ÷ its leads, against what the month's targets for both imply, else its industry's usual cost.

    Severity is 0.5 at `lead_cost_over` above that and 1 at four times as far, ÷ the value factor to the power of
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
        budget, goal = ctx.portfolio.lead_cost.get(industry_key(client.metrics_currency, client.industry), 0), 1
    evidence: Draft = {
        "month": start,
        "spend": round(spend),
        "leads": round(leads),
        "currency": client.metrics_currency,
        "part_through": pair.part.through,
        "data_through": pair.whole.through,
    }
    until = min(end, pair.changes_on) if pair.changes_on else end
    if budget <= 0 or spend * goal / budget < _ENOUGH_LEADS:
        return unknown("cost_per_lead", evidence, until)
    evidence["target" if by_target else "usual"] = round(budget / goal)
    evidence["cost"] = round(spend / leads) if leads else None
    over, limit = round(spend * goal / budget / max(leads, 0.5) - 1, 9), ctx.policy.lead_cost_over
    if over < limit:
        return ok("cost_per_lead", evidence, until)
    severity = (0.5 + 0.5 * min(1.0, (over - limit) / (3 * limit))) / _worth(client, ctx)
    return ctx.breach("cost_per_lead", severity, evidence, "review_campaigns", effort="deep", until=until)


def industry_key(currency: str, industry: str) -> str:
    """Return the key of clients of one industry and currency, whose costs compare; empty where either is unknown."""
    named = " ".join(industry.casefold().split())
    return f"{currency}/{named}" if currency and named else ""


def _has_benchmark(client: Client, ctx: Context) -> bool:
    """Return whether there may be something to hold the cost per lead against: the industry's, or targets for both."""
    usual = ctx.portfolio.lead_cost
    if usual and usual.get(industry_key(client.metrics_currency, client.industry)):
        return True
    return targeted_metrics(client) >= _BOTH


def _worth(client: Client, ctx: Context) -> float:
    """Return what severity is divided by for a client that is worth more than most, above 1; 1 for any other."""
    factor = ctx.policy.value_ceiling
    if (
        client_value(client, ctx.portfolio, ctx.policy, ctx.on) is not None
        and client.currency in ctx.portfolio.median_value
    ):
        factor = value_factor(client, ctx.portfolio, ctx.policy, ctx.on)[0]
    return exp(ctx.policy.lead_cost_worth * log(max(1.0, factor)))
