"""`forget`: a client that was deleted is in no list, no export and no explanation."""

from tests.bot.cli.conftest import Run


def test_a_forgotten_client_is_gone(agency_in: Run) -> None:
    assert agency_in("forget", "olive-grove", "--yes").code == 0
    assert "olive-grove" not in agency_in("export", "touchpoints").out
    assert agency_in("explain", "olive-grove").code == 2
