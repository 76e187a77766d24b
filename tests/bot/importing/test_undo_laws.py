"""Whatever two files hold: importing the second and taking it back leaves what the first had left, to the byte."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from bot.clients import clients, details, touchpoints
from bot.importing import importer
from bot.importing.mapping.registry import IMPORT_SPECS
from bot.importing.undo import undo_run
from bot.infra.db import reading, transaction
from bot.infra.models import Client, ImportRun, Observation, Touchpoint, Workspace
from bot.infra.provenance import IMPORTED, mark_row_by_hand

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
TECHNICAL = frozenset({"facts_version", "next_check_at"})
PEOPLE = st.sampled_from(["", "ann@x.example", "bob@x.example", "cid@x.example", "U0SLACKID1"])
TEXT = st.sampled_from(["", "x", "Ünï", "a;b,c", "two\nlines", '"quoted"', "\\ and '", "🎈"])
DAYS = st.sampled_from(["2026-10-01", "2026-10-15", "2026-11-02"])
MONTHS = st.sampled_from(["2026-09", "2026-10"])
NUMBERS = st.one_of(st.just(""), st.integers(0, 10**6).map(str), st.floats(0, 10**6).map("{:.17f}".format))
MONEY = st.one_of(st.just(""), st.decimals(0, 10**6, places=2).map(str))
COLUMNS: dict[str, dict[str, Any]] = {
    "clients": {
        "external_id": st.sampled_from("ABCD"),
        "name": st.sampled_from(["Acme", "Bolt", "Core"]),
        "owner": PEOPLE.filter(bool),
        "backup": PEOPLE,
        "status": st.sampled_from(["", "active", "paused"]),
        "monthly_fee": MONEY,
        "currency": st.sampled_from(["", "USD"]),
        "started_on": DAYS,
        "launches_on": DAYS,
        "notes": TEXT,
    },
    "contacts": {
        "name": st.sampled_from(["Ada", "Grace"]),
        "email": st.sampled_from(["", "ada@y.example"]),
        "role": TEXT,
        "decision_maker": st.sampled_from(["", "yes", "no"]),
    },
    "touchpoints": {
        "occurred_at": DAYS,
        "external_id": st.sampled_from("123"),
        "channel": st.sampled_from(["", "call", "email"]),
        "automatic": st.sampled_from(["", "no"]),
        "summary": TEXT,
        "member": PEOPLE,
        "duration_minutes": st.sampled_from(["", "0", "25"]),
    },
    "invoices": {
        "number": st.sampled_from("123"),
        "issued_on": st.just("2026-09-01"),
        "due_on": DAYS,
        "amount": MONEY.filter(bool),
        "paid_on": st.one_of(st.just(""), DAYS),
        "service_month": MONTHS,
        "currency": st.sampled_from(["", "USD", "JPY"]),
    },
    "metrics": {
        "date": DAYS,
        "source": st.sampled_from(["", "ads"]),
        "spend": MONEY,
        "leads": NUMBERS,
        "clicks": st.just("7"),
    },
    "targets": {"month": MONTHS, "metric": st.sampled_from(["spend", "revenue"]), "target": MONEY.filter(bool)},
    "observations": {
        "kind": st.sampled_from(["praise", "usage"]),
        "occurred_on": DAYS,
        "external_id": st.sampled_from("123"),
        "value": NUMBERS,
        "note": TEXT,
    },
    "deadlines": {
        "title": st.sampled_from(["Site", "Ads"]),
        "internal_due_on": DAYS,
        "done_on": DAYS,
        "member": PEOPLE,
    },
    "roadmap": {"title": st.sampled_from(["Site", "Ads"]), "planned_on": DAYS, "done_on": st.one_of(st.just(""), DAYS)},
    "effort": {"month": MONTHS, "hours": NUMBERS, "hourly_cost": MONEY},
}
NEEDED = {
    "external_id",
    "name",
    "owner",
    "occurred_at",
    "number",
    "issued_on",
    "due_on",
    "amount",
    "date",
    "month",
    "metric",
} | {*("target", "kind", "occurred_on", "title", "internal_due_on", "planned_on")}


@dataclass(frozen=True)
class Files:
    """The texts of files of one kind."""

    kind: str
    texts: tuple[str, ...]


@st.composite
def files(draw: st.DrawFn, count: int) -> Files:
    kind = draw(st.sampled_from(sorted(COLUMNS)))
    return Files(kind, tuple(draw(file_of(kind)) for _ in range(count)))


@st.composite
def file_of(draw: st.DrawFn, kind: str) -> str:
    cells = COLUMNS[kind]
    names = [name for name in cells if name in NEEDED or draw(st.booleans())]
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([*(["client"] if kind != "clients" else []), *names])
    for _ in range(draw(st.integers(1, 8))):
        client = [] if kind == "clients" else [draw(st.sampled_from("AB"))]
        writer.writerow([*client, *(draw(cells[name]) for name in names)])
    return out.getvalue()


class Trial:
    """An agency with two clients, into which files of a kind are imported."""

    def __init__(self, engine: Engine, folder: Path, kind: str) -> None:
        self._engine, self._folder, self.kind = engine, folder, kind
        with transaction(engine) as session:
            made = Workspace(created_at=NOW, currency="EUR")
            session.add(made)
            session.flush()
            self.id = made.id
        self.take("external_id,name,owner\nA,Acme,ann@x.example\nB,Bolt,ann@x.example\n", "clients")

    def take(self, content: str, kind: str = "") -> int:
        """Import a file; return its run. The last of several rows of a key counts, or the rows are refused."""
        path = self._folder / "file.csv"
        path.write_text(content, encoding="utf-8", newline="")
        importer.import_file(self._engine, self.id, kind or self.kind, path, now=NOW)
        with reading(self._engine) as session:
            return session.scalars(select(ImportRun.id).order_by(ImportRun.id.desc()).limit(1)).one()

    def take_back(self, run: int) -> int:
        """Take a run back; return how many rows are left."""
        return undo_run(self._engine, self.id, run, NOW + timedelta(days=1)).left

    def look(self) -> dict[str, list[dict[str, Any]]]:
        """Every row of the agency as the database holds it, by table."""
        tables = [*(model.__tablename__ for model in IMPORTED), "members"]
        with reading(self._engine) as session:
            return {table: list(self._rows(session, table)) for table in tables}

    def _rows(self, session: Session, table: str) -> Iterator[dict[str, Any]]:
        statement = text(f"SELECT * FROM {table} WHERE workspace_id = :id")  # noqa: S608
        rows = [dict(row._mapping) for row in session.execute(statement, {"id": self.id})]
        for row in sorted(
            rows,
            key=lambda row: repr([row.get(name) for name in ("id", "client_id", "on", "month", "metric", "source")]),
        ):
            yield {name: value for name, value in row.items() if name not in TECHNICAL}

    def change_by_hand(self, place: int) -> Any:
        """Change one of the rows in Slack; return its id, and None where there is none or it can't be changed there."""
        model: Any = IMPORT_SPECS[self.kind].model
        if model not in {Client, Touchpoint, Observation}:
            return None
        with transaction(self._engine) as session:
            rows = session.scalars(select(model).where(model.workspace_id == self.id).order_by(model.id)).all()
            if not rows:
                return None
            row = rows[place % len(rows)]
            match row:
                case Client():
                    shown = details.read(row)
                    wanted = {**shown, "monthly_fee": 4242}
                    assert details.change(session, self.id, row.id, shown=shown, wanted=wanted, by=None, now=NOW) == {}
                    clients.mark_changed(session, self.id, [row.id], NOW)
                case Touchpoint():
                    touchpoints.amend(session, self.id, row.id, by=None, now=NOW, summary="by hand")
                case _:
                    row.note = "by hand"
                    mark_row_by_hand(row)
            return row.id


LAW = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None)


@given(given_files=files(2))
@LAW
def test_an_import_that_is_taken_back_leaves_what_was_there_before(
    engine: Engine, tmp_path: Path, given_files: Files
) -> None:
    trial = Trial(engine, tmp_path, given_files.kind)
    first, second = given_files.texts
    trial.take(first)
    before = trial.look()
    run = trial.take(second)
    event("changes something" if trial.look() != before else "changes nothing")
    assert trial.take_back(run) == 0
    assert trial.look() == before


@given(given_files=files(3), order=st.sampled_from([(2, 1), (1, 2, 1)]))
@LAW
def test_two_imports_can_be_taken_back_in_either_order(
    engine: Engine, tmp_path: Path, given_files: Files, order: tuple[int, ...]
) -> None:
    trial = Trial(engine, tmp_path, given_files.kind)
    first, *others = given_files.texts
    trial.take(first)
    before = trial.look()
    runs = [0, *(trial.take(content) for content in others)]
    left = [trial.take_back(runs[number]) for number in order]
    assert left[-1] == 0
    assert trial.look() == before


@given(given_files=files(2), place=st.integers(0, 9))
@LAW
def test_a_row_that_was_changed_by_hand_stays_and_all_others_are_as_before(
    engine: Engine, tmp_path: Path, given_files: Files, place: int
) -> None:
    trial = Trial(engine, tmp_path, given_files.kind)
    first, second = given_files.texts
    trial.take(first)
    before = trial.look()
    run = trial.take(second)
    row_id = trial.change_by_hand(place)
    by_hand = trial.look()
    trial.take_back(run)
    after = trial.look()
    for table, rows in after.items():
        if table == "members":
            continue
        expected = {repr(row.get("id", row)): row for row in before[table]}
        if table == IMPORT_SPECS[trial.kind].model.__tablename__ and row_id is not None:
            (changed,) = [row for row in by_hand[table] if row["id"] == row_id]
            expected[repr(row_id)] = changed
        assert {repr(row.get("id", row)): row for row in rows} == expected
