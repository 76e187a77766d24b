from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clients import snoozes
from bot.infra.models import Client, Member, OutboxMessage, Touchpoint
from bot.infra.services import Services
from bot.jobs import escalations, sweep
from bot.reporting import portfolio_stats
from tests import agency
from tests.agency import Agency
from tests.conftest import Clock

MONDAY = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)


@pytest.fixture
def house(services: Services, clock: Clock) -> Agency:
    clock.at = MONDAY
    with services.transaction() as session:
        house = agency.create(session, MONDAY)
        session.get_one(Member, house.bob).role = "lead"
        return house


def add_neglected_client(session: Session, house: Agency, name: str = "Acme", **columns: Any) -> Client:
    columns = {"owner_id": house.alice, "next_check_at": MONDAY, **columns}
    client = agency.client(session, house.id, name, now=MONDAY, started_on=date(2025, 1, 1), **columns)
    add_touchpoint(session, client, MONDAY - timedelta(days=30))
    return client


def add_touchpoint(session: Session, client: Client, at: datetime, outcome: str = "reached") -> Touchpoint:
    touchpoint = Touchpoint(
        workspace_id=client.workspace_id,
        client_id=client.id,
        occurred_at=at,
        outcome=outcome,
        source="nudge",
        created_at=at,
    )
    session.add(touchpoint)
    session.flush()
    return touchpoint


def run_and_read_notices(services: Services) -> list[OutboxMessage]:
    while sweep.run_one(services):
        pass
    assert escalations.run_one(services) is False
    with services.reading() as session:
        statement = select(OutboxMessage).where(OutboxMessage.kind == "notice").order_by(OutboxMessage.id)
        return list(session.scalars(statement))


def test_the_lead_is_notified_of_a_red_client_after_two_working_days(
    services: Services, house: Agency, clock: Clock
) -> None:
    with services.transaction() as session:
        add_neglected_client(session, house)
    assert run_and_read_notices(services) == []
    clock.move(days=1)
    assert run_and_read_notices(services) == []
    clock.move(days=1)
    (notice,) = run_and_read_notices(services)
    assert (notice.key, notice.member_id) == (f"escalation:{house.bob}:2026-11-18", house.bob)
    assert "Acme (Alice): red since Mon, Nov 16" in notice.body["text"]
    assert notice.expires_at == datetime(2026, 11, 18, 18, 0, tzinfo=UTC)


def test_a_breach_is_escalated_once_however_long_it_stays_open(services: Services, house: Agency, clock: Clock) -> None:
    with services.transaction() as session:
        add_neglected_client(session, house)
    run_and_read_notices(services)
    for _ in range(8):
        clock.move(days=1)
        notices = run_and_read_notices(services)
    assert len(notices) == 1


def test_the_weekend_does_not_count(services: Services, house: Agency, clock: Clock) -> None:
    friday = MONDAY - timedelta(days=3)
    clock.at = friday
    with services.transaction() as session:
        add_neglected_client(session, house, next_check_at=friday)
    run_and_read_notices(services)
    clock.at = MONDAY
    assert run_and_read_notices(services) == []
    clock.move(days=1)
    assert len(run_and_read_notices(services)) == 1


@pytest.mark.parametrize("act", ["attempt", "contact", "snooze"])
def test_a_breach_that_somebody_acts_on_is_not_escalated(
    services: Services, house: Agency, clock: Clock, act: str
) -> None:
    with services.transaction() as session:
        client = add_neglected_client(session, house)
    run_and_read_notices(services)
    at = clock.move(hours=1)
    with services.transaction() as session:
        if act == "snooze":
            until = at + timedelta(days=1)
            snoozes.snooze(session, house.id, client.id, house.alice, colour="red", until_at=until, now=at)
        else:
            add_touchpoint(session, client, at, "attempt" if act == "attempt" else "reached")
    clock.move(days=3)
    assert run_and_read_notices(services) == []


def test_an_undone_touchpoint_does_not_count_as_acting(services: Services, house: Agency, clock: Clock) -> None:
    with services.transaction() as session:
        client = add_neglected_client(session, house)
    run_and_read_notices(services)
    with services.transaction() as session:
        add_touchpoint(session, client, clock.move(hours=1), "attempt").undone_at = clock()
    clock.move(days=2)
    assert len(run_and_read_notices(services)) == 1


def test_one_message_a_day_names_all_clients_but_the_leads_own(services: Services, house: Agency, clock: Clock) -> None:
    with services.transaction() as session:
        add_neglected_client(session, house, "One")
        add_neglected_client(session, house, "Two")
        add_neglected_client(session, house, "Orphan", owner_id=None)
        add_neglected_client(session, house, "Bob's own", owner_id=house.bob)
    run_and_read_notices(services)
    clock.move(days=2)
    (notice,) = run_and_read_notices(services)
    assert "3 clients have been red for 2 working days" in notice.body["text"]
    assert "Orphan (no owner)" in notice.body["text"]
    assert "Bob's own" not in notice.body["text"]


def test_a_lead_is_notified_only_in_their_working_hours(services: Services, house: Agency, clock: Clock) -> None:
    with services.transaction() as session:
        session.get_one(Member, house.bob).tz = "America/New_York"
        add_neglected_client(session, house)
    run_and_read_notices(services)
    clock.move(days=2)
    assert run_and_read_notices(services) == []
    clock.move(hours=4)
    assert len(run_and_read_notices(services)) == 1


def test_leads_of_another_agency_are_not_notified(services: Services, house: Agency, clock: Clock) -> None:
    with services.transaction() as session:
        session.get_one(Member, house.charlie).role = "lead"
        add_neglected_client(session, house)
    run_and_read_notices(services)
    clock.move(days=2)
    assert [notice.member_id for notice in run_and_read_notices(services)] == [house.bob]


def test_unattended_clients_are_counted_in_the_team_stats(services: Services, house: Agency, clock: Clock) -> None:
    with services.transaction() as session:
        add_neglected_client(session, house)
    run_and_read_notices(services)
    clock.move(days=2)
    with services.reading() as session:
        assert [
            row.waiting
            for row in portfolio_stats.build_team_rows(
                session, house.id, portfolio_stats.load_owner_stats(session, house.id, clock()), clock()
            )
        ] == [1]
