"""Dated records of a client as they were known on a day: remarks on it, and work for it.

Belongs here: which of them were known, and in what state. Never here: reading them, or any other fact.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from scoring.facts import Deadline, Observation, Step
from scoring.vocabulary import LASTING_KINDS

PlannedWork = TypeVar("PlannedWork", Deadline, Step)


def observations(found: Sequence[Observation], day: date, since: date) -> tuple[Observation, ...]:
    """Return the remarks made from `since` through a day, and those that count whatever their age."""
    return tuple(
        [
            replace(o, resolved_on=None) if o.resolved_on and o.resolved_on > day else o
            for o in found
            if o.occurred_on <= day and (o.occurred_on >= since or _lasts(o, day))
        ]
    )


def _lasts(observation: Observation, day: date) -> bool:
    is_open = observation.resolved_on is None or observation.resolved_on > day
    return observation.kind in LASTING_KINDS or (observation.kind == "complaint" and is_open)


def work(found: Sequence[PlannedWork], day: date, since: date) -> tuple[PlannedWork, ...]:
    """Return the work due from `since` through a day, and what was not done by then, not done where that came later."""
    return tuple(
        [
            replace(item, done_on=None) if item.done_on and item.done_on > day else item
            for item in found
            if _day_of(item) <= day and (_day_of(item) >= since or item.done_on is None or item.done_on > day)
        ]
    )


def _day_of(item: Deadline | Step) -> date:
    return item.due_on if isinstance(item, Deadline) else item.planned_on
