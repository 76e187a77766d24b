"""Signals of contact: time since the last one, attempts without an answer, recaps, and reports nobody talked about."""

from datetime import date, timedelta

from scoring.assessment import Evidence, Signal, ok, soon
from scoring.dates import add_workdays, last_workdays, local_day, workdays_between
from scoring.facts import Client
from scoring.forecast import month_of
from scoring.signals.context import DAY, Context
from scoring.vocabulary import RECAP_KINDS

_REPORT_OLD = 30 * DAY  # from then on a report is talked about with the next one
_RECAP_WORKDAYS = 5  # the last working days of a month, on which most tell its recap

_NEVER_CONTACTED = Signal("contact_gap", "unknown")
_NEVER_TRIED = Signal("unanswered", "unknown")
_NOTHING_UNANSWERED = Signal("unanswered", "ok", evidence={"attempts": 0, "last_on": None})
_NO_RECAPS = (Signal("recap", "unknown"),)
_NO_CALLS = Signal("recap", "unknown", subject="report")


def contact_gap(client: Client, ctx: Context) -> Signal:
    """Days since the last touchpoint against the client's limit; days since its start where there was none.

    Severity is 0.2 when due soon, 0.5 at the limit, and rises evenly to 1 at twice the limit. An attempt is not a
    touchpoint. Through `silent_until` no contact is asked for.
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
        return ok("contact_gap", evidence, client.silent_until + DAY)
    # A limit shorter than `due_soon_days` leaves out the day of the contact: what was just logged is never due soon.
    soon_on = due_on - timedelta(days=min(ctx.policy.due_soon_days, limit - 1))
    if on >= due_on:
        severity = min(1.0, (on - counted_from).days / (2 * limit))
        until = on + DAY if severity < 1 else None
        return ctx.breach("contact_gap", severity, evidence, "call_client", since=due_on, until=until)
    if on >= soon_on:
        return soon("contact_gap", evidence, "call_client", since=soon_on, severity=0.2, until=due_on)
    return ok("contact_gap", evidence, soon_on)


def _contact_limit(client: Client, ctx: Context, counted_from: date) -> int:
    """Return the limit, in days, for a gap that is counted from a day.

    The shorter limit of a new relationship applies to what falls due while it is new, and keeps applying to that: a
    breach does not close because the relationship is no longer new. An unknown start is not a new relationship.
    """
    policy = ctx.policy
    if client.contact_limit_days:
        return client.contact_limit_days
    early = min(policy.new_contact_limit_days, policy.contact_limit_days)
    if client.started_on and (counted_from - client.started_on).days + early < policy.new_client_days:
        return early
    return policy.contact_limit_days


def unanswered(client: Client, ctx: Context) -> Signal:
    """Attempts in a row without an answer: severity 0.6 at `unanswered_attempts`, 0.2 more for each further one."""
    if not client.attempts:
        return _NOTHING_UNANSWERED if client.last_contact_at else _NEVER_TRIED
    last_on = local_day(client.last_attempt_at, client.zone) if client.last_attempt_at else None
    evidence = {"attempts": client.attempts, "last_on": last_on}
    if client.silent_until and ctx.on <= client.silent_until:
        evidence["silent_until"] = client.silent_until
        return ok("unanswered", evidence, client.silent_until + DAY)
    beyond = client.attempts - ctx.policy.unanswered_attempts
    if beyond < 0:
        return ok("unanswered", evidence)
    since = last_on if beyond == 0 else None
    return ctx.breach("unanswered", min(1.0, (6 + 2 * beyond) / 10), evidence, "try_another_way", since=since)


def recap(client: Client, ctx: Context) -> tuple[Signal, ...]:
    """The month's recap, and whether reports were talked about, each as far as such things are recorded.

    See `_monthly_recap` and `_report_talked_about`.
    """
    if not client.observations:
        return _NO_RECAPS
    kinds = {o.kind for o in client.observations}
    found = [_monthly_recap(client, ctx)] if kinds.intersection(RECAP_KINDS) else []
    if "report" in kinds:
        found.append(_report_talked_about(client, ctx))
    return tuple(found) or _NO_RECAPS


def _monthly_recap(client: Client, ctx: Context) -> Signal:
    """The recap of the month that ended, told in a call and confirmed in writing.

    It counts from that month's last five working days on, and is due by the `recap_workday`-th working day of the next.
    Severity after that day is 0.5 where one of the two is missing, 0.7 where both are. There is none yet for a client
    of which nothing is known from before this month.
    """
    start, end = month_of(ctx.on)
    seen_on = [o.occurred_on for o in client.observations]
    known_from = min(filter(None, (client.started_on or client.created_on, *seen_on)))
    if known_from >= start:
        return ok("recap", {"started_on": client.started_on}, month_of(known_from)[1])
    ended_on, portfolio = start - DAY, ctx.portfolio
    counts_from = last_workdays(ended_on, _RECAP_WORKDAYS, portfolio.weekend, portfolio.holidays)
    missing = sorted(set(RECAP_KINDS) - {o.kind for o in client.observations if o.occurred_on >= counts_from})
    due_on = add_workdays(ended_on, ctx.policy.recap_workday, portfolio.weekend, portfolio.holidays)
    evidence: Evidence = {"month": month_of(ended_on)[0], "missing": " ".join(missing), "due_on": due_on}
    if not missing or ctx.on <= due_on:
        until = min(end, due_on + DAY) if missing else end
        return ok("recap", evidence, until)
    severity = 0.5 if len(missing) == 1 else 0.7
    return ctx.breach("recap", severity, evidence, "send_recap", since=due_on + DAY, until=end)


def _report_talked_about(client: Client, ctx: Context) -> Signal:
    """A report with no call within `report_call_workdays` before or after it, until there is a call: severity 0.5.

    A call is a touchpoint that is not known to be in writing, or a recap told. Of several such reports the oldest
    counts; after 30 days one is left to rest. Unknown where no call was ever recorded.
    """
    calls = [o.occurred_on for o in client.observations if o.kind == "recap_call"]
    if client.last_call_at:
        calls.append(local_day(client.last_call_at, client.zone))
    sent = [o.occurred_on for o in client.observations if o.kind == "report"]
    if not calls or not sent:
        return _NO_CALLS
    near, last_call, portfolio = ctx.policy.report_call_workdays, max(calls), ctx.portfolio
    reports = [day for day in sent if ctx.on < day + _REPORT_OLD]
    if not reports:
        last = max(sent)
        is_silent = workdays_between(last_call, last, portfolio.weekend, portfolio.holidays) > near
        return ok("recap", {"sent_on": last, "rested_on": last + _REPORT_OLD if is_silent else None}, None, "report")
    silent = [
        day
        for day in reports
        if last_call < day and workdays_between(last_call, day, portfolio.weekend, portfolio.holidays) > near
    ]
    sent_on = min(silent, default=max(reports))
    call_by = add_workdays(sent_on, near, portfolio.weekend, portfolio.holidays)
    expires_on = sent_on + _REPORT_OLD
    if not silent:
        return ok("recap", {"sent_on": sent_on}, expires_on, "report")
    evidence: Evidence = {"sent_on": sent_on, "call_by": call_by}
    if ctx.on <= call_by:
        return ok("recap", evidence, min(call_by + DAY, expires_on), "report")
    return ctx.breach("recap", 0.5, evidence, "call_client", subject="report", since=call_by + DAY, until=expires_on)
