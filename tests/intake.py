"""An agency with four clients, into which files of all shapes come."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.importing import exporter, importer
from bot.importing.answers import read_answers
from bot.importing.report import ImportReport
from bot.infra import migrate
from bot.infra.db import connect, reading, transaction
from bot.infra.models import Member, Workspace

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
CLIENTS = """external_id,name,owner,currency,monthly_fee
MILL,Mill Bakery,ann@agency.example,EUR,5000
OAK,Oak & Sons,ann@agency.example,EUR,1200
WISLA,Wisła Auto,ben@agency.example,PLN,6500
LAKE,Lake Motors,ben@agency.example,USD,3000
"""


@dataclass(frozen=True, slots=True)
class Intake:
    """One file, and what came of it."""

    engine: Engine
    workspace_id: int
    kind: str
    report: ImportReport

    def stored(self, *columns: str) -> list[tuple[str, ...]]:
        """Return some columns of what is stored of the file's kind, as an export writes them."""
        out = io.StringIO()
        with reading(self.engine) as session:
            exporter.export_records(session, self.workspace_id, self.kind, out)
        return [tuple(row[name] for name in columns) for row in csv.DictReader(io.StringIO(out.getvalue()))]

    @property
    def refused(self) -> list[tuple[int, str, str]]:
        """Row, column and value of each refusal."""
        return [(each.row, each.column, each.value) for each in self.report.refusals]

    @property
    def reasons(self) -> list[str]:
        return [each.reason for each in self.report.refusals]


Take = Callable[..., Intake]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The agency before any file but that of its clients."""
    path = tmp_path_factory.mktemp("intake") / "agency.db"
    engine = connect(f"sqlite:///{path}")
    migrate.upgrade(engine)
    with transaction(engine) as session:
        workspace = Workspace(id=1, created_at=NOW, currency="EUR")
        session.add(workspace)
    clients = path.with_name("clients.csv")
    clients.write_text(CLIENTS, encoding="utf-8")
    report = importer.import_file(engine, 1, "clients", clients, now=NOW)
    assert report.added == 4, report
    engine.dispose()
    return path


@pytest.fixture
def office(template: Path, tmp_path: Path) -> Iterator[Engine]:
    """A copy of the agency's database."""
    path = tmp_path / "agency.db"
    path.write_bytes(template.read_bytes())
    engine = connect(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@pytest.fixture
def take(office: Engine, tmp_path: Path) -> Take:
    """Import a text, or bytes, as a file of a kind; `maps` and the like are answers as they are typed."""

    def of(kind: str, content: str | bytes, *, name: str = "file.csv", zone_of_owners: str = "", **said: Any) -> Intake:
        if zone_of_owners:
            with transaction(office) as session:
                session.query(Member).update({"tz": zone_of_owners})
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        options = {key: said.pop(key) for key in ("dry_run", "sheet") if key in said}
        answers = read_answers(kind, said.pop("maps", ()), **said)
        report = importer.import_file(office, 1, kind, path, now=NOW, answers=answers, **options)
        return Intake(office, 1, kind, report)

    return of
