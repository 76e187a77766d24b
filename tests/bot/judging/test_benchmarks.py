"""Computing benchmarks, and making clients due when they move."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from bot.infra.db import transaction
from bot.infra.models import Client, Invoice, Observation, Workspace
from bot.judging import benchmarks, facts
from bot.people import workspaces
from scoring.facts import Client as Facts
from scoring.facts import Contracts, Portfolio, Tenure
from scoring.policy import Policy
from scoring.value import client_value
from tests import agency
from tests.agency import Agency
from tests.conftest import NOW

TODAY = NOW.date()
LATER = NOW + timedelta(days=1)


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with transaction(engine) as opened:
        yield opened


@pytest.fixture
def house(session: Session) -> Agency:
    return agency.create(session, NOW)


def add_client(session: Session, house: Agency, fee: int | None, **columns: Any) -> Client:
    name = f"Client {session.query(Client).count()}"
    return agency.client(session, house.id, name, now=NOW, monthly_fee=fee, **columns)


def refresh_stale(session: Session, now: datetime) -> None:
    """Recompute what is not from today, as the sweep does."""
    for workspace_id in benchmarks.find_stale(session, now):
        benchmarks.refresh(session, workspace_id, now)


def stored(session: Session, house: Agency) -> dict[str, Any]:
    session.expire_all()
    return session.get_one(Workspace, house.id).benchmarks


def due(session: Session) -> set[int]:
    return set(session.scalars(select(Client.id).where(Client.next_check_at.is_not(None))))


def mark_none_due(session: Session) -> None:
    session.execute(update(Client).values(next_check_at=None))


def test_the_median_value_is_by_currency_without_lost_clients(session: Session, house: Agency) -> None:
    for fee in (100_000, 200_000, 900_000):
        add_client(session, house, fee)
    add_client(session, house, 5_000, status="lost", lost_on=TODAY)
    add_client(session, house, 70_000, currency="PLN")
    add_client(session, house, None)
    middle = client_value(_facts(200_000), Portfolio(), Policy(), TODAY)
    polish = client_value(_facts(70_000), Portfolio(), Policy(), TODAY)
    assert benchmarks.compute(session, house.id, NOW)["median_value"] == {"EUR": middle, "PLN": polish}


def _facts(fee: int) -> Facts:
    return Facts(id=0, status="active", zone=UTC, monthly_fee=fee)


def test_a_share_of_spend_fee_is_read_from_the_invoices(session: Session, house: Agency) -> None:
    client = add_client(session, house, None, billing="share_of_spend")
    session.add(
        Invoice(
            workspace_id=house.id,
            client_id=client.id,
            number="1",
            issued_on=TODAY,
            due_on=TODAY,
            amount=80_000,
            currency="EUR",
            status="paid",
        )
    )
    session.flush()
    assert benchmarks.compute(session, house.id, NOW)["median_value"]["EUR"] > 0


def test_the_renewal_rate_is_unknown_until_enough_contracts_have_ended(session: Session, house: Agency) -> None:
    client = add_client(session, house, 1000)
    for number in range(8):
        session.add(
            Observation(
                workspace_id=house.id,
                client_id=client.id,
                kind="renewal",
                occurred_on=TODAY - timedelta(days=number),
                external_id=f"{number}",
                created_at=NOW,
            )
        )
    add_client(session, house, 1000, status="lost", lost_on=TODAY - timedelta(days=30))
    session.flush()
    assert benchmarks.compute(session, house.id, NOW)["renewal_rate"] is None
    add_client(session, house, 1000, status="lost", lost_on=TODAY - timedelta(days=60))
    add_client(session, house, 1000, status="lost", lost_on=date(2020, 1, 1))
    assert benchmarks.compute(session, house.id, NOW)["renewal_rate"] == 0.8


def test_when_a_median_moves_only_that_agencys_clients_become_due(session: Session, house: Agency) -> None:
    own = add_client(session, house, 100_000)
    foreign = agency.client(session, house.other_id, "Theirs", now=NOW, monthly_fee=100_000)
    refresh_stale(session, NOW)
    mark_none_due(session)
    own.monthly_fee = 200_000
    workspaces.mark_benchmarks_outdated(session, house.id)
    refresh_stale(session, NOW)
    assert due(session) == {own.id}
    assert foreign.id not in due(session)


def test_a_small_change_of_a_median_is_ignored(session: Session, house: Agency) -> None:
    client = add_client(session, house, 100_000)
    refresh_stale(session, NOW)
    mark_none_due(session)
    before = stored(session, house)
    client.monthly_fee = 104_000
    session.flush()
    refresh_stale(session, LATER)
    typical = {"typical_fee": {"EUR/retainer": 104_000}}  # a word for who may not see the fee, not judged by
    assert stored(session, house) == {**before, **typical}
    assert due(session) == set()
    client.monthly_fee = 106_000
    session.flush()
    refresh_stale(session, LATER + timedelta(days=1))
    assert stored(session, house)["median_value"] != before["median_value"]
    assert due(session) == {client.id}


def test_benchmarks_are_computed_once_a_day_unless_marked_outdated(session: Session, house: Agency) -> None:
    client = add_client(session, house, 100_000)
    refresh_stale(session, NOW)
    before = stored(session, house)
    client.monthly_fee = 300_000
    session.flush()
    refresh_stale(session, NOW + timedelta(hours=1))
    assert stored(session, house) == before
    workspaces.mark_benchmarks_outdated(session, house.id)
    refresh_stale(session, NOW + timedelta(hours=1))
    assert stored(session, house) != before


def test_rates_are_unknown_when_only_losses_are_recorded(session: Session, house: Agency) -> None:
    add_client(session, house, 1000)
    for days in range(15):
        add_client(session, house, 1000, status="lost", lost_on=TODAY, renews_on=TODAY + timedelta(days=10 * days))
    computed = benchmarks.compute(session, house.id, NOW)
    assert (computed["renewal_rate"], computed["early_leaving"], computed["similar"]) == (None, None, {})
    assert computed["median_value"]["EUR"] > 0


def add_renewals(session: Session, house: Agency, client: Client, times: int) -> None:
    for number in range(times):
        session.add(
            Observation(
                workspace_id=house.id,
                client_id=client.id,
                kind="renewal",
                occurred_on=TODAY - timedelta(days=number),
                external_id=f"{client.id}-{number}",
                created_at=NOW,
            )
        )
    session.flush()


def test_a_kind_of_client_has_its_own_rates_once_enough_contracts_have_ended(session: Session, house: Agency) -> None:
    shop = add_client(session, house, 1000, industry="Retail")
    clinic = add_client(session, house, 1000, industry="Health")
    add_renewals(session, house, shop, 9)
    add_renewals(session, house, clinic, 2)
    add_client(session, house, 1000, industry=" retail ", status="lost", lost_on=TODAY, renews_on=TODAY)
    computed = benchmarks.compute(session, house.id, NOW)
    assert computed["similar"] == {
        "retainer": {"renewal_rate": 11 / 12, "early_leaving": 0.0},
        "retainer/retail": {"renewal_rate": 0.9, "early_leaving": 0.0},
    }
    assert (computed["renewal_rate"], computed["early_leaving"]) == (11 / 12, 0.0)


def test_a_client_lost_long_before_its_contracts_end_left_early(session: Session, house: Agency) -> None:
    add_renewals(session, house, add_client(session, house, 1000), 10)
    for days in (-40, 0, 30, 31, 200):
        add_client(session, house, 1000, status="lost", lost_on=TODAY, renews_on=TODAY + timedelta(days=days))
    add_client(session, house, 1000, status="lost", lost_on=TODAY)
    computed = benchmarks.compute(session, house.id, NOW)
    assert computed["early_leaving"] == 2 / 16
    assert computed["renewal_rate"] == 10 / 14


def test_assessments_use_the_rates_of_similar_clients(session: Session, house: Agency) -> None:
    shop = add_client(session, house, 1000, industry="Retail", renews_on=TODAY + timedelta(days=200))
    add_renewals(session, house, shop, 10)
    refresh_stale(session, NOW)
    portfolio = facts.read(session, house.id, [shop.id], NOW).portfolio(shop.id)
    assert portfolio.similar["retainer/retail"] == Contracts(1.0, 0.0)
    assert portfolio.early_leaving == 0.0


def test_when_a_rate_of_one_kind_moves_all_clients_become_due(session: Session, house: Agency) -> None:
    projects = add_client(session, house, 1000, billing="project", industry="Retail")
    add_renewals(session, house, projects, 10)
    refresh_stale(session, NOW)
    mark_none_due(session)
    add_client(session, house, 1000, billing="project", industry="Retail", status="lost", lost_on=TODAY)
    refresh_stale(session, LATER)
    assert due(session) == {projects.id}


def add_lost_clients(session: Session, house: Agency, days: int, count: int) -> None:
    """Add `count` clients that left after `days` days."""
    for _ in range(count):
        start = TODAY - timedelta(days=days + 30)
        add_client(session, house, None, status="lost", started_on=start, lost_on=start + timedelta(days=days))


def test_a_newly_learned_tenure_makes_all_clients_due(session: Session, house: Agency) -> None:
    current = add_client(session, house, None, started_on=TODAY - timedelta(days=340))
    for years in range(1, 9):
        add_client(session, house, None, started_on=TODAY - timedelta(days=600 + 50 * years))
        add_lost_clients(session, house, 80 * years, 1)
    add_lost_clients(session, house, 365, 11)
    refresh_stale(session, NOW)
    assert stored(session, house)["tenure"] == {"lost": 19, "needed": 20, "marks": []}
    known = facts.read(session, house.id, [current.id], NOW).portfolio(current.id).tenure
    assert known == Tenure(19, 20)
    mark_none_due(session)

    add_lost_clients(session, house, 366, 1)
    workspaces.mark_benchmarks_outdated(session, house.id)
    refresh_stale(session, NOW)
    learned = facts.read(session, house.id, [current.id], NOW).portfolio(current.id).tenure
    assert learned is not None
    assert [(mark.months, mark.left) for mark in learned.marks] == [(12, 12)]
    assert current.id in due(session)


def test_a_loss_that_changes_no_tenure_makes_no_client_due(session: Session, house: Agency) -> None:
    add_client(session, house, None, started_on=TODAY - timedelta(days=340))
    add_lost_clients(session, house, 365, 3)
    refresh_stale(session, NOW)
    mark_none_due(session)
    add_lost_clients(session, house, 365, 1)
    workspaces.mark_benchmarks_outdated(session, house.id)
    refresh_stale(session, NOW)
    assert due(session) == set()
    assert stored(session, house)["tenure"]["lost"] == 4


def test_losses_with_missing_or_impossible_dates_are_ignored(session: Session, house: Agency) -> None:
    add_client(session, house, None, status="lost", lost_on=TODAY)
    add_client(session, house, None, status="lost", started_on=TODAY)
    add_client(session, house, None, status="lost", started_on=TODAY, lost_on=TODAY - timedelta(days=9))
    add_client(session, house, None, status="lost", started_on=TODAY, lost_on=TODAY + timedelta(days=9))
    assert benchmarks.learn_tenure(session, house.id, TODAY) == Tenure(0, 20)


def test_benchmarks_from_a_clock_that_was_ahead_are_computed_again(session: Session, house: Agency) -> None:
    refresh_stale(session, NOW + timedelta(days=30))
    assert benchmarks.find_stale(session, NOW) == [house.id, house.other_id]


def test_outdated_benchmarks_are_found_by_the_index_without_reading_any(engine: Engine) -> None:
    statement = benchmarks._STALE.compile(engine, compile_kwargs={"render_postcompile": True})
    today = TODAY.isoformat() if engine.dialect.name == "sqlite" else TODAY
    explain = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET enable_seqscan = off")
        values = (
            {"today": today} if engine.dialect.name == "postgresql" else (today,) * len(statement.positiontup or ())
        )
        plan = str(connection.exec_driver_sql(f"{explain} {statement}", values).all())
    assert "ix_workspaces_benchmarks_on" in plan
    assert "SCAN workspaces" not in plan
    assert "Seq Scan" not in plan
