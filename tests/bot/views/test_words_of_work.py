"""What is said of deadlines, planned steps, margins and tenures."""

from datetime import date

import pytest

from bot.infra.i18n import translator
from bot.views import words
from scoring.assessment import Signal
from tests.bot.views.samples import TODAY, margin, planned, slip, tenure_mark

EN = translator("en-US")
SAID_ON = date(2026, 11, 20)
SOON = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("signal", "said", "short", "step"),
    [
        (
            slip(due_on=SOON, promised_on=date(2026, 11, 26))._replace(state="soon"),
            "“Landing page (Bob)” is due tomorrow by our own date, promised for Thu, Nov 26",
            "deadline tomorrow",
            "Finish it, or say early that it will be late.",
        ),
        (
            slip(member=None),
            "“Landing page” slipped: due Fri, Nov 20 by our own date, promised for tomorrow",
            "deadline missed by 3 days",
            "Tell the client now, with the next checkpoint on Fri, Nov 27.",
        ),
        (
            slip(promised_on=TODAY, checkpoint_on=None),
            "“Landing page (Bob)” is promised for today and is not done",
            "deadline missed by 3 days",
            "Tell the client now, and name the day of the next checkpoint.",
        ),
        (
            slip(promised_on=date(2026, 11, 22)),
            "“Landing page (Bob)” was promised for yesterday and is not done",
            "deadline missed by 3 days",
            "Tell the client now, with the next checkpoint on Fri, Nov 27.",
        ),
        (
            planned(),
            "Planned for today: “Autumn review”",
            "step today",
            "Hold it, or agree on a new day.",
        ),
        (
            planned("offer", due_on=SOON)._replace(state="soon"),
            "An offer is planned for tomorrow: “Autumn review”",
            "offer planned tomorrow",
            "Make the offer, with what the finished work has brought.",
        ),
        (
            planned("service", due_on=SAID_ON),
            "Was to begin Fri, Nov 20: “Autumn review”",
            "step Fri, Nov 20",
            "Begin it, or agree on a new day.",
        ),
        (
            margin(),
            "October: 8% of the fees left: €1,840 spent on €2,000, 41.5 hours for 36 agreed",
            "margin or hours off",
            "Go through where the hours went, and settle scope or fee.",
        ),
        (
            tenure_mark(),
            "12 months with us on Fri, Dec 18, when 9 of 46 clients have left",
            "12 months with us",
            "Show what was achieved so far, and ask what they want next.",
        ),
    ],
)
def test_work_margin_and_tenure_are_told_with_their_days_and_numbers(
    signal: Signal, said: str, short: str, step: str
) -> None:
    assert words.reason(signal, EN, TODAY) == said
    assert words.short(signal, EN, TODAY) == short
    assert words.next_step(signal, EN) == step


def test_a_margin_is_told_by_its_hours_alone_to_who_may_not_see_money() -> None:
    assert words.reason(margin(), EN, TODAY, money=False) == "October: 41.5 hours for 36 agreed"
    assert words.reason(margin(hours_budget=None), EN, TODAY, money=False) == "The margin is thin"


def test_how_many_losses_are_missing_is_said_while_there_are_too_few_to_learn_from() -> None:
    few = Signal("tenure_mark", "unknown", evidence={"lost": 3, "needed": 20})
    assert words.reason(few, EN, TODAY) == "When our clients leave: 3 losses are known, 20 are needed to learn from"
    assert words.reason(few._replace(evidence={}), EN, TODAY).startswith("Time with us: no data yet")
