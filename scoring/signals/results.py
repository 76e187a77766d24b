"""Signals of results: where the month is heading, and whether there is a goal to head for."""

from collections.abc import Mapping
from datetime import timedelta

from scoring.assessment import Draft, Evidence, Signal, ok, soon, unknown
from scoring.facts import Client
from scoring.forecast import Forecast, project_total
from scoring.pacing import chance_of_missing, days_and_total, target_period, targeted_metrics
from scoring.shock import shock
from scoring.signals.context import DAY, Context
from scoring.vocabulary import GOAL_METRICS, MONEY_METRICS, Effort

__all__ = ["goal_pacing", "no_goals", "shock", "spend_pacing"]

_STEPS: Mapping[str, tuple[str, Effort]] = {
    "spend_pacing": ("adjust_budget", "quick"),
    "goal_pacing": ("review_campaigns", "deep"),
}

_NO_SPEND_TARGET = Signal("spend_pacing", "unknown")
_NO_GOAL = (Signal("goal_pacing", "unknown"),)
_GOALS_SET = Signal("no_goals", "ok")
_UNKNOWN_START = Signal("no_goals", "unknown")


def spend_pacing(client: Client, ctx: Context) -> Signal:
    """The period's forecast spend against its target, over as well as under; see `_pace`.

    The tolerance is `pacing_tolerance` × (1 − ½ × the share of the period that is known): 10% at first, narrowing to
    5% at the end, so more than 10% off is always a breach.
    """
    return _pace(client, ctx, "spend") if "spend" in targeted_metrics(client) else _NO_SPEND_TARGET


def goal_pacing(client: Client, ctx: Context) -> tuple[Signal, ...]:
    """The same for leads, conversions and revenue, under alone: one signal for each that has a target.

    The tolerance is `goal_tolerance` for the whole period: a forecast of 92% is never a breach, one of 89% always is.
    """
    targeted = targeted_metrics(client)
    return tuple([_pace(client, ctx, metric) for metric in GOAL_METRICS if metric in targeted]) or _NO_GOAL


def no_goals(client: Client, ctx: Context) -> Signal:
    """No target ever set, from `no_goals_days` after the start: a to-do, not an alarm, so it has no severity."""
    if client.has_targets:
        return _GOALS_SET
    start = client.started_on or client.created_on
    if start is None:
        return _UNKNOWN_START
    since = start + timedelta(days=ctx.policy.no_goals_days)
    if ctx.on < since:
        return ok("no_goals", {"since": since}, since)
    return soon("no_goals", {"since": since}, "set_targets", since=since)


def _pace(client: Client, ctx: Context, metric: str) -> Signal:
    """Compare a metric's forecast with its target.

    The forecast is made as of the last day with data; today's value is still growing and left out. So nothing is
    concluded from yesterday's data being late. The forecast is off when it misses the target by more than the
    tolerance. Severity is 0.5 there, and 1 when it is off by `pacing_worst` more. Unknown until `pacing_first_days` of
    the period are known.

    The days left and the daily amount needed from tomorrow change each night; everything else only with new data, or
    with the period.
    """
    name, subject = ("spend_pacing", "") if metric == "spend" else ("goal_pacing", metric)
    policy, known = ctx.policy, ctx.window(client, metric)
    start, end, target = target_period(client, ctx.on, metric)
    until = min(known.changes_on, end) if known and known.changes_on else end
    evidence: Draft = {
        "metric": metric,
        "period_start": start,
        "period_end": end - DAY,
        "target": target,
        "data_through": known.through if known and known.values else None,
    }
    days_known, so_far = days_and_total(known, start) if known else (0, 0.0)
    if target is None or known is None or days_known < policy.pacing_first_days:
        return unknown(name, evidence, until, subject)

    elapsed, ahead = (known.end - start).days, (end - known.end).days
    forecast = project_total(known.from_first_value(), so_far, ahead, elapsed=elapsed)
    tolerance = policy.goal_tolerance
    if metric == "spend":
        tolerance = policy.pacing_tolerance * (1 - elapsed / (elapsed + ahead) / 2)
    evidence["so_far"], evidence["currency"] = (
        round(so_far),
        client.metrics_currency if metric in MONEY_METRICS else None,
    )
    evidence["low"], evidence["forecast"], evidence["high"] = map(round, (forecast.low, forecast.mid, forecast.high))
    evidence["tolerance"] = round(tolerance, 4)
    off = round(forecast.mid / target - 1, 9)
    if abs(off) <= tolerance or (off > 0 and metric != "spend"):
        return ok(name, evidence, until, subject)

    severity = 0.5 + 0.5 * min(1.0, (abs(off) - tolerance) / policy.pacing_worst)
    evidence["direction"] = "over" if off > 0 else "under"
    evidence["chance"] = chance_of_missing(forecast, target)
    evidence |= _way_back(forecast, so_far, target, ahead, (end - ctx.on).days - 1)
    step, effort = _STEPS[name]
    return ctx.breach(name, severity, evidence, step, subject=subject, effort=effort, until=ctx.on + DAY)


def _way_back(forecast: Forecast, so_far: float, target: int, ahead: int, days_left: int) -> Evidence:
    """Return the daily amount as forecast, and the one that would land on target from tomorrow to the period's end.

    Both are in whole units of the metric. Of `ahead` days nothing is known yet; the last `days_left` of them begin
    tomorrow.
    """
    now = (forecast.mid - so_far) / ahead
    needed = max(0.0, now + (target - forecast.mid) / days_left) if days_left else None
    return {
        "days_left": days_left,
        "daily_now": round(now),
        "daily_needed": None if needed is None else round(needed),
    }
