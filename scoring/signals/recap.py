"""Signals of what is told of a month: its recap, and reports that nobody talked about."""

from scoring.assessment import Evidence, Signal, ok
from scoring.dates import add_workdays, last_workdays, local_day, workdays_between
from scoring.facts import Client
from scoring.forecast import month_of
from scoring.signals.context import DAY, Context
from scoring.vocabulary import RECAP_KINDS

_REPORT_OLD = 30 * DAY  # from then on a report is talked about with the next one
_RECAP_WORKDAYS = 5  # the last working days of a month, on which most tell its recap

_NO_RECAPS = (Signal("recap", "unknown"),)
_NO_CALLS = Signal("recap", "unknown", subject="report")


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
