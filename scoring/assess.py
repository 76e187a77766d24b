"""From facts to an assessment: signals, risk, colour, priority with its factors, and when all of that next changes.

Belongs here: what the signals amount to together. Never here: what any one of them looks at (`scoring.signals`).

An assessment depends on `now` only through the owner's local day, so its next change is the start of a local day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, cast

from scoring.assessment import Assessment, Factors, Signal
from scoring.dates import local_day, start_of_day
from scoring.facts import Client, KnownBreach, Portfolio
from scoring.policy import Policy
from scoring.signals import WATCHED
from scoring.signals.context import DAY, Context
from scoring.value import value_factor
from scoring.vocabulary import AMOUNT_SIGNALS, NOISY_SIGNALS, PACING_SIGNALS, Colour

_WORST_COUNTS = frozenset({"invoice_overdue"})
"""Signals whose subjects are one trouble seen twice: debts in two currencies are no more risk than the worse one."""


def assess(client: Client, portfolio: Portfolio, policy: Policy, now: datetime) -> Assessment:
    """Judge a client at a moment, an aware datetime: its signals, risk (0 to 100), colour and priority.

    Raises KeyError for a status that is not in `scoring.vocabulary.STATUSES`.
    """
    ctx = Context(policy, portfolio, local_day(now, client.zone))
    signals = _signals(client, ctx)
    weighing = [signal for signal in signals if signal.severity]
    risk = _risk(weighing, policy) * (1 - policy.goodwill_weight * _goodwill(signals))
    factors, factors_until = _factors(client, ctx, weighing) if signals else (Factors(), None)
    until = min((signal.until for signal in signals if signal.until), default=factors_until)
    if factors_until and until and factors_until < until:
        until = factors_until
    return Assessment(
        client_id=client.id,
        assessed_at=now,
        on=ctx.on,
        risk=risk,
        colour=_colour(risk, weighing, policy),
        priority=risk * factors.product,
        factors=factors,
        signals=signals,
        next_change_at=start_of_day(until, client.zone) if until else None,
    )


def breaches_after(client: Client, assessment: Assessment) -> Mapping[str, KnownBreach]:
    """Return what will be known of a client's noisy breaches once an assessment is saved: the next one's facts."""
    known = dict(client.breaches)
    breached = {signal.key for signal in assessment.breaches if signal.name in NOISY_SIGNALS}
    for key in breached:
        if not client.is_open(key):
            known[key] = KnownBreach(assessment.on)
    for key, breach in client.breaches.items():
        if breach.resolved_on is None and key not in breached:
            known[key] = KnownBreach(breach.opened_on, assessment.on)
    return known


def next_change(client: Client, portfolio: Portfolio, policy: Policy, now: datetime) -> datetime | None:
    """Return when `assess` would answer differently without any new fact, in UTC; None if it never would."""
    return assess(client, portfolio, policy, now).next_change_at


def _signals(client: Client, ctx: Context) -> tuple[Signal, ...]:
    found: list[Signal] = []
    for rule in WATCHED[client.status]:
        noticed = rule(client, ctx)
        if isinstance(noticed, Signal):
            found.append(noticed)
        else:
            found.extend(noticed)
    if client.amounts_left_out or client.targets_left_out:
        return tuple([_tell_left_out(signal, client) for signal in found])
    return tuple(found)


def _tell_left_out(signal: Signal, client: Client) -> Signal:
    """Have a signal that judges amounts say in which currencies there are others that it does not look at."""
    if (signal.name, signal.subject) not in AMOUNT_SIGNALS:
        return signal
    left_out = {*client.amounts_left_out, *client.targets_left_out}
    return replace(signal, evidence={**signal.evidence, "left_out": ", ".join(sorted(left_out))})


def _risk(weighing: Sequence[Signal], policy: Policy) -> float:
    """100 · (1 − Π(1 − weight · severity)), in an order that does not depend on the order of the signals."""
    worst: dict[str, float] = {}
    for signal in weighing:
        key = signal.name if signal.name in _WORST_COUNTS else signal.key
        worst[key] = max(signal.severity, worst.get(key, 0.0))
    safe = 1.0
    for severity, weight in sorted([(worst[key], policy.weight(key.partition(":")[0])) for key in worst]):
        safe *= 1 - weight * severity
    return 100 * (1 - safe)


def _goodwill(signals: Sequence[Signal]) -> float:
    """Return how fresh the client's goodwill is: 1 on its day, 0 where there is none."""
    for signal in signals:
        if signal.name == "goodwill" and signal.evidence:
            return cast("float", signal.evidence["freshness"])
    return 0.0


def _colour(risk: float, weighing: Sequence[Signal], policy: Policy) -> Colour:
    """By risk, and never better than the worst open alarm: no green client needs anybody."""
    levels = {signal.level for signal in weighing if signal.is_open_alarm}
    if risk >= policy.red_risk or "red" in levels:
        return "red"
    if risk >= policy.amber_risk or "amber" in levels:
        return "amber"
    return "green"


def _factors(client: Client, ctx: Context, weighing: Sequence[Signal]) -> tuple[Factors, date | None]:
    """Return the priority's factors, and the first day on which they would differ without any new fact."""
    value, value_until = value_factor(client, ctx.portfolio, ctx.policy, ctx.on)
    relationship, relationship_until = _relationship(client, ctx)
    factors = Factors(value, relationship, _timing(client, ctx, weighing), _effort(weighing, ctx.policy))
    if value_until and relationship_until:
        return factors, min(value_until, relationship_until)
    return factors, value_until or relationship_until


def _relationship(client: Client, ctx: Context) -> tuple[float, date | None]:
    """`relationship_new` while the relationship is new, then easing evenly to 1; 1 where its start is unknown."""
    policy = ctx.policy
    if client.started_on is None:
        return 1.0, None
    easing = (ctx.on - client.started_on).days - policy.new_client_days
    if easing <= 0:
        return policy.relationship_new, client.started_on + timedelta(days=policy.new_client_days + 1)
    if easing >= policy.relationship_ease_days:
        return 1.0, None
    return 1 + (policy.relationship_new - 1) * (1 - easing / policy.relationship_ease_days), ctx.on + DAY


def _timing(client: Client, ctx: Context, weighing: Sequence[Signal]) -> float:
    """How far the period of a missed target has run: up to `timing_most` for the worst miss on the last day.

    Here too a client with goals goes ahead of one without, all else being equal: by `goals_first`.
    """
    rush = 0.0
    for signal in weighing:
        if signal.name in PACING_SIGNALS:
            rush = max(rush, signal.severity * _stage(signal.evidence, ctx.on))
    return (1 + (ctx.policy.timing_most - 1) * rush) * (ctx.policy.goals_first if client.has_targets else 1.0)


def _stage(evidence: Mapping[str, Any], on: date) -> float:
    """Return how much of a pacing signal's period is over: 0 on its first day, 1 on its last."""
    start, last = evidence["period_start"], evidence["period_end"]
    return (on - start).days / (last - start).days  # type: ignore[no-any-return]


def _effort(weighing: Sequence[Signal], policy: Policy) -> float:
    """`effort_quick` where anything that adds to the risk has a quick next step, `effort_deep` where all of it is deep.

    If the worst signal alone decided, a further bad fact could lower the priority.
    """
    if not weighing:
        return 1.0
    return policy.effort_quick if "quick" in [signal.effort for signal in weighing] else policy.effort_deep
