from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Select, insert, select, text, update
from sqlalchemy.orm import Session

from bot.clients import snoozes
from bot.infra.models import Breach, Client, Escalation, Member, OutboxMessage, Touchpoint
from bot.infra.services import Services
from bot.jobs import escalations, sweep
from bot.judging.unattended import UNATTENDED
from bot.people import workspaces
from bot.people.digest_schedule import DigestSchedule
from bot.reporting import portfolio_stats
from scoring.dates import local_day
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
    while escalations.run_one(services):
        pass
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
    with services.reading() as session:
        (told,) = session.scalars(select(Escalation))
    assert (told.member_id, told.red_at, told.outbox_id, told.told_at) == (house.bob, MONDAY, notice.id, None)
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


def test_days_on_which_the_office_is_closed_do_not_count(services: Services, house: Agency, clock: Clock) -> None:
    with services.transaction() as session:
        add_neglected_client(session, house)
    assert run_and_read_notices(services) == []
    with services.transaction() as session:
        workspaces.set_office_closed(session, house.id, f"{MONDAY.date() + timedelta(days=1)}")
    clock.move(days=2)
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


def finish(services: Services, state: str, at: datetime) -> None:
    """End all waiting messages as delivery would."""
    with services.transaction() as session:
        for message in session.scalars(select(OutboxMessage).where(OutboxMessage.state == "waiting")):
            message.state, message.sent_at = state, at if state == "sent" else None


@pytest.mark.parametrize("state", ["expired", "dead"])
def test_a_lead_whose_message_was_never_sent_is_told_on_the_next_working_day(
    services: Services, house: Agency, clock: Clock, state: str
) -> None:
    with services.transaction() as session:
        add_neglected_client(session, house)
    run_and_read_notices(services)
    clock.move(days=2)
    assert len(run_and_read_notices(services)) == 1
    finish(services, state, clock())
    clock.move(hours=1)
    assert len(run_and_read_notices(services)) == 1, "no second message on one day"
    clock.move(days=1)
    assert [notice.state for notice in run_and_read_notices(services)] == [state, "waiting"]
    finish(services, "sent", clock())
    sent_at = clock()
    for _ in range(5):
        clock.move(days=1)
        assert len(run_and_read_notices(services)) == 2
    with services.reading() as session:
        (told,) = session.scalars(select(Escalation))
    assert told.told_at == sent_at


def redden(services: Services, breach_id: int, level: str, at: datetime) -> None:
    """Have the next assessment find a breach at another level, without waiting weeks for it."""
    with services.transaction() as session:
        session.execute(update(Breach).where(Breach.id == breach_id).values(level=level))
        session.execute(update(Client).values(next_check_at=at, facts_version=Client.facts_version + 1))


@pytest.mark.parametrize("act", ["attempt", "snooze", None])
def test_a_breach_that_turns_red_again_after_somebody_acted_is_told_and_escalated_again(
    services: Services, house: Agency, clock: Clock, act: str | None
) -> None:
    """One that goes up and down while nobody acts does not nag."""
    with services.transaction() as session:
        client = add_neglected_client(session, house)
    run_and_read_notices(services)
    clock.move(days=2)
    run_and_read_notices(services)
    finish(services, "sent", clock())
    at = clock.move(hours=1)
    with services.transaction() as session:
        breach = session.scalars(select(Breach)).one()
        if act == "attempt":
            add_touchpoint(session, client, at, "attempt")
        elif act == "snooze":
            until = at + timedelta(hours=1)
            snoozes.snooze(session, house.id, client.id, house.alice, colour="red", until_at=until, now=at)
    again_at = clock.move(days=5)
    redden(services, breach.id, "amber", again_at)
    run_and_read_notices(services)
    with services.reading() as session:
        red = session.scalars(select(Breach).where(Breach.id == breach.id)).one()
    assert (red.level, red.red_at) == ("red", again_at if act else MONDAY)
    assert (red.interrupted_at or red.held_because) is not None
    clock.move(hours=2)
    redden(services, breach.id, "amber", clock())
    assert len(run_and_read_notices(services)) == 1
    with services.reading() as session:
        assert session.scalars(select(Breach.red_at).where(Breach.id == breach.id)).one() == red.red_at
    clock.move(days=3)
    assert len(run_and_read_notices(services)) == (2 if act else 1)


def test_an_old_touchpoint_imported_later_does_not_count_as_acting(
    services: Services, house: Agency, clock: Clock
) -> None:
    with services.transaction() as session:
        client = add_neglected_client(session, house)
    run_and_read_notices(services)
    clock.move(hours=1)
    with services.transaction() as session:
        old = add_touchpoint(session, client, MONDAY - timedelta(days=60), "attempt")
        old.source, old.created_at = "import", clock()
    clock.move(days=2)
    assert len(run_and_read_notices(services)) == 1


def test_a_lead_whose_list_comes_late_hears_in_the_evening(services: Services, house: Agency, clock: Clock) -> None:
    with services.transaction() as session:
        session.get_one(Member, house.bob).digest_time = time(22, 30)
        add_neglected_client(session, house)
    run_and_read_notices(services)
    clock.move(days=2, hours=9)
    assert run_and_read_notices(services) == []
    clock.move(hours=1)
    (notice,) = run_and_read_notices(services)
    assert notice.expires_at == datetime(2026, 11, 18, 23, 0, tzinfo=UTC)


def test_while_all_leads_are_away_their_cover_hears_and_the_lead_on_return(
    services: Services, house: Agency, clock: Clock
) -> None:
    with services.transaction() as session:
        dora = agency.member(session, house.id, slack_user_id="U0DORA", name="Dora").id
        bob = session.get_one(Member, house.bob)
        bob.away_from, bob.away_until, bob.cover_id = MONDAY.date(), date(2026, 11, 19), dora
        add_neglected_client(session, house)
    run_and_read_notices(services)
    clock.move(days=2)
    assert [notice.member_id for notice in run_and_read_notices(services)] == [dora]
    clock.move(days=2)
    assert [notice.member_id for notice in run_and_read_notices(services)] == [dora, house.bob]


def test_several_workers_share_the_workspaces(services: Services, house: Agency, clock: Clock) -> None:
    with services.transaction() as session:
        add_neglected_client(session, house)
    run_and_read_notices(services)
    clock.move(days=2)
    assert [escalations.run_one(services) for _ in range(3)] == [True, False, False]
    clock.move(minutes=15)
    assert escalations.run_one(services)


def test_both_queries_are_served_by_the_index_of_red_breaches(services: Services, house: Agency, clock: Clock) -> None:
    """However many breaches are open or resolved, in this agency and in others."""
    with services.transaction() as session:
        client = add_neglected_client(session, house)
        rows: list[dict[str, Any]] = [
            {
                "workspace_id": house.other_id if number % 3 else house.id,
                "client_id": client.id,
                "signal": f"s{number}",
                "level": "red" if number % 50 == 0 else "amber",
                "severity": 0.5,
                "evidence": {},
                "opened_at": MONDAY,
                "red_at": MONDAY,
                "resolved_at": MONDAY if number % 2 else None,
            }
            for number in range(3000)
        ]
        session.execute(insert(Breach), rows)
    at = clock.move(days=2)
    with services.transaction() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("ANALYZE"))
        queries: tuple[tuple[Select[*tuple[Any, ...]], dict[str, Any]], ...] = (
            (UNATTENDED, {"workspace_id": house.id, "now": at, "before": at}),
            (escalations.NEXT, {"slot": at, "before": at}),
        )
        for statement, values in queries:
            assert "ix_breaches_red" in explain(session, statement, values)


def explain(session: Session, statement: Select[*tuple[Any, ...]], values: Mapping[str, Any]) -> str:
    """Return the database's plan for a query."""
    how = "EXPLAIN" if session.get_bind().dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    literal = statement.params(values).compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    return "\n".join(str(row) for row in session.connection().exec_driver_sql(f"{how} {literal}"))


SCHEDULES = st.builds(
    DigestSchedule,
    at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    zone=st.sampled_from(["UTC", "Europe/Warsaw", "America/New_York", "Australia/Lord_Howe", "Pacific/Chatham"]).map(
        ZoneInfo
    ),
    weekend=st.frozensets(st.integers(0, 6), max_size=6),
    country=st.sampled_from([None, "PL", "US"]),
    away_from=st.none() | st.dates(date(2026, 11, 1), date(2026, 11, 10)),
    away_until=st.none() | st.dates(date(2026, 11, 10), date(2026, 11, 25)),
)


@given(SCHEDULES, st.integers(0, 14))
def test_every_lead_may_be_told_at_some_tick_of_each_day_that_they_work(
    schedule: DigestSchedule, minutes_late: int
) -> None:
    """Whatever time their list comes at, in whatever zone, with one tick in each quarter of an hour."""
    start = datetime(2026, 10, 24, 0, minutes_late, tzinfo=UTC)
    ticks = [start + number * escalations.EVERY for number in range(35 * 96)]
    told = {
        local_day(tick, schedule.zone)
        for tick in ticks
        if (end := escalations.find_window_end(schedule, tick)) and local_day(end, schedule.zone) >= start.date()
    }
    days = [date(2026, 10, 26) + timedelta(days=number) for number in range(30)]
    assert {day for day in days if schedule.works_on(day)} == told & set(days)


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


def test_a_to_do_that_is_stored_as_red_from_an_earlier_release_is_not_escalated(
    services: Services, house: Agency, clock: Clock
) -> None:
    with services.transaction() as session:
        client = add_neglected_client(session, house, next_check_at=None)
        session.add(
            Breach(
                workspace_id=house.id, client_id=client.id, signal="margin", level="red", severity=0.9, evidence={},
                opened_at=MONDAY, red_at=MONDAY,
            )
        )  # fmt: skip
    clock.at = MONDAY + timedelta(days=2)
    assert run_and_read_notices(services) == []
