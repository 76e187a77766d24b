"""`digest` before the bot has ever met Slack."""

from datetime import UTC, datetime, timedelta

from tests.bot.cli.conftest import Run


def test_a_digest_can_be_printed(atrisk_with_agency: Run) -> None:
    atrisk_with_agency("sweep")
    result = atrisk_with_agency("digest", "--dry-run", "--member", "alice@harbourpine.example")
    assert result.code == 0
    assert "Casa Lumen Interiors" in result.out
    assert "22 days" in result.out


def test_a_printed_digest_is_assessed_as_of_its_moment_and_nothing_is_stored(atrisk_with_agency: Run) -> None:
    now, alice = datetime.now(UTC), ("--member", "alice@harbourpine.example")
    assert "No contact for 22 days" in atrisk_with_agency("digest", "--dry-run", *alice).out  # nobody has swept yet
    later = atrisk_with_agency("digest", "--at", (now + timedelta(days=5)).isoformat(), *alice)
    assert "No contact for 27 days" in later.out
    assert atrisk_with_agency("sweep").out.startswith("40 clients checked")


def test_without_clients_there_is_no_digest_and_a_hint(atrisk: Run) -> None:
    assert "Nobody has clients yet" in atrisk("digest", "--dry-run").out
