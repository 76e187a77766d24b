"""Files into both databases: what is added, changed and left alone, and who is judged anew."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from bot import imports
from bot.db import reading, transaction
from bot.intake.cells import IntakeError
from bot.models import Client, ImportRun, Member, Workspace

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
SAMPLE = Path(imports.__file__).parent / "demo" / "sample"
KINDS = ("clients", "touchpoints", "invoices", "metrics", "targets", "observations")
HEAD = "external_id,name,owner"
Take = Callable[..., imports.Report]


@pytest.fixture
def agency(engine: Engine) -> int:
    with transaction(engine) as session:
        workspace = Workspace(created_at=NOW, currency="EUR")
        session.add(workspace)
        session.flush()
        return workspace.id


@pytest.fixture
def take(engine: Engine, agency: int, tmp_path: Path) -> Take:
    """Import a text as a file of a kind."""

    def of(kind: str, text: str, *, now: datetime = NOW, **options: Any) -> imports.Report:
        path = tmp_path / f"{kind}.csv"
        path.write_text(text, encoding="utf-8")
        return imports.import_file(engine, agency, kind, path, now=now, **options)

    return of


def counts(report: imports.Report) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.unchanged, report.refused


def reasons(report: imports.Report) -> list[tuple[int, str, str, str]]:
    return [(each.row, each.column, each.value, each.reason) for each in report.refusals]


def settle(engine: Engine) -> None:
    """Have all clients judged, as the sweep would."""
    with transaction(engine) as session:
        session.query(Client).update({"next_check_at": None})


def due(engine: Engine) -> list[str]:
    with reading(engine) as session:
        found = select(Client.external_id).where(Client.next_check_at == NOW).order_by(Client.external_id)
        return list(session.scalars(found))


def test_the_sample_files_are_taken_as_a_whole_and_the_second_time_change_nothing(engine: Engine, agency: int) -> None:
    first = [imports.import_file(engine, agency, kind, SAMPLE / f"{kind}.csv", now=NOW) for kind in KINDS]
    assert [counts(report)[1:] for report in first] == [(0, 0, 0)] * 6
    assert all(report.added >= 6 for report in first)
    settle(engine)
    later = NOW + timedelta(days=1)
    second = [imports.import_file(engine, agency, kind, SAMPLE / f"{kind}.csv", now=later) for kind in KINDS]
    assert [counts(report) for report in second] == [(0, 0, report.added, 0) for report in first]
    with reading(engine) as session:
        assert session.scalar(select(func.count()).where(Client.next_check_at.is_not(None))) == 0


def test_a_clients_row_is_stored_with_its_owner_and_its_fee_in_minor_units(engine: Engine, take: Take) -> None:
    take("clients", f"{HEAD},backup,monthly_fee,currency\nA,Łódź Óptica,Ann@Agency.example,U0BACKUP1,1200.50,PLN\n")
    with reading(engine) as session:
        client = session.scalars(select(Client)).one()
        people = {member.id: (member.email, member.slack_user_id) for member in session.scalars(select(Member))}
        assert (client.name, client.search_name, client.monthly_fee) == ("Łódź Óptica", "lodz optica", 120050)
        assert (client.currency, client.status, client.billing) == ("PLN", "active", "retainer")
        assert people[client.owner_id] == ("ann@agency.example", None)
        assert people[client.backup_id] == (None, "U0BACKUP1")
        assert (client.created_at, client.next_check_at) == (NOW, NOW)


def test_a_column_that_is_absent_leaves_what_is_stored_and_an_empty_cell_clears_it(engine: Engine, take: Take) -> None:
    take("clients", f"{HEAD},status,industry,notes\nA,Acme,a@x.example,paused,Toys,Nice\n")
    report = take("clients", f"{HEAD},status,industry\nA,Acme,a@x.example,,\n")
    assert counts(report) == (0, 1, 0, 0)
    with reading(engine) as session:
        client = session.scalars(select(Client)).one()
        assert (client.status, client.industry, client.notes) == ("active", None, "Nice")


def test_only_clients_with_new_or_changed_rows_are_judged_anew(engine: Engine, take: Take) -> None:
    take("clients", f"{HEAD}\nA,Acme,a@x.example\nB,Beta,a@x.example\nC,Gamma,a@x.example\n")
    take("metrics", "client,date,clicks\nA,2026-11-02,5\nB,2026-11-02,5\n")
    settle(engine)
    report = take("metrics", "client,date,clicks\nA,2026-11-02,5\nB,2026-11-02,6\nC,2026-11-02,1\n")
    assert counts(report) == (1, 1, 1, 0)
    assert due(engine) == ["B", "C"]
    settle(engine)
    take("clients", f"{HEAD}\nA,Acme,b@x.example\nB,Beta,a@x.example\n")
    assert due(engine) == ["A"]


def test_a_refused_row_says_where_and_why_and_stops_no_other(take: Take) -> None:
    take("clients", f"{HEAD}\nA,Acme,a@x.example\nB,Twin,a@x.example\nC,twin,a@x.example\n")
    report = take(
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
    assert counts(report) == (2, 0, 0, 5)
    assert reasons(report) == [
        (3, "client", "Nobody", "is no client's external_id or name"),
        (4, "client", "Twin", "is the name of 2 clients: write the external_id instead (B, C)"),
        (6, "due_on", "2026-11-01", "is before issued_on, 2026-11-15"),
        (7, "issued_on", "2026-02-30", "is no day of the calendar"),
        (7, "amount", "a lot", "is not a number"),
        (7, "status", "closed", "is none of open, paid, void, draft, written_off"),
        (8, "amount", "100 PLN", "is in PLN, but the row's currency is EUR"),
    ]


def test_a_dry_run_counts_the_same_and_keeps_nothing(engine: Engine, take: Take) -> None:
    text = f"{HEAD}\nA,Acme,a@x.example\nA,Acme Ltd,a@x.example\nB,Beta,nobody\n"
    dry = take("clients", text, dry_run=True)
    with reading(engine) as session:
        for model in (Client, Member, ImportRun):
            assert session.scalar(select(func.count()).select_from(model)) == 0
    wet = take("clients", text)
    assert counts(dry) == counts(wet) == (1, 0, 1, 1)
    assert dry.refusals == wet.refusals


def test_a_run_is_recorded_with_its_counts_and_refusals(engine: Engine, take: Take) -> None:
    take("clients", f"{HEAD}\nA,Acme,a@x.example\nB,,a@x.example\n")
    with reading(engine) as session:
        run = session.scalars(select(ImportRun)).one()
        assert (run.kind, run.filename, run.added, run.refused) == ("clients", "clients.csv", 1, 1)
        assert run.refusals == [{"row": 3, "column": "name", "value": "", "reason": "is needed"}]
        assert run.finished_at == NOW


def test_a_file_that_cannot_be_used_leaves_no_trace(engine: Engine, take: Take) -> None:
    with pytest.raises(IntakeError, match="there is no column owner"):
        take("clients", "external_id,name\nA,Acme\n")
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(ImportRun)) == 0
