"""`workspace forget`: an agency is gone as a whole, and only the one named. `workspace closed`: its days off."""

from io import StringIO

import pytest
from sqlalchemy import func, select

from bot.infra.db import connect, reading, transaction
from bot.infra.models import Client, Workspace
from tests import agency
from tests.bot.cli.conftest import Run
from tests.conftest import NOW


@pytest.fixture
def two_agencies(atrisk: Run, database_url: str) -> Run:
    engine = connect(database_url)
    with transaction(engine) as session:
        house = agency.create(session, NOW)
        for workspace_id in (house.id, house.other_id):
            agency.client(session, workspace_id, "Acme", now=NOW)
    engine.dispose()
    return atrisk


def test_an_agency_is_deleted_at_once_and_the_other_stays(two_agencies: Run, database_url: str) -> None:
    result = two_agencies("workspace", "forget", agency.TEAM, "--yes")
    assert (result.code, agency.TEAM in result.out) == (0, True)
    engine = connect(database_url)
    with reading(engine) as session:
        assert session.scalars(select(Workspace.team_id)).all() == [agency.OTHER_TEAM]
        assert session.scalar(select(func.count()).select_from(Client)) == 1
    engine.dispose()


def test_a_team_that_is_not_here_is_named(two_agencies: Run) -> None:
    result = two_agencies("workspace", "forget", "T0NONE", "--yes")
    assert (result.code, len(result.err.strip().splitlines())) == (2, 1)
    assert "T0NONE" in result.err


def test_without_yes_the_team_has_to_be_typed(two_agencies: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("yes\n"))
    assert two_agencies("workspace", "forget", agency.TEAM).code == 1
    assert two_agencies("list", "--workspace", agency.TEAM).code == 0


def test_closing_days_are_set_shown_and_removed_and_every_client_is_checked_again(
    two_agencies: Run, database_url: str
) -> None:
    closed = ("workspace", "closed", "--workspace", agency.TEAM)
    assert two_agencies(*closed).out == "No closing days set.\n"
    said = "Closed on: 2026-12-24..2027-01-01 2027-05-02\n"
    assert two_agencies(*closed, "2026-12-24..2027-01-01", "2027-05-02").out == said
    assert two_agencies(*closed).out == said
    engine = connect(database_url)
    with reading(engine) as session:
        due = select(Client.next_check_at.is_not(None)).join(Workspace, Workspace.id == Client.workspace_id)
        assert session.scalars(due.where(Workspace.team_id == agency.TEAM)).all() == [True]
    engine.dispose()
    refused = two_agencies(*closed, "2026-12-24..2026-12-01")
    assert (refused.code, "2026-12-24..2026-12-01" in refused.err) == (2, True)
    assert two_agencies(*closed, "none").out == "No closing days set.\n"
