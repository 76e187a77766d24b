"""Taking an import back: what it did is undone, and what was changed on top of it is left and named."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from bot.clients import clients, details, observations, touchpoints
from bot.importing import importer, undo
from bot.importing.restoring import RowsOfRun
from bot.importing.undo import UndoError, undo_run
from bot.infra.db import reading, transaction
from bot.infra.models import (
    AuditEntry,
    Client,
    DailyMetric,
    ImportChange,
    ImportRun,
    Invoice,
    Member,
    Observation,
    Snooze,
    Touchpoint,
    Workspace,
)
from bot.people import duplicates, erasure

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
SAMPLE = Path(importer.__file__).parents[1] / "demo" / "sample"
CLIENTS = "external_id,name,owner,monthly_fee\nA,Acme,ann@x.example,100\nB,Bolt,bob@x.example,200\n"
ImportText = Callable[[str, str], int]


@pytest.fixture
def import_text(engine: Engine, tmp_path: Path) -> ImportText:
    """Import a text as a file of a kind, and return its run."""
    with transaction(engine) as session:
        session.add(Workspace(id=1, created_at=NOW, currency="EUR"))

    def of(kind: str, text: str) -> int:
        path = tmp_path / f"{kind}.csv"
        path.write_text(text, encoding="utf-8")
        assert importer.import_file(engine, 1, kind, path, now=NOW).refused == 0
        with reading(engine) as session:
            return session.scalars(select(func.max(ImportRun.id))).one()

    return of


def take_back(engine: Engine, run: int) -> tuple[int, int, list[tuple[str, str]]]:
    report = undo_run(engine, 1, run, NOW + timedelta(days=1))
    assert report.left == len(report.left_rows)
    return report.removed, report.restored, [(row.name, row.why) for row in report.left_rows]


def of_all(engine: Engine, model: Any, *names: str) -> list[tuple[Any, ...]]:
    with reading(engine) as session:
        return [
            tuple(row) for row in session.execute(select(*(getattr(model, name) for name in names)).order_by(*names))
        ]


def test_rows_that_were_added_go_and_rows_that_were_changed_are_as_before(
    engine: Engine, import_text: ImportText
) -> None:
    import_text("clients", CLIENTS)
    head = "client,number,issued_on,due_on,amount,paid_amount\n"
    import_text("invoices", f"{head}A,1,2026-10-01,2026-10-15,100.01,0\nA,2,2026-10-01,2026-10-15,50,0\n")
    before = of_all(engine, Invoice, "number", "amount", "paid_amount", "status", "due_on")
    run = import_text(
        "invoices",
        f"{head}A,1,2026-10-01,2026-10-20,100.01,100.01\nA,2,2026-10-01,2026-10-15,50,0\nB,3,2026-10-01,2026-10-15,7,0\n",
    )
    assert take_back(engine, run) == (1, 1, [])
    assert of_all(engine, Invoice, "number", "amount", "paid_amount", "status", "due_on") == before
    assert take_back(engine, run) == (0, 0, [])
    assert of_all(engine, ImportChange, "id") == []


def test_a_first_import_keeps_nothing_and_one_that_changes_rows_keeps_those(
    engine: Engine, import_text: ImportText
) -> None:
    import_text("clients", CLIENTS)
    import_text("metrics", "client,date,spend\nA,2026-11-01,1\nA,2026-11-02,2\n")
    assert of_all(engine, ImportChange, "id") == []
    run = import_text("metrics", "client,date,spend\nA,2026-11-01,1\nA,2026-11-02,3\n")
    assert of_all(engine, ImportChange, "run_id", "previous_run_id") == [(run, run - 1)]
    import_text("metrics", "client,date,spend\nA,2026-11-01,1\nA,2026-11-02,3\n")
    assert len(of_all(engine, ImportChange, "id")) == 1


@pytest.mark.parametrize("hours", [0.1 + 0.2, 1 / 3, 58.5, 0.0001234567890123, 12345678.123456789])
def test_numbers_come_back_to_the_last_digit(engine: Engine, import_text: ImportText, hours: float) -> None:
    import_text("clients", CLIENTS)
    import_text("metrics", f"client,date,leads,conversions\nA,2026-11-01,{hours!r},{-hours!r}\n")
    run = import_text("metrics", "client,date,leads,conversions\nA,2026-11-01,7,7\n")
    assert take_back(engine, run) == (0, 1, [])
    assert of_all(engine, DailyMetric, "leads", "conversions") == [(hours, -hours)]


def test_what_a_later_import_has_changed_is_left_until_that_one_is_taken_back(
    engine: Engine, import_text: ImportText
) -> None:
    import_text("clients", CLIENTS)
    first = import_text("metrics", "client,date,spend\nA,2026-11-01,1\nA,2026-11-02,2\nB,2026-11-02,2\n")
    second = import_text("metrics", "client,date,spend\nA,2026-11-02,3\n")
    assert take_back(engine, first) == (2, 0, [("Acme, 2026-11-02", f"changed by import {second} since")])
    assert of_all(engine, DailyMetric, "spend") == [(300,)]
    assert take_back(engine, second) == (0, 1, [])
    assert of_all(engine, DailyMetric, "spend") == [(200,)]
    assert take_back(engine, first) == (1, 0, [])


def test_what_somebody_has_changed_by_hand_is_left(engine: Engine, import_text: ImportText) -> None:
    import_text("clients", CLIENTS)
    text = (
        "client,occurred_at,channel,external_id\nA,2026-11-02 10:00,call,1\nA,2026-11-03,email,2\nB,2026-11-03,call,3\n"
    )
    run = import_text("touchpoints", text)
    with transaction(engine) as session:
        one, two, _ = session.scalars(select(Touchpoint).order_by(Touchpoint.external_id)).all()
        touchpoints.amend(session, 1, one.id, by=None, now=NOW, mood="pleased")
        touchpoints.undo(session, 1, two.id, NOW, by=None)
    assert take_back(engine, run) == (
        1,
        0,
        [("Acme, 2026-11-02 10:00, call", undo.BY_HAND), ("Acme, 2026-11-03 12:00, email", undo.BY_HAND)],
    )


def test_a_client_that_has_records_of_its_own_since_is_left(engine: Engine, import_text: ImportText) -> None:
    run = import_text("clients", CLIENTS + "C,Core,cid@x.example,300\nD,Dune,ann@x.example,1\n")
    with transaction(engine) as session:
        a, b, c, d = session.scalars(select(Client).order_by(Client.external_id)).all()
        touchpoints.log(session, 1, a.id, None, seen=None, occurred_at=NOW, source="form", now=NOW)
        session.add(
            Snooze(workspace_id=1, client_id=b.id, colour="red", until_at=NOW, created_at=NOW),
        )
        shown = details.read(c)
        assert details.change(session, 1, c.id, shown=shown, wanted={**shown, "monthly_fee": 1}, by=None, now=NOW) == {}
        clients.expect_silence(session, d, date(2026, 12, 1), "", by=None, now=NOW)
    report = undo_run(engine, 1, run, NOW)
    assert [(row.name, row.why) for row in report.left_rows] == [
        ("Acme, A", "has touchpoints of its own"),
        ("Bolt, B", "has snoozes of its own"),
        ("Core, C", undo.BY_HAND),
        ("Dune, D", undo.BY_HAND),
    ]
    assert (report.removed, report.people_removed) == (0, 0)


def test_one_that_was_interrupted_is_finished_by_the_next(engine: Engine, import_text: ImportText) -> None:
    import_text("clients", CLIENTS)
    text = "client,date,spend\nA,2026-11-01,1\nB,2026-11-01,1\nB,2026-11-02,1\n"
    import_text("metrics", text.replace("B,2026-11-02,1\n", ""))
    before = of_all(engine, DailyMetric, "client_id", "on", "spend")
    run = import_text("metrics", text.replace(",1\n", ",2\n"))
    with transaction(engine) as session:
        first = session.scalars(select(Client.id).where(Client.external_id == "A")).one()
        assert len(RowsOfRun(session, DailyMetric, run, [first]).restore()) == 1
    assert take_back(engine, run) == (1, 1, [])
    assert of_all(engine, DailyMetric, "client_id", "on", "spend") == before


def test_people_whom_a_run_invented_go_unless_something_names_them(engine: Engine, import_text: ImportText) -> None:
    import_text("clients", CLIENTS)
    run = import_text("clients", "external_id,name,owner,backup\nA,Acme,new@x.example,bob@x.example\n")
    other = import_text("deadlines", "client,title,internal_due_on,member\nB,Site,2026-12-01,new@x.example\n")
    assert take_back(engine, run) == (0, 1, [])
    assert ("new@x.example",) in of_all(engine, Member, "email")
    assert undo_run(engine, 1, other, NOW).people_removed == 1
    assert of_all(engine, Member, "email") == [("ann@x.example",), ("bob@x.example",)]


def test_somebody_whom_slack_knows_or_who_has_a_role_stays(engine: Engine, import_text: ImportText) -> None:
    run = import_text("clients", CLIENTS)
    with transaction(engine) as session:
        ann, bob = session.scalars(select(Member).order_by(Member.email)).all()
        ann.refreshed_at, bob.role = NOW, "lead"
    assert take_back(engine, run) == (2, 0, [])
    assert of_all(engine, Member, "email") == [("ann@x.example",), ("bob@x.example",)]


def test_an_owner_who_was_merged_or_erased_since_does_not_come_back_as_they_were(
    engine: Engine, import_text: ImportText
) -> None:
    import_text("clients", CLIENTS)
    run = import_text("clients", "external_id,name,owner\nA,Acme,cid@x.example\nB,Bolt,cid@x.example\n")
    with transaction(engine) as session:
        people = {member.email: member for member in session.scalars(select(Member))}
        kept = Member(workspace_id=1, slack_user_id="U1ANN")
        session.add(kept)
        session.flush()
        kept_id = kept.id
        duplicates.merge(session, kept, people["ann@x.example"])
        erasure.forget_person(session, 1, people["bob@x.example"].id, NOW, via="command_line")
    assert take_back(engine, run) == (0, 2, [])
    with reading(engine) as session:
        owners = {client.name: client.owner_id for client in session.scalars(select(Client))}
    assert owners == {"Acme": kept_id, "Bolt": None}


def test_a_mood_noted_again_in_slack_is_left_by_the_import_of_its_export(
    engine: Engine, import_text: ImportText
) -> None:
    import_text("clients", CLIENTS)
    with transaction(engine) as session:
        client, member = session.scalars(select(Client)).first(), session.scalars(select(Member)).first()
        assert client is not None
        assert member is not None
        note: dict[str, Any] = {"mood": "pleased", "note": None, "on": NOW.date(), "now": NOW}
        observations.record_mood(session, 1, client.id, member.id, **note)
        key = session.scalars(select(Observation.external_id)).one()
    run = import_text("observations", f"client,kind,occurred_on,value,external_id\nA,mood,2026-11-18,uneasy,{key}\n")
    with transaction(engine) as session:
        observations.record_mood(session, 1, client.id, member.id, **{**note, "mood": "unhappy"})
    assert take_back(engine, run) == (0, 0, [("Acme, 2026-11-18, mood", undo.BY_HAND)])
    assert of_all(engine, Observation, "label") == [("unhappy",)]


@pytest.mark.parametrize(("run", "days", "reason"), [(99, 0, "there is no import 99"), (1, 31, "within 30 days")])
def test_a_run_that_is_not_there_or_long_ago_is_not_taken_back(
    engine: Engine, import_text: ImportText, run: int, days: int, reason: str
) -> None:
    import_text("clients", CLIENTS)
    with pytest.raises(UndoError, match=reason):
        undo_run(engine, 1, run, NOW + timedelta(days=days))
    assert len(of_all(engine, Client, "id")) == 2


def test_another_agencys_run_is_not_taken_back(engine: Engine, import_text: ImportText) -> None:
    run = import_text("clients", CLIENTS)
    with transaction(engine) as session:
        session.add(Workspace(id=2, created_at=NOW, currency="EUR"))
    with pytest.raises(UndoError, match="there is no import"):
        undo_run(engine, 2, run, NOW)


def test_the_clients_concerned_are_assessed_again_and_the_trail_says_what_was_done(
    engine: Engine, import_text: ImportText
) -> None:
    import_text("clients", CLIENTS)
    run = import_text("metrics", "client,date,spend\nA,2026-11-01,1\n")
    with transaction(engine) as session:
        session.query(Client).update({"next_check_at": None})
    take_back(engine, run)
    assert [name for name, at in of_all(engine, Client, "name", "next_check_at") if at] == ["Acme"]
    with reading(engine) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "import.undone")).one()
    assert entry.after == {"run": run, "kind": "metrics", "removed": 1, "restored": 0, "left": 0}
