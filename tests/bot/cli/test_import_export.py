"""`import` and `export`: exit codes, refused rows named, nothing lost on the way."""

import json
from pathlib import Path

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
