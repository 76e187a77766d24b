"""The wording of recaps and reports that are due."""

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
            seen("recap", missing="recap_mail", due_on=SAID_ON, month=date(2026, 10, 1)),
            "Recap of October talked through, but not sent in writing",
            "recap not done",
        ),
        (
            seen("recap", missing="recap_call recap_mail", due_on=SAID_ON, month=date(2026, 10, 1)),
            "Recap of October not done: no call, nothing in writing",
            "recap not done",
        ),
        (
            seen("recap", subject="report", sent_on=SAID_ON, call_by=SAID_ON),
            "Report sent on Fri, Nov 20, with no call about it",
            "no call about the report",
        ),
        (
            seen("recap", "ok", "report", sent_on=SAID_ON, call_by=date(2026, 11, 25)),
            "Report sent on Fri, Nov 20, call about it by Wed, Nov 25",
            "no call about the report",
        ),
        (
            seen("recap", "ok", started_on=SAID_ON),
            "No month with them to recap yet",
            "recap not done",
        ),
        (
            seen("recap", "ok", "report", sent_on=SAID_ON, rested_on=date(2026, 12, 20)),
            "Report sent on Fri, Nov 20, no call about it on record; not asked about since Sun, Dec 20",
            "no call about the report",
        ),
        (
            seen("recap", "ok", "report", sent_on=SAID_ON),
            "Report of Fri, Nov 20 talked through",
            "no call about the report",
        ),
    ],
)
def test_a_recap_is_told_with_its_day(signal: Signal, said: str, short: str) -> None:
    assert words.reason(signal, EN, TODAY) == said
    assert words.short(signal, EN, TODAY) == short
