from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest

from scoring.facts import Client, Portfolio, Series
from scoring.policy import Policy
from scoring.signals.context import Context
from scoring.signals.raising import what_raising_brings
from scoring.signals.results import spend_pacing

TODAY = date(2026, 11, 16)
CONTEXT = Context(Policy(), Portfolio(), TODAY)
CLIENT = Client(1, "active", UTC, currency="EUR", has_targets=True, targets={("spend", date(2026, 11, 1)): 3000_00})


def series(before: float, lately: float) -> Series:
    """Make 70 days through yesterday, the last sixteen of them at another level."""
    return Series(TODAY - timedelta(days=70), (before,) * 54 + (lately,) * 16)


@pytest.mark.parametrize(
    ("lately", "metric", "said"),
    [(8, "conversions", "safe"), (7.3, "conversions", "safe"), (6.9, "conversions", None), (6, "leads", "dear")],
)
def test_more_spend_is_safe_where_results_cost_what_they_did_and_dear_where_they_cost_more(
    lately: float, metric: str, said: str | None
) -> None:
    client = replace(CLIENT, metrics={"spend": series(100_00, 80_00), metric: series(10, lately)})
    assert what_raising_brings(client, CONTEXT) == said
    found = spend_pacing(client, CONTEXT)
    assert (found.next_step, found.evidence["direction"]) == ("adjust_budget", "under")
    assert found.evidence.get("raising") == said


def test_few_results_or_none_tell_nothing() -> None:
    few = replace(CLIENT, metrics={"spend": series(100_00, 80_00), "conversions": series(0.5, 0.5)})
    assert what_raising_brings(few, CONTEXT) is None
    assert what_raising_brings(replace(CLIENT, metrics={"spend": series(100_00, 80_00)}), CONTEXT) is None


def test_spend_over_its_plan_is_not_to_be_raised() -> None:
    over = replace(CLIENT, metrics={"spend": series(100_00, 125_00), "conversions": series(10, 12)})
    found = spend_pacing(over, CONTEXT)
    assert (found.state, found.evidence["direction"], found.evidence.get("raising")) == ("breach", "over", None)
