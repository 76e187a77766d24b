"""Signals of results: what a lead costs, and what share of visits becomes leads, and of leads good ones.

Data runs through the last day that both metrics tell of, today's part of a day not counted.
"""

from dataclasses import replace
from math import exp, log, sqrt

from scoring.assessment import Draft, Evidence, Signal, ok, unknown
from scoring.dates import span
from scoring.facts import Client
from scoring.forecast import month_of
from scoring.metric_window import pair_of
from scoring.pacing import aimed_at
from scoring.signals.context import DAY, Context
from scoring.value import client_value, value_factor

_RECENT, _BEFORE = 28, 90  # days
_WINDOW = _RECENT * DAY
_LATE = 2 * DAY  # what comes of the last days is not known yet
_CERTAIN = 1.2816  # standard deviations that chance exceeds once in ten
_ENOUGH = 20  # leads or visits of the recent days, and twice as many before
_ENOUGH_LEADS = 5  # that the money spent should have bought
_BOTH = frozenset({"leads", "spend"})

_NO_COST = Signal("cost_per_lead", "unknown")
_NO_RATE = {name: Signal(name, "unknown") for name in ("lead_quality", "traffic_to_lead")}


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
    pair = pair_of(ctx.known(client, part_name), ctx.known(client, whole_name))
    if not isinstance(pair, tuple):
        return replace(_NO_RATE[name], until=pair) if pair else _NO_RATE[name]
    parts, wholes, known_until, until = pair
    ends, old_on = known_until - _LATE, known_until + span(ctx.policy.rate_old_days)
    part, part_before = parts.lately_and_before(ends, _RECENT, _BEFORE)
    whole, whole_before = wholes.lately_and_before(ends, _RECENT, _BEFORE)
    evidence: Evidence = {
        "part": part_name,
        "whole": whole_name,
        "since": ends - _WINDOW,
        "recent_part": round(part),
        "recent_whole": round(whole),
        "before_part": round(part_before),
        "before_whole": round(whole_before),
        "part_through": parts.through,
        "data_through": wholes.through,
    }
    few = whole < _ENOUGH or whole_before < 2 * _ENOUGH or part_before <= 0
    if few or ctx.on >= old_on:
        return unknown(name, evidence, until)
    until = min(old_on, until) if until else old_on
    usual = min(1.0, part_before / whole_before)
    fall, limit = round(1 - part / whole / usual, 9), ctx.policy.rate_fall
    if fall < limit or whole * usual - part < _by_chance(whole, usual):
        return ok(name, evidence, until)
    severity = 0.5 + 0.5 * min(1.0, (fall - limit) / (1 - limit))
    return ctx.breach(name, severity, evidence, "review_campaigns", effort="deep", until=until)


def _by_chance(whole: float, share: float) -> float:
    """Give by how many fewer than its share of a whole come by chance alone once in ten."""
    return _CERTAIN * sqrt(whole * share * (1 - share))


def trade(currency: str, industry: str) -> str:
    """Name the clients whose leads' costs compare: of one industry, in one currency; empty where one is unknown."""
    named = " ".join(industry.casefold().split())
    return f"{currency}/{named}" if currency and named else ""


def _aimed(client: Client, ctx: Context) -> bool:
    """Tell whether there may be something to hold what a lead costs against."""
    usual = ctx.portfolio.lead_cost
    if usual and usual.get(trade(client.currency, client.industry)):
        return True
    return aimed_at(client) >= _BOTH


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
    pair = pair_of(ctx.known(client, "leads"), ctx.known(client, "spend")) if _aimed(client, ctx) else None
    if not isinstance(pair, tuple):
        return replace(_NO_COST, until=pair) if pair else _NO_COST
    start, end = month_of(ctx.on)
    leads_known, spend_known, ends, until = pair
    spend, leads = max(0.0, spend_known.total(start, ends)), max(0.0, leads_known.total(start, ends))
    budget, goal = client.targets.get(("spend", start), 0), client.targets.get(("leads", start), 0)
    by_target = budget > 0 and goal > 0
    if not by_target:
        budget, goal = ctx.portfolio.lead_cost.get(trade(client.currency, client.industry), 0), 1
    evidence: Draft = {
        "month": start,
        "spend": round(spend),
        "leads": round(leads),
        "currency": client.currency,
        "part_through": leads_known.through,
        "data_through": spend_known.through,
    }
    until = min(end, until) if until else end
    if budget <= 0 or spend * goal / budget < _ENOUGH_LEADS:
        return unknown("cost_per_lead", evidence, until)
    evidence["target" if by_target else "usual"] = round(budget / goal)
    evidence["cost"] = round(spend / leads) if leads else None
    over, limit = round(spend * goal / budget / max(leads, 0.5) - 1, 9), ctx.policy.lead_cost_over
    if over < limit:
        return ok("cost_per_lead", evidence, until)
    severity = (0.5 + 0.5 * min(1.0, (over - limit) / (3 * limit))) / _worth(client, ctx)
    return ctx.breach("cost_per_lead", severity, evidence, "review_campaigns", effort="deep", until=until)
