"""The wording of what leads cost, and of how many visits and leads turn into more."""

from datetime import date

import pytest

from bot.infra.i18n import translator
from bot.views import words
from scoring.assessment import Signal
from tests.bot.views.samples import TODAY, seen

EN = translator("en-US")
SAID_ON = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("signal", "said", "short"),
    [
        (
            seen("cost_per_lead", cost=5_600, target=4_000, leads=12, currency="EUR"),
            "Leads cost €56 each this month, €40 was the goal",
            "leads cost 40% too much",
        ),
        (
            seen("cost_per_lead", cost=5_600, usual=4_000, leads=12, currency="EUR"),
            "Leads cost €56 each this month, €40 is typical for the industry",
            "leads cost 40% too much",
        ),
        (
            seen("cost_per_lead", cost=2_210, target=1_467, leads=12, currency="EUR"),
            "Leads cost €22 each this month, €15 was the goal",
            "leads cost 51% too much",
        ),
        (
            seen("cost_per_lead", cost=None, target=4_000, leads=0, currency="EUR"),
            "No leads yet this month, though money is being spent",
            "leads cost too much",
        ),
        (
            seen("lead_quality", recent_part=8, recent_whole=64, before_part=50, before_whole=125),
            "Fewer leads qualify: 12%, was 40%",
            "fewer leads qualify",
        ),
        (
            seen("traffic_to_lead", recent_part=0, recent_whole=640, before_part=50, before_whole=1500),
            "No visits turned into leads lately; 3.3% did before",
            "fewer visits turn into leads",
        ),
        (
            seen("traffic_to_lead", recent_part=37, recent_whole=1000, before_part=53, before_whole=1000),
            "Fewer visits turn into leads: 3.7%, was 5.3%",
            "fewer visits turn into leads",
        ),
        (
            seen("traffic_to_lead", "ok", recent_part=54, recent_whole=1000, before_part=53, before_whole=1000),
            "5.4% of visits turn into leads, was 5.3%",
            "fewer visits turn into leads",
        ),
    ],
)
def test_leads_are_told_with_both_costs_or_both_rates(signal: Signal, said: str, short: str) -> None:
    assert words.reason(signal, EN, TODAY) == said
    assert words.short(signal, EN, TODAY) == short


def test_what_a_lead_costs_is_told_without_amounts_to_who_may_not_see_them() -> None:
    cost = seen("cost_per_lead", cost=5_600, target=4_000, leads=12, currency="EUR")
    assert words.reason(cost, EN, TODAY, money=False) == "Leads cost 40% more than they should this month"
