"""The wording of where a month is heading, and of what can still be done about it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.infra.i18n import translator
from bot.views import words
from scoring.assessment import Signal
from tests.bot.views.samples import TODAY, seen

EN = translator("en-US")
MONTH: dict[str, Any] = {
    "metric": "spend",
    "period_start": date(2026, 11, 1),
    "period_end": date(2026, 11, 30),
    "target": 15_600_00,
    "forecast": 10_900_00,
    "currency": "GBP",
    "direction": "under",
    "days_left": 7,
    "daily_needed": None,
}


def spend(next_step: str = "adjust_budget", state: str = "breach", **evidence: Any) -> Signal:
    return replace(seen("spend_pacing", state, **{**MONTH, **evidence}), next_step=next_step)  # type: ignore[arg-type]


def test_a_budget_that_ran_dry_is_told_with_its_day_and_what_to_decide() -> None:
    dry = spend("ask_for_budget", used_up_on=date(2026, 11, 18), dark_since=date(2026, 11, 19))
    assert words.reason(dry, EN, TODAY) == (
        "The month's £15,600 was used up on Wed, Nov 18; nothing has run for 4 days"
    )
    assert words.next_step(dry, EN) == "Pause until December, or get a yes for more."
    assert words.short(dry, EN, TODAY) == "budget used up"
    assert words.reason(dry, EN, TODAY, money=False) == (
        "The month's budget was used up on Wed, Nov 18; nothing has run for 4 days"
    )


def test_late_in_the_month_the_client_is_to_be_told_where_it_will_close() -> None:
    assert words.next_step(spend("tell_client"), EN) == (
        "November will close near £10,900 of £15,600. Tell the client today; carry £4,700 over or drop it."
    )
    over = spend("tell_client", direction="over", forecast=17_000_00)
    assert words.next_step(over, EN) == (
        "November will close near £17,000 of £15,600. Tell the client today: pause, or get a yes for more."
    )


@pytest.mark.parametrize(
    ("raising", "said"),
    [
        (None, ""),
        ("safe", " That is safe: results cost no more than before."),
        ("dear", " It will cost: results are dearer than before already."),
    ],
)
def test_what_raising_a_budget_brings_stands_beside_the_advice(raising: str | None, said: str) -> None:
    raise_it = "Raise the budget to about £600 a day from tomorrow to land on target."
    assert words.next_step(spend(daily_needed=600_00, raising=raising), EN) == raise_it + said


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        ({"launches_on": date(2026, 11, 27)}, "Campaigns start on Fri, Nov 27"),
        (
            {"forecast": 15_500_00, "begins_on": date(2026, 11, 21)},
            "On course to spend £15,500 of £15,600 (1% under, its share of the month since Sat, Nov 21)",
        ),
    ],
)
def test_a_launch_to_come_and_a_start_within_the_month_are_told(evidence: dict[str, Any], said: str) -> None:
    assert words.reason(spend(state="ok", **evidence), EN, TODAY) == said
