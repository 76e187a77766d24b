"""An agency's KPIs, on both databases."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.clients import touchpoints
from bot.infra.db import transaction
from bot.infra.models import Client, DailyMetric, Effort, Workspace
from bot.reporting import kpis, portfolio_stats
from bot.reporting.kpis import ClientCounts, ClientValue
from scoring.facts import Client as Facts
from scoring.facts import Portfolio
from scoring.policy import Policy
from scoring.value import client_value
from tests import agency
from tests.agency import Agency
from tests.conftest import NOW

TODAY = NOW.date()
DAY = timedelta(days=1)
SINCE = TODAY - 89 * DAY
LONG_AGO = date(2020, 1, 1)


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with transaction(engine) as opened:
        yield opened


@pytest.fixture
def house(session: Session) -> Agency:
    house = agency.create(session, NOW)
    foreign = agency.client(session, house.other_id, "Secret", now=NOW, monthly_fee=1, started_on=LONG_AGO)
    add_metrics(session, foreign, spend=7, leads=1, sessions=1, qualified_leads=1, conversions=1)
    return house


def add_client(session: Session, house: Agency, **columns: Any) -> Client:
    name = f"Client {session.query(Client).count()}"
    return agency.client(session, house.id, name, now=NOW, **{"started_on": LONG_AGO, **columns})


def add_metrics(session: Session, of: Client, on: date = TODAY, source: str = "", **values: Any) -> None:
    values = {"currency": of.currency, **values}
    session.add(DailyMetric(client_id=of.id, workspace_id=of.workspace_id, on=on, source=source, **values))
    session.flush()


def test_retention_and_churn_count_clients_won_and_lost(session: Session, house: Agency) -> None:
    for _ in range(8):
        add_client(session, house)
    add_client(session, house, status="lost", lost_on=SINCE)
    add_client(session, house, status="lost", lost_on=TODAY)
    for days in (0, 1, 50, 89):
        add_client(session, house, started_on=TODAY - days * DAY)
    add_client(session, house, status="lost", lost_on=SINCE - DAY)
    add_client(session, house, status="lost", lost_on=None)
    counts = kpis.load(session, house.id, NOW).counts
    assert counts == ClientCounts(start=10, won=4, lost=2, end=12)
    assert counts.retention == pytest.approx(0.8)
    assert counts.churn == pytest.approx(0.2)


def test_clients_won_or_lost_after_the_period_do_not_count(session: Session, house: Agency) -> None:
    add_client(session, house)
    add_client(session, house, status="lost", lost_on=TODAY + DAY)
    add_client(session, house, started_on=TODAY + DAY)
    add_client(session, house, started_on=None)
    assert kpis.count_clients(session, house.id, SINCE, TODAY) == ClientCounts(start=2, won=1, lost=0, end=3)
    long_before = datetime(2019, 5, 1, 12, tzinfo=UTC)
    assert kpis.load(session, house.id, long_before).counts.retention is None


def test_client_value_is_added_up_by_currency(session: Session, house: Agency) -> None:
    for fee in (100_000, 200_000, 900_000):
        add_client(session, house, monthly_fee=fee)
    add_client(session, house, monthly_fee=70_000, currency="PLN")
    add_client(session, house, monthly_fee=None)
    add_client(session, house, monthly_fee=5_000_000, status="lost", lost_on=TODAY)

    def value(fee: int) -> int:
        return client_value(Facts(0, "active", UTC, monthly_fee=fee), Portfolio(), Policy(), TODAY) or 0

    assert kpis.load(session, house.id, NOW).client_value == {
        "EUR": ClientValue(3, value(100_000) + value(200_000) + value(900_000), value(200_000)),
        "PLN": ClientValue(1, value(70_000), value(70_000)),
    }


def test_cost_per_lead_is_over_clients_with_spend_and_leads(session: Session, house: Agency) -> None:
    acme, cedar, polish = (
        add_client(session, house),
        add_client(session, house),
        add_client(session, house, currency="PLN"),
    )
    add_metrics(session, acme, spend=900_00)
    add_metrics(session, acme, source="crm", leads=20)
    add_metrics(session, acme, on=SINCE, spend=100_00, leads=5)
    add_metrics(session, acme, on=SINCE - DAY, spend=9_999_00)
    add_metrics(session, acme, source="abroad", spend=5_000_00, currency="USD")
    add_metrics(session, cedar, spend=777_00)
    add_metrics(session, polish, spend=300_00, leads=3)
    assert kpis.load(session, house.id, NOW).cost_per_lead == {"EUR": 1000_00 / 25, "PLN": 100_00}


def test_conversion_rates_from_visits_and_qualified_leads(session: Session, house: Agency) -> None:
    acme, cedar, shop = (add_client(session, house) for _ in range(3))
    add_metrics(session, acme, sessions=1000, leads=30, qualified_leads=20, conversions=5.0)
    add_metrics(session, cedar, leads=500, qualified_leads=10)
    add_metrics(session, shop, sessions=1000, leads=10, qualified_leads=10, conversions=400.0)
    numbers = kpis.load(session, house.id, NOW)
    assert numbers.traffic_to_lead == pytest.approx(40 / 2000)
    assert numbers.qualified_to_customer == pytest.approx(5 / 20)


def test_the_margin_is_over_whole_months_with_hours(session: Session, house: Agency) -> None:
    acme = add_client(session, house, monthly_fee=1000_00)
    rows = [
        {"month": date(2026, 8, 1), "hours": 99.0, "hourly_cost": 99_00},  # began before the period
        {"month": date(2026, 9, 1), "hours": 10.0, "hourly_cost": 50_00, "tools_cost": 100_00},
        {"month": date(2026, 10, 1), "hours": 14.0, "hourly_cost": 50_00},
        {"month": date(2026, 11, 1), "hours": 99.0, "hourly_cost": 99_00},  # not over
    ]
    session.add_all([Effort(client_id=acme.id, workspace_id=house.id, **row) for row in rows])
    for number, billing in enumerate(("share_of_spend", "project")):
        other = add_client(session, house, monthly_fee=number or None, billing=billing)
        session.add(
            Effort(
                client_id=other.id, workspace_id=house.id, month=date(2026, 9, 1), hours=float(number), hourly_cost=1
            )
        )
    session.flush()
    assert kpis.load(session, house.id, NOW).margin == {"EUR": pytest.approx((2000 - 500 - 700 - 100) / 2000)}


def test_kpis_without_data_are_unknown(session: Session, house: Agency) -> None:
    numbers = kpis.load(session, house.id, NOW)
    assert (numbers.counts.retention, numbers.counts.churn, numbers.average_days_since_contact) == (None, None, None)
    assert (numbers.traffic_to_lead, numbers.qualified_to_customer) == (None, None)
    assert (numbers.client_value, numbers.cost_per_lead, numbers.margin) == ({}, {}, {})
    add_client(session, house)
    assert kpis.load(session, house.id, NOW).cost_per_lead == {}


def test_the_agencys_numbers_cover_all_clients_and_a_year(session: Session, house: Agency) -> None:
    for days, owner_id in ((4, house.alice), (9, None)):
        client = add_client(session, house, owner_id=owner_id)
        touchpoints.log(
            session, house.id, client.id, None, seen=None, occurred_at=NOW - days * DAY, source="form", now=NOW
        )
    add_client(session, house, status="lost", lost_on=TODAY - 300 * DAY)
    add_client(session, house, status="lost", lost_on=TODAY - 365 * DAY)
    session.get_one(Workspace, house.id).benchmarks = {"median_value": {"EUR": 2_400_000}}
    session.flush()
    seen = kpis.load_agency_numbers(session, house.id, portfolio_stats.load_owner_stats(session, house.id, NOW), NOW)
    assert seen.average_days_since_contact == pytest.approx(6.5)
    assert seen.retention == pytest.approx(2 / 3)
    assert seen.median_value == {"EUR": 2_400_000}


def test_a_contact_in_the_future_does_not_count(session: Session, house: Agency) -> None:
    client = add_client(session, house, owner_id=house.alice)
    for days in (-1, 5):
        touchpoints.log(
            session, house.id, client.id, None, seen=None, occurred_at=NOW - days * DAY, source="form", now=NOW
        )
    assert portfolio_stats.average_days_since_contact(session, house.id, [house.alice], NOW) == pytest.approx(5)
    assert kpis.load(session, house.id, NOW + 3 * DAY).average_days_since_contact == pytest.approx(2)


def test_a_client_that_starts_tomorrow_has_zero_days_since_contact(session: Session, house: Agency) -> None:
    add_client(session, house, owner_id=house.bob, started_on=TODAY + 5 * DAY)
    known = add_client(session, house, owner_id=house.bob, started_on=TODAY - 4 * DAY)
    known.created_at = NOW - 4 * DAY
    session.flush()
    assert portfolio_stats.average_days_since_contact(session, house.id, [house.bob], NOW) == pytest.approx(2)
