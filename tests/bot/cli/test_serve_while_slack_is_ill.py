"""`run` as a process of its own that starts while Slack is ill: it waits, says so, and serves once Slack is well."""

import os
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.practice import Practice
from bot.slack import manifest
from tests.bot.cli.conftest import Run
from tests.bot.cli.test_serve import SHEET, process
from tests.conftest import with_tables
from tests.waiting import eventually

CALLS = ("auth.test", "apps.connections.open", "users.lookupByEmail")
WAYS: dict[str, dict[str, Any]] = {
    "500": {"status": 500},
    "503": {"status": 503},
    "429": {"error": "ratelimited", "retry_after": 2},
    "internal_error": {"error": "internal_error"},
    "missing_scope": {"error": "missing_scope"},
    "dropped": {"drop": "before"},
    "too slow": {"stall": 12.0},
}

TRIED = tuple(WAYS) if os.environ.get("EVERY_WAY") else ("503",)
"""A start takes seconds, and `tests.bot.jobs.test_connect` tries each way without one; EVERY_WAY=1 tries them all."""


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Starting is the same on both databases: SQLite will do."""
    url = f"sqlite:///{tmp_path}/atrisk.db"
    with_tables(url)
    return url


@pytest.fixture
def slack() -> Iterator[Practice]:
    with _practice(0) as running:
        yield running


def _practice(port: int) -> Practice:
    practice = Practice(manifest.build(), port=port)
    practice.team("T_ALPHA", "Alpha").person("U_ALICE", "Alice", email="alice@alpha.example", tz="Europe/Warsaw")
    return practice


@pytest.fixture
def with_client(command_line: Callable[[str], Run], database_url: str, tmp_path: Path) -> str:
    """The database with a client of Alice's, whom nobody has looked up in Slack."""
    (tmp_path / "clients.csv").write_text(SHEET)
    assert command_line(database_url)("import", "clients", tmp_path / "clients.csv").code == 0
    return database_url


def _is_served(slack: Practice) -> bool:
    answer = slack.team("T_ALPHA").act_as("U_ALICE").command("/atrisk")
    return answer.ok and answer.message is not None and "Acme" in answer.message.words


@pytest.mark.parametrize("way", TRIED)
def test_it_starts_waits_and_serves_once_slack_is_well(
    slack: Practice, with_client: str, tmp_path: Path, way: str
) -> None:
    for method in CALLS:
        slack.fail_next(method, times=2 if method == "auth.test" else 1, **WAYS[way])
    with process(slack, with_client, tmp_path, "run", SLACK_APP_TOKEN=slack.app.app_token):
        eventually(lambda: "starting anyway, and trying again" in (tmp_path / "run.log").read_text())
        eventually(lambda: slack.sockets.connections)
        slack.api.faults.clear()
        eventually(lambda: _is_served(slack))
    said = (tmp_path / "run.log").read_text()
    assert "Slack cannot answer yet" in said
    assert "waiting for Slack: " in said


def test_it_starts_before_slack_can_be_reached_at_all(with_client: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    slack = _practice(port)
    address = {"SLACK_API_URL": f"http://127.0.0.1:{port}/api/", "SLACK_APP_TOKEN": slack.app.app_token}
    with process(slack, with_client, tmp_path, "run", **address):
        eventually(lambda: "starting anyway, and trying again" in (tmp_path / "run.log").read_text())
        with slack:
            eventually(lambda: slack.sockets.connections)
            eventually(lambda: _is_served(slack))
    assert "Connection refused" in (tmp_path / "run.log").read_text()


def test_a_missing_scope_is_named_and_stops_nothing(slack: Practice, with_client: str, tmp_path: Path) -> None:
    team = slack.team("T_ALPHA").team
    team.scopes = team.scopes - {"users:read.email"}
    with process(slack, with_client, tmp_path, "run", SLACK_APP_TOKEN=slack.app.app_token):
        eventually(lambda: slack.sockets.connections)
        eventually(lambda: slack.calls_of("users.lookupByEmail"))
        eventually(lambda: "the scope users:read.email is missing" in (tmp_path / "run.log").read_text())
    said = (tmp_path / "run.log").read_text()
    assert "SLACK_BOT_TOKEN lacks users:read.email: paste the output of `atrisk manifest`" in said


@pytest.mark.parametrize("way", ["429", "too slow", "503"] if os.environ.get("EVERY_WAY") else ["429"])
def test_it_ends_within_seconds_of_being_asked_while_it_waits_for_slack(
    slack: Practice, with_client: str, tmp_path: Path, way: str
) -> None:
    fault = {**WAYS[way], "retry_after": 3600} if way == "429" else WAYS[way]
    slack.fail_next("apps.connections.open", times=50, **fault)
    slack.fail_next("users.lookupByEmail", times=50, **fault)
    with process(slack, with_client, tmp_path, "run", SLACK_APP_TOKEN=slack.app.app_token):
        eventually(lambda: "waiting for Slack: " in (tmp_path / "run.log").read_text())
        asked = time.monotonic()
    assert time.monotonic() - asked < 30  # some five seconds on a machine that has nothing else to do
