"""`import undo` takes a run back, and `import KIND FILE` is as it was."""

from pathlib import Path

import pytest

from tests.bot.cli.conftest import Run


@pytest.fixture
def imported(atrisk: Run, tmp_path: Path) -> Path:
    sheet = tmp_path / "clients.csv"
    sheet.write_text("external_id,name,owner\nacme,Acme,alice@agency.test\nbolt,Bolt,alice@agency.test\n")
    assert atrisk("import", "clients", sheet).code == 0
    return sheet


def test_a_run_is_taken_back_and_said_so_in_the_trail(atrisk: Run, imported: Path) -> None:
    result = atrisk("import", "undo", "1")
    assert (result.code, result.err) == (0, "")
    assert result.out == (
        f"Import 1 of clients ({imported.name}) is taken back: 2 rows removed, 0 as they were before, "
        "1 person removed, 0 left.\n"
    )
    assert "took back an import" in atrisk("audit").out
    assert atrisk("import", "clients", imported).code == 0


@pytest.mark.usefixtures("imported")
def test_what_is_left_is_named_and_told_by_the_exit_code(atrisk: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "contacts.csv"
    sheet.write_text("client,name\nacme,Ada\n")
    assert atrisk("import", "contacts", sheet).code == 0
    result = atrisk("import", "undo", "1")
    assert result.code == 1
    assert "1 row removed" in result.out
    assert result.err == "Acme, acme: has contacts of its own\n"


@pytest.mark.usefixtures("imported")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("undo", "7"), "there is no import 7"),
        (("undo", "seven"), "RUN"),
        (("undo",), "RUN"),
    ],
)
def test_a_mistake_gives_one_clear_answer(atrisk: Run, arguments: tuple[str, ...], said: str) -> None:
    result = atrisk("import", *arguments)
    assert result.code == 2
    assert said in result.err


def test_help_is_given_for_the_one_and_the_other(atrisk: Run) -> None:
    assert "Take an import back" in atrisk("import", "undo", "--help").out
    assert "KIND" in atrisk("import", "--help").out
