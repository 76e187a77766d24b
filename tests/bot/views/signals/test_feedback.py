"""The wording of moods, complaints, surveys and praise."""

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
        (seen("mood", mood="uneasy", said_on=SAID_ON), "They seemed uneasy on Fri, Nov 20", "uneasy"),
        (seen("mood", mood="unhappy", said_on=SAID_ON), "They seemed unhappy on Fri, Nov 20", "unhappy"),
        (
            seen("complaint", open=1, recent=1, since=SAID_ON),
            "1 complaint open since Fri, Nov 20",
            "complaint open 3 days",
        ),
        (
            seen("complaint", open=2, recent=3, since=SAID_ON),
            "2 complaints open, the oldest since Fri, Nov 20; 3 in recent months",
            "complaint open 3 days",
        ),
        (seen("complaint", "ok", open=0), "No open complaints", "complaint today"),
        (
            seen("survey", score=5.0, average=7.5, said_on=SAID_ON),
            "Survey score 5 of 10 on Fri, Nov 20, usually 7.5",
            "survey score 5",
        ),
        (
            seen("survey", score=5.0, average=None, said_on=SAID_ON),
            "Survey score 5 of 10 on Fri, Nov 20",
            "survey score 5",
        ),
        (
            seen("engagement", subject="email_engagement", value=30.0, average=60.0, said_on=SAID_ON),
            "Email opens down 50%",
            "engagement down 50%",
        ),
        (seen("goodwill", "ok", kind="referral", said_on=SAID_ON), "Referred someone on Fri, Nov 20", "goodwill"),
    ],
)
def test_what_the_client_said_is_told_with_its_day(signal: Signal, said: str, short: str) -> None:
    assert words.reason(signal, EN, TODAY) == said
    assert words.short(signal, EN, TODAY) == short
