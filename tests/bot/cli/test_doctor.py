"""`doctor`: what it finds well and what it does not, and its exit code."""

import pytest

from bot.practice import Practice
from tests.bot.cli.conftest import Run


def test_doctor_says_what_to_do_and_exits_1_when_something_is_wrong(agency_in: Run) -> None:
    ended = agency_in("doctor")
    assert ended.code == 1
    assert "SLACK_BOT_TOKEN" in ended.out


def test_doctor_finds_all_well_and_then_what_is_not(
    slack: Practice, atrisk: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", slack.team("T_ALPHA").token)
    monkeypatch.setenv("SLACK_APP_TOKEN", slack.app.app_token)
    monkeypatch.setenv("SLACK_API_URL", slack.api_url)
    well = atrisk("doctor")
    assert well.code == 0, well.out
    assert "Alpha" in well.out

    slack.fail_next("auth.test", error="token_revoked")
    refused = atrisk("doctor")
    assert refused.code == 1
    assert "token_revoked" in refused.out
    assert slack.team("T_ALPHA").token not in refused.out + refused.err
