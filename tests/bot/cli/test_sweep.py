"""`sweep` before the bot has ever met Slack."""

from tests.bot.cli.conftest import Run


def test_a_sweep_assesses_every_client_once_and_the_next_one_none(atrisk_with_agency: Run) -> None:
    assert atrisk_with_agency("sweep").out.startswith("40 clients checked")
    assert atrisk_with_agency("sweep").out.startswith("0 clients checked")
