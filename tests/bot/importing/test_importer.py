"""Files into both databases: what is added, changed and left alone, and who is judged anew."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import Engine, func, select

from bot.importing import importer
from bot.importing.errors import ImportFileError
from bot.importing.parsing import columns
from bot.importing.report import ImportReport
from bot.infra.db import reading, transaction
from bot.infra.models import Client, DailyMetric, ImportRun, Member, Workspace
from bot.judging.facts import load
from tests.waiting import PATIENCE_SECONDS

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
SAMPLE = Path(importer.__file__).parents[1] / "demo" / "sample"
KINDS = tuple(columns.KINDS)
HEAD = "external_id,name,owner"
ImportText = Callable[..., ImportReport]


@pytest.fixture
def agency(engine: Engine) -> int:
    with transaction(engine) as session:
        workspace = Workspace(created_at=NOW, currency="EUR")
        session.add(workspace)
        session.flush()
        return workspace.id


@pytest.fixture
def import_text(engine: Engine, agency: int, tmp_path: Path) -> ImportText:
    """Import a text as a file of a kind."""

    def of(kind: str, text: str, *, now: datetime = NOW, **options: Any) -> ImportReport:
        path = tmp_path / f"{kind}.csv"
        path.write_text(text, encoding="utf-8")
        return importer.import_file(engine, agency, kind, path, now=now, **options)

    return of


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.unchanged, report.refused


def reasons(report: ImportReport) -> list[tuple[int, str, str, str]]:
    return [(each.row, each.column, each.value, each.reason) for each in report.refusals]


def mark_all_assessed(engine: Engine) -> None:
    """Have all clients judged, as the sweep would."""
    with transaction(engine) as session:
        session.query(Client).update({"next_check_at": None})


def due(engine: Engine) -> list[str]:
    with reading(engine) as session:
        found = select(Client.external_id).where(Client.next_check_at == NOW).order_by(Client.external_id)
        return list(session.scalars(found))


def test_the_sample_files_are_imported_whole_and_importing_again_changes_nothing(engine: Engine, agency: int) -> None:
    first = [importer.import_file(engine, agency, kind, SAMPLE / f"{kind}.csv", now=NOW) for kind in KINDS]
    assert [counts(report)[1:] for report in first] == [(0, 0, 0)] * len(KINDS)
    assert all(report.added >= 4 for report in first)
    mark_all_assessed(engine)
    later = NOW + timedelta(days=1)
    second = [importer.import_file(engine, agency, kind, SAMPLE / f"{kind}.csv", now=later) for kind in KINDS]
    assert [counts(report) for report in second] == [(0, 0, report.added, 0) for report in first]
    with reading(engine) as session:
        assert session.scalar(select(func.count()).where(Client.next_check_at.is_not(None))) == 0


def test_a_clients_row_is_stored_with_its_owner_and_its_fee_in_minor_units(
    engine: Engine, import_text: ImportText
) -> None:
    import_text(
        "clients", f"{HEAD},backup,monthly_fee,currency\nA,Łódź Óptica,Ann@Agency.example,U0BACKUP1,1200.50,PLN\n"
    )
    with reading(engine) as session:
        client = session.scalars(select(Client)).one()
        people: dict[int | None, tuple[str | None, str | None]] = {
            member.id: (member.email, member.slack_user_id) for member in session.scalars(select(Member))
        }
        assert (client.name, client.search_name, client.monthly_fee) == ("Łódź Óptica", "lodz optica", 120050)
        assert (client.currency, client.status, client.billing) == ("PLN", "active", "retainer")
        assert people[client.owner_id] == ("ann@agency.example", None)
        assert people[client.backup_id] == (None, "U0BACKUP1")
        assert (client.created_at, client.next_check_at) == (NOW, NOW)


def test_a_column_that_is_absent_leaves_what_is_stored_and_an_empty_cell_clears_it(
    engine: Engine, import_text: ImportText
) -> None:
    import_text("clients", f"{HEAD},status,industry,notes\nA,Acme,a@x.example,paused,Toys,Nice\n")
    report = import_text("clients", f"{HEAD},status,industry\nA,Acme,a@x.example,,\n")
    assert counts(report) == (0, 1, 0, 0)
    with reading(engine) as session:
        client = session.scalars(select(Client)).one()
        assert (client.status, client.industry, client.notes) == ("active", None, "Nice")


def test_only_clients_with_new_or_changed_rows_are_due_for_assessment(engine: Engine, import_text: ImportText) -> None:
    import_text("clients", f"{HEAD}\nA,Acme,a@x.example\nB,Beta,a@x.example\nC,Gamma,a@x.example\n")
    import_text("metrics", "client,date,clicks\nA,2026-11-02,5\nB,2026-11-02,5\n")
    mark_all_assessed(engine)
    report = import_text("metrics", "client,date,clicks\nA,2026-11-02,5\nB,2026-11-02,6\nC,2026-11-02,1\n")
    assert counts(report) == (1, 1, 1, 0)
    assert due(engine) == ["B", "C"]
    mark_all_assessed(engine)
    import_text("clients", f"{HEAD}\nA,Acme,b@x.example\nB,Beta,a@x.example\n")
    assert due(engine) == ["A"]


def test_a_refused_row_says_where_and_why_and_does_not_stop_the_others(import_text: ImportText) -> None:
    import_text("clients", f"{HEAD}\nA,Acme,a@x.example\nB,Twin,a@x.example\nC,twin,a@x.example\n")
    report = import_text(
        "invoices",
        "client,number,issued_on,due_on,amount,status\n"
        "A,1,2026-11-01,2026-11-15,100,open\n"
        "Nobody,2,2026-11-01,2026-11-15,100,open\n"
        "Twin,3,2026-11-01,2026-11-15,100,open\n"
        "\n"
        "A,4,2026-11-15,2026-11-01,100,open\n"
        "A,5,2026-02-30,2026-11-15,a lot,closed\n"
        "acme,6,2026-11-01,2026-11-15,PLN 100,open\n"
        "ACME,7,2026-11-01,2026-11-15,100,open\n",
    )
    assert counts(report) == (3, 0, 0, 4)
    assert reasons(report) == [
        (3, "client", "Nobody", "is no client's external_id or name"),
        (4, "client", "Twin", "is the name of 2 clients: write the external_id instead (B, C)"),
        (6, "due_on", "2026-11-01", "is before issued_on, 2026-11-15"),
        (7, "issued_on", "2026-02-30", "is no day of the calendar"),
        (7, "amount", "a lot", "is not a number"),
        (7, "status", "closed", "is none of open, paid, void, draft, written_off, disputed"),
    ]


def test_a_dry_run_counts_the_same_and_stores_nothing(engine: Engine, import_text: ImportText) -> None:
    text = f"{HEAD}\nA,Acme,a@x.example\nA,Acme,a@x.example\nB,Beta,a@b@c\n"
    dry = import_text("clients", text, dry_run=True)
    with reading(engine) as session:
        for model in (Client, Member, ImportRun):
            assert session.scalar(select(func.count()).select_from(model)) == 0
    wet = import_text("clients", text)
    assert counts(dry) == counts(wet) == (1, 0, 1, 1)
    assert dry.refusals == wet.refusals


def test_a_run_is_recorded_with_its_counts_and_refusals(engine: Engine, import_text: ImportText) -> None:
    import_text("clients", f"{HEAD}\nA,Acme,a@x.example\nB,,a@x.example\n")
    with reading(engine) as session:
        run = session.scalars(select(ImportRun)).one()
        assert (run.kind, run.filename, run.added, run.refused) == ("clients", "clients.csv", 1, 1)
        assert run.refusals == [{"row": 3, "column": "name", "value": "", "reason": "is needed"}]
        assert run.finished_at is not None
        assert NOW < run.finished_at < NOW + timedelta(seconds=PATIENCE_SECONDS), "the time it took, from its start"


def test_a_file_that_cannot_be_used_leaves_no_trace(engine: Engine, import_text: ImportText) -> None:
    with pytest.raises(ImportFileError, match="there is no column owner"):
        import_text("clients", "external_id,name\nA,Acme\n")
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(ImportRun)) == 0


def test_rows_that_say_the_same_count_once_and_importing_again_changes_nothing(
    engine: Engine, import_text: ImportText
) -> None:
    import_text("clients", f"{HEAD}\nA,Acme,a@x.example\n")
    between = "".join(f"A,2026-10-{day:02},x{no},1\n" for no in range(200) for day in range(1, 31))
    text = f"client,date,source,spend\nA,2026-11-02,ads,5\n{between}A , 2026-11-02,ads,5\nACME,02.11.2026,ads,5\n"
    first, second = import_text("metrics", text), import_text("metrics", text)
    assert counts(first) == (6001, 0, 2, 0)
    assert counts(second) == (0, 0, 6003, 0)
    with reading(engine) as session:
        assert session.scalars(select(DailyMetric.spend).where(DailyMetric.on == date(2026, 11, 2))).all() == [500]


def test_an_older_contact_imported_later_does_not_move_the_last_contact_back(
    engine: Engine, agency: int, import_text: ImportText
) -> None:
    import_text("clients", f"{HEAD}\nA,Acme,a@x.example\n")
    import_text("touchpoints", "client,occurred_at\nA,2026-11-10 10:00\n")
    import_text("touchpoints", "client,occurred_at\nA,2026-10-01 10:00\n")
    with reading(engine) as session:
        (facts,) = load(session, agency, [1], NOW).values()
    assert facts.last_contact_at == datetime(2026, 11, 10, 10, tzinfo=UTC)


def test_an_interrupted_import_is_recorded_as_unfinished_and_completed_by_running_it_again(
    engine: Engine, import_text: ImportText
) -> None:
    import_text("clients", f"{HEAD}\nA,Acme,a@x.example\n")
    text = "client,date,source,clicks\n" + "".join(
        f"A,2026-{month:02}-{day:02},x{no},1\n" for no in range(20) for month in range(1, 11) for day in range(1, 29)
    )

    def stop(done: int, total: int) -> None:
        assert (done, total) == (importer.CHUNK_ROWS, 5600)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_text("metrics", text, progress=stop)
    with reading(engine) as session:
        first, second = session.scalars(select(ImportRun.finished_at).order_by(ImportRun.id)).all()
    assert (first is None, second is None) == (False, True)
    assert counts(import_text("metrics", text)) == (600, 0, 5000, 0)


def test_progress_is_reported_in_rows_up_to_the_last(import_text: ImportText) -> None:
    told: list[tuple[int, int]] = []
    text = f"{HEAD}\n" + "".join(f"C{no},Client {no},a@x.example\n" for no in range(7000))
    report = import_text("clients", text, progress=lambda done, total: told.append((done, total)))
    assert (report.added, told) == (7000, [(5000, 7000), (7000, 7000)])


def test_refusals_beyond_a_thousand_are_only_counted(engine: Engine, import_text: ImportText) -> None:
    report = import_text("clients", f"{HEAD}\n" + "C,,a@x.example\nD,Delta,a@x.example\n" * 800)
    assert (report.refused, report.added, report.unchanged) == (800, 1, 799)
    report = import_text("clients", f"{HEAD}\n" + "".join(f"C{no},,a@x.example\n" for no in range(1500)))
    assert (report.refused, len(report.refusals)) == (1500, 1000)
    with reading(engine) as session:
        assert len(session.scalars(select(ImportRun.refusals).order_by(ImportRun.id.desc())).first() or ()) == 100


def test_another_workspaces_clients_and_members_are_neither_found_nor_changed(
    engine: Engine, import_text: ImportText, tmp_path: Path
) -> None:
    import_text("clients", f"{HEAD}\nA,Acme,a@x.example\n")
    mark_all_assessed(engine)
    with transaction(engine) as session:
        other = Workspace(created_at=NOW)
        session.add(other)
        session.flush()
        number = other.id
    path = tmp_path / "other.csv"
    path.write_text("client,date,clicks\nA,2026-11-02,1\nAcme,2026-11-02,1\n")
    assert importer.import_file(engine, number, "metrics", path, now=NOW).refused == 2
    path.write_text(f"{HEAD}\nA,Another,a@x.example\n")
    assert importer.import_file(engine, number, "clients", path, now=NOW).added == 1
    with reading(engine) as session:
        assert session.scalars(select(Client.name).order_by(Client.id)).all() == ["Acme", "Another"]
        assert session.scalar(select(func.count(Member.id.distinct()))) == 2
        assert session.scalars(select(Client.next_check_at).order_by(Client.id)).all() == [None, NOW]


def test_importing_into_an_unknown_workspace_is_an_error(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    path.write_text(f"{HEAD}\nA,Acme,a@x.example\n")
    with pytest.raises(LookupError, match="there is no workspace 77"):
        importer.import_file(engine, 77, "clients", path, now=NOW)


def test_a_spreadsheet_is_imported_as_a_text_file_is(engine: Engine, agency: int, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for line in (
        ["External ID", "Name", "Owner", "Monthly fee", "Started on"],
        ["A", "Acme", "a@x.example", 1200.5, date(2026, 1, 2)],
    ):
        book.worksheets[0].append(line)
    path = tmp_path / "clients.xlsx"
    book.save(path)
    assert counts(importer.import_file(engine, agency, "clients", path, now=NOW)) == (1, 0, 0, 0)
    with reading(engine) as session:
        client = session.scalars(select(Client)).one()
    assert (client.monthly_fee, client.started_on) == (120050, date(2026, 1, 2))


def test_two_imports_of_one_file_at_once_add_each_row_once(engine: Engine, agency: int, tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    path.write_text(f"{HEAD}\n" + "".join(f"C{no},Client {no},a{no % 40}@x.example\n" for no in range(6000)))
    start = threading.Barrier(2, timeout=PATIENCE_SECONDS)

    def both(_: int) -> ImportReport:
        start.wait()
        return importer.import_file(engine, agency, "clients", path, now=NOW)

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(both, range(2))
    assert first.added + second.added == first.unchanged + second.unchanged == 6000
    assert first.changed == second.changed == 0
