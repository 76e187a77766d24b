from collections.abc import Iterator
from datetime import UTC, date, timedelta
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
def ours(session: Session) -> Agency:
    return agency.create(session, NOW)


def paying(session: Session, ours: Agency, fee: int | None, **columns: Any) -> Client:
    name = f"Client {session.query(Client).count()}"
    return agency.client(session, ours.id, name, now=NOW, monthly_fee=fee, **columns)


def kept(session: Session, ours: Agency) -> dict[str, Any]:
    session.expire_all()
    return session.get_one(Workspace, ours.id).benchmarks


def due(session: Session) -> set[int]:
    return set(session.scalars(select(Client.id).where(Client.next_check_at.is_not(None))))


def settle(session: Session) -> None:
    session.execute(update(Client).values(next_check_at=None))


def test_the_median_value_is_told_by_currency_and_lost_clients_do_not_count(session: Session, ours: Agency) -> None:
    for fee in (100_000, 200_000, 900_000):
        paying(session, ours, fee)
    paying(session, ours, 5_000, status="lost", lost_on=TODAY)
    paying(session, ours, 70_000, currency="PLN")
    paying(session, ours, None)
    middle = client_value(_facts(200_000), Portfolio(), Policy(), TODAY)
    polish = client_value(_facts(70_000), Portfolio(), Policy(), TODAY)
    assert benchmarks.compute(session, ours.id, NOW)["median_value"] == {"EUR": middle, "PLN": polish}


def _facts(fee: int) -> Facts:
    return Facts(id=0, status="active", zone=UTC, monthly_fee=fee)


def test_where_the_fee_follows_the_spend_it_is_read_from_the_invoices(session: Session, ours: Agency) -> None:
    client = paying(session, ours, None, billing="share_of_spend")
    session.add(
        Invoice(
            workspace_id=ours.id,
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
    assert benchmarks.compute(session, ours.id, NOW)["median_value"]["EUR"] > 0


def test_the_renewal_rate_is_unknown_until_enough_contracts_have_ended(session: Session, ours: Agency) -> None:
    client = paying(session, ours, 1000)
    for number in range(8):
        session.add(
            Observation(
                workspace_id=ours.id,
                client_id=client.id,
                kind="renewal",
                occurred_on=TODAY - timedelta(days=number),
                external_id=f"{number}",
                created_at=NOW,
            )
        )
    paying(session, ours, 1000, status="lost", lost_on=TODAY - timedelta(days=30))
    session.flush()
    assert benchmarks.compute(session, ours.id, NOW)["renewal_rate"] is None
    paying(session, ours, 1000, status="lost", lost_on=TODAY - timedelta(days=60))
    paying(session, ours, 1000, status="lost", lost_on=date(2020, 1, 1))
    assert benchmarks.compute(session, ours.id, NOW)["renewal_rate"] == 0.8


def test_when_a_median_moves_all_the_agency_s_clients_are_due_again_and_nobody_else_s(
    session: Session, ours: Agency
) -> None:
    mine = paying(session, ours, 100_000)
    theirs = agency.client(session, ours.other_id, "Theirs", now=NOW, monthly_fee=100_000)
    benchmarks.refresh(session, NOW)
    settle(session)
    mine.monthly_fee = 200_000
    workspaces.mark_benchmarks_outdated(session, ours.id)
    benchmarks.refresh(session, NOW)
    assert due(session) == {mine.id}
    assert theirs.id not in due(session)


def test_a_median_that_only_crept_is_left_as_it_was(session: Session, ours: Agency) -> None:
    client = paying(session, ours, 100_000)
    benchmarks.refresh(session, NOW)
    settle(session)
    before = kept(session, ours)
    client.monthly_fee = 104_000
    session.flush()
    benchmarks.refresh(session, LATER)
    assert kept(session, ours) == {**before, "on": LATER.date().isoformat()}
    assert due(session) == set()
    client.monthly_fee = 106_000
    session.flush()
    benchmarks.refresh(session, LATER + timedelta(days=1))
    assert kept(session, ours)["median_value"] != before["median_value"]
    assert due(session) == {client.id}


def test_they_are_worked_out_once_a_day_unless_somebody_says_that_fees_have_changed(
    session: Session, ours: Agency
) -> None:
    client = paying(session, ours, 100_000)
    benchmarks.refresh(session, NOW)
    before = kept(session, ours)
    client.monthly_fee = 300_000
    session.flush()
    benchmarks.refresh(session, NOW + timedelta(hours=1))
    assert kept(session, ours) == before
    workspaces.mark_benchmarks_outdated(session, ours.id)
    benchmarks.refresh(session, NOW + timedelta(hours=1))
    assert kept(session, ours) != before


def test_losses_alone_say_nothing_of_renewals_that_nobody_records(session: Session, ours: Agency) -> None:
    paying(session, ours, 1000)
    for days in range(15):
        paying(session, ours, 1000, status="lost", lost_on=TODAY, renews_on=TODAY + timedelta(days=10 * days))
    found = benchmarks.compute(session, ours.id, NOW)
    assert (found["renewal_rate"], found["early_leaving"], found["similar"]) == (None, None, {})
    assert found["median_value"]["EUR"] > 0


def renewed(session: Session, ours: Agency, client: Client, times: int) -> None:
    for number in range(times):
        session.add(
            Observation(
                workspace_id=ours.id,
                client_id=client.id,
                kind="renewal",
                occurred_on=TODAY - timedelta(days=number),
                external_id=f"{client.id}-{number}",
                created_at=NOW,
            )
        )
    session.flush()


def test_clients_of_one_kind_have_rates_of_their_own_once_enough_of_their_contracts_have_ended(
    session: Session, ours: Agency
) -> None:
    shop = paying(session, ours, 1000, industry="Retail")
    clinic = paying(session, ours, 1000, industry="Health")
    renewed(session, ours, shop, 9)
    renewed(session, ours, clinic, 2)
    paying(session, ours, 1000, industry=" retail ", status="lost", lost_on=TODAY, renews_on=TODAY)
    found = benchmarks.compute(session, ours.id, NOW)
    assert found["similar"] == {
        "retainer": {"renewal_rate": 11 / 12, "early_leaving": 0.0},
        "retainer/retail": {"renewal_rate": 0.9, "early_leaving": 0.0},
    }
    assert (found["renewal_rate"], found["early_leaving"]) == (11 / 12, 0.0)


def test_a_client_that_goes_long_before_its_contracts_end_left_early(session: Session, ours: Agency) -> None:
    renewed(session, ours, paying(session, ours, 1000), 10)
    for days in (-40, 0, 30, 31, 200):
        paying(session, ours, 1000, status="lost", lost_on=TODAY, renews_on=TODAY + timedelta(days=days))
    paying(session, ours, 1000, status="lost", lost_on=TODAY)
    found = benchmarks.compute(session, ours.id, NOW)
    assert found["early_leaving"] == 2 / 16
    assert found["renewal_rate"] == 10 / 14


def test_the_sweep_judges_by_the_rates_of_similar_clients(session: Session, ours: Agency) -> None:
    shop = paying(session, ours, 1000, industry="Retail", renews_on=TODAY + timedelta(days=200))
    renewed(session, ours, shop, 10)
    benchmarks.refresh(session, NOW)
    portfolio = facts.read(session, ours.id, [shop.id], NOW).portfolio(shop.id)
    assert portfolio.similar["retainer/retail"] == Contracts(1.0, 0.0)
    assert portfolio.early_leaving == 0.0


def test_when_a_rate_of_a_kind_moves_all_clients_are_due_again(session: Session, ours: Agency) -> None:
    projects = paying(session, ours, 1000, billing="project", industry="Retail")
    renewed(session, ours, projects, 10)
    benchmarks.refresh(session, NOW)
    settle(session)
    paying(session, ours, 1000, billing="project", industry="Retail", status="lost", lost_on=TODAY)
    benchmarks.refresh(session, LATER)
    assert due(session) == {projects.id}


def gone(session: Session, ours: Agency, days: int, count: int) -> None:
    """Clients that left after so many days."""
    for _ in range(count):
        start = TODAY - timedelta(days=days + 30)
        paying(session, ours, None, status="lost", started_on=start, lost_on=start + timedelta(days=days))


def test_a_tenure_at_which_clients_leave_is_learnt_and_makes_all_due(session: Session, ours: Agency) -> None:
    here = paying(session, ours, None, started_on=TODAY - timedelta(days=340))
    for years in range(1, 9):
        paying(session, ours, None, started_on=TODAY - timedelta(days=600 + 50 * years))
        gone(session, ours, 80 * years, 1)
    gone(session, ours, 365, 11)
    benchmarks.refresh(session, NOW)
    assert kept(session, ours)["tenure"] == {"lost": 19, "needed": 20, "marks": []}
    known = facts.read(session, ours.id, [here.id], NOW).portfolio(here.id).tenure
    assert known == Tenure(19, 20)
    settle(session)

    gone(session, ours, 366, 1)
    workspaces.mark_benchmarks_outdated(session, ours.id)
    benchmarks.refresh(session, NOW)
    learnt = facts.read(session, ours.id, [here.id], NOW).portfolio(here.id).tenure
    assert learnt is not None
    assert [(mark.months, mark.left) for mark in learnt.marks] == [(12, 12)]
    assert here.id in due(session)


def test_one_more_loss_that_teaches_nothing_new_makes_nobody_due(session: Session, ours: Agency) -> None:
    paying(session, ours, None, started_on=TODAY - timedelta(days=340))
    gone(session, ours, 365, 3)
    benchmarks.refresh(session, NOW)
    settle(session)
    gone(session, ours, 365, 1)
    workspaces.mark_benchmarks_outdated(session, ours.id)
    benchmarks.refresh(session, NOW)
    assert due(session) == set()
    assert kept(session, ours)["tenure"]["lost"] == 4


def test_a_loss_without_its_days_teaches_nothing(session: Session, ours: Agency) -> None:
    paying(session, ours, None, status="lost", lost_on=TODAY)
    paying(session, ours, None, status="lost", started_on=TODAY)
    paying(session, ours, None, status="lost", started_on=TODAY, lost_on=TODAY - timedelta(days=9))
    paying(session, ours, None, status="lost", started_on=TODAY, lost_on=TODAY + timedelta(days=9))
    assert benchmarks.tenure_marks(session, ours.id, TODAY) == Tenure(0, 20)
