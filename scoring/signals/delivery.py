"""The signal of delivery: spend that stopped, spend that brings nothing, and data that does not come."""

from collections.abc import Sequence
from datetime import date

from scoring.assessment import Draft, Evidence, Signal, ok, unknown
from scoring.dates import span
from scoring.facts import Client
from scoring.metric_window import Known
from scoring.pacing import period_of, told_of
from scoring.signals.context import DAY, Context

_UNKNOWN = (Signal("delivery", "unknown"),)
_RESULTS = {"conversions": "conversions_through", "leads": "leads_through"}
_NO_RESULTS_FED = Signal("delivery", "unknown", subject="no_result")
_WEEK = 7 * DAY
_STALE = 3 * DAY  # from its last day on, data is older than 48 hours
_EXPECTED = 3.0  # results of a week from which none at all is no chance


def delivery(client: Client, ctx: Context) -> tuple[Signal, ...]:
    """Spend that fell to zero while budget is left, or that brings no result any more: at once.

    Data older than 48 hours is a fault of the data, never of the client: a to-do without severity, in place of the
    two. After `data_given_up_days` without any, nothing is said.
    """
    spend = ctx.known(client, "spend")
    if spend is None:
        return _UNKNOWN
    through, until = spend.through, spend.until
    if not spend.days:
        return (Signal("delivery", "unknown", until=until),)
    stale_on, given_up_on = through + _STALE, through + span(ctx.policy.data_given_up_days)
    evidence: Evidence = {"data_through": through}
    if ctx.on >= given_up_on:
        return (unknown("delivery", evidence, until),)
    if ctx.on >= stale_on:
        until = min(until, given_up_on) if until else given_up_on
        return (Signal("delivery", "soon", 0.0, "data", None, stale_on, evidence, "check_source", "quick", until),)
    until = min(until, stale_on) if until else stale_on
    return (_stopped(client, ctx, spend, until), _no_result(client, ctx, spend, until))


def _stopped(client: Client, ctx: Context, spend: Known, until: date) -> Signal:
    """No spend on the last known days, though on that weekday there usually is some and the target is not reached.

    Severity is 0.7 after one day and 0.1 more for each further one.
    """
    days, through = spend.days, spend.through
    if days[-1] > 0:
        return Signal("delivery", "ok", 0.0, "stopped", evidence={"data_through": through}, until=until)
    start, end, target = period_of(client, ctx.on, "spend")
    until = min(until, end)
    still = next((n for n, value in enumerate(reversed(days)) if value > 0), len(days))
    _, so_far = told_of(spend, start)
    evidence: Evidence = {"data_through": through, "period_start": start, "target": target}
    if target is None or so_far >= target or not _unusual(days, still):
        return ok("delivery", evidence, until, "stopped")
    stopped_on = through - (still - 1) * DAY
    evidence = {**evidence, "stopped_on": stopped_on, "so_far": round(so_far), "currency": client.currency}
    severity = min(1.0, (6 + still) / 10)
    return ctx.breach(
        "delivery", severity, evidence, "check_campaigns", subject="stopped", since=stopped_on, until=until
    )


def _unusual(days: Sequence[float], still: int) -> bool:
    """Tell whether the last days without spend hold a weekday that mostly had some in the four weeks before them."""
    begin = len(days) - still
    for day in range(begin, min(begin + 7, len(days))):
        same = [days[before] > 0 for before in range(day - 7, max(0, begin - 28) - 1, -7)]
        if 2 * sum(same) > len(same):
            return True
    return False


def _no_result(client: Client, ctx: Context, spend: Known, until: date) -> Signal:
    """Not one conversion or lead in the last week, though the four before, spent alike, would make at least three.

    Severity is 0.6 there and 1 from ten. Metrics that are not told of as far as the spend are not read.
    """
    if "conversions" not in client.metrics and "leads" not in client.metrics:
        return _NO_RESULTS_FED
    ends = spend.ends
    week = ends - _WEEK
    lately = before = 0.0
    evidence: Draft = {"since": week, "data_through": spend.through}
    for name, through in _RESULTS.items():
        known = ctx.known(client, name)
        if known is None:
            continue
        if known.until and known.until < until:
            until = known.until
        if known.days:
            evidence[through] = known.through
        if known.days and known.ends >= ends:
            a_week, four_weeks = known.lately_and_before(ends, 7, 28)
            lately += a_week
            before += four_weeks
    spent, spent_before = spend.lately_and_before(ends, 7, 28)
    expected = before * spent / spent_before if spent > 0 and spent_before > 0 else 0.0
    evidence["spend"], evidence["currency"], evidence["expected"] = round(spent), client.currency, round(expected, 1)
    if lately > 0 or expected < _EXPECTED:
        return ok("delivery", evidence, until, "no_result")
    severity = min(1.0, 0.6 + 0.4 * (expected - _EXPECTED) / (10 - _EXPECTED))
    return ctx.breach("delivery", severity, evidence, "check_campaigns", subject="no_result", since=week, until=until)
