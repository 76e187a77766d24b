"""`import`, `export`, `forget`: exit codes, one clear line for a mistake, nothing lost on the way."""

import json
from pathlib import Path

import pytest

from bot.importing.parsing.columns import KINDS
from tests.bot.cli.conftest import Run


def test_importing_twice_changes_nothing(atrisk: Run, sheets: dict[str, Path]) -> None:
    assert "40 added, 0 changed, 0 unchanged, 0 refused" in atrisk("import", "clients", sheets["clients"]).out
    again = atrisk("import", "clients", sheets["clients"])
    assert "0 added, 0 changed, 40 unchanged, 0 refused" in again.out
    assert again.code == 0


def test_a_dry_run_keeps_nothing(atrisk: Run, sheets: dict[str, Path]) -> None:
    assert "40 added" in atrisk("import", "clients", sheets["clients"], "--dry-run").out
    assert json.loads(atrisk("list", "--json").out) == []


def test_a_refused_row_is_named_and_stops_no_other(atrisk: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "clients.csv"
    sheet.write_text("external_id,name,owner,monthly_fee\na,Acme,alice@x.com,much\nb,Bolt,alice@x.com,100\n")
    ended = atrisk("import", "clients", sheet)
    assert ended.code == 1
    assert "1 added" in ended.out
    assert "1 refused" in ended.out
    assert "row 2, monthly_fee 'much'" in ended.err


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


def test_a_cell_beyond_the_last_column_is_told_by_its_value(atrisk: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "clients.csv"
    sheet.write_text("external_id,name,owner\nacme,Acme,alice@agency.test,more\n")
    ended = atrisk("import", "clients", sheet)
    assert (ended.code, ended.err) == (1, "row 2, 'more': stands beyond the last column name\n")


def test_what_is_exported_imports_unchanged(agency_in: Run, tmp_path: Path) -> None:
    for kind in KINDS:
        assert agency_in("export", kind, tmp_path / f"{kind}.csv").code == 0
        ended = agency_in("import", kind, tmp_path / f"{kind}.csv")
        assert "0 added, 0 changed" in ended.out, kind
        assert ended.code == 0, ended.err


def test_a_forgotten_client_is_gone(agency_in: Run) -> None:
    assert agency_in("forget", "olive-grove", "--yes").code == 0
    assert "olive-grove" not in agency_in("export", "touchpoints").out
    assert agency_in("explain", "olive-grove").code == 2
