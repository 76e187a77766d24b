"""What weights are learned from: client-months, each with what was noticed on a day and whether the client then left.

A client is looked at every SPACING_DAYS, another day of the month for each, so that every stage of the month is in it.
Days of which nobody can tell yet whether the client left within the horizon are left out, whatever it did meanwhile.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

from bot.insight.backtest import HORIZON_DAYS
from bot.insight.history import History, cut, judged_at, portfolio
from bot.insight.replay import Span, judged_days
from scoring.assess import assess
from scoring.policy import Policy

SPACING_DAYS = 30


@dataclass(frozen=True, slots=True)
class Row:
    """A client on a day: the severities noticed, by signal, and whether it left within the horizon."""

    client_id: int
    on: date
    severities: Mapping[str, tuple[float, ...]]
    """Of each signal that had one; several where it looks at several subjects."""
    freshness: float
    """Of goodwill, 0..1: what the risk is eased by."""
    left: bool


def rows_of(history: History, policy: Policy, days: Span) -> Iterator[Row]:
    """Give a client's rows within some days, by the policy's limits."""
    decided = judged_days(history, Span(days.first, days.last - timedelta(days=HORIZON_DAYS)))
    if decided is None:
        return
    day = decided.first + timedelta(days=(history.client.id * 7 - decided.first.toordinal()) % SPACING_DAYS)
    while day <= decided.last:
        judged = assess(cut(history, day), portfolio(history, day), policy, judged_at(history, day))
        severities: dict[str, tuple[float, ...]] = defaultdict(tuple)
        freshness = 0.0
        for signal in judged.signals:
            if signal.severity:
                severities[signal.name] += (signal.severity,)
            if signal.name == "goodwill":
                freshness = cast("float", signal.evidence.get("freshness", 0.0))
        left_on = history.left_on
        left = left_on is not None and (left_on - day).days <= HORIZON_DAYS
        yield Row(history.client.id, day, dict(severities), freshness, left)
        day += timedelta(days=SPACING_DAYS)
