"""The agency's numbers, on either database."""

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
def ours(session: Session) -> Agency:
    made = agency.create(session, NOW)
    theirs = agency.client(session, made.other_id, "Secret", now=NOW, monthly_fee=1, started_on=LONG_AGO)
    told(session, theirs, spend=7, leads=1, sessions=1, qualified_leads=1, conversions=1)
    return made


def client(session: Session, ours: Agency, **columns: Any) -> Client:
    name = f"Client {session.query(Client).count()}"
    return agency.client(session, ours.id, name, now=NOW, **{"started_on": LONG_AGO, **columns})


def told(session: Session, of: Client, on: date = TODAY, source: str = "", **values: Any) -> None:
    values = {"currency": of.currency, **values}
    session.add(DailyMetric(client_id=of.id, workspace_id=of.workspace_id, on=on, source=source, **values))
    session.flush()


def test_of_ten_clients_with_four_won_and_two_lost_eighty_in_a_hundred_stayed(session: Session, ours: Agency) -> None:
    for _ in range(8):
        client(session, ours)
    client(session, ours, status="lost", lost_on=SINCE)
    client(session, ours, status="lost", lost_on=TODAY)
    for days in (0, 1, 50, 89):
        client(session, ours, started_on=TODAY - days * DAY)
    client(session, ours, status="lost", lost_on=SINCE - DAY)
    client(session, ours, status="lost", lost_on=None)
    kept = kpis.load(session, ours.id, NOW).counts
    assert kept == ClientCounts(start=10, won=4, lost=2, end=12)
    assert kept.retention == pytest.approx(0.8)
    assert kept.churn == pytest.approx(0.2)


def test_who_came_or_went_after_the_moment_asked_about_had_not_yet(session: Session, ours: Agency) -> None:
    client(session, ours)
    client(session, ours, status="lost", lost_on=TODAY + DAY)
    client(session, ours, started_on=TODAY + DAY)
    client(session, ours, started_on=None)
    assert kpis.count_clients(session, ours.id, SINCE, TODAY) == ClientCounts(start=2, won=1, lost=0, end=3)
    long_before = datetime(2019, 5, 1, 12, tzinfo=UTC)
    assert kpis.load(session, ours.id, long_before).counts.retention is None


def test_what_clients_are_worth_is_added_up_by_currency(session: Session, ours: Agency) -> None:
    for fee in (100_000, 200_000, 900_000):
        client(session, ours, monthly_fee=fee)
    client(session, ours, monthly_fee=70_000, currency="PLN")
    client(session, ours, monthly_fee=None)
    client(session, ours, monthly_fee=5_000_000, status="lost", lost_on=TODAY)

    def worth(fee: int) -> int:
        return client_value(Facts(0, "active", UTC, monthly_fee=fee), Portfolio(), Policy(), TODAY) or 0

    assert kpis.load(session, ours.id, NOW).client_value == {
        "EUR": ClientValue(3, worth(100_000) + worth(200_000) + worth(900_000), worth(200_000)),
        "PLN": ClientValue(1, worth(70_000), worth(70_000)),
    }


def test_a_lead_costs_what_those_spent_who_tell_of_both(session: Session, ours: Agency) -> None:
    acme, cedar, polish = client(session, ours), client(session, ours), client(session, ours, currency="PLN")
    told(session, acme, spend=900_00)
    told(session, acme, source="crm", leads=20)
    told(session, acme, on=SINCE, spend=100_00, leads=5)
    told(session, acme, on=SINCE - DAY, spend=9_999_00)
    told(session, acme, source="abroad", spend=5_000_00, currency="USD")
    told(session, cedar, spend=777_00)
    told(session, polish, spend=300_00, leads=3)
    assert kpis.load(session, ours.id, NOW).cost_per_lead == {"EUR": 1000_00 / 25, "PLN": 100_00}


def test_visits_become_leads_and_qualified_ones_customers(session: Session, ours: Agency) -> None:
    acme, cedar, shop = (client(session, ours) for _ in range(3))
    told(session, acme, sessions=1000, leads=30, qualified_leads=20, conversions=5.0)
    told(session, cedar, leads=500, qualified_leads=10)
    told(session, shop, sessions=1000, leads=10, qualified_leads=10, conversions=400.0)
    found = kpis.load(session, ours.id, NOW)
    assert found.traffic_to_lead == pytest.approx(40 / 2000)
    assert found.qualified_to_customer == pytest.approx(5 / 20)


def test_the_margin_is_of_the_whole_months_of_which_hours_are_told(session: Session, ours: Agency) -> None:
    acme = client(session, ours, monthly_fee=1000_00)
    rows = [
        {"month": date(2026, 8, 1), "hours": 99.0, "hourly_cost": 99_00},  # began before the period
        {"month": date(2026, 9, 1), "hours": 10.0, "hourly_cost": 50_00, "tools_cost": 100_00},
        {"month": date(2026, 10, 1), "hours": 14.0, "hourly_cost": 50_00},
        {"month": date(2026, 11, 1), "hours": 99.0, "hourly_cost": 99_00},  # not over
    ]
    session.add_all([Effort(client_id=acme.id, workspace_id=ours.id, **row) for row in rows])
    for number, billing in enumerate(("share_of_spend", "project")):
        other = client(session, ours, monthly_fee=number or None, billing=billing)
        session.add(
            Effort(client_id=other.id, workspace_id=ours.id, month=date(2026, 9, 1), hours=float(number), hourly_cost=1)
        )
    session.flush()
    assert kpis.load(session, ours.id, NOW).margin == {"EUR": pytest.approx((2000 - 500 - 700 - 100) / 2000)}


def test_what_there_is_no_data_for_is_unknown(session: Session, ours: Agency) -> None:
    found = kpis.load(session, ours.id, NOW)
    assert (found.counts.retention, found.counts.churn, found.average_days_since_contact) == (None, None, None)
    assert (found.traffic_to_lead, found.qualified_to_customer) == (None, None)
    assert (found.client_value, found.cost_per_lead, found.margin) == ({}, {}, {})
    client(session, ours)
    assert kpis.load(session, ours.id, NOW).cost_per_lead == {}


def test_a_glance_tells_of_the_whole_portfolio_and_of_a_year(session: Session, ours: Agency) -> None:
    for days, owner_id in ((4, ours.alice), (9, None)):
        made = client(session, ours, owner_id=owner_id)
        touchpoints.log(
            session, ours.id, made.id, None, seen=None, occurred_at=NOW - days * DAY, source="form", now=NOW
        )
    client(session, ours, status="lost", lost_on=TODAY - 300 * DAY)
    client(session, ours, status="lost", lost_on=TODAY - 365 * DAY)
    session.get_one(Workspace, ours.id).benchmarks = {"median_value": {"EUR": 2_400_000}}
    session.flush()
    seen = kpis.load_agency_numbers(session, ours.id, portfolio_stats.load_owner_stats(session, ours.id, NOW), NOW)
    assert seen.average_days_since_contact == pytest.approx(6.5)
    assert seen.retention == pytest.approx(2 / 3)
    assert seen.median_value == {"EUR": 2_400_000}


def test_a_contact_that_is_still_to_come_does_not_count(session: Session, ours: Agency) -> None:
    made = client(session, ours, owner_id=ours.alice)
    for days in (-1, 5):
        touchpoints.log(
            session, ours.id, made.id, None, seen=None, occurred_at=NOW - days * DAY, source="form", now=NOW
        )
    assert portfolio_stats.average_days_since_contact(session, ours.id, [ours.alice], NOW) == pytest.approx(5)
    assert kpis.load(session, ours.id, NOW + 3 * DAY).average_days_since_contact == pytest.approx(2)


def test_a_client_that_begins_tomorrow_has_waited_no_day(session: Session, ours: Agency) -> None:
    client(session, ours, owner_id=ours.bob, started_on=TODAY + 5 * DAY)
    client(session, ours, owner_id=ours.bob, started_on=TODAY - 4 * DAY)
    assert portfolio_stats.average_days_since_contact(session, ours.id, [ours.bob], NOW) == pytest.approx(2)
