from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.infra.db import transaction
from bot.infra.models import DailyMetric, Workspace
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
def ours(session: Session) -> Agency:
    return agency.create(session, NOW)


def buying(
    session: Session, ours: Agency, cost: int, industry: str = "Law", *, bought: int = 20, days: int = 10
) -> int:
    """Make a client that bought some leads at a cost each, on a day so long ago."""
    client = agency.client(session, ours.id, f"Of {industry} at {cost} {days}", now=NOW, industry=industry)
    session.add(
        DailyMetric(
            workspace_id=ours.id,
            client_id=client.id,
            on=TODAY - timedelta(days=days),
            spend=cost * bought,
            leads=bought,
            currency="EUR",
        )
    )
    session.flush()
    return client.id


def test_the_median_cost_of_a_lead_is_told_by_trade_from_five_clients_on(session: Session, ours: Agency) -> None:
    for cost in (1000, 2000, 3000, 9000):
        buying(session, ours, cost)
    assert lead_costs.median_cost_by_industry(session, ours.id, TODAY) == {}
    buying(session, ours, 8000, " law ")
    buying(session, ours, 1, "Hotels")
    assert lead_costs.median_cost_by_industry(session, ours.id, TODAY) == {"EUR/law": 3000}


def test_few_leads_old_ones_and_foreign_money_do_not_count(session: Session, ours: Agency) -> None:
    for cost in (1000, 2000, 3000, 4000):
        buying(session, ours, cost)
    buying(session, ours, 9000, bought=19)
    buying(session, ours, 9001, days=91)
    buying(session, ours, 9002, days=0)
    buying(session, ours, 9003, "")
    abroad = buying(session, ours, 9004)
    session.query(DailyMetric).where(DailyMetric.client_id == abroad).update({"currency": "USD"})
    assert lead_costs.median_cost_by_industry(session, ours.id, TODAY) == {}
    buying(session, ours, 5000, days=90)
    assert lead_costs.median_cost_by_industry(session, ours.id, TODAY) == {"EUR/law": 3000}


def test_clients_are_held_against_it_once_it_is_worked_out(session: Session, ours: Agency) -> None:
    ids = [buying(session, ours, cost) for cost in (1000, 2000, 3000, 4000, 5000)]
    benchmarks.refresh(session, NOW)
    session.expire_all()
    assert session.get_one(Workspace, ours.id).benchmarks["lead_cost"] == {"EUR/law": 3000}
    batch = facts.read(session, ours.id, ids, NOW)
    assert batch.portfolio(ids[0]).lead_cost == {"EUR/law": 3000}
