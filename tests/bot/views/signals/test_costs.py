"""The wording of what conversions and clicks cost."""

from datetime import date
from typing import Any

import pytest

from bot.infra.i18n import translator
from bot.views import words
from scoring.assessment import Signal
from tests.bot.views.samples import TODAY, seen

EN = translator("en-US")
SAID_ON = date(2026, 11, 20)
SINCE = date(2026, 11, 9)


@pytest.mark.parametrize(
    ("signal", "said", "short"),
    [
        (
            seen(
                "cost_per_result",
                since=SINCE,
                cost=1_200,
                cost_before=800,
                results=50.0,
                currency="EUR",
                budget_changed=False,
            ),
            "Conversions cost €12 each since Mon, Nov 9, €8 before",
            "conversions cost 50% more",
        ),
        (
            seen(
                "cost_per_result",
                since=SINCE,
                cost=1_200,
                cost_before=800,
                results=50.0,
                currency="EUR",
                budget_changed=True,
                by_volume=0.04,
                by_price=-5.26,
                by_rate=2.0,
                running_days=90,
            ),
            "Conversions cost €12 each since Mon, Nov 9, €8 before; clicks cost more; the budget changed recently",
            "conversions cost 50% more",
        ),
        (
            seen(
                "cost_per_result",
                since=SINCE,
                cost=1_200,
                cost_before=800,
                results=50.0,
                currency="EUR",
                running_days=90,
            ),
            (
                "Conversions cost €12 each since Mon, Nov 9, €8 before; the campaigns have run for 90 days with"
                " no break or budget change"
            ),
            "conversions cost 50% more",
        ),
        (
            seen(
                "cost_per_result",
                since=SINCE,
                cost=1_200,
                cost_before=800,
                results=50.0,
                currency="EUR",
                running_days=55,
            ),
            "Conversions cost €12 each since Mon, Nov 9, €8 before",
            "conversions cost 50% more",
        ),
        (
            seen("cost_per_result", since=SINCE, results=0.0, expected=12.4, cost=None, by_price=-1.0, by_rate=-2.0),
            "No conversions since Mon, Nov 9, about 12 expected; fewer clicks convert",
            "conversions cost too much",
        ),
        (
            seen("cost_per_result", "ok", cost=800, cost_before=800),
            "Cost per conversion steady",
            "conversions cost too much",
        ),
        (
            seen("cost_per_result", subject="click", cost=320, usual=160, currency="EUR", day=SAID_ON),
            "Clicks cost €3.20 each on Fri, Nov 20, usually €1.60",
            "clicks cost 100% more",
        ),
        (
            seen("cost_per_result", subject="result", cost=3_200, usual=1_600, currency="EUR", day=SAID_ON),
            "Conversions cost €32 each on Fri, Nov 20, usually €16",
            "conversions cost 100% more",
        ),
    ],
)
def test_a_result_that_costs_more_is_told_with_both_costs_and_the_cause(signal: Signal, said: str, short: str) -> None:
    assert words.reason(signal, EN, TODAY) == said
    assert words.short(signal, EN, TODAY) == short


@pytest.mark.parametrize(
    ("subject", "than", "said"),
    [
        ("", "cost_before", "Conversions cost 50% more since Mon, Nov 9"),
        ("click", "usual", "Clicks cost 50% more than usual on Fri, Nov 20"),
        ("result", "usual", "Conversions cost 50% more than usual on Fri, Nov 20"),
    ],
)
def test_what_a_result_costs_is_told_without_amounts_to_who_may_not_see_them(
    subject: str, than: str, said: str
) -> None:
    evidence: dict[str, Any] = {"cost": 1_200, "currency": "EUR", "day": SAID_ON, "since": SINCE, than: 800}
    dear = Signal("cost_per_result", "breach", 0.5, subject, evidence=evidence)
    assert words.reason(dear, EN, TODAY, money=False) == said
