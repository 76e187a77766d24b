"""Mistakes and settings: one clear line on stderr and exit 2, whatever the command."""

from pathlib import Path

import pytest

from tests.bot.cli.conftest import Run


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("import", "clients", "/nowhere/clients.csv"), "/nowhere/clients.csv"),
        (("import", "customers", "x.csv"), "customers"),
        (("import", "clients", "x.csv", "--dates", "ymd"), "--dates"),
        (("import", "clients", "x.csv", "--workspace", "T_NONE"), "T_NONE"),
        (("import", "clients"), "FILE"),
        (("export", "customers"), "customers"),
        (("forget", "nobody", "--yes"), "nobody"),
        (("explain", "nobody"), "nobody"),
        (("list", "--at", "2026-11-20"), "offset"),
        (("list", "--at", "yesterday"), "yesterday"),
        (("list", "--owner", "nobody@x.com"), "nobody@x.com"),
        (("list", "--colour", "blue"), "blue"),
        (("digest", "--member", "nobody@x.com"), "nobody@x.com"),
        (("manifest", "--url", "http://x.example"), "https"),
        (("frobnicate",), "frobnicate"),
        (("run",), "SLACK_BOT_TOKEN"),
        (("web",), "SLACK_BOT_TOKEN"),
        (("worker",), "SLACK_BOT_TOKEN"),
    ],
)
def test_a_mistake_is_one_line_on_stderr_and_exit_2(atrisk: Run, words: tuple[str, ...], said: str) -> None:
    ended = atrisk(*words)
    assert ended.code == 2
    assert said in ended.err
    assert len(ended.err.strip().splitlines()) == 1
    assert ended.out == ""


def test_a_malformed_setting_is_one_line_too(atrisk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "many")
    ended = atrisk("list")
    assert (ended.code, len(ended.err.strip().splitlines())) == (2, 1)
    assert "PORT" in ended.err


def test_a_database_that_cannot_be_reached_is_one_line_too(atrisk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")
    ended = atrisk("list")
    assert (ended.code, len(ended.err.strip().splitlines())) == (2, 1)
    assert "cannot be reached" in ended.err


def test_a_file_that_is_no_database_is_one_line_too(
    atrisk: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other.db").write_bytes(b"not a database at all, " * 300)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'other.db'}")
    ended = atrisk("list")
    assert (ended.code, ended.err) == (2, "atrisk: DATABASE_URL: file is not a database\n")


@pytest.mark.parametrize("words", [("--help",), ("import", "--help"), ("list", "--help")])
def test_help_is_help(atrisk: Run, words: tuple[str, ...]) -> None:
    ended = atrisk(*words)
    assert ended.code == 0
    assert "Usage" in ended.out
