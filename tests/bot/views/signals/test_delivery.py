"""The wording of campaigns that spend nothing, or bring nothing."""

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
            seen("delivery", subject="stopped", stopped_on=SAID_ON),
            "No spend since Fri, Nov 20, with budget left",
            "spend stopped",
        ),
        (
            seen("delivery", subject="stopped", stopped_on=SAID_ON, is_untargeted=True),
            "No spend since Fri, Nov 20",
            "spend stopped",
        ),
        (
            seen("delivery", subject="no_result", expected=7.3),
            "No leads or conversions in the last week, about 7 expected",
            "spend without results",
        ),
        (
            seen("delivery", "soon", subject="data", data_through=SAID_ON),
            "No data since Fri, Nov 20: a problem with the data, not with the client",
            "data 3 days old",
        ),
    ],
)
def test_a_campaign_that_stopped_is_told_with_its_day(signal: Signal, said: str, short: str) -> None:
    assert words.reason(signal, EN, TODAY) == said
    assert words.short(signal, EN, TODAY) == short
