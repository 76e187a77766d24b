"""Signals of the contract: its end, a pause that should be over, and a tenure at which clients tend to leave."""

from datetime import date, timedelta

from scoring.assessment import Draft, Evidence, Signal, ok, soon, unknown
from scoring.facts import Client
from scoring.signals.context import DAY, Context
from scoring.tenure import MONTH_DAYS

_NEAR, _NEARER, _NEAREST = 90 * DAY, 60 * DAY, 30 * DAY  # before a contract's end
_LONG_OVER = 30 * DAY  # a contract that was over for so long when its client's record was made: its end was not kept
_RENEWED = 120 * DAY  # before a contract's end: a renewal recorded from then on is the renewal of that contract
_HALF_A_MONTH = 15  # days: a client that leaves within half a month of a tenure mark leaves at it

_NO_CONTRACT = Signal("renewal", "unknown")
_NO_TENURE = Signal("tenure_mark", "unknown")
_NO_RETURN_DATE = Signal("returning", "unknown")


def renewal(client: Client, ctx: Context) -> Signal:
    """The contract's end with no renewal recorded in the 120 days before it, or later, however long ago it ended.

    Severity is 0.5 from 90 days before, a to-do; 0.65 from 60 and 0.8 from 30, an alarm. An end that was 30 days ago
    when the client's record was made is a date that nobody kept: a to-do of 0.5 until it is.
    """
    ends_on, on = client.renews_on, ctx.on
    if ends_on is None:
        return _NO_CONTRACT
    since = ends_on - _NEAR
    evidence: Draft = {"renews_on": ends_on}
    if client.observations:
        renewed_on = max([o.occurred_on for o in client.observations if o.kind == "renewal"], default=None)
        if renewed_on and renewed_on >= ends_on - _RENEWED:
            evidence["renewed_on"] = renewed_on
            return ok("renewal", evidence)
    if on < since:
        return ok("renewal", evidence, since)
    if client.created_on and client.created_on >= ends_on + _LONG_OVER:
        evidence["known_on"] = client.created_on
        return ctx.breach("renewal", 0.5, evidence, "record_contract", since=client.created_on, is_to_do=True)
    until: date | None = ends_on - _NEARER
    severity, is_to_do = 0.5, on < ends_on - _NEARER
    if on >= ends_on - _NEAREST:
        severity, until = 0.8, None
    elif on >= ends_on - _NEARER:
        severity, until = 0.65, ends_on - _NEAREST
    return ctx.breach(
        "renewal", severity, evidence, "offer_renewal", effort="deep", since=since, until=until, is_to_do=is_to_do
    )


def tenure_mark(client: Client, ctx: Context) -> Signal:
    """A tenure at which this agency's clients have left more often than chance: severity 0.5 while it is near.

    That is from `tenure_warn_days` before it until half a month after. Until enough clients have left to learn from it
    is unknown, with how many losses are needed.
    """
    learnt = ctx.portfolio.tenure
    if learnt is None or client.started_on is None:
        return _NO_TENURE
    if learnt.lost < learnt.needed:
        return unknown("tenure_mark", {"lost": learnt.lost, "needed": learnt.needed})
    for mark in learnt.marks:
        mark_on = client.started_on + timedelta(days=round(mark.months * MONTH_DAYS))
        near_on = mark_on - timedelta(days=ctx.policy.tenure_warn_days)
        over_on = mark_on + timedelta(days=_HALF_A_MONTH)
        if ctx.on < near_on:
            return ok("tenure_mark", {}, near_on)
        if ctx.on < over_on:
            evidence: Evidence = {
                "months": mark.months,
                "mark_on": mark_on,
                "left": mark.left,
                "at_risk": mark.at_risk,
                "expected": mark.expected,
            }
            return ctx.breach("tenure_mark", 0.5, evidence, "show_results", effort="deep", since=near_on, until=over_on)
    return ok("tenure_mark", {})


def returning(client: Client, ctx: Context) -> Signal:
    """The day on which a paused client is expected back: severity 0.2 when due soon, 0.5 from that day on.

    Without such a day it is asked for once the client has been paused for `pause_asked_days`, which adds no risk.
    """
    if client.returns_on is None:
        return _pause_without_end(client, ctx)
    back = client.returns_on
    soon_on = back - timedelta(days=ctx.policy.due_soon_days)
    evidence = {"returns_on": back}
    if ctx.on >= back:
        return ctx.breach("returning", 0.5, evidence, "confirm_return", since=back)
    if ctx.on >= soon_on:
        return soon("returning", evidence, "confirm_return", since=soon_on, severity=0.2, until=back)
    return ok("returning", evidence, soon_on)


def _pause_without_end(client: Client, ctx: Context) -> Signal:
    if client.paused_since is None:
        return _NO_RETURN_DATE
    asked_on = client.paused_since + timedelta(days=ctx.policy.pause_asked_days)
    evidence: Evidence = {"paused_since": client.paused_since}
    if ctx.on < asked_on:
        return ok("returning", evidence, asked_on)
    return soon("returning", evidence, "ask_return_date", since=asked_on, is_to_do=True)
