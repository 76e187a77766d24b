"""Signals of the relationship: contact, answers, and what the client said."""

from datetime import date, timedelta

from scoring.assessment import Signal
from scoring.dates import local_day
from scoring.facts import Client
from scoring.signals.context import DAY, Context

_NEVER_CONTACTED = Signal("contact_gap", "unknown")
_NEVER_TRIED = Signal("unanswered", "unknown")
_NO_RETURN_DATE = Signal("returning", "unknown")


def contact_gap(client: Client, ctx: Context) -> Signal:
    """Days since the last touchpoint against the client's limit; since its start where there was none.

    Severity is 0.2 when due soon, 0.5 at the limit and rises evenly to 1 at twice the limit. An attempt is no
    touchpoint. Through `silent_until` nothing is asked for.
    """
    on = ctx.on
    last_on = local_day(client.last_contact_at, client.zone) if client.last_contact_at else None
    start = client.started_on or client.created_on
    counted_from = last_on or start
    if counted_from is None:
        return _NEVER_CONTACTED
    limit = _contact_limit(client, ctx, counted_from)
    due_on = counted_from + timedelta(days=limit)
    evidence = {
        "last_on": last_on,
        "started_on": None if last_on else start,
        "limit_days": limit,
        "due_on": due_on,
    }
    if client.silent_until and on <= client.silent_until:
        evidence["silent_until"] = client.silent_until
        return Signal("contact_gap", "ok", evidence=evidence, until=client.silent_until + DAY)
    # A short limit leaves the day of the contact itself free: what was just logged is never due soon.
    soon_on = due_on - timedelta(days=min(ctx.policy.due_soon_days, limit - 1))
    if on >= due_on:
        severity = min(1.0, (on - counted_from).days / (2 * limit))
        until = on + DAY if severity < 1 else None
        return ctx.breach("contact_gap", severity, evidence, "call_client", since=due_on, until=until)
    if on >= soon_on:
        return Signal("contact_gap", "soon", 0.2, "", None, soon_on, evidence, "call_client", "quick", due_on)
    return Signal("contact_gap", "ok", evidence=evidence, until=soon_on)


def _contact_limit(client: Client, ctx: Context, counted_from: date) -> int:
    """Give the limit that a count from a day falls under.

    The shorter limit of a new relationship holds for what falls due while it is new, and goes on holding for it: a
    breach does not close because the relationship came of age. An unknown start is no new relationship.
    """
    policy = ctx.policy
    if client.contact_limit_days:
        return client.contact_limit_days
    early = min(policy.new_contact_limit_days, policy.contact_limit_days)
    if client.started_on and (counted_from - client.started_on).days + early < policy.new_client_days:
        return early
    return policy.contact_limit_days


def unanswered(client: Client, ctx: Context) -> Signal:
    """Attempts in a row with no answer: severity 0.6 at the limit, 0.2 more for each further one."""
    if not client.attempts and not client.last_contact_at:
        return _NEVER_TRIED
    last_on = local_day(client.last_attempt_at, client.zone) if client.last_attempt_at else None
    evidence = {"attempts": client.attempts, "last_on": last_on}
    if client.silent_until and ctx.on <= client.silent_until:
        evidence["silent_until"] = client.silent_until
        return Signal("unanswered", "ok", evidence=evidence, until=client.silent_until + DAY)
    beyond = client.attempts - ctx.policy.unanswered_attempts
    if beyond < 0:
        return Signal("unanswered", "ok", evidence=evidence)
    since = last_on if beyond == 0 else None
    return ctx.breach("unanswered", min(1.0, (6 + 2 * beyond) / 10), evidence, "try_another_way", since=since)


def returning(client: Client, ctx: Context) -> Signal:
    """The day on which a paused client was expected back, while it is still paused. Severity 0.5 from that day."""
    if client.returns_on is None:
        return _NO_RETURN_DATE
    back = client.returns_on
    soon_on = back - timedelta(days=ctx.policy.due_soon_days)
    evidence = {"returns_on": back}
    if ctx.on >= back:
        return ctx.breach("returning", 0.5, evidence, "confirm_return", since=back)
    if ctx.on >= soon_on:
        return Signal("returning", "soon", 0.2, "", None, soon_on, evidence, "confirm_return", "quick", back)
    return Signal("returning", "ok", evidence=evidence, until=soon_on)
