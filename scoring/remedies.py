"""What would lower a client's priority: its facts as they would be once something is done, judged again.

Belongs here: acts, each of which gives the client as it would then be known. Never here: a guess at what an act is
worth (`scoring.assess` decides), or words. What nobody can bring about by an act of their own, such as higher fees, has
no act.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from math import floor
from typing import cast

from scoring.assess import assess
from scoring.assessment import Assessment, Signal
from scoring.dates import DAY
from scoring.facts import Client, Observation, Portfolio, Series
from scoring.forecast import project
from scoring.metric_window import window
from scoring.policy import Policy
from scoring.vocabulary import RECAP_KINDS

_RETURNS_IN_DAYS = 30  # from today: what a paused client is taken to answer when asked for its return
_FOR_ALL_SUBJECTS = frozenset({"pay"})
_ROUNDS = 8  # a forecast is nearly proportional to its days, so a few rounds land it on the target


@dataclass(frozen=True, slots=True)
class Remedy:
    """One act that lowers the priority. `after` is the client judged as if the act were done at that moment."""

    act: str
    """One of the names in `ACTS`."""
    answers: Signal
    """The most severe signal that it answers."""
    after: Assessment


@dataclass(frozen=True, slots=True)
class _When:
    now: datetime
    on: date
    policy: Policy


_Act = Callable[[Client, Signal, _When], Client | None]
"""The client as it would be known once the act is done about a signal; None where that cannot be told."""


def remedies(client: Client, portfolio: Portfolio, policy: Policy, now: datetime) -> tuple[Remedy, ...]:
    """Return the acts that would lower a client's priority if done at a moment, the one that lowers it most first.

    Each act is worked out by judging the client again. Raises KeyError as `scoring.assess.assess` does.
    """
    before = assess(client, portfolio, policy, now)
    when = _When(now, before.on, policy)
    found: dict[tuple[str, str], Remedy] = {}
    for signal in sorted(before.signals, key=lambda each: (-each.severity, each.key)):
        named = ACTS.get(signal.key) or ACTS.get(signal.name)
        if not signal.severity or named is None:
            continue
        name, act = named
        subject = "" if name in _FOR_ALL_SUBJECTS else signal.subject
        if (name, subject) in found:
            continue
        changed = act(client, signal, when)
        after = assess(changed, portfolio, policy, now) if changed else before
        if after.priority < before.priority:
            found[name, subject] = Remedy(name, signal, after)
    return tuple(sorted(found.values(), key=lambda remedy: remedy.after.priority))


def _contacted(client: Client, _: Signal, when: _When) -> Client:
    return replace(client, last_contact_at=when.now, last_call_at=when.now, attempts=0, last_attempt_at=None)


def _paid(client: Client, _: Signal, when: _When) -> Client:
    """Everything overdue is paid in full today, in every currency: of several debts the worse one counts."""
    invoices = tuple(
        replace(invoice, status="paid", paid=invoice.amount, paid_on=when.on)
        if invoice.balance and invoice.due_on < when.on
        else invoice
        for invoice in client.invoices
    )
    return replace(client, invoices=invoices)


def _complaints_resolved(client: Client, _: Signal, when: _When) -> Client:
    """Every open complaint is resolved today."""
    observations = tuple(
        replace(o, resolved_on=when.on) if o.kind == "complaint" and o.resolved_on is None else o
        for o in client.observations
    )
    return replace(client, observations=observations)


def _observed(*observations: tuple[str, float | None, str]) -> _Act:
    """Make an act that adds observations of today: kind, value and label of each."""

    def observed(client: Client, _: Signal, when: _When) -> Client:
        new = tuple(Observation(kind, when.on, value, None, label) for kind, value, label in observations)
        return replace(client, observations=(*client.observations, *new))

    return observed


def _surveyed(client: Client, signal: Signal, when: _When) -> Client:
    """Today's score is the lowest whole one that is neither low nor a fall against the mean of the client's own."""
    policy = when.policy
    earlier = [o.value for o in client.observations if o.kind == "survey" and o.value is not None]
    usual = sum(earlier) / len(earlier) if earlier else 0.0
    score = min(10.0, floor(max(policy.survey_low, usual - policy.survey_fall)) + 1.0)
    return _observed(("survey", score, ""))(client, signal, when) or client


def _card_filled_in(client: Client, signal: Signal, when: _When) -> Client:
    """The monthly card on working with the client reaches the score that is asked for."""
    return _observed(("resource_card", when.policy.card_low, ""))(client, signal, when) or client


def _return_agreed(client: Client, _: Signal, when: _When) -> Client:
    return replace(client, returns_on=when.on + _RETURNS_IN_DAYS * DAY)


def _on_pace(client: Client, signal: Signal, when: _When) -> Client | None:
    """The days of the period so far are scaled until the forecast lands on its target.

    Nothing brings back what is spent beyond the whole target, or a period with no day left.
    """
    metric, start, last = (signal.evidence.get(name) for name in ("metric", "period_start", "period_end"))
    series, target = client.metrics.get(str(metric)), signal.evidence.get("target")
    if series is None or not isinstance(start, date) or not isinstance(last, date) or not isinstance(target, int):
        return None
    if signal.evidence.get("daily_needed") is None or cast("int", signal.evidence["so_far"]) > target:
        return None
    as_of = window(series, when.on).end
    for _ in range(_ROUNDS):
        forecast = project(series.values, series.first, as_of, lambda _: (start, last + DAY)).mid
        so_far = sum(value or 0.0 for value in _values(series, start, as_of))
        if forecast <= 0 or so_far <= 0:
            series = _with_values(series, start, as_of, target / ((last - start).days + 1))
        else:
            series = _scaled(series, start, as_of, target / forecast)
    return _with_metric(client, str(metric), series)


def _spend_resumed(client: Client, signal: Signal, _: _When) -> Client | None:
    """The days without spend had as much of it as the four weeks before them, on average."""
    spend, stopped_on, through = (
        client.metrics.get("spend"),
        signal.evidence.get("stopped_on"),
        signal.evidence.get("data_through"),
    )
    if spend is None or not isinstance(stopped_on, date) or not isinstance(through, date):
        return None
    before = _values(spend, stopped_on - 28 * DAY, stopped_on)
    usual = sum(value or 0.0 for value in before) / max(1, len(before))
    return _with_metric(client, "spend", _with_values(spend, stopped_on, through + DAY, usual))


def _results_as_expected(client: Client, signal: Signal, _: _When) -> Client | None:
    """The week without a result had as many as were expected."""
    since, through = signal.evidence.get("since"), signal.evidence.get("data_through")
    expected = signal.evidence.get("expected")
    name = next((name for name in ("conversions", "leads") if name in client.metrics), None)
    if name is None or not isinstance(since, date) or not isinstance(through, date):
        return None
    a_day = cast("float", expected) / ((through - since).days + 1)
    return _with_metric(client, name, _with_values(client.metrics[name], since, through + DAY, a_day))


def _cheaper_results(client: Client, signal: Signal, _: _When) -> Client | None:
    """The recent days' spend had bought as many results as before. The cost of a single day closes by itself."""
    since, expected, through = (signal.evidence.get(name) for name in ("since", "expected", "judged_through"))
    if signal.subject or not isinstance(since, date) or not isinstance(through, date) or not expected:
        return None
    a_day = cast("float", expected) / ((through - since).days + 1)
    series = _with_values(client.metrics["conversions"], since, through + DAY, a_day)
    return _with_metric(client, "conversions", series)


def _work_finished(client: Client, signal: Signal, when: _When) -> Client:
    """The work of that title is done today."""
    deadlines = tuple(
        replace(item, done_on=when.on) if item.title.startswith(signal.subject) and item.done_on is None else item
        for item in client.deadlines
    )
    return replace(client, deadlines=deadlines)


def _step_done(client: Client, signal: Signal, when: _When) -> Client:
    """The planned step of that title is done today."""
    roadmap = tuple(
        replace(step, done_on=when.on) if step.title.startswith(signal.subject) and step.done_on is None else step
        for step in client.roadmap
    )
    return replace(client, roadmap=roadmap)


def _cheaper_leads(client: Client, signal: Signal, _: _When) -> Client | None:
    """The month's spend so far had bought as many leads as its targets, or its industry, imply."""
    leads, evidence = client.metrics.get("leads"), signal.evidence
    month, through, spend = (evidence.get(name) for name in ("month", "data_through", "spend"))
    target = evidence.get("target") or evidence.get("usual")
    if leads is None or not isinstance(month, date) or not isinstance(through, date) or not target:
        return None
    a_day = cast("int", spend) / cast("int", target) / ((through - month).days + 1)
    return _with_metric(client, "leads", _with_values(leads, month, through + DAY, a_day))


def _with_metric(client: Client, name: str, series: Series) -> Client:
    return replace(client, metrics={**client.metrics, name: series})


def _values(series: Series, start: date, end: date) -> tuple[float | None, ...]:
    """Return the values from a day to before another."""
    return series.values[max(0, (start - series.first).days) : max(0, (end - series.first).days)]


def _scaled(series: Series, start: date, end: date, factor: float) -> Series:
    """Multiply the values from a day to before another."""
    days = range((start - series.first).days, (end - series.first).days)
    return replace(
        series,
        values=tuple(v if v is None or n not in days else v * factor for n, v in enumerate(series.values)),
    )


def _with_values(series: Series, start: date, end: date, value: float) -> Series:
    """Set the same value on every day of the series from a day to before another."""
    days = range((start - series.first).days, (end - series.first).days)
    return replace(series, values=tuple(value if n in days else v for n, v in enumerate(series.values)))


ACTS: Mapping[str, tuple[str, _Act]] = {
    "contact_gap": ("contact", _contacted),
    "unanswered": ("contact", _contacted),
    "mood": ("cheer", _observed(("mood", None, "neutral"))),
    "complaint": ("settle", _complaints_resolved),
    "survey": ("score", _surveyed),
    "renewal": ("renew", _observed(("renewal", None, ""))),
    "recap:report": ("contact", _contacted),
    "recap": ("recap", _observed(*((kind, None, "") for kind in RECAP_KINDS))),
    "returning": ("return", _return_agreed),
    "invoice_overdue": ("pay", _paid),
    "resource_score": ("agree", _card_filled_in),
    "spend_pacing": ("pace", _on_pace),
    "goal_pacing": ("pace", _on_pace),
    "cost_per_lead": ("cheapen", _cheaper_leads),
    "cost_per_result": ("convert", _cheaper_results),
    "deadline": ("finish", _work_finished),
    "roadmap": ("step", _step_done),
    "delivery:stopped": ("resume", _spend_resumed),
    "delivery:no_result": ("convert", _results_as_expected),
}
"""By signal, or signal and subject: the name of the act that answers it, and what that makes of the client."""
