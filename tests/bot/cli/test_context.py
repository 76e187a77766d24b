"""Mistakes and settings: one clear line on stderr and exit 2, whatever the command."""

import pytest

from tests.bot.cli.conftest import Run


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("import", "clients", "/nowhere/clients.csv"), "/nowhere/clients.csv"),
        (("import", "customers", "x.csv"), "customers"),
        (("import", "clients", "x.csv", "--dates", "ym"), "--dates"),
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
def test_a_mistake_is_reported_in_one_line_on_stderr_with_exit_code_2(
    atrisk: Run, words: tuple[str, ...], said: str
) -> None:
    result = atrisk(*words)
    assert result.code == 2
    assert said in result.err
    assert len(result.err.strip().splitlines()) == 1
    assert result.out == ""


def test_a_malformed_setting_is_reported_in_one_line(atrisk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "many")
    result = atrisk("list")
    assert (result.code, len(result.err.strip().splitlines())) == (2, 1)
    assert "PORT" in result.err


def test_a_database_that_cannot_be_reached_is_reported_in_one_line(
    atrisk: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")
    result = atrisk("list")
    assert (result.code, len(result.err.strip().splitlines())) == (2, 1)
    assert "cannot be reached" in result.err


@pytest.mark.parametrize(
    "address",
    ["postgres://bob:s3@cret@host/db", "postgres://bob:s3@cret:more@host/db", "postgres://bob:s3cret@host:s3cret/db"],
)
def test_a_password_is_never_echoed_however_the_address_is_misread(
    atrisk: Run, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    for command in ("list", "doctor", "migrate"):
        result = atrisk(command)
        assert (result.code, len(result.err.strip().splitlines())) == (2, 1)
        assert "DATABASE_URL" in result.err
        assert "%40" in result.err
        assert "cret" not in result.out + result.err


@pytest.mark.parametrize("words", [("--help",), ("import", "--help"), ("list", "--help")])
def test_help_shows_the_usage(atrisk: Run, words: tuple[str, ...]) -> None:
    result = atrisk(*words)
    assert result.code == 0
    assert "Usage" in result.out
