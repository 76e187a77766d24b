"""Records imported before the bot met Slack become a team's only after somebody was asked, or told."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.cli.context import CommandError
from bot.cli.first_meeting import ask_whose_records
from bot.infra.models import Workspace
from bot.infra.services import Services
from bot.people import directory
from bot.practice import Practice
from tests import agency
from tests.conftest import NOW


@pytest.fixture
def unclaimed(services: Services, practice: Practice) -> Services:
    """Two clients of nobody yet, and the token of the agency's team."""
    practice.team(agency.TEAM, "Agency")
    with services.transaction() as session:
        workspace_id = agency.unconnected_workspace(session, NOW)
        for name in ("Acme", "Cedar"):
            agency.client(session, workspace_id, name, now=NOW)
    return of_team(services)


def of_team(services: Services) -> Services:
    """The services of a process with one token."""
    return replace(services, slack=lambda _team: services.slack(agency.TEAM))


def test_the_team_is_named_and_a_no_connects_nothing(unclaimed: Services) -> None:
    asked: list[str] = []

    def refuse(question: str) -> bool:
        asked.append(question)
        return False

    with pytest.raises(CommandError, match="nothing was connected"):
        ask_whose_records(unclaimed, refuse)
    assert "2 clients" in asked[0]
    assert f"Agency ({agency.TEAM})" in asked[0]
    with unclaimed.reading() as session:
        assert session.scalars(select(Workspace.team_id)).all() == [None]


def test_after_a_yes_the_log_says_whose_they_are_and_nobody_is_asked_again(
    unclaimed: Services, caplog: pytest.LogCaptureFixture
) -> None:
    ask_whose_records(unclaimed, lambda _question: True)
    directory.sync_team(unclaimed, unclaimed.slack(agency.TEAM))
    assert f"2 clients, imported before Slack was met, belong to Agency ({agency.TEAM})" in caplog.text
    ask_whose_records(unclaimed, pytest.fail)


def test_without_records_or_without_slack_nobody_is_asked(services: Services, practice: Practice) -> None:
    practice.team(agency.TEAM, "Agency")
    ask_whose_records(of_team(services), pytest.fail)
    with services.transaction() as session:
        agency.client(session, agency.unconnected_workspace(session, NOW), "Acme", now=NOW)
    practice.fail_next("auth.test", error="invalid_auth")
    ask_whose_records(of_team(services), pytest.fail)
