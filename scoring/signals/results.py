"""Signals of results: where the month is heading, and whether there is a goal to head for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from scoring.assessment import Draft, Evidence, Signal, ok, soon, unknown
from scoring.facts import Client
from scoring.forecast import Forecast, project_total
from scoring.metric_window import MetricWindow
from scoring.pacing import target_period, targeted_metrics
from scoring.plan import Plan, make_plan, paused_days, season_around
from scoring.sequential import SURE, Drift, chance_in, drift
from scoring.shock import shock
from scoring.signals.context import DAY, Context
from scoring.signals.raising import tell_what_raising_brings
from scoring.vocabulary import GOAL_METRICS, MONEY_METRICS, Effort

__all__ = ["goal_pacing", "no_goals", "shock", "spend_pacing"]

_STEPS: Mapping[str, tuple[str, Effort]] = {
    "spend_pacing": ("adjust_budget", "quick"),
    "goal_pacing": ("review_campaigns", "deep"),
}
_SHIFT = 0.2  # share off plan that is seen soonest
_SURE = 0.65  # chance of ending off target from which that opens
_UNSURE = 0.5  # and under which it closes
_BY_CHANCE = 1.645  # standard deviations that a month's total exceeds by chance once in ten
_USED_UP = (0.95, 1.1)  # shares of the target
_DARK_DAYS = 2
_SANE_TIMES, _SANE_DAYS = (
    2.0,
    3,
)  # what a media buyer would still change: to twice a day's spend, with so many days left

_NO_SPEND_TARGET = Signal("spend_pacing", "unknown")
_NO_GOAL = (Signal("goal_pacing", "unknown"),)
_GOALS_SET = Signal("no_goals", "ok")
_UNKNOWN_START = Signal("no_goals", "unknown")


def spend_pacing(client: Client, ctx: Context) -> Signal:
    """The period's spend against its target, over as well as under; see `_pace`.

    The tolerance is `pacing_tolerance` × (1 − ½ × the share of the period that is known): 10% at first, narrowing to
    5% at the end, though no further than to what the client's own noise makes of a healthy month once in ten.

    Before the launch nothing is said. A budget that is used up while days are left, with nothing running for two days,
    is a breach of its own: no forecast, a decision.
    """
    if "spend" not in targeted_metrics(client):
        return _NO_SPEND_TARGET
    return tell_what_raising_brings(_pace(client, ctx, "spend"), client, ctx)


def goal_pacing(client: Client, ctx: Context) -> tuple[Signal, ...]:
    """The same for leads, conversions and revenue, under alone: one signal for each that has a target.

    The tolerance is `goal_tolerance` for the whole period. Days that still grow are left out (`Client.lags`).
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


@dataclass(frozen=True, slots=True)
class _Outlook:
    """Where a period is heading."""

    plan: Plan
    known: MetricWindow
    so_far: float
    forecast: Forecast
    tolerance: float
    tested: Drift

    @property
    def lowest(self) -> float:
        """The total from which on it is not under."""
        return self.plan.floor * (1 - self.tolerance)

    @property
    def highest(self) -> float:
        """The total up to which it is not over."""
        return self.plan.target * (1 + self.tolerance)

    @property
    def direction(self) -> str:
        """The side on which it may end: over or under."""
        middle = (self.plan.floor + self.plan.target) / 2
        return "over" if self.forecast.mid > middle else "under"

    @property
    def chance(self) -> float:
        """The chance of ending outside the tolerance on that side."""
        if self.direction == "over":
            return 1 - self.forecast.chance_under(self.highest)
        return self.forecast.chance_under(self.lowest)

    @property
    def strength(self) -> float:
        """How far the days so far are from the plan on that side, by the test's limit."""
        return self.tested.over if self.direction == "over" else self.tested.under

    @property
    def off(self) -> float:
        """By what share of the target it ends beyond the tolerance; 0 within it."""
        beyond = self.forecast.mid - self.highest if self.direction == "over" else self.lowest - self.forecast.mid
        return max(0.0, round(beyond / self.plan.target, 9))


def _pace(client: Client, ctx: Context, metric: str) -> Signal:
    """Compare the days of a period with the plan that its target makes, and its forecast with the target.

    It opens where the days so far are further from the plan than chance takes them in any such period
    (`scoring.sequential.drift`, at `…_false_alarms` a year), and the chance of ending outside the tolerance on that
    side is 65% or more. It closes under 50%, or with the period. Severity is 0.5 there, and grows with how far the
    forecast is off (in full at `pacing_worst` beyond the tolerance) and how sure that is. Unknown until
    `pacing_first_days` of the period are known.

    The forecast is made as of the last day with data; today's value is still growing and left out. So nothing is
    concluded from yesterday's data being late.
    """
    name, subject = ("spend_pacing", "") if metric == "spend" else ("goal_pacing", metric)
    known = ctx.complete_window(client, metric) if subject else ctx.window(client, metric)
    start, end, target = target_period(client, ctx.on, metric)
    until = min(known.changes_on, end) if known and known.changes_on else end
    evidence: Draft = {
        "metric": metric,
        "period_start": start,
        "period_end": end - DAY,
        "target": target,
        "data_through": known.through if known and known.values else None,
    }
    if client.launches_on and ctx.on < client.launches_on:
        evidence["launches_on"] = client.launches_on
        return ok(name, evidence, min(until, client.launches_on), subject)
    if target is None or known is None or not known.values:
        return unknown(name, evidence, until, subject)
    plan = make_plan(client, metric, (start, end, target), known, counts=bool(subject))
    if plan is None:
        return ok(name, evidence, until, subject)
    evidence["target"] = round(plan.target)
    if plan.begin > start:
        evidence["begins_on"] = plan.begin
    evidence["currency"] = client.metrics_currency if metric in MONEY_METRICS else None
    evidence["so_far"] = round(known.total(start, known.end))
    if not subject and (dark_since := _dark_since(client, plan, known)):
        return _used_up(ctx, evidence, dark_since, until)
    is_open = client.is_open(f"{name}:{subject}" if subject else name)
    days_known = (known.end - plan.begin).days
    if days_known < ctx.policy.pacing_first_days and not is_open:
        return unknown(name, evidence, until, subject)
    outlook = _look_ahead(client, ctx, metric, plan, known)
    return _judge(ctx, (name, subject), outlook, evidence, until=until, is_open=is_open)


def _look_ahead(client: Client, ctx: Context, metric: str, plan: Plan, known: MetricWindow) -> _Outlook:
    """Forecast a period and test its days; after a breach of it was resolved, those since."""
    name, policy = ("spend_pacing", ctx.policy) if metric == "spend" else ("goal_pacing", ctx.policy)
    subject = "" if metric == "spend" else metric
    paused = paused_days(client, plan.begin, plan.end)
    so_far = known.total(plan.begin, known.end)
    elapsed = max(0, (known.end - plan.begin).days)
    values = _without_pauses(client, known)
    if elapsed and plan.begin in (client.started_on, client.launches_on):  # what was before says nothing of the level
        values = values[-elapsed:]
    forecast = _project(client, metric, known, plan, values=values, paused=paused)
    deviation = plan.deviation
    by_chance = _BY_CHANCE * deviation / plan.target
    tolerance = max(policy.goal_tolerance, by_chance)
    if metric == "spend":
        narrowed = policy.pacing_tolerance * (1 - elapsed / len(plan.by_day) / 2)
        tolerance = max(narrowed, min(policy.pacing_tolerance, by_chance))
    since = max(plan.begin, client.resolved_on(f"{name}:{subject}" if subject else name) or plan.begin)
    first = (since - plan.begin).days
    days = list(zip(known.between(since, known.end), plan.by_day[first:], plan.deviations[first:], strict=False))
    rate = policy.spend_pacing_false_alarms
    if metric != "spend":  # the signal's rate is shared by its goals, each of which uses one side of two
        rate = 2 * policy.goal_pacing_false_alarms / max(1, len(targeted_metrics(client).intersection(GOAL_METRICS)))
    chance = chance_in(len(plan.by_day), rate)
    tested = drift(days, deviation, chance, len(plan.by_day), _SHIFT)
    return _Outlook(plan, known, so_far, forecast, tolerance, tested)


def _project(
    client: Client, metric: str, known: MetricWindow, plan: Plan, *, values: Sequence[float], paused: frozenset[date]
) -> Forecast:
    """Forecast a period's total from known values, with last year's season on the days to come where it is known."""
    so_far, elapsed = known.total(plan.begin, known.end), max(0, (known.end - plan.begin).days)
    days: Sequence[int] = range(max(0, (plan.begin - known.end).days), (plan.end - known.end).days)
    if paused:
        days = [n for n in days if known.end + n * DAY not in paused]
    season = season_around(client, metric, values, known.end, plan.end)
    if season is None or not days:
        return project_total(values, so_far, len(days), elapsed=elapsed)
    level = project_total(season.even, 0.0, len(days))
    scale = sum([season.ahead[n] for n in days]) / len(days)
    return Forecast(*(so_far + each * scale for each in (level.low, level.mid, level.high)))


def _judge(
    ctx: Context, key: tuple[str, str], outlook: _Outlook, evidence: Draft, *, until: date, is_open: bool
) -> Signal:
    name, subject = key
    forecast, plan = outlook.forecast, outlook.plan
    evidence["low"], evidence["forecast"], evidence["high"] = map(round, (forecast.low, forecast.mid, forecast.high))
    evidence["tolerance"] = round(outlook.tolerance, 4)
    if plan.is_seasonal:
        evidence["is_uneven"] = True
    is_miss = outlook.direction == "under" or not subject
    fires = outlook.off > 0 and outlook.strength >= 1 and outlook.chance >= _SURE
    stays = is_open and outlook.chance >= _UNSURE
    if not is_miss or not (fires or stays):
        return ok(name, evidence, until, subject)
    sure = min(1.0, max(0.0, outlook.strength - 1) / SURE)
    severity = 0.5 + 0.5 * min(1.0, outlook.off / ctx.policy.pacing_worst) * sure
    evidence["direction"] = outlook.direction
    if forecast.too_early:
        evidence["is_early"] = True
    else:
        evidence["chance"] = round(outlook.chance, 3)
    step, effort = _STEPS[name]
    evidence |= _way_back(outlook, (plan.end - ctx.on).days - 1)
    if not subject and evidence["daily_needed"] is None:
        step = "tell_client"
    return ctx.breach(name, severity, evidence, step, subject=subject, effort=effort, until=ctx.on + DAY)


def _without_pauses(client: Client, known: MetricWindow) -> tuple[float, ...]:
    """Return the known values with the days of agreed pauses, which say nothing of the level, as the week before."""
    paused = paused_days(client, known.first, known.end)
    if not paused:
        return known.from_first_value()
    values = list(known.values)
    for day in sorted(paused):
        at = (day - known.first).days
        if at >= 7:
            values[at] = values[at - 7]
    return tuple(values[len(values) - len(known.from_first_value()) :])


def _dark_since(client: Client, plan: Plan, known: MetricWindow) -> date | None:
    """Return since when nothing runs because the period's budget is used up; None where that is not so."""
    if not _USED_UP[0] * plan.target <= known.total(plan.begin, known.end) <= _USED_UP[1] * plan.target:
        return None  # not used up, or overspent, which is told as such
    paused = paused_days(client, plan.begin, plan.end)
    dark, day = 0, known.through
    while day >= plan.begin and known.total(day, day + DAY) <= 0:
        at = (day - plan.begin).days
        dark += plan.by_day[at] > 0 and day not in paused
        day -= DAY
    return day + DAY if dark >= _DARK_DAYS and day >= plan.begin else None


def _used_up(ctx: Context, evidence: Draft, dark_since: date, until: date) -> Signal:
    last = evidence["period_end"]
    evidence["used_up_on"], evidence["dark_since"] = dark_since - DAY, dark_since
    if not isinstance(last, date) or last - ctx.on < 2 * DAY:
        return ok("spend_pacing", evidence, until)
    return ctx.breach(
        "spend_pacing", 0.5, evidence, "ask_for_budget", since=dark_since + DAY, until=min(until, last - DAY)
    )


def _way_back(outlook: _Outlook, days_left: int) -> Evidence:
    """Return the daily amount as forecast, and the one that would land on target from tomorrow to the period's end.

    Both are in whole units of the metric. The second is None where a media buyer would not do it: with few days left,
    or where it is more than twice the first, or less than half of it; then the client is told where the period ends.
    """
    plan, forecast = outlook.plan, outlook.forecast
    ahead = max(1, (plan.end - outlook.known.end).days)
    now = (forecast.mid - outlook.so_far) / ahead
    needed = max(0.0, now + (plan.target - forecast.mid) / days_left) if days_left > 0 else None
    sane = (
        needed is not None
        and days_left >= _SANE_DAYS
        and now / _SANE_TIMES - 1e-6 <= needed <= now * _SANE_TIMES + 1e-6
    )
    return {
        "days_left": days_left,
        "daily_now": round(now),
        "daily_needed": round(needed) if needed is not None and sane else None,
    }
