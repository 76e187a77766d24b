"""Results that are credited days later: what imports of metrics learn of them, and which days are then left out."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from bot.importing import importer
from bot.infra.db import reading, transaction
from bot.infra.models import Client, ResultGrowth, Workspace
from bot.judging import facts

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
TODAY = NOW.date()
DAY = timedelta(days=1)
SHARES = {1: 0.5, 2: 0.8, 3: 0.95}


@pytest.fixture
def agency(engine: Engine, tmp_path: Path) -> int:
    with transaction(engine) as session:
        workspace = Workspace(created_at=NOW, currency="EUR")
        session.add(workspace)
        session.flush()
        agency = workspace.id
    path = tmp_path / "clients.csv"
    path.write_text("external_id,name,owner\nA,Acme,ann@agency.example\nB,Bolt,ann@agency.example\n")
    importer.import_file(engine, agency, "clients", path, now=NOW)
    return agency


def tell(engine: Engine, agency: int, path: Path, through: date, *, grows: bool, source: str = "google") -> None:
    """Import the last ten days as their source tells of them on the next morning."""
    rows = ["client,date,source,spend,leads,conversions"]
    for age in range(1, 11):
        share = SHARES.get(age, 1.0) if grows else 1.0
        rows.append(f"A,{through - (age - 1) * DAY},{source},100,{40 * share},20")
    path.write_text("\n".join(rows))
    importer.import_file(engine, agency, "metrics", path, now=NOW)


def lags_of(engine: Engine, agency: int) -> dict[str, dict[str, int]]:
    with reading(engine) as session:
        ids = {row.id: row.external_id for row in session.execute(select(Client.id, Client.external_id))}
        found = facts.load(session, agency, list(ids), NOW)
    return {ids[client_id]: dict(client.lags) for client_id, client in found.items()}


def test_how_long_results_grow_is_learned_from_files_that_tell_them_again(
    engine: Engine, agency: int, tmp_path: Path
) -> None:
    assert lags_of(engine, agency) == {"A": {}, "B": {}}
    for age in (4, 3, 2, 1):
        tell(engine, agency, tmp_path / "metrics.csv", TODAY - age * DAY, grows=True)
    assert lags_of(engine, agency) == {"A": {"leads": 3, "conversions": 0}, "B": {}}


def test_of_days_that_are_told_once_nothing_is_learned(engine: Engine, agency: int, tmp_path: Path) -> None:
    path = tmp_path / "metrics.csv"
    for age in (3, 2, 1):
        path.write_text(f"client,date,source,leads\nA,{TODAY - age * DAY},google,30\n")
        importer.import_file(engine, agency, "metrics", path, now=NOW)
    assert lags_of(engine, agency)["A"] == {}


def test_the_same_file_again_says_that_nothing_grows(engine: Engine, agency: int, tmp_path: Path) -> None:
    for _ in range(2):
        tell(engine, agency, tmp_path / "metrics.csv", TODAY - DAY, grows=False)
    assert lags_of(engine, agency)["A"] == {"leads": 0, "conversions": 0}


def test_a_client_waits_for_its_slowest_source_alone(engine: Engine, agency: int, tmp_path: Path) -> None:
    for age in (4, 3, 2, 1):
        tell(engine, agency, tmp_path / "slow.csv", TODAY - age * DAY, grows=True, source="slow")
        tell(engine, agency, tmp_path / "quick.csv", TODAY - age * DAY, grows=False, source="quick")
    (tmp_path / "b.csv").write_text(f"client,date,source,leads\nB,{TODAY - DAY},quick,30\n")
    importer.import_file(engine, agency, "metrics", tmp_path / "b.csv", now=NOW)
    assert {client: found.get("leads") for client, found in lags_of(engine, agency).items()} == {"A": 3, "B": 0}


def test_growth_is_kept_by_workspace_source_metric_and_age(engine: Engine, agency: int, tmp_path: Path) -> None:
    for age in (2, 1):
        tell(engine, agency, tmp_path / "metrics.csv", TODAY - age * DAY, grows=True)
    with reading(engine) as session:
        row = session.get_one(ResultGrowth, (agency, "google", "leads", 2))
    assert (row.told, row.grown) == pytest.approx((64, 12))  # 32 twice, the second of which was 20 a day before
