"""A dry run counts what the import would do, and nobody waits for it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text

from bot.clients import touchpoints
from bot.importing import exporter, importer
from bot.importing.parsing import columns
from bot.importing.report import ImportReport
from bot.infra.db import reading, transaction
from bot.infra.models import Client, ImportRun, Member, Touchpoint, Workspace

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
SAMPLE = Path(importer.__file__).parents[1] / "demo" / "sample"
CLIENTS = "external_id,name,owner\nA,Acme,ann@x.example\nB,Beta,bob@x.example\n"


@pytest.fixture
def agency(engine: Engine) -> int:
    with transaction(engine) as session:
        workspace = Workspace(created_at=NOW, currency="EUR")
        session.add(workspace)
        session.flush()
        return workspace.id


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.unchanged, report.refused


def check_rehearsed(engine: Engine, agency: int, kind: str, path: Path) -> tuple[int, int, int, int]:
    """Rehearse an import, then run it; both count the same."""
    rehearsed = importer.import_file(engine, agency, kind, path, now=NOW, dry_run=True)
    done = importer.import_file(engine, agency, kind, path, now=NOW)
    assert counts(rehearsed) == counts(done)
    assert rehearsed.refusals == done.refusals
    return counts(done)


def test_every_kind_counts_the_same_new_known_and_changed(engine: Engine, agency: int, tmp_path: Path) -> None:
    for kind in columns.KINDS:
        whole = (SAMPLE / f"{kind}.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        path = tmp_path / f"{kind}.csv"
        path.write_text("".join(whole[:3]), encoding="utf-8")
        assert check_rehearsed(engine, agency, kind, path)[0] == 2
        path.write_text("".join(whole), encoding="utf-8")
        assert check_rehearsed(engine, agency, kind, path)[:3] == (len(whole) - 3, 0, 2)


def test_rows_of_an_earlier_chunk_count_as_stored(engine: Engine, agency: int, tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text(CLIENTS, encoding="utf-8")
    check_rehearsed(engine, agency, "clients", path)
    first = "".join(f"A,2026-11-02,{no},5\n" for no in range(importer.CHUNK_ROWS))
    by_name = "Acme,2026-11-02,1,5\nacme,2026-11-02,2,5\nBeta,2026-11-02,3,5\n"
    path.write_text(f"client,date,source,clicks\n{first}{by_name}", encoding="utf-8")
    assert check_rehearsed(engine, agency, "metrics", path) == (importer.CHUNK_ROWS + 1, 0, 2, 0)


def test_contacts_logged_here_are_known_by_their_export(engine: Engine, agency: int, tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text(CLIENTS, encoding="utf-8")
    check_rehearsed(engine, agency, "clients", path)
    with transaction(engine) as session:
        for client in session.scalars(select(Client)):
            said = f"Call with {client.name}"
            touchpoints.log(
                session, agency, client.id, None, seen=None, occurred_at=NOW, source="slack", now=NOW, summary=said
            )
    with reading(engine) as session, path.open("w", newline="", encoding="utf-8") as out:
        exporter.export_records(session, agency, "touchpoints", out)
    path.write_text(path.read_text(encoding="utf-8").replace("Call with Beta", "Lunch"), encoding="utf-8")
    assert check_rehearsed(engine, agency, "touchpoints", path) == (0, 1, 1, 0)


def test_nothing_is_stored(engine: Engine, agency: int, tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text(CLIENTS, encoding="utf-8")
    importer.import_file(engine, agency, "clients", path, now=NOW, dry_run=True)
    with reading(engine) as session:
        stored = [session.scalar(select(func.count()).select_from(table)) for table in (Client, Member, ImportRun)]
        assert stored == [0, 0, 0]


def test_it_neither_waits_for_a_writer_nor_holds_one_up(engine: Engine, agency: int, tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text(CLIENTS, encoding="utf-8")
    importer.import_file(engine, agency, "clients", path, now=NOW)
    path.write_text("client,occurred_at,summary\nA,2026-11-02,x\nB,2026-11-02,y\n", encoding="utf-8")
    write = text("UPDATE clients SET name = name || '!'")

    def write_meanwhile(_done: int, _total: int) -> None:
        with transaction(engine) as session:
            session.execute(write)

    report = importer.import_file(engine, agency, "touchpoints", path, now=NOW, dry_run=True, progress=write_meanwhile)
    assert report.added == 2
    with transaction(engine) as session:
        session.execute(select(Workspace).with_for_update())
        session.execute(write)
        report = importer.import_file(engine, agency, "touchpoints", path, now=NOW, dry_run=True)
    assert report.added == 2
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(Touchpoint)) == 0
