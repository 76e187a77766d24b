"""Signals of the work itself: what the team owes the client by a day, and what is planned with the client."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from scoring.assessment import Evidence, Signal, ok, soon
from scoring.dates import is_workday
from scoring.facts import Client, Deadline, Step
from scoring.signals.context import DAY, Context
from scoring.vocabulary import Effort

_SUBJECT_LENGTH = 64  # characters of a title that tell a deadline or a step apart from the client's others
_LONGEST_BREAK = 14  # days off in a row that are searched for the last working day before a day
_NEXT_STEPS: dict[str, tuple[str, Effort]] = {
    "check_in": ("hold_check_in", "quick"),
    "service": ("begin_service", "deep"),
    "offer": ("make_offer", "deep"),
}

_NO_DEADLINES = (Signal("deadline", "unknown"),)
_NO_ROADMAP = (Signal("roadmap", "unknown"),)


def deadline(client: Client, ctx: Context) -> tuple[Signal, ...]:
    """What is to be done by the team's own day: one signal for each title, by its earliest day that is not done.

    Soon from the working day before, with severity 0.25, and on the day, with 0.3: ahead of a contact that is due soon.
    From the day after it has slipped: 0.5, 0.8 on the day promised to the client, 1 after it. Where only the team's own
    day is known, the promised day is `deadline_ahead_days` later. A deadline that is `deadline_given_up_days` late is
    left to rest: told as such, and no breach.
    """
    if not client.deadlines:
        return _NO_DEADLINES
    checkpoint = _checkpoint(client, ctx.on)
    open_ones = [(_due_on(item, ctx), item) for item in client.deadlines if item.done_on is None]
    coming: list[date] = []
    rested: list[tuple[date, date, str]] = []
    found: dict[str, Signal] = {}
    for due_on, item in sorted(open_ones, key=_by_day_and_title):
        subject, begins_on = item.title[:_SUBJECT_LENGTH], _workday_before(due_on, ctx)
        promised_on = _promised_on(item, ctx)
        expires_on = promised_on + timedelta(days=ctx.policy.deadline_given_up_days)
        if ctx.on >= expires_on:
            rested.append((expires_on, due_on, item.title))
            continue
        coming.append(expires_on)
        if subject in found:
            continue
        if ctx.on < begins_on:
            coming.append(begins_on)
        elif ctx.on <= due_on:
            severity, until = (0.25, due_on) if ctx.on < due_on else (0.3, due_on + DAY)
            found[subject] = soon(
                "deadline",
                _deadline_evidence(item, due_on, promised_on),
                "finish_work",
                since=begins_on,
                severity=severity,
                subject=subject,
                effort="deep",
                until=until,
            )
        else:
            found[subject] = _slip(item, subject, (due_on, promised_on, expires_on), checkpoint, ctx)
    return _with_coming("deadline", found.values(), coming, rested)


def _slip(item: Deadline, subject: str, days: tuple[date, date, date], checkpoint: date | None, ctx: Context) -> Signal:
    due_on, promised_on, expires_on = days
    severity, until = 0.5, promised_on
    if ctx.on > promised_on:
        severity, until = 1.0, expires_on
    elif ctx.on == promised_on:
        severity, until = 0.8, promised_on + DAY
    evidence = {**_deadline_evidence(item, due_on, promised_on), "checkpoint_on": checkpoint}
    until = min(until, checkpoint) if checkpoint else until
    return ctx.breach("deadline", severity, evidence, "warn_client", subject=subject, since=due_on + DAY, until=until)


def _deadline_evidence(item: Deadline, due_on: date, promised_on: date) -> Evidence:
    return {"title": item.title, "due_on": due_on, "promised_on": promised_on, "member": item.member or None}


def _promised_on(item: Deadline, ctx: Context) -> date:
    return item.promised_on or item.due_on + timedelta(days=ctx.policy.deadline_ahead_days)


def _due_on(item: Deadline, ctx: Context) -> date:
    """The team's own day, or the promised day where that is earlier."""
    return min(item.due_on, _promised_on(item, ctx))


def _by_day_and_title(due: tuple[date, Deadline]) -> tuple[date, str, date, str]:
    day, item = due
    return day, item.title, item.promised_on or day, item.member


def _checkpoint(client: Client, on: date) -> date | None:
    """Return the day of the next planned step, on which the client is spoken with anyway."""
    return min(
        [step.planned_on for step in client.roadmap if step.done_on is None and step.planned_on > on], default=None
    )


def roadmap(client: Client, ctx: Context) -> tuple[Signal, ...]:
    """Planned steps with the client, offers that follow from finished work among them: one signal for each title.

    Soon from the working day before, with severity 0.2; on the planned day it opens with 0.4, and 0.6 from
    `roadmap_late_days` on. A step that is `roadmap_given_up_days` late is left to rest: told as such, and no breach.
    """
    if not client.roadmap:
        return _NO_ROADMAP
    coming: list[date] = []
    found: dict[str, Signal] = {}
    late = timedelta(days=ctx.policy.roadmap_late_days)
    expires = timedelta(days=ctx.policy.roadmap_given_up_days)
    undone = [step for step in client.roadmap if step.done_on is None]
    steps = [step for step in undone if ctx.on < step.planned_on + expires]
    rested = [(step.planned_on + expires, step.planned_on, step.title) for step in undone if step not in steps]
    coming += [step.planned_on + expires for step in steps]
    for step in sorted(steps, key=lambda each: (each.planned_on, each.title, each.kind)):
        subject, begins_on = step.title[:_SUBJECT_LENGTH], _workday_before(step.planned_on, ctx)
        if subject in found:
            continue
        if ctx.on < begins_on:
            coming.append(begins_on)
        elif ctx.on < step.planned_on:
            name, effort = _next_step(step)
            found[subject] = soon(
                "roadmap",
                _step_evidence(step),
                name,
                since=begins_on,
                severity=0.2,
                subject=subject,
                effort=effort,
                until=step.planned_on,
            )
        else:
            found[subject] = _open_step(step, subject, step.planned_on + late, step.planned_on + expires, ctx)
    return _with_coming("roadmap", found.values(), coming, rested)


def _open_step(step: Step, subject: str, late_on: date, expires_on: date, ctx: Context) -> Signal:
    name, effort = _next_step(step)
    severity, until = (0.6, expires_on) if ctx.on >= late_on else (0.4, min(late_on, expires_on))
    return ctx.breach(
        "roadmap",
        severity,
        _step_evidence(step),
        name,
        subject=subject,
        effort=effort,
        since=step.planned_on,
        until=until,
    )


def _next_step(step: Step) -> tuple[str, Effort]:
    return _NEXT_STEPS.get(step.kind, _NEXT_STEPS["check_in"])


def _step_evidence(step: Step) -> Evidence:
    return {"title": step.title, "kind": step.kind, "due_on": step.planned_on}


def _with_coming(
    name: str, found: Iterable[Signal], coming: list[date], rested: list[tuple[date, date, str]]
) -> tuple[Signal, ...]:
    """Return what was found, or that all is in order; either changes where the next one begins or is left to rest.

    What was left to rest, with the day of that, its own and its title, is told as one: how many, and the last of them.
    """
    begins_on, signals = min(coming, default=None), list(found)
    if rested:
        rested_on, due_on, title = max(rested)
        evidence: Evidence = {"rested": len(rested), "title": title, "due_on": due_on, "rested_on": rested_on}
        signals.append(ok(name, evidence))
    first, *others = signals or [ok(name, {})]
    if begins_on and (first.until is None or begins_on < first.until):
        first = replace(first, until=begins_on)
    return (first, *others)


def _workday_before(day: date, ctx: Context) -> date:
    """Return the last working day before a day; the day before it where nobody works for two weeks."""
    for back in range(1, _LONGEST_BREAK + 1):
        if is_workday(day - back * DAY, ctx.portfolio.weekend, ctx.portfolio.holidays):
            return day - back * DAY
    return day - DAY
