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
def ours(services: Services, clock: Clock) -> Agency:
    clock.at = MONDAY
    with services.transaction() as session:
        found = agency.create(session, MONDAY)
        session.get_one(Member, found.bob).role = "lead"
        return found


def neglected(session: Session, ours: Agency, name: str = "Acme", **columns: Any) -> Client:
    columns = {"owner_id": ours.alice, "next_check_at": MONDAY, **columns}
    client = agency.client(session, ours.id, name, now=MONDAY, started_on=date(2025, 1, 1), **columns)
    met(session, client, MONDAY - timedelta(days=30))
    return client


def met(session: Session, client: Client, at: datetime, outcome: str = "reached") -> Touchpoint:
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


def notices(services: Services) -> list[OutboxMessage]:
    while sweep.run_one(services):
        pass
    assert escalations.run_one(services) is False
    with services.reading() as session:
        statement = select(OutboxMessage).where(OutboxMessage.kind == "notice").order_by(OutboxMessage.id)
        return list(session.scalars(statement))


def test_the_lead_hears_of_a_red_client_after_two_working_days(services: Services, ours: Agency, clock: Clock) -> None:
    with services.transaction() as session:
        neglected(session, ours)
    assert notices(services) == []
    clock.move(days=1)
    assert notices(services) == []
    clock.move(days=1)
    (notice,) = notices(services)
    assert (notice.key, notice.member_id) == (f"escalation:{ours.bob}:2026-11-18", ours.bob)
    assert "Acme (Alice): red since Mon, Nov 16" in notice.body["text"]
    assert notice.expires_at == datetime(2026, 11, 18, 18, 0, tzinfo=UTC)


def test_it_is_told_once_however_long_it_stands(services: Services, ours: Agency, clock: Clock) -> None:
    with services.transaction() as session:
        neglected(session, ours)
    notices(services)
    for _ in range(8):
        clock.move(days=1)
        told = notices(services)
    assert len(told) == 1


def test_the_weekend_does_not_count(services: Services, ours: Agency, clock: Clock) -> None:
    friday = MONDAY - timedelta(days=3)
    clock.at = friday
    with services.transaction() as session:
        neglected(session, ours, next_check_at=friday)
    notices(services)
    clock.at = MONDAY
    assert notices(services) == []
    clock.move(days=1)
    assert len(notices(services)) == 1


@pytest.mark.parametrize("act", ["attempt", "contact", "snooze"])
def test_whoever_acts_is_not_told_on(services: Services, ours: Agency, clock: Clock, act: str) -> None:
    with services.transaction() as session:
        client = neglected(session, ours)
    notices(services)
    at = clock.move(hours=1)
    with services.transaction() as session:
        if act == "snooze":
            until = at + timedelta(days=1)
            snoozes.snooze(session, ours.id, client.id, ours.alice, colour="red", until_at=until, now=at)
        else:
            met(session, client, at, "attempt" if act == "attempt" else "reached")
    clock.move(days=3)
    assert notices(services) == []


def test_what_was_undone_is_no_acting(services: Services, ours: Agency, clock: Clock) -> None:
    with services.transaction() as session:
        client = neglected(session, ours)
    notices(services)
    with services.transaction() as session:
        met(session, client, clock.move(hours=1), "attempt").undone_at = clock()
    clock.move(days=2)
    assert len(notices(services)) == 1


def test_one_message_a_day_names_all_and_a_lead_s_own_are_not_among_them(
    services: Services, ours: Agency, clock: Clock
) -> None:
    with services.transaction() as session:
        neglected(session, ours, "One")
        neglected(session, ours, "Two")
        neglected(session, ours, "Orphan", owner_id=None)
        neglected(session, ours, "Bob's own", owner_id=ours.bob)
    notices(services)
    clock.move(days=2)
    (notice,) = notices(services)
    assert "3 clients of the team" in notice.body["text"]
    assert "Orphan, owned by nobody" in notice.body["text"]
    assert "Bob's own" not in notice.body["text"]


def test_outside_a_lead_s_working_hours_it_waits(services: Services, ours: Agency, clock: Clock) -> None:
    with services.transaction() as session:
        session.get_one(Member, ours.bob).tz = "America/New_York"
        neglected(session, ours)
    notices(services)
    clock.move(days=2)
    assert notices(services) == []
    clock.move(hours=4)
    assert len(notices(services)) == 1


def test_another_agency_s_leads_hear_nothing(services: Services, ours: Agency, clock: Clock) -> None:
    with services.transaction() as session:
        session.get_one(Member, ours.charlie).role = "lead"
        neglected(session, ours)
    notices(services)
    clock.move(days=2)
    assert [notice.member_id for notice in notices(services)] == [ours.bob]


def test_the_team_s_picture_counts_them_too(services: Services, ours: Agency, clock: Clock) -> None:
    with services.transaction() as session:
        neglected(session, ours)
    notices(services)
    clock.move(days=2)
    with services.reading() as session:
        assert [
            row.waiting
            for row in portfolio_stats.by_member(
                session, ours.id, portfolio_stats.figures(session, ours.id, clock()), clock()
            )
        ] == [1]
