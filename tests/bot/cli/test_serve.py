"""`run`, `web` and `worker` as processes of their own, beside a practice workspace."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from bot.infra.settings import Settings
from bot.practice import Practice
from tests import serving
from tests.bot.cli.conftest import Run
from tests.waiting import PATIENCE_SECONDS, eventually

ROOT = Path(__file__).parents[3]
SHEET = "external_id,name,owner\nacme,Acme,alice@alpha.example\n"


@contextmanager
def process(slack: Practice, database_url: str, folder: Path, command: str, **settings: str) -> Iterator[None]:
    """Run a command until done with it; it has to end well, and soon, when asked to."""
    bare = {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}
    environment = bare | {
        "DATABASE_URL": database_url,
        "SLACK_BOT_TOKEN": slack.team("T_ALPHA").token,
        "SLACK_API_URL": slack.api_url,
        "PYTHONPATH": str(ROOT),
        **settings,
    }
    with (folder / f"{command}.log").open("w+") as log:
        running = subprocess.Popen([sys.executable, "-m", "bot", command], cwd=folder, env=environment, stderr=log)
        try:
            yield
            running.send_signal(signal.SIGTERM)
            assert running.wait(PATIENCE_SECONDS) == 0
        finally:
            running.kill()
            running.wait()
        log.seek(0)
        said = log.read()
    assert "Traceback" not in said
    assert slack.team("T_ALPHA").token not in said


def test_one_process_in_socket_mode_answers(slack: Practice, atrisk: Run, database_url: str, tmp_path: Path) -> None:
    (tmp_path / "clients.csv").write_text(SHEET)
    assert atrisk("import", "clients", tmp_path / "clients.csv").code == 0
    alice = slack.team("T_ALPHA").act_as("U_ALICE")
    with process(slack, database_url, tmp_path, "run", SLACK_APP_TOKEN=slack.app.app_token):
        eventually(lambda: slack.calls_of("apps.connections.open") and alice.command("/atrisk").ok)
        answer = alice.command("/atrisk").message
        assert answer is not None
        assert "Acme" in answer.words


def test_web_and_worker_are_two_processes_over_http(
    slack: Practice, atrisk: Run, database_url: str, tmp_path: Path
) -> None:
    (tmp_path / "clients.csv").write_text(SHEET)
    assert atrisk("import", "clients", tmp_path / "clients.csv").code == 0
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    secret = slack.app.signing_secret
    with (
        process(
            slack, database_url, tmp_path, "web", SLACK_SIGNING_SECRET=secret, PORT=str(port), METRICS_TOKEN="metrics"
        ),
        process(slack, database_url, tmp_path, "worker"),
    ):
        eventually(lambda: answers(f"http://127.0.0.1:{port}/healthz"))
        slack.deliver_to(f"http://127.0.0.1:{port}/slack/events")
        answer = slack.team("T_ALPHA").act_as("U_ALICE").command("/atrisk").message
        assert answer is not None
        assert "Acme" in answer.words
        metrics = serving.get(f"http://127.0.0.1:{port}/metrics", headers={"authorization": "Bearer metrics"})
        assert "atrisk_" in metrics.text


def answers(url: str) -> bool:
    try:
        return serving.get(url).is_success
    except httpx.TransportError:
        return False


def test_a_token_that_slack_refuses_is_reported_in_one_line(
    slack: Practice, atrisk: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-of-nobody")
    monkeypatch.setenv("SLACK_API_URL", slack.api_url)
    result = atrisk("worker")
    assert result.code == 2
    assert result.err.strip().splitlines()[-1] == "atrisk: SLACK_BOT_TOKEN: Slack refuses it (invalid_auth)"


def test_an_app_token_that_slack_refuses_is_reported_in_one_line(
    slack: Practice, atrisk: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", slack.team("T_ALPHA").token)
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-of-nobody")
    monkeypatch.setenv("SLACK_API_URL", slack.api_url)
    result = atrisk("run")
    assert result.code == 2
    assert result.err.strip().splitlines()[-1] == "atrisk: SLACK_APP_TOKEN: Slack refuses it (invalid_auth)"


def test_a_socket_that_cannot_be_opened_yet_is_tried_again(slack: Practice, database_url: str, tmp_path: Path) -> None:
    unreachable = {"SLACK_APP_TOKEN": slack.app.app_token, "SLACK_API_URL": "http://127.0.0.1:1/api/"}
    with process(slack, database_url, tmp_path, "run", **unreachable):
        eventually(lambda: "starting anyway, and trying again" in (tmp_path / "run.log").read_text())


def test_one_process_over_http_stops_its_timers_when_terminated(
    slack: Practice, database_url: str, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings = {"SLACK_SIGNING_SECRET": slack.signing_secret, "PORT": str(port)}
    with process(slack, database_url, tmp_path, "run", **settings):
        eventually(lambda: answers(f"http://127.0.0.1:{port}/healthz"))


def test_an_address_in_use_is_reported_in_one_line(
    slack: Practice, atrisk: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", slack.team("T_ALPHA").token)
    monkeypatch.setenv("SLACK_SIGNING_SECRET", slack.signing_secret)
    monkeypatch.setenv("SLACK_API_URL", slack.api_url)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("PORT", str(taken.getsockname()[1]))
        result = atrisk("web")
    assert result.code == 2
    assert result.err.strip().splitlines()[-1].startswith("atrisk: HOST, PORT: 127.0.0.1:")
