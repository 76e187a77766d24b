"""Signals of contact: time since the last one, of any kind, by phone or with who decides; tries without an answer."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from scoring.assessment import Draft, Signal, ok, soon
from scoring.counted_days import add_counted, after_break, count
from scoring.dates import local_day
from scoring.facts import Client
from scoring.policy import Policy
from scoring.signals.context import DAY, Context

KNOWN_FROM_ITS_START = 3 * DAY
"""Of a client whose record was made so soon after its start, or earlier, we know every contact."""
_WEEK = 7 * DAY

_BILLED_LIMITS: Mapping[str, Callable[[Policy], int]] = {
    "project": lambda policy: policy.project_contact_limit_days,
    "share_of_spend": lambda policy: policy.share_of_spend_contact_limit_days,
}
"""By kind of billing: the contact limit of such clients, 0 where it is that of all."""

_NEVER_CONTACTED = Signal("contact_gap", "unknown")
_NEVER_TRIED = Signal("unanswered", "unknown")
_NOTHING_UNANSWERED = Signal("unanswered", "ok", evidence={"attempts": 0, "last_on": None})
_NOT_NEW = Signal("welcome", "ok")


def contact_gaps(client: Client, ctx: Context) -> tuple[Signal, ...]:
    """Contact of any kind; calls, where the client has a limit for them; who decides, where it is known who does."""
    found = [contact_gap(client, ctx)]
    if client.call_every_days:
        found.append(call_gap(client, ctx))
    if client.people_named_from:
        found.append(decision_maker_gap(client, ctx))
    return tuple(found)


def contact_gap(client: Client, ctx: Context) -> Signal:
    """Days since the last touchpoint against the client's limit; days since its start where there was none.

    Severity is 0.2 when due soon, 0.5 at the limit, and rises evenly to 1 at twice the limit. Long breaks
    of the office or the client's country do not count (`scoring.counted_days`). An attempt is not a touchpoint. Through
    `silent_until` no contact is asked for.

    Of a client that was there before its record, without any touchpoint, nothing is known: a to-do asks when somebody
    last spoke with it, and the limit runs from the day of the record.
    """
    last_on = local_day(client.last_contact_at, client.zone) if client.last_contact_at else None
    is_unheard = last_on is None and _was_there_before(client)
    start = client.created_on if is_unheard else client.started_on or client.created_on
    counted_from = last_on or start
    if counted_from is None:
        return _NEVER_CONTACTED
    limit = _contact_limit(client, ctx, counted_from)
    clock = _Clock(counted_from, limit, client, ctx)
    evidence: Draft = {"last_on": last_on, "started_on": None if last_on or is_unheard else start}
    if is_unheard:
        evidence["known_on"] = start
    evidence |= clock.evidence
    found = _gap(clock, evidence, client, ctx)
    if is_unheard and found.state != "breach" and "silent_until" not in evidence:
        return soon("contact_gap", evidence, "ask_last_contact", since=counted_from, until=clock.due_on, is_to_do=True)
    return found


def call_gap(client: Client, ctx: Context) -> Signal:
    """Days since the last contact that was not in writing, against the client's own limit for calls.

    Severity is 0.4 at the limit and rises to 0.7 at twice that: it adds to what any contact weighs. Where no call is
    known, the limit runs from the later of the client's start and its record.
    """
    last_on = local_day(client.last_call_at, client.zone) if client.last_call_at else None
    counted_from = last_on or max(filter(None, (client.started_on, client.created_on)), default=None)
    if counted_from is None:
        return Signal("contact_gap", "unknown", subject="call")
    clock = _Clock(counted_from, client.call_every_days or 1, client, ctx)
    return _gap(clock, {"last_on": last_on, **clock.evidence}, client, ctx, subject="call", severities=(0.4, 0.7))


def decision_maker_gap(client: Client, ctx: Context) -> Signal:
    """Days since the last contact with one of those who decide, where contacts say with whom they were.

    A to-do of severity 0.3 from `decision_maker_days` on: who was spoken with is not always written down.
    """
    last_on = local_day(client.last_decision_maker_at, client.zone) if client.last_decision_maker_at else None
    counted_from = last_on or client.people_named_from
    if counted_from is None:
        return Signal("contact_gap", "unknown", subject="decision_maker")
    clock = _Clock(counted_from, ctx.policy.decision_maker_days, client, ctx)
    evidence: Draft = {"last_on": last_on, **clock.evidence}
    if client.silent_until and ctx.on <= client.silent_until:
        evidence["silent_until"] = client.silent_until
        return ok("contact_gap", evidence, client.silent_until + DAY, "decision_maker")
    if ctx.on < clock.due_on:
        return ok("contact_gap", evidence, clock.due_on, "decision_maker")
    return ctx.breach(
        "contact_gap",
        0.3,
        evidence,
        "call_decision_maker",
        subject="decision_maker",
        since=clock.due_on,
        is_to_do=True,
    )


class _Clock:
    """A limit of days that runs from a day on, and stands still while the office or the client's country is closed."""

    def __init__(self, counted_from: date, limit: int, client: Client, ctx: Context) -> None:
        self.counted_from = counted_from
        self.limit = limit
        self.weekend = ctx.portfolio.weekend
        self.closed = ctx.portfolio.holidays | client.days_off if client.days_off else ctx.portfolio.holidays
        self.due_on = after_break(self.after(limit), self.weekend, self.closed)

    @property
    def evidence(self) -> Draft:
        """The limit, when it runs out, and how many days it stands still until then."""
        still = (self.due_on - self.counted_from).days - self.limit
        found: Draft = {"limit_days": self.limit, "due_on": self.due_on}
        return found | {"days_off": still} if still else found

    def after(self, days: int) -> date:
        """Return the day so many counted days after the first."""
        return add_counted(self.counted_from, days, self.weekend, self.closed)

    def share(self, on: date) -> float:
        """Return how much of twice the limit has run: 0.5 at the limit, at most 1."""
        most = 2 * self.limit
        return count(self.counted_from, on, most, self.weekend, self.closed) / most

    def next_day(self, on: date) -> date:
        """Return the next day that counts."""
        return add_counted(on, 1, self.weekend, self.closed)


def _gap(
    clock: _Clock,
    evidence: Draft,
    client: Client,
    ctx: Context,
    *,
    subject: str = "",
    severities: tuple[float, float] = (0.5, 1.0),
) -> Signal:
    """Judge a limit that runs: due soon, or over it, with the severities at the limit and at twice that."""
    on, due_on = ctx.on, clock.due_on
    if client.silent_until and on <= client.silent_until:
        evidence["silent_until"] = client.silent_until
        return ok("contact_gap", evidence, client.silent_until + DAY, subject)
    if on >= due_on:
        share, (least, most) = clock.share(on), severities
        severity = round(least + (most - least) * (2 * share - 1), 9)
        until = clock.next_day(on) if share < 1 else None
        return ctx.breach("contact_gap", severity, evidence, "call_client", subject=subject, since=due_on, until=until)
    # A limit shorter than `due_soon_days` leaves out the day of the contact: what was just logged is never due soon.
    soon_on = clock.after(clock.limit - min(ctx.policy.due_soon_days, clock.limit - 1))
    if on >= soon_on:
        return soon("contact_gap", evidence, "call_client", since=soon_on, severity=0.2, subject=subject, until=due_on)
    return ok("contact_gap", evidence, soon_on, subject)


def _was_there_before(client: Client) -> bool:
    """Whether a client may have had contacts that we know nothing of, since it was there before its record."""
    started_on, created_on = client.started_on, client.created_on
    return created_on is not None and (started_on is None or created_on > started_on + KNOWN_FROM_ITS_START)


def _contact_limit(client: Client, ctx: Context, counted_from: date) -> int:
    """Return the limit, in days, for a gap that is counted from a day.

    The shorter limit of a new relationship applies to what falls due while it is new, and keeps applying to that: a
    breach does not close because the relationship is no longer new. An unknown start is not a new relationship.
    """
    policy = ctx.policy
    if client.contact_limit_days:
        return client.contact_limit_days
    billed = _BILLED_LIMITS.get(client.billing)
    usual = (billed and billed(policy)) or policy.contact_limit_days
    early = min(policy.new_contact_limit_days, usual)
    if client.started_on and (counted_from - client.started_on).days + early < policy.new_client_days:
        return early
    return usual


def unanswered(client: Client, ctx: Context) -> Signal:
    """Attempts in a row without an answer: severity 0.6 at `unanswered_attempts`, 0.2 more for each further one.

    More than `attempts_a_week` of them within seven days ask to ease off until that is over.
    """
    if not client.attempts:
        return _NOTHING_UNANSWERED if client.last_contact_at else _NEVER_TRIED
    last_on = local_day(client.last_attempt_at, client.zone) if client.last_attempt_at else None
    evidence: Draft = {"attempts": client.attempts, "last_on": last_on}
    if client.silent_until and ctx.on <= client.silent_until:
        evidence["silent_until"] = client.silent_until
        return ok("unanswered", evidence, client.silent_until + DAY)
    beyond = client.attempts - ctx.policy.unanswered_attempts
    if beyond < 0:
        return ok("unanswered", evidence)
    since = last_on if beyond == 0 else None
    severity, most = min(1.0, (6 + 2 * beyond) / 10), ctx.policy.attempts_a_week
    this_week = sorted([day for day in client.tried_on if day > ctx.on - _WEEK])
    if len(this_week) <= most:
        return ctx.breach("unanswered", severity, evidence, "try_another_way", since=since)
    eased_on = this_week[-most - 1] + _WEEK
    evidence |= {"this_week": len(this_week), "ease_until": eased_on}
    return ctx.breach("unanswered", severity, evidence, "ease_off", since=since, until=this_week[0] + _WEEK)


def welcome(client: Client, ctx: Context) -> Signal:
    """A new client that nobody has written to yet: a to-do, a letter and a call, from the day it starts.

    It ends with the first touchpoint since the start, or once the contact limit of new clients has run out.
    """
    started_on = client.started_on
    if started_on is None or _was_there_before(client):
        return _NOT_NEW
    over_on = started_on + timedelta(days=ctx.policy.new_contact_limit_days)
    heard_on = client.last_contact_at and local_day(client.last_contact_at, client.zone)
    if ctx.on >= over_on or (heard_on and heard_on >= started_on):
        return _NOT_NEW
    evidence: Draft = {"started_on": started_on}
    if ctx.on < started_on:
        return ok("welcome", evidence, started_on)
    return ctx.breach("welcome", 0.5, evidence, "welcome_client", since=started_on, until=over_on)
