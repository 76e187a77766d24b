"""`forget`: a client that was deleted is in no list, no export and no explanation."""

from tests.bot.cli.conftest import Run


def test_a_forgotten_client_is_gone(atrisk_with_agency: Run) -> None:
    assert atrisk_with_agency("forget", "olive-grove", "--yes").code == 0
    assert "olive-grove" not in atrisk_with_agency("export", "touchpoints").out
    assert atrisk_with_agency("explain", "olive-grove").code == 2
