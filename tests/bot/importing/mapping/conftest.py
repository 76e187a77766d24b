"""Importing a text as a file of some kind into one workspace, and reading back what it came to in the database."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, inspect, select

from bot.importing import importer
from bot.importing.report import ImportReport
from bot.infra.db import reading, transaction
from bot.infra.models import Base, Workspace
from tests.conftest import Templates, with_tables

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
ImportText = Callable[..., ImportReport]


@pytest.fixture
def database_url(templates: Templates, tmp_path: Path) -> Iterator[str]:
    """SQLite is enough here: what differs between databases is tested with the import as a whole."""
    with templates.copy("sqlite", "tables", with_tables, tmp_path) as url:
        yield url


@pytest.fixture
def import_text(engine: Engine, tmp_path: Path) -> ImportText:
    """Import a text as a file of a kind; there are a client in euros, one in yen and one in dinars."""
    with transaction(engine) as session:
        session.add(Workspace(id=1, created_at=NOW, currency="EUR"))

    def of(kind: str, text: str, **options: Any) -> ImportReport:
        path = tmp_path / f"{kind}.csv"
        path.write_text(text, encoding="utf-8")
        return importer.import_file(engine, 1, kind, path, now=NOW, **options)

    of(
        "clients",
        "external_id,name,owner,currency,monthly_fee\n"
        "EU,Euro,a@x.example,EUR,12.3450\nJP,Yen,a@x.example,JPY,1200\nBH,Dinar,b@x.example,BHD,1.5\n",
    )
    return of


def rows(engine: Engine, model: type[Base], *names: str) -> list[tuple[Any, ...]]:
    with reading(engine) as session:
        found = session.scalars(select(model).order_by(*inspect(model).primary_key)).all()
        return [tuple(getattr(row, name) for name in names) for row in found]


def reasons(report: ImportReport) -> list[tuple[str, str]]:
    return [(each.column, each.reason) for each in report.refusals]


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.unchanged, report.refused
