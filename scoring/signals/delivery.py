"""The signal of delivery: spend that stopped, spend that brings nothing, and data that does not come."""

from datetime import date, timedelta

from scoring.assessment import Evidence, Signal
from scoring.facts import Client, Series
from scoring.pacing import known_days, period_of, told_of, total
from scoring.signals.context import DAY, Context

_UNKNOWN = Signal("delivery", "unknown")
_NO_RESULTS_FED = Signal("delivery", "unknown", subject="no_result")
_EXPECTED = 3.0  # results of a week from which none at all is no chance


def delivery(client: Client, ctx: Context) -> tuple[Signal, ...]:
    """Spend that fell to zero while budget is left, or that brings no result any more: at once.

    Data older than 48 hours is a fault of the data, never of the client: a to-do without severity, in place of the
    two. After `data_given_up_days` without any, nothing is said.
    """
    spend = client.metrics.get("spend")
    known, until = known_days(spend, ctx.on) if spend else (0, None)
    if spend is None or not known:
        return (_UNKNOWN._replace(until=until),)
    through = spend.first + timedelta(days=known - 1)
    stale_on, given_up_on = through + 3 * DAY, through + timedelta(days=ctx.policy.data_given_up_days)
    evidence: Evidence = {"data_through": through}
    if ctx.on >= given_up_on:
        return (Signal("delivery", "unknown", evidence=evidence, until=until),)
    if ctx.on >= stale_on:
        until = min(until, given_up_on) if until else given_up_on
        return (Signal("delivery", "soon", 0.0, "data", None, stale_on, evidence, "check_source", "quick", until),)
    until = min(until, stale_on) if until else stale_on
    return (_stopped(client, ctx, spend, known, until), _no_result(client, ctx, spend, known, until))


def _stopped(client: Client, ctx: Context, spend: Series, known: int, until: date) -> Signal:
    """No spend on the last known days, though on that weekday there usually is some and the target is not reached.

    Severity is 0.7 after one day and 0.1 more for each further one.
    """
    through = spend.first + timedelta(days=known - 1)
    if (spend.values[known - 1] or 0.0) > 0:
        return Signal("delivery", "ok", 0.0, "stopped", evidence={"data_through": through}, until=until)
    period = period_of(client, ctx.on, "spend")
    until = min(until, period.end)
    days = [value or 0.0 for value in spend.values[:known]]
    still = next((n for n, value in enumerate(reversed(days)) if value > 0), len(days))
    _, so_far = told_of(spend, known, period)
    evidence: Evidence = {"data_through": through, "period_start": period.start, "target": period.target}
    if period.target is None or so_far >= period.target or not _unusual(days, still):
        return Signal("delivery", "ok", 0.0, "stopped", evidence=evidence, until=until)
    stopped_on = through - (still - 1) * DAY
    evidence = {**evidence, "stopped_on": stopped_on, "so_far": round(so_far), "currency": client.currency}
    severity = min(1.0, (6 + still) / 10)
    return ctx.breach(
        "delivery", severity, evidence, "check_campaigns", subject="stopped", since=stopped_on, until=until
    )


def _unusual(days: list[float], still: int) -> bool:
    """Tell whether the last days without spend hold a weekday that mostly had some in the four weeks before them."""
    begin = len(days) - still
    for day in range(begin, min(begin + 7, len(days))):
        same = [days[before] > 0 for before in range(day - 7, max(0, begin - 28) - 1, -7)]
        if 2 * sum(same) > len(same):
            return True
    return False


def _no_result(client: Client, ctx: Context, spend: Series, known: int, until: date) -> Signal:
    """Not one conversion or lead in the last week, though the four before, spent alike, would make at least three.

    Severity is 0.6 there and 1 from ten. Metrics that are not told of as far as the spend are not read.
    """
    if "conversions" not in client.metrics and "leads" not in client.metrics:
        return _NO_RESULTS_FED
    ends = spend.first + timedelta(days=known)
    week, month = ends - 7 * DAY, ends - 35 * DAY
    lately = before = 0.0
    evidence: dict[str, int | float | str | date | bool | None] = {"since": week, "data_through": ends - DAY}
    for name in ("conversions", "leads"):
        series = client.metrics.get(name)
        told, more = known_days(series, ctx.on) if series else (0, None)
        until = min(until, more) if more else until
        if series is None or not told:
            continue
        evidence[name + "_through"] = series.first + timedelta(days=told - 1)
        if series.first + timedelta(days=told) >= ends:
            lately += total(series, week, ends)
            before += total(series, month, week)
    spent, spent_before = total(spend, week, ends), total(spend, month, week)
    expected = before * spent / spent_before if spent > 0 and spent_before > 0 else 0.0
    evidence["spend"], evidence["currency"], evidence["expected"] = round(spent), client.currency, round(expected, 1)
    if lately > 0 or expected < _EXPECTED:
        return Signal("delivery", "ok", 0.0, "no_result", evidence=evidence, until=until)
    severity = min(1.0, 0.6 + 0.4 * (expected - _EXPECTED) / (10 - _EXPECTED))
    return ctx.breach("delivery", severity, evidence, "check_campaigns", subject="no_result", since=week, until=until)
