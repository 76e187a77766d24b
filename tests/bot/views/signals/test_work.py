"""The wording of deadlines, planned steps, margins and tenures."""

from dataclasses import replace
from datetime import date

import pytest

from bot.infra.i18n import translator
from bot.views import words
from scoring.assessment import Evidence, Signal
from tests.bot.views.samples import TODAY, margin, planned, slip, tenure_mark

EN = translator("en-US")
SAID_ON = date(2026, 11, 20)
SOON = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("signal", "said", "short", "step"),
    [
        (
            replace(slip(due_on=SOON, promised_on=date(2026, 11, 26)), state="soon"),
            "“Landing page” (Bob) is due tomorrow; the client expects it Thu, Nov 26",
            "deadline tomorrow",
            "Finish it, or warn the client early.",
        ),
        (
            slip(member=None),
            "“Landing page” slipped: it was due Fri, Nov 20, the client expects it tomorrow",
            "deadline missed by 3 days",
            "Tell the client now, and say you will check in on Fri, Nov 27.",
        ),
        (
            slip(promised_on=TODAY, checkpoint_on=None),
            "“Landing page” (Bob) is promised for today and isn't done",
            "deadline missed by 3 days",
            "Tell the client now, and say when you will check in next.",
        ),
        (
            slip(promised_on=date(2026, 11, 22)),
            "“Landing page” (Bob) was promised for yesterday and isn't done",
            "deadline missed by 3 days",
            "Tell the client now, and say you will check in on Fri, Nov 27.",
        ),
        (
            planned(),
            "Planned for today: “Autumn review”",
            "step planned for today",
            "Do it, or agree on a new day.",
        ),
        (
            replace(planned("offer", due_on=SOON), state="soon"),
            "Offer planned for tomorrow: “Autumn review”",
            "offer planned for tomorrow",
            "Make the offer, and show what the finished work achieved.",
        ),
        (
            planned("service", due_on=SAID_ON),
            "Was due to start Fri, Nov 20: “Autumn review”",
            "step planned for Fri, Nov 20",
            "Start it, or agree on a new day.",
        ),
        (
            margin(),
            "October: 8% margin (€1,840 cost, €2,000 fee), 41.5 hours worked, 36 agreed",
            "margin or hours off track",
            "Check where the hours went, then agree on scope or fee.",
        ),
        (
            tenure_mark(),
            "12 months with us on Fri, Dec 18; 9 of 46 clients left around that point",
            "12 months with us",
            "Show what you achieved so far, and ask what they want next.",
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
    assert words.reason(margin(), EN, TODAY, money=False) == "October: 41.5 hours worked, 36 agreed"
    assert words.reason(margin(hours_budget=None), EN, TODAY, money=False) == "Thin margin"


def test_work_left_to_rest_is_told_with_its_days() -> None:
    seen: Evidence = {"rested": 1, "title": "Landing page", "due_on": SAID_ON, "rested_on": TODAY}
    old = Signal("deadline", "ok", evidence=seen)
    said = "“Landing page” was due Fri, Nov 20 and is not marked done; no reminders since Mon, Nov 23"
    assert words.reason(old, EN, TODAY) == said
    assert (
        words.reason(Signal("roadmap", "ok", evidence={**seen, "rested": 3}), EN, TODAY) == said + " (2 more like it)"
    )


def test_how_many_losses_are_missing_is_said_while_there_are_too_few_to_learn_from() -> None:
    few = Signal("tenure_mark", "unknown", evidence={"lost": 3, "needed": 20})
    assert words.reason(few, EN, TODAY) == "When our clients tend to leave: 3 losses on record, it takes 20 to tell"
    assert words.reason(replace(few, evidence={}), EN, TODAY).startswith("Time with us: no data yet")
