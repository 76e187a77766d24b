"""Settings from the environment, `.env` and files, and the one-line errors for malformed ones."""

import re
from pathlib import Path

import pytest

from bot.infra.settings import Settings, SettingsError, read

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(f"{name.upper()}_FILE", raising=False)


def test_every_setting_has_a_default(tmp_path: Path) -> None:
    settings = read(tmp_path / ".env")
    assert settings.database_url.get_secret_value() == "sqlite:///atrisk.db"
    assert (settings.host, settings.port) == ("127.0.0.1", 3000)


def test_the_environment_takes_precedence_over_the_env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("PORT=4000\nLOG_LEVEL=debug\n")
    monkeypatch.setenv("PORT", "5000")
    settings = read(tmp_path / ".env")
    assert (settings.port, settings.log_level) == (5000, "DEBUG")


def test_a_token_left_as_in_the_example_counts_as_missing(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text((ROOT / ".env.example").read_text())
    settings = read(tmp_path / ".env")
    assert (settings.slack_bot_token, settings.slack_app_token) == (None, None)


def test_a_secret_can_be_read_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "token").write_text("xoxb-from-a-file\n")
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", str(tmp_path / "token"))
    token = read(tmp_path / ".env").slack_bot_token
    assert token is not None
    assert token.get_secret_value() == "xoxb-from-a-file"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("PORT", "many", "PORT"),
        ("SLACK_BOT_TOKEN", "hunter2", "SLACK_BOT_TOKEN"),
        ("DATABASE_URL", "mysql://user:hunter2@host/name", "DATABASE_URL"),
        ("DATABASE_URL", "hunter2", "DATABASE_URL"),
        ("SLACK_API_URL", "slack.com", "SLACK_API_URL"),
        ("SLACK_API_URL", "http://slack.com/api/", "SLACK_API_URL"),
        ("SLACK_API_URL", "http://localhost.evil.test/api/", "SLACK_API_URL"),
        ("SLACK_API_URL", "http://127.0.0.1@evil.test/api/", "SLACK_API_URL"),
        ("SLACK_API_URL", "http://", "SLACK_API_URL"),
        ("LOG_FORMAT", "xml", "LOG_FORMAT"),
        ("SLACK_BOT_TOKEN_FILE", "/nowhere/at/all", "SLACK_BOT_TOKEN_FILE"),
    ],
)
def test_a_malformed_setting_is_named_in_one_line_without_its_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as raised:
        read(tmp_path / ".env")
    assert str(raised.value).startswith(expected)
    assert "\n" not in str(raised.value)
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize(
    "address",
    ["https://slack.com/api", "http://localhost:8800/api/", "http://127.0.0.1:8800/api/", "http://[::1]:8800/api/"],
)
def test_slack_is_reached_by_https_or_on_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("SLACK_API_URL", address)
    assert read(tmp_path / ".env").slack_api_url == address.removesuffix("/") + "/"


def test_secrets_are_not_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-hunter2")
    monkeypatch.setenv("DATABASE_URL", "postgres://user:hunter2@host/name")
    assert "hunter2" not in repr(read(tmp_path / ".env"))


def test_the_example_lists_every_setting_and_no_other() -> None:
    listed = re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert sorted(listed) == sorted(name.upper() for name in Settings.model_fields)
