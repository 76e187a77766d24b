"""`forget`: what was deleted is in no list, no export and no explanation, and nothing else was."""

import json
from pathlib import Path

import pytest

from tests.bot.cli.conftest import Run


def test_a_forgotten_client_is_gone(atrisk_with_agency: Run) -> None:
    assert atrisk_with_agency("forget", "olive-grove", "--yes").code == 0
    assert "olive-grove" not in atrisk_with_agency("export", "touchpoints").out
    assert atrisk_with_agency("explain", "olive-grove").code == 2


@pytest.fixture
def twins(atrisk: Run, tmp_path: Path) -> Run:
    """Clients whose names and keys are parts of each other."""
    rows = (
        "12,Acme,a@x.example,",
        "acme-toys,Acme Toys,a@x.example,Acme's sister",
        "a1,Twin,b@x.example,",
        "a2,Twin,b@x.example,",
    )
    (tmp_path / "clients.csv").write_text("external_id,name,owner,notes\n" + "\n".join(rows))
    assert atrisk("import", "clients", tmp_path / "clients.csv").code == 0
    return atrisk


@pytest.mark.parametrize("part", ["Acm", "Toys", "acme-", "1", "Twin"])
def test_a_part_of_a_name_or_a_name_of_two_deletes_nothing(twins: Run, part: str) -> None:
    before = twins("export", "clients").out
    result = twins("forget", part, "--yes")
    assert (result.code, len(result.err.strip().splitlines())) == (2, 1)
    assert twins("export", "clients").out == before


def test_the_whole_name_is_taken_and_other_clients_notes_are_listed(twins: Run) -> None:
    result = twins("forget", "ACME", "--yes")
    assert result.code == 0
    assert "Deleted Acme (12)" in result.out
    assert "Acme Toys (acme-toys): notes" in result.out
    assert "Acme's sister" in twins("export", "clients").out


def test_a_person_is_exported_and_then_forgotten(twins: Run, tmp_path: Path) -> None:
    written = tmp_path / "person.json"
    assert twins("export", "--person", "a@x.example", written).code == 0
    assert written.stat().st_mode & 0o777 == 0o600
    known = json.loads(written.read_text())
    assert (known["person"]["email"], len(known["clients"])) == ("a@x.example", 2)
    result = twins("forget", "--person", "a@x.example", "--yes")
    assert result.code == 0
    assert "2 clients had them as owner or backup" in result.out
    assert "a@x.example" not in twins("export", "clients").out
    assert twins("export", "--person", "a@x.example").code == 2


def test_a_person_at_a_client_is_exported_and_then_forgotten(twins: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "contacts.csv"
    key = twins("export", "clients").out.splitlines()[1].split(",")[0]
    sheet.write_text(f"client,name,email\n{key},Ada,ada@acme.example\n")
    assert twins("import", "contacts", sheet).code == 0
    (known,) = json.loads(twins("export", "--person", "ada@acme.example").out)["contacts"]
    assert (known["client"], known["name"]) == (key, "Ada")
    assert twins("forget", "--person", "ada@acme.example", "--yes").code == 0
    assert "Ada" not in twins("export", "contacts").out
    assert twins("export", "--person", "ada@acme.example").code == 2


@pytest.mark.parametrize("words", [("forget",), ("forget", "acme", "--person", "a@x.example"), ("export",)])
def test_nothing_or_two_things_at_once_are_refused(twins: Run, words: tuple[str, ...]) -> None:
    result = twins(*words)
    assert (result.code, len(result.err.strip().splitlines())) == (2, 1)
