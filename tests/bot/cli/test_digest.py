"""`digest` before the bot has ever met Slack."""

from datetime import UTC, datetime, timedelta

from tests.bot.cli.conftest import Run


def test_a_digest_can_be_read_in_the_terminal(agency_in: Run) -> None:
    agency_in("sweep")
    ended = agency_in("digest", "--dry-run", "--member", "alice@harbourpine.example")
    assert ended.code == 0
    assert "Casa Lumen Interiors" in ended.out
    assert "22 days" in ended.out


def test_a_digest_read_in_the_terminal_is_judged_as_of_its_moment_and_nothing_is_kept(agency_in: Run) -> None:
    now, alice = datetime.now(UTC), ("--member", "alice@harbourpine.example")
    assert "No contact for 22 days" in agency_in("digest", "--dry-run", *alice).out  # nobody has swept yet
    later = agency_in("digest", "--at", (now + timedelta(days=5)).isoformat(), *alice)
    assert "No contact for 27 days" in later.out
    assert agency_in("sweep").out.startswith("40 clients assessed")


def test_without_clients_there_is_no_digest_and_that_is_said(atrisk: Run) -> None:
    assert "Nobody has clients yet" in atrisk("digest", "--dry-run").out
