"""Signals of the work itself: what we owe the client by a day, and what is planned with it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from scoring.assessment import Evidence, Signal
from scoring.dates import is_workday, span
from scoring.facts import Client, Deadline, Step
from scoring.signals.context import DAY, Context
from scoring.vocabulary import Effort

SUBJECT = 64
"""Characters of a title by which a deadline or a step is told from the client's others."""
_NO_DEADLINES = (Signal("deadline", "unknown"),)
_NO_ROADMAP = (Signal("roadmap", "unknown"),)
_LONGEST_BREAK = 14  # days without work that are looked across for the working day before one
_STEPS: dict[str, tuple[str, Effort]] = {
    "check_in": ("hold_check_in", "quick"),
    "service": ("begin_service", "deep"),
    "offer": ("make_offer", "deep"),
}


def deadline(client: Client, ctx: Context) -> tuple[Signal, ...]:
    """What is to be done by the team's own day, one signal a title, by its earliest day that is not done.

    Soon from the working day before, with severity 0.25, and on the day, with 0.3: ahead of a contact that is due soon.
    From the day after it is a slip: 0.5, 0.8 on the day told to the client, 1 after it. Where our own day alone is
    known, the client was told `deadline_ahead_days` later. One that is `deadline_given_up_days` late was not kept up,
    and nothing is said of it.
    """
    if not client.deadlines:
        return _NO_DEADLINES
    checkpoint = _checkpoint(client, ctx.on)
    soon = [(_due_on(item, ctx), item) for item in client.deadlines if item.done_on is None]
    coming: list[date] = []
    found: dict[str, Signal] = {}
    for due_on, item in sorted(soon, key=_by_day_and_title):
        subject, begins_on = item.title[:SUBJECT], _workday_before(due_on, ctx)
        promised_on = _promised_on(item, ctx)
        given_up_on = promised_on + span(ctx.policy.deadline_given_up_days)
        if ctx.on >= given_up_on or subject in found:
            continue
        if ctx.on < begins_on:
            coming.append(begins_on)
        elif ctx.on <= due_on:
            severity, until = (0.25, due_on) if ctx.on < due_on else (0.3, due_on + DAY)
            evidence = _owed(item, due_on, promised_on)
            found[subject] = Signal(
                "deadline", "soon", severity, subject, None, begins_on, evidence, "finish_work", "deep", until
            )
        else:
            found[subject] = _slip(item, subject, (due_on, promised_on, given_up_on), checkpoint, ctx)
    return _with_coming("deadline", found.values(), coming)


def _slip(item: Deadline, subject: str, days: tuple[date, date, date], checkpoint: date | None, ctx: Context) -> Signal:
    due_on, promised_on, given_up_on = days
    severity, until = 0.5, promised_on
    if ctx.on > promised_on:
        severity, until = 1.0, given_up_on
    elif ctx.on == promised_on:
        severity, until = 0.8, promised_on + DAY
    evidence = {**_owed(item, due_on, promised_on), "checkpoint_on": checkpoint}
    until = min(until, checkpoint) if checkpoint else until
    return ctx.breach("deadline", severity, evidence, "warn_client", subject=subject, since=due_on + DAY, until=until)


def _owed(item: Deadline, due_on: date, promised_on: date) -> Evidence:
    return {"title": item.title, "due_on": due_on, "promised_on": promised_on, "member": item.member or None}


def _promised_on(item: Deadline, ctx: Context) -> date:
    return item.promised_on or item.due_on + span(ctx.policy.deadline_ahead_days)


def _due_on(item: Deadline, ctx: Context) -> date:
    """The team's own day; the one told to the client where that is earlier."""
    return min(item.due_on, _promised_on(item, ctx))


def _by_day_and_title(due: tuple[date, Deadline]) -> tuple[date, str, date, str]:
    day, item = due
    return day, item.title, item.promised_on or day, item.member


def _checkpoint(client: Client, on: date) -> date | None:
    """Give the day of the next planned step: when the client is spoken with anyhow."""
    return min(
        [step.planned_on for step in client.roadmap if step.done_on is None and step.planned_on > on], default=None
    )


def roadmap(client: Client, ctx: Context) -> tuple[Signal, ...]:
    """Planned steps with the client, offers that follow from finished work among them, one signal a title.

    Soon from the working day before; on the planned day it opens: severity 0.4, from `roadmap_late_days` on 0.6. One
    that is `roadmap_given_up_days` late was not kept up.
    """
    if not client.roadmap:
        return _NO_ROADMAP
    coming: list[date] = []
    found: dict[str, Signal] = {}
    late, given_up = span(ctx.policy.roadmap_late_days), span(ctx.policy.roadmap_given_up_days)
    steps = [step for step in client.roadmap if step.done_on is None and ctx.on < step.planned_on + given_up]
    for step in sorted(steps, key=lambda each: (each.planned_on, each.title, each.kind)):
        subject, begins_on = step.title[:SUBJECT], _workday_before(step.planned_on, ctx)
        if subject in found:
            continue
        if ctx.on < begins_on:
            coming.append(begins_on)
        elif ctx.on < step.planned_on:
            name, effort = _STEPS.get(step.kind, _STEPS["check_in"])
            found[subject] = Signal(
                "roadmap", "soon", 0.2, subject, None, begins_on, _planned(step), name, effort, step.planned_on
            )
        else:
            found[subject] = _open_step(step, subject, step.planned_on + late, step.planned_on + given_up, ctx)
    return _with_coming("roadmap", found.values(), coming)


def _open_step(step: Step, subject: str, late_on: date, given_up_on: date, ctx: Context) -> Signal:
    name, effort = _STEPS.get(step.kind, _STEPS["check_in"])
    severity, until = (0.6, given_up_on) if ctx.on >= late_on else (0.4, min(late_on, given_up_on))
    return ctx.breach(
        "roadmap", severity, _planned(step), name, subject=subject, effort=effort, since=step.planned_on, until=until
    )


def _planned(step: Step) -> Evidence:
    return {"title": step.title, "kind": step.kind, "due_on": step.planned_on}


def _with_coming(name: str, found: Iterable[Signal], coming: list[date]) -> tuple[Signal, ...]:
    """Give what was found, or that all is in order; either ends where the next one begins."""
    begins_on = min(coming, default=None)
    first, *others = list(found) or [Signal(name, "ok")]
    if begins_on and (first.until is None or begins_on < first.until):
        first = replace(first, until=begins_on)
    return (first, *others)


def _workday_before(day: date, ctx: Context) -> date:
    """Give the last working day before a day; the day before it where nobody works for long."""
    for back in range(1, _LONGEST_BREAK + 1):
        if is_workday(day - back * DAY, ctx.portfolio.weekend, ctx.portfolio.holidays):
            return day - back * DAY
    return day - DAY
