"""`sweep` before the bot has ever met Slack."""

from tests.bot.cli.conftest import Run


def test_a_sweep_judges_everybody_once_and_then_nobody(agency_in: Run) -> None:
    assert agency_in("sweep").out.startswith("40 clients assessed")
    assert agency_in("sweep").out.startswith("0 clients assessed")
