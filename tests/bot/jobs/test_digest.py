"""When a digest is composed, for whom, and that it is composed once."""

import hashlib
from datetime import UTC, date, datetime, time, timedelta
from threading import Thread
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from bot.infra.models import Assessment, Breach, Client, Member
from bot.infra.services import Services
from bot.jobs import delivery, digest_content
from bot.judging import assessments
from bot.people.holidays import NO_HOLIDAYS
from bot.practice import Practice
from tests import agency
from tests.bot.jobs.mornings import NINE, Add, compose_due, digest_dates, digests_of
from tests.conftest import Clock


def test_a_digest_is_composed_once_at_nine_local_time(
    services: Services, practice: Practice, house: agency.Agency, add: Add, clock: Clock
) -> None:
    add("Acme")
    compose_due(services)
    clock.at = NINE - timedelta(seconds=1)
    compose_due(services)
    assert digests_of(services, house.alice) == []
    for _ in range(30):
        clock.move(seconds=1)
        compose_due(services)
        while delivery.run_one(services):
            pass
    (message,) = practice.team(agency.TEAM).person(agency.ALICE).messages()
    assert "Acme" in message.words
    assert "21 days" in message.text
    assert practice.team(agency.TEAM).person(agency.BOB).messages() == []  # Bob has no clients


def test_a_worker_down_from_eight_to_eleven_composes_the_digest_at_eleven(
    services: Services, house: agency.Agency, add: Add, clock: Clock
) -> None:
    add("Acme")
    compose_due(services)
    clock.at = NINE + timedelta(hours=2)
    compose_due(services)
    compose_due(services)
    assert digest_dates(services, house.alice) == [date(2026, 11, 18)]
    clock.at = NINE + timedelta(days=1)
    compose_due(services)
    assert digest_dates(services, house.alice) == [date(2026, 11, 18), date(2026, 11, 19)]


def test_a_digest_is_not_sent_after_its_day_is_over(
    services: Services, practice: Practice, house: agency.Agency, add: Add, clock: Clock
) -> None:
    add("Acme")
    compose_due(services)
    clock.at = NINE
    compose_due(services)
    clock.at = NINE + timedelta(hours=15)  # midnight: composed, but Slack was out of reach all day
    while delivery.run_one(services):
        pass
    assert [(message.state, message.error) for message in digests_of(services, house.alice)] == [
        ("expired", "too late to be useful")
    ]
    clock.at = NINE + timedelta(days=1, hours=10)  # and the next day the machine came up in the evening
    compose_due(services)
    assert digest_dates(services, house.alice) == [date(2026, 11, 18)]
    assert practice.calls_of("chat.postMessage") == []


@pytest.mark.parametrize(
    ("zone", "first", "seed"),
    [
        ("Europe/Warsaw", date(2026, 3, 9), "a"),
        ("Europe/Warsaw", date(2026, 10, 5), "b"),
        ("America/New_York", date(2026, 2, 23), "c"),
        ("America/New_York", date(2026, 10, 12), "d"),
    ],
)
def test_every_working_day_has_one_digest_however_often_the_worker_is_down(
    services: Services, house: agency.Agency, add: Add, clock: Clock, zone: str, first: date, seed: str
) -> None:
    """Run six weeks around a change of the clocks in steps of half an hour, with the worker down at random hours."""
    add("Acme")
    place = ZoneInfo(zone)
    with services.transaction() as session:
        session.execute(update(Member).values(tz=zone, country=NO_HOLIDAYS))
    clock.at = datetime.combine(first, time(4), UTC)
    compose_due(services)
    expected = set()
    for step in range(6 * 7 * 48):
        clock.move(minutes=30)
        if hashlib.sha256(f"{seed}{step // 9}".encode()).digest()[0] < 110:
            continue
        local = clock().astimezone(place)
        if local.weekday() < 5 and time(9) <= local.time() < time(18):
            expected.add(local.date())
        compose_due(services)
    dates = digest_dates(services, house.alice)
    assert dates == sorted(expected)
    assert 20 <= len(dates) <= 30


def test_two_workers_compose_one_digest(services: Services, house: agency.Agency, add: Add, clock: Clock) -> None:
    add("Acme")
    compose_due(services)
    clock.at = NINE
    workers = [Thread(target=compose_due, args=(services,)) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(digests_of(services, house.alice)) == 1


def test_a_member_who_changes_time_zone_gets_no_date_twice(
    services: Services, house: agency.Agency, add: Add, clock: Clock
) -> None:
    add("Acme")
    compose_due(services)
    clock.at = NINE
    compose_due(services)
    for zone in ("America/New_York", "Asia/Tokyo", "Europe/Warsaw"):
        with services.transaction() as session:
            session.execute(update(Member).values(tz=zone, next_digest_at=None))
        for _ in range(24):
            compose_due(services)
            clock.move(hours=1)
    assert digest_dates(services, house.alice) == [date(2026, 11, day) for day in (18, 19, 20)]


def test_moving_the_digest_time_earlier_still_gives_that_days_digest(
    services: Services, house: agency.Agency, add: Add, clock: Clock
) -> None:
    add("Acme")
    compose_due(services)
    clock.at = NINE
    compose_due(services)
    with services.transaction() as session:
        session.execute(update(Member).values(digest_time=time(16), next_digest_at=None))
    clock.move(days=1, hours=3)
    compose_due(services)
    assert len(digests_of(services, house.alice)) == 1
    with services.transaction() as session:
        session.execute(update(Member).values(digest_time=time(10), next_digest_at=None))
    compose_due(services)
    compose_due(services)
    assert digest_dates(services, house.alice) == [date(2026, 11, 18), date(2026, 11, 19)]


def test_a_new_member_gets_their_first_digest_the_next_morning(
    services: Services, house: agency.Agency, add: Add, clock: Clock
) -> None:
    add("Acme")
    clock.at = NINE + timedelta(hours=4)
    compose_due(services)
    assert digests_of(services, house.alice) == []
    clock.at = NINE + timedelta(days=1)
    compose_due(services)
    assert digest_dates(services, house.alice) == [date(2026, 11, 19)]


def test_guests_and_unmatched_members_get_no_digest(
    services: Services, house: agency.Agency, add: Add, clock: Clock
) -> None:
    add("Acme")
    with services.transaction() as session:
        session.get_one(Member, house.alice).account_type = "guest"
    compose_due(services)
    clock.at = NINE
    compose_due(services)
    assert digests_of(services, house.alice) == []


def test_clients_due_for_assessment_are_assessed_first(
    services: Services, house: agency.Agency, add: Add, clock: Clock
) -> None:
    number = add("Acme")
    compose_due(services)
    clock.at = NINE
    compose_due(services)
    with services.reading() as session:
        assert session.get_one(Client, number).checked_at == NINE
        (breach,) = session.scalars(select(Breach))
        assert (breach.signal, breach.announced_at) == ("contact_gap", NINE)
    (message,) = digests_of(services, house.alice)
    assert [card["id"] for card in message.data["attention"]] == [number]


def test_a_digest_waits_while_another_transaction_assesses_its_clients(
    services: Services, house: agency.Agency, add: Add, clock: Clock
) -> None:
    if services.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time: no other transaction can be assessing")
    number = add("Acme")
    compose_due(services)
    clock.at = NINE
    with services.transaction() as somebody:
        somebody.execute(update(Client).where(Client.id == number).values(checked_at=NINE))
        compose_due(services)
        assert digests_of(services, house.alice) == []
    clock.move(seconds=5)
    compose_due(services)
    assert digest_dates(services, house.alice) == [date(2026, 11, 18)]


@pytest.mark.parametrize(("choice", "count"), [("all_clear", 1), ("nothing", 0)])
def test_a_quiet_day_gives_one_line_or_nothing_as_the_member_prefers(
    services: Services, house: agency.Agency, add: Add, clock: Clock, choice: str, count: int
) -> None:
    add("Fine", 1)
    with services.transaction() as session:
        session.get_one(Member, house.alice).quiet_days = choice
    compose_due(services)
    clock.at = NINE
    compose_due(services)
    assert len(digests_of(services, house.alice)) == count


def test_a_member_who_is_away_gets_no_digest_and_their_cover_gets_the_clients(
    services: Services, practice: Practice, house: agency.Agency, add: Add, clock: Clock
) -> None:
    add("Acme")
    add("Backed up", backup_id=house.alice, owner=house.bob)
    with services.transaction() as session:
        alice = session.get_one(Member, house.alice)
        alice.away_from, alice.away_until, alice.cover_id = date(2026, 11, 18), date(2026, 11, 18), house.bob
    compose_due(services)
    clock.at = NINE
    compose_due(services)
    assert digests_of(services, house.alice) == []
    while delivery.run_one(services):
        pass
    message = practice.team(agency.TEAM).person(agency.BOB).last()
    assert "Acme" in message.words
    assert "Alice" in message.words
    clock.move(days=1)
    compose_due(services)
    assert digest_dates(services, house.alice) == [date(2026, 11, 19)]
    with services.reading() as session:
        bobs = digest_content.compose(session, house.id, house.bob, clock())
        assert [card.name for card in bobs.attention] == ["Backed up"]
        assert bobs.covering == ()


def test_one_members_broken_digest_stops_no_other(
    services: Services, house: agency.Agency, add: Add, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    broken = add("Broken")
    add("Bob's", owner=house.bob)
    compose_due(services)
    clock.at = NINE
    with services.transaction() as session:
        everybody = session.scalars(select(Client.id)).all()
        assessments.reassess(session, house.id, everybody, NINE)
        session.execute(update(Assessment).where(Assessment.client_id == broken).values(signals=[{"what": "?"}]))
    compose_due(services)
    assert (len(digests_of(services, house.alice)), len(digests_of(services, house.bob))) == (0, 1)
    assert "could not be composed" in caplog.text
    with services.transaction() as session:
        assessments.reassess(session, house.id, [broken], NINE)
    clock.move(minutes=15)
    compose_due(services)
    assert digest_dates(services, house.alice) == [date(2026, 11, 18)]
