"""The signal of delivery: spend that stopped, spend that brings nothing, and data that stopped coming in."""

from collections.abc import Sequence
from datetime import date, timedelta

from scoring.assessment import Draft, Evidence, Signal, ok, soon, unknown
from scoring.facts import Client
from scoring.metric_window import MetricWindow
from scoring.pacing import days_and_total, target_period
from scoring.plan import paused_days
from scoring.signals.context import DAY, Context

_WEEK = 7 * DAY
_MISSED_DAYS = 2  # that usually have data: from the morning after the second on, it is more than 48 hours old
_USED_UP = 0.95  # share of a target from which no further spend is missed: `spend_pacing` tells that it is used up
_EXPECTED = 3.0  # results in a week from which on none at all is not chance: Poisson's e⁻³ is 5%
_RESULTS = {"conversions": "conversions_through", "leads": "leads_through"}
"""By metric, the evidence that says through which day it is known."""

_UNKNOWN = (Signal("delivery", "unknown"),)
_NO_RESULTS_RECORDED = Signal("delivery", "unknown", subject="no_result")


def delivery(client: Client, ctx: Context) -> tuple[Signal, ...]:
    """Spend that fell to zero while budget is left, and spend that brings no more results: both at once.

    Data older than 48 hours is a fault of the data, never of the client: a to-do without severity, in place of the
    two. Unknown after `data_given_up_days` without any.
    """
    spend = ctx.window(client, "spend")
    if spend is None:
        return _UNKNOWN
    through, until = spend.through, spend.changes_on
    if not spend.values:
        return (unknown("delivery", {}, until),)
    stale_on, expires_on = _stale_on(spend), through + timedelta(days=ctx.policy.data_given_up_days)
    evidence: Evidence = {"data_through": through}
    if ctx.on >= expires_on:
        return (unknown("delivery", evidence, until),)
    if ctx.on >= stale_on:
        until = min(until, expires_on) if until else expires_on
        return (soon("delivery", evidence, "check_source", subject="data", since=stale_on, until=until),)
    until = min(until, stale_on) if until else stale_on
    return (_stopped(client, ctx, spend, until), _no_result(client, ctx, spend, until))


def _stale_on(spend: MetricWindow) -> date:
    """Return the morning after the second day without data of those weekdays that usually have some."""
    recorded = spend.series.values[: len(spend.values)]
    usual = [day for day in range(1, 8) if _is_usual([value is not None for value in recorded[-7 * 4 :]], day)]
    day, missed = spend.through, 0
    while missed < _MISSED_DAYS:
        day += DAY
        missed += not usual or ((day - spend.through).days - 1) % 7 + 1 in usual
    return day + DAY


def _is_usual(recorded: Sequence[bool], day: int) -> bool:
    """Return whether the day that is so many days after the last recorded one had data in half of the weeks before."""
    same_weekday = recorded[day - 8 :: -7] if day < 8 else ()
    return 2 * sum(same_weekday) >= len(same_weekday)


def _stopped(client: Client, ctx: Context, spend: MetricWindow, until: date) -> Signal:
    """No spend on the last known days, though that weekday usually has some and the target is not reached.

    Severity is 0.7 after one day and 0.1 more for each further one. A day of refunds is none without spend, an agreed
    pause none to speak of. A client who pays a share of the spend is told without a target too.
    """
    values, through = spend.values, spend.through
    if values[-1] != 0 or through in paused_days(client, through, ctx.on):
        return ok("delivery", {"data_through": through}, until, "stopped")
    start, end, target = target_period(client, ctx.on, "spend")
    until = min(until, end)
    idle = next((n for n, value in enumerate(reversed(values)) if value != 0), len(values))
    _, so_far = days_and_total(spend, start)
    evidence: Evidence = {"data_through": through, "period_start": start, "target": target}
    is_wanted = client.billing == "share_of_spend" if target is None else so_far < _USED_UP * target
    if not is_wanted or not _is_unusual(values, idle):
        return ok("delivery", evidence, until, "stopped")
    stopped_on = through - (idle - 1) * DAY
    evidence = {**evidence, "stopped_on": stopped_on, "so_far": round(so_far), "currency": client.metrics_currency}
    if target is None:
        evidence = {**evidence, "is_untargeted": True}
    severity = min(1.0, (6 + idle) / 10)
    return ctx.breach(
        "delivery", severity, evidence, "check_campaigns", subject="stopped", since=stopped_on, until=until
    )


def _is_unusual(values: Sequence[float], idle: int) -> bool:
    """Return whether the last `idle` days without spend hold a weekday that had some in most of the 4 weeks before."""
    begin = len(values) - idle
    for day in range(begin, min(begin + 7, len(values))):
        same_weekday = [values[before] > 0 for before in range(day - 7, max(0, begin - 28) - 1, -7)]
        if 2 * sum(same_weekday) > len(same_weekday):
            return True
    return False


def _no_result(client: Client, ctx: Context, spend: MetricWindow, until: date) -> Signal:
    """No conversion or lead in the last week, though at the rate of the 4 weeks before its spend would bring 3 or more.

    Severity is 0.6 at 3 expected results and 1 from 10. A metric that is not known as far as the spend is not read.
    """
    if "conversions" not in client.metrics and "leads" not in client.metrics:
        return _NO_RESULTS_RECORDED
    end = spend.end
    week = end - _WEEK
    recent = prior = 0.0
    evidence: Draft = {"since": week, "data_through": spend.through}
    for name, through in _RESULTS.items():
        known = ctx.window(client, name)
        if known is None:
            continue
        if known.changes_on and known.changes_on < until:
            until = known.changes_on
        if known.values:
            evidence[through] = known.through
        if known.values and known.end >= end:
            a_week, four_weeks = known.trailing_totals(end, 7, 28)
            recent += a_week
            prior += four_weeks
    spent, spent_before = spend.trailing_totals(end, 7, 28)
    expected = prior * spent / spent_before if spent > 0 and spent_before > 0 else 0.0
    evidence["spend"], evidence["currency"], evidence["expected"] = (
        round(spent),
        client.metrics_currency,
        round(expected, 1),
    )
    if recent > 0 or expected < _EXPECTED:
        return ok("delivery", evidence, until, "no_result")
    severity = min(1.0, 0.6 + 0.4 * (expected - _EXPECTED) / (10 - _EXPECTED))
    return ctx.breach("delivery", severity, evidence, "check_campaigns", subject="no_result", since=week, until=until)
