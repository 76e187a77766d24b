"""The wording of renewals."""

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
            seen("renewal", renews_on=date(2026, 12, 23)),
            "Contract ends in 30 days (Wed, Dec 23), no renewal on record",
            "contract ends in 30 days",
        ),
        (
            seen("renewal", renews_on=SAID_ON),
            "Contract ended on Fri, Nov 20, no renewal on record",
            "contract ended",
        ),
        (
            seen("renewal", renews_on=TODAY),
            "Contract ends today, no renewal on record",
            "contract ends today",
        ),
        (
            seen("renewal", renews_on=date(2026, 11, 24)),
            "Contract ends tomorrow, no renewal on record",
            "contract ends tomorrow",
        ),
        (
            seen("renewal", "ok", renews_on=date(2027, 9, 30)),
            "Contract runs until Sep 30, 2027",
            "contract ends in 311 days",
        ),
    ],
)
def test_the_end_of_a_contract_is_told_with_its_day(signal: Signal, said: str, short: str) -> None:
    assert words.reason(signal, EN, TODAY) == said
    assert words.short(signal, EN, TODAY) == short


def test_a_pause_without_an_end_is_told_with_its_first_day() -> None:
    paused = seen("returning", "soon", paused_since=SAID_ON)
    assert words.reason(paused, EN, TODAY) == "Paused since Fri, Nov 20, with no return date"
    assert words.short(paused, EN, TODAY) == "paused, no return date"


def test_an_end_that_was_never_kept_is_to_be_written_down() -> None:
    stale = seen("renewal", renews_on=date(2025, 6, 30), known_on=SAID_ON)
    assert words.reason(stale, EN, TODAY) == "Contract ended on Jun 30, 2025, no renewal on record"
    assert words.next_step(stale, EN) == "Write down until when the contract runs now."
