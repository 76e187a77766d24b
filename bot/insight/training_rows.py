"""Builds what weights are learned from: client-months, with what was noticed and whether the client then left.

A client is assessed every SPACING_DAYS, on different days of the month for each client, so that every stage of the
month occurs. Days of which it is not known yet whether the client left within the horizon are left out, even where it
did.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

from bot.insight.cases import HORIZON_DAYS, last_decided_day
from bot.insight.history import ClientHistory, assessment_time, facts_as_of, portfolio_as_of
from bot.insight.replay import DateRange, find_assessable_days
from scoring.assess import assess
from scoring.policy import Policy

SPACING_DAYS = 30


@dataclass(frozen=True, slots=True)
class TrainingRow:
    """A client on a day: the severities of its signals, and whether it left within the horizon."""

    client_id: int
    on: date
    severities: Mapping[str, tuple[float, ...]]
    """By signal, where there is any; several where a signal has several subjects."""
    freshness: float
    """Of goodwill, 0..1: it lowers the risk."""
    left: bool


def build_training_rows(history: ClientHistory, policy: Policy, days: DateRange) -> Iterator[TrainingRow]:
    """Build a client's rows within a range of days, by the policy's limits."""
    decided = find_assessable_days(history, DateRange(days.first, last_decided_day(days)))
    if decided is None:
        return
    day = decided.first + timedelta(days=(history.client.id * 7 - decided.first.toordinal()) % SPACING_DAYS)
    while day <= decided.last:
        assessment = assess(
            facts_as_of(history, day), portfolio_as_of(history, day), policy, assessment_time(history, day)
        )
        severities: dict[str, tuple[float, ...]] = defaultdict(tuple)
        freshness = 0.0
        for signal in assessment.signals:
            if signal.severity:
                severities[signal.name] += (signal.severity,)
            if signal.name == "goodwill":
                freshness = cast("float", signal.evidence.get("freshness", 0.0))
        left_on = history.left_on
        left = left_on is not None and (left_on - day).days <= HORIZON_DAYS
        yield TrainingRow(history.client.id, day, dict(severities), freshness, left)
        day += timedelta(days=SPACING_DAYS)
