"""Signals of the contract: its end, a pause that should be over, and tenures at which clients tend to leave."""

from scoring.assessment import Draft, Evidence, Signal, ok
from scoring.dates import span
from scoring.facts import Client
from scoring.signals.context import DAY, Context
from scoring.tenure import MONTH_DAYS

_NEAR, _NEARER, _NEAREST = 90 * DAY, 60 * DAY, 30 * DAY  # before a contract's end
_GIVEN_UP = 90 * DAY  # after a contract's end: one that nobody recorded by then will not be recorded
_RENEWED = 120 * DAY  # before a contract's end, from when a renewal is of that contract
_HALF_A_MONTH = 15  # days after such a tenure in which who leaves leaves at it
_NO_CONTRACT = Signal("renewal", "unknown")
_NO_TENURE = Signal("tenure_mark", "unknown")
_NO_RETURN_DATE = Signal("returning", "unknown")


def renewal(client: Client, ctx: Context) -> Signal:
    """The contract's end with no renewal recorded in the 120 days before it, or later.

    Severity is 0.5 from 90 days before, 0.65 from 60, 0.8 from 30. From 90 days after the end nothing is said: a date
    that old was not kept up.
    """
    ends_on, on = client.renews_on, ctx.on
    if ends_on is None or on >= ends_on + _GIVEN_UP:
        return _NO_CONTRACT
    given_up_on, since = ends_on + _GIVEN_UP, ends_on - _NEAR
    evidence: Draft = {"renews_on": ends_on}
    if client.observations:
        renewed_on = max([o.occurred_on for o in client.observations if o.kind == "renewal"], default=None)
        if renewed_on and renewed_on >= ends_on - _RENEWED:
            evidence["renewed_on"] = renewed_on
            return ok("renewal", evidence, given_up_on)
    if on < since:
        return ok("renewal", evidence, since)
    severity, steps_on = 0.5, ends_on - _NEARER
    if on >= ends_on - _NEAREST:
        severity, steps_on = 0.8, given_up_on
    elif on >= steps_on:
        severity, steps_on = 0.65, ends_on - _NEAREST
    return ctx.breach("renewal", severity, evidence, "offer_renewal", effort="deep", since=since, until=steps_on)


def tenure_mark(client: Client, ctx: Context) -> Signal:
    """A tenure at which this agency's clients have left more often than chance: severity 0.5 while it is near.

    From `tenure_warn_days` before it until half a month after. Unknown, with how many losses are missing, until there
    are enough to learn from.
    """
    learnt = ctx.portfolio.tenure
    if learnt is None or client.started_on is None:
        return _NO_TENURE
    if learnt.lost < learnt.needed:
        return Signal("tenure_mark", "unknown", evidence={"lost": learnt.lost, "needed": learnt.needed})
    for mark in learnt.marks:
        mark_on = client.started_on + span(round(mark.months * MONTH_DAYS))
        near_on = mark_on - span(ctx.policy.tenure_warn_days)
        over_on = mark_on + span(_HALF_A_MONTH)
        if ctx.on < near_on:
            return Signal("tenure_mark", "ok", until=near_on)
        if ctx.on < over_on:
            evidence: Evidence = {
                "months": mark.months,
                "mark_on": mark_on,
                "left": mark.left,
                "at_risk": mark.at_risk,
                "expected": mark.expected,
            }
            return ctx.breach("tenure_mark", 0.5, evidence, "show_results", effort="deep", since=near_on, until=over_on)
    return Signal("tenure_mark", "ok")


def returning(client: Client, ctx: Context) -> Signal:
    """The day on which a paused client was expected back, while it is still paused. Severity 0.5 from that day."""
    if client.returns_on is None:
        return _NO_RETURN_DATE
    back = client.returns_on
    soon_on = back - span(ctx.policy.due_soon_days)
    evidence = {"returns_on": back}
    if ctx.on >= back:
        return ctx.breach("returning", 0.5, evidence, "confirm_return", since=back)
    if ctx.on >= soon_on:
        return Signal("returning", "soon", 0.2, "", None, soon_on, evidence, "confirm_return", "quick", back)
    return ok("returning", evidence, soon_on)
