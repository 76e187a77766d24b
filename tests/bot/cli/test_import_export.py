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


def test_a_dry_run_stores_nothing(atrisk: Run, sheets: dict[str, Path]) -> None:
    assert "40 added" in atrisk("import", "clients", sheets["clients"], "--dry-run").out
    assert json.loads(atrisk("list", "--json").out) == []


def test_a_refused_row_is_reported_and_does_not_stop_the_others(atrisk: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "clients.csv"
    sheet.write_text("external_id,name,owner,monthly_fee\na,Acme,alice@x.com,much\nb,Bolt,alice@x.com,100\n")
    result = atrisk("import", "clients", sheet)
    assert result.code == 1
    assert "1 added" in result.out
    assert "1 refused" in result.out
    assert "row 2, monthly_fee 'much'" in result.err


def test_a_cell_beyond_the_last_column_is_reported_by_its_value(atrisk: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "clients.csv"
    sheet.write_text("external_id,name,owner\nacme,Acme,alice@agency.test,more\n")
    result = atrisk("import", "clients", sheet)
    assert (result.code, result.err) == (1, "row 2, 'more': stands beyond the last column name\n")


def test_every_export_is_imported_unchanged(atrisk_with_agency: Run, tmp_path: Path) -> None:
    for kind in KINDS:
        assert atrisk_with_agency("export", kind, tmp_path / f"{kind}.csv").code == 0
        result = atrisk_with_agency("import", kind, tmp_path / f"{kind}.csv")
        assert "0 added, 0 changed" in result.out, kind
        assert result.code == 0, result.err
