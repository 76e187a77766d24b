"""The median cost per lead by industry."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.infra.db import transaction
from bot.infra.models import Client, DailyMetric, Workspace
from bot.judging import benchmarks, facts, lead_costs
from tests import agency
from tests.agency import Agency
from tests.conftest import NOW

TODAY = NOW.date()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with transaction(engine) as opened:
        yield opened


@pytest.fixture
def house(session: Session) -> Agency:
    return agency.create(session, NOW)


def add_buyer(
    session: Session, house: Agency, cost: int, industry: str = "Law", *, bought: int = 20, days: int = 10
) -> int:
    """Add a client that bought leads at `cost` each, `days` days ago."""
    client = agency.client(session, house.id, f"Of {industry} at {cost} {days}", now=NOW, industry=industry)
    session.add(
        DailyMetric(
            workspace_id=house.id,
            client_id=client.id,
            on=TODAY - timedelta(days=days),
            spend=cost * bought,
            leads=bought,
            currency="EUR",
        )
    )
    session.flush()
    return client.id


def test_the_median_cost_per_lead_needs_five_clients_of_an_industry(session: Session, house: Agency) -> None:
    for cost in (1000, 2000, 3000, 9000):
        add_buyer(session, house, cost)
    assert lead_costs.median_cost_by_industry(session, house.id, TODAY) == {}
    add_buyer(session, house, 8000, " law ")
    add_buyer(session, house, 1, "Hotels")
    assert lead_costs.median_cost_by_industry(session, house.id, TODAY) == {"EUR/law": 3000}


def test_few_leads_old_leads_and_foreign_currency_do_not_count(session: Session, house: Agency) -> None:
    for cost in (1000, 2000, 3000, 4000):
        add_buyer(session, house, cost)
    add_buyer(session, house, 9000, bought=19)
    add_buyer(session, house, 9001, days=91)
    add_buyer(session, house, 9002, days=0)
    add_buyer(session, house, 9003, "")
    abroad = add_buyer(session, house, 9004)
    session.query(DailyMetric).where(DailyMetric.client_id == abroad).update({"currency": "USD"})
    assert lead_costs.median_cost_by_industry(session, house.id, TODAY) == {}
    add_buyer(session, house, 5000, days=90)
    assert lead_costs.median_cost_by_industry(session, house.id, TODAY) == {"EUR/law": 3000}


def test_the_median_is_in_the_portfolio_once_computed(session: Session, house: Agency) -> None:
    ids = [add_buyer(session, house, cost) for cost in (1000, 2000, 3000, 4000, 5000)]
    benchmarks.refresh(session, house.id, NOW)
    session.expire_all()
    assert session.get_one(Workspace, house.id).benchmarks["lead_cost"] == {"EUR/law": 3000}
    batch = facts.read(session, house.id, ids, NOW)
    assert batch.portfolio(ids[0]).lead_cost == {"EUR/law": 3000}


def test_a_client_whose_ads_are_in_another_currency_is_compared_in_that_one(session: Session, house: Agency) -> None:
    for cost in (1000, 2000, 3000, 4000, 5000):
        buyer = add_buyer(session, house, cost)
        session.query(DailyMetric).where(DailyMetric.client_id == buyer).update({"currency": "USD"})
    assert lead_costs.median_cost_by_industry(session, house.id, TODAY) == {"USD/law": 3000}
    session.query(Client).update({"ad_currency": "PLN"})
    assert lead_costs.median_cost_by_industry(session, house.id, TODAY) == {}
