"""Slack is asked which team the token belongs to, until it can say."""

from dataclasses import replace
from typing import Any

import pytest
from slack_sdk import WebClient
from sqlalchemy import select

from bot.infra.models import Workspace
from bot.infra.services import ANY_TEAM, Services
from bot.jobs import connect
from bot.practice import Practice
from bot.slack.client import make_clients
from bot.slack.errors import AskLaterError
from tests import agency
from tests.conftest import NOW

FAULTS: list[dict[str, Any]] = [
    {"status": 500},
    {"status": 503},
    {"error": "ratelimited", "retry_after": 3},
    {"error": "internal_error"},
    {"error": "missing_scope"},
    {"drop": "before"},
]


@pytest.fixture
def one_token(services: Services, practice: Practice) -> Services:
    """The services of an installation with one token, in one team."""
    token = practice.team(agency.TEAM, "Agency").token
    reading, _ = make_clients(lambda _team_id: token, practice.api_url)
    return replace(services, slack=reading)


@pytest.mark.parametrize("fault", FAULTS)
def test_an_ill_slack_is_asked_again_until_it_answers(
    one_token: Services, practice: Practice, fault: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    practice.fail_next("auth.test", **fault)
    with pytest.raises(AskLaterError) as raised:
        connect.run_one(one_token)
    one_token.slack_outage.report(raised.value.refusal.error)
    assert not connect.run_one(one_token)
    with one_token.reading() as session:
        assert session.scalars(select(Workspace.team_id)).all() == [agency.TEAM]
    assert "Slack is back, after" in caplog.text
    connect.run_one(one_token)
    assert len(practice.calls_of("auth.test")) == 2, "a connected workspace needs no more asking"


def test_after_an_outage_slack_is_asked_though_a_workspace_is_connected(
    one_token: Services, practice: Practice
) -> None:
    with one_token.transaction() as session:
        agency.create(session, NOW)
    assert not connect.run_one(one_token)
    assert not practice.calls_of("auth.test")
    one_token.slack_outage.report("http_503")
    connect.run_one(one_token)
    assert len(practice.calls_of("auth.test")) == 1
    assert not one_token.slack_outage.is_on


def test_without_a_token_it_waits(services: Services) -> None:
    def no_token(team_id: str) -> WebClient:
        assert team_id == ANY_TEAM
        raise LookupError("SLACK_BOT_TOKEN is not set")

    with pytest.raises(AskLaterError, match="SLACK_BOT_TOKEN is not set"):
        connect.run_one(replace(services, slack=no_token))
