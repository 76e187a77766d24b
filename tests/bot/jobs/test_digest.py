"""What a morning says, to whom, and that it is said once."""

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from threading import Thread
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.clients import snoozes, touchpoints
from bot.infra.models import Assessment, Breach, Client, DailyMetric, Invoice, Member, OutboxMessage, Touchpoint
from bot.infra.services import Services
from bot.jobs import delivery, digest, digest_content, sweep
from bot.judging import assessments
from bot.practice import Practice
from bot.views.data import Morning
from tests import agency
from tests.conftest import NOW, Clock

WARSAW = ZoneInfo("Europe/Warsaw")
NINE = datetime(2026, 11, 18, 8, 0, tzinfo=UTC)
"""09:00 in Warsaw, on the Wednesday of the tests."""


@pytest.fixture
def clock() -> Clock:
    return Clock(NINE - timedelta(hours=10))


@pytest.fixture
def house(services: Services, practice: Practice) -> agency.Agency:
    for user in (agency.ALICE, agency.BOB):
        practice.team(agency.TEAM).person(user, user.removeprefix("U0").title())
    with services.transaction() as session:
        made = agency.found(session, NOW)
        session.execute(update(Member).values(tz="Europe/Warsaw"))
        return made


Add = Callable[..., int]


@pytest.fixture
def add(services: Services, house: agency.Agency, clock: Clock) -> Add:
    """Adds a client of Alice's that was last contacted so many days ago, still to be judged; gives its number."""

    def one(name: str, days: int | None = 20, *, owner: int | None = None, **columns: object) -> int:
        with services.transaction() as session:
            made = agency.client(
                session,
                house.id,
                name,
                now=clock(),
                owner_id=owner or house.alice,
                next_check_at=clock(),
                started_on=date(2025, 1, 1),
                **columns,
            )
            if days is not None:
                _contact(session, house, made, clock() - timedelta(days=days))
            return made.id

    return one


def _contact(session: Session, house: agency.Agency, client: Client, at: datetime) -> None:
    session.add(
        Touchpoint(
            workspace_id=house.id, client_id=client.id, member_id=house.alice, occurred_at=at, source="import",
            created_at=at,
        )
    )  # fmt: skip


def _run(services: Services) -> None:
    while digest.run_one(services):
        pass


def _digests(services: Services, member_id: int) -> list[OutboxMessage]:
    with services.reading() as session:
        statement = select(OutboxMessage).where(
            OutboxMessage.kind == "digest", OutboxMessage.member_id == member_id
        )  # fmt: skip
        return list(session.scalars(statement.order_by(OutboxMessage.id)))


def _dates(services: Services, member_id: int) -> list[date]:
    return [date.fromisoformat(message.data["on"]) for message in _digests(services, member_id)]


def _morning(services: Services, house: agency.Agency, member_id: int | None = None) -> Morning:
    with services.transaction() as session:
        due = session.scalars(select(Client.id).where(Client.workspace_id == house.id)).all()
        assessments.reassess(session, house.id, due, services.now())
        return digest_content.compose(session, house.id, member_id or house.alice, services.now())


def test_a_digest_comes_at_nine_by_the_members_clock_and_once(
    services: Services, practice: Practice, house: agency.Agency, add: Add, clock: Clock
) -> None:
    add("Acme")
    _run(services)
    clock.at = NINE - timedelta(seconds=1)
    _run(services)
    assert _digests(services, house.alice) == []
    for _ in range(30):
        clock.move(seconds=1)
        _run(services)
        while delivery.run_one(services):
            pass
    (message,) = practice.team(agency.TEAM).person(agency.ALICE).messages()
    assert "Acme" in message.words
    assert "21 days" in message.text
    assert practice.team(agency.TEAM).person(agency.BOB).messages() == []  # Bob has no clients


def test_a_machine_that_was_off_from_eight_to_eleven_tells_at_eleven(
    services: Services, house: agency.Agency, add: Add, clock: Clock
) -> None:
    add("Acme")
    _run(services)
    clock.at = NINE + timedelta(hours=2)
    _run(services)
    _run(services)
    assert _dates(services, house.alice) == [date(2026, 11, 18)]
    clock.at = NINE + timedelta(days=1)
    _run(services)
    assert _dates(services, house.alice) == [date(2026, 11, 18), date(2026, 11, 19)]


def test_a_day_that_is_over_is_skipped_rather_than_told_the_next_morning(
    services: Services, practice: Practice, house: agency.Agency, add: Add, clock: Clock
) -> None:
    add("Acme")
    _run(services)
    clock.at = NINE
    _run(services)
    clock.at = NINE + timedelta(hours=15)  # midnight: composed, but Slack was out of reach all day
    while delivery.run_one(services):
        pass
    assert [(message.state, message.error) for message in _digests(services, house.alice)] == [
        ("expired", "too late to be of use")
    ]
    clock.at = NINE + timedelta(days=1, hours=10)  # and the next day the machine came up in the evening
    _run(services)
    assert _dates(services, house.alice) == [date(2026, 11, 18)]
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
def test_every_working_day_is_told_once_however_often_the_machine_is_off(
    services: Services, house: agency.Agency, add: Add, clock: Clock, zone: str, first: date, seed: str
) -> None:
    """Six weeks around a change of the clocks, in steps of half an hour; the machine is off at random hours."""
    add("Acme")
    place = ZoneInfo(zone)
    with services.transaction() as session:
        session.execute(update(Member).values(tz=zone))
    clock.at = datetime.combine(first, time(4), UTC)
    _run(services)
    expected = set()
    for step in range(6 * 7 * 48):
        clock.move(minutes=30)
        if hashlib.sha256(f"{seed}{step // 9}".encode()).digest()[0] < 110:
            continue
        local = clock().astimezone(place)
        if local.weekday() < 5 and time(9) <= local.time() < time(18):
            expected.add(local.date())
        _run(services)
    told = _dates(services, house.alice)
    assert told == sorted(expected)
    assert 20 <= len(told) <= 30


def test_two_workers_compose_one_digest(services: Services, house: agency.Agency, add: Add, clock: Clock) -> None:
    add("Acme")
    _run(services)
    clock.at = NINE
    workers = [Thread(target=_run, args=(services,)) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(_digests(services, house.alice)) == 1


def test_a_member_who_moves_gets_no_date_twice(
    services: Services, house: agency.Agency, add: Add, clock: Clock
) -> None:
    add("Acme")
    _run(services)
    clock.at = NINE
    _run(services)
    for zone in ("America/New_York", "Asia/Tokyo", "Europe/Warsaw"):
        with services.transaction() as session:
            session.execute(update(Member).values(tz=zone, next_digest_at=None))
        for _ in range(24):
            _run(services)
            clock.move(hours=1)
    assert _dates(services, house.alice) == [date(2026, 11, day) for day in (18, 19, 20)]


def test_an_earlier_time_chosen_during_the_day_still_tells_that_day(
    services: Services, house: agency.Agency, add: Add, clock: Clock
) -> None:
    add("Acme")
    _run(services)
    clock.at = NINE
    _run(services)
    with services.transaction() as session:
        session.execute(update(Member).values(digest_time=time(16), next_digest_at=None))
    clock.move(days=1, hours=3)
    _run(services)
    assert len(_digests(services, house.alice)) == 1
    with services.transaction() as session:
        session.execute(update(Member).values(digest_time=time(10), next_digest_at=None))
    _run(services)
    _run(services)
    assert _dates(services, house.alice) == [date(2026, 11, 18), date(2026, 11, 19)]


def test_somebody_new_hears_from_us_the_next_morning_not_at_once(
    services: Services, house: agency.Agency, add: Add, clock: Clock
) -> None:
    add("Acme")
    clock.at = NINE + timedelta(hours=4)
    _run(services)
    assert _digests(services, house.alice) == []
    clock.at = NINE + timedelta(days=1)
    _run(services)
    assert _dates(services, house.alice) == [date(2026, 11, 19)]


def test_guests_and_people_unknown_to_slack_get_none(
    services: Services, house: agency.Agency, add: Add, clock: Clock
) -> None:
    add("Acme")
    with services.transaction() as session:
        session.get_one(Member, house.alice).account_type = "guest"
    _run(services)
    clock.at = NINE
    _run(services)
    assert _digests(services, house.alice) == []


def test_clients_that_the_sweep_has_not_come_to_are_judged_first(
    services: Services, house: agency.Agency, add: Add, clock: Clock
) -> None:
    number = add("Acme")
    _run(services)
    clock.at = NINE
    _run(services)
    with services.reading() as session:
        assert session.get_one(Client, number).checked_at == NINE
        (breach,) = session.scalars(select(Breach))
        assert (breach.signal, breach.announced_at) == ("contact_gap", NINE)
    (message,) = _digests(services, house.alice)
    assert [card["id"] for card in message.data["attention"]] == [number]


def test_a_digest_waits_some_seconds_for_whoever_is_judging_its_clients(
    services: Services, house: agency.Agency, add: Add, clock: Clock
) -> None:
    if services.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time: nobody else can be judging")
    number = add("Acme")
    _run(services)
    clock.at = NINE
    with services.transaction() as somebody:
        somebody.execute(update(Client).where(Client.id == number).values(checked_at=NINE))
        _run(services)
        assert _digests(services, house.alice) == []
    clock.move(seconds=5)
    _run(services)
    assert _dates(services, house.alice) == [date(2026, 11, 18)]


def test_each_client_stands_where_it_belongs(services: Services, house: agency.Agency, add: Add, clock: Clock) -> None:
    clock.at = NINE
    late, very_late, put_off = add("Late", 11), add("Very late", 30), add("Put off", 15)
    soon, fine = add("Soon", 9), add("Fine", 2)
    add("Bob's", 30, owner=house.bob)
    add("Lost", 30, status="lost")
    with services.transaction() as session:
        assessments.reassess(session, house.id, [put_off], NINE)
        until = NINE + timedelta(days=3)
        snoozes.snooze(session, house.id, put_off, house.alice, colour="red", until_at=until, now=NINE)
    found = _morning(services, house)
    assert [card.client_id for card in found.attention] == [very_late, late]
    assert [card.client_id for card in found.soon] == [soon]
    assert [(card.client_id, card.snoozed_until) for card in found.snoozed] == [(put_off, NINE + timedelta(days=3))]
    assert found.well == ("Fine",)
    assert found.average_days_since_contact == pytest.approx((11 + 30 + 15 + 9 + 2) / 5)
    assert (found.on, found.next_workday, fine > 0) == (date(2026, 11, 18), date(2026, 11, 19), True)


def test_before_a_weekend_the_look_ahead_reaches_through_monday(
    services: Services, house: agency.Agency, add: Add, clock: Clock
) -> None:
    clock.at = NINE + timedelta(days=2)  # Friday
    monday, tuesday = add("Monday", 8), add("Tuesday", 6)
    found = _morning(services, house)
    assert found.next_workday == date(2026, 11, 23)
    assert monday in [card.client_id for card in found.soon]
    assert tuesday not in [card.client_id for card in found.soon]


@pytest.mark.parametrize(("choice", "count"), [("all_clear", 1), ("nothing", 0)])
def test_a_quiet_day_is_one_line_or_nothing_as_the_member_chose(
    services: Services, house: agency.Agency, add: Add, clock: Clock, choice: str, count: int
) -> None:
    add("Fine", 1)
    with services.transaction() as session:
        session.get_one(Member, house.alice).quiet_days = choice
    _run(services)
    clock.at = NINE
    _run(services)
    assert len(_digests(services, house.alice)) == count


def test_somebody_away_is_covered_and_told_nothing(
    services: Services, practice: Practice, house: agency.Agency, add: Add, clock: Clock
) -> None:
    add("Acme")
    add("Backed up", backup_id=house.alice, owner=house.bob)
    with services.transaction() as session:
        alice = session.get_one(Member, house.alice)
        alice.away_from, alice.away_until, alice.cover_id = date(2026, 11, 18), date(2026, 11, 18), house.bob
    _run(services)
    clock.at = NINE
    _run(services)
    assert _digests(services, house.alice) == []
    while delivery.run_one(services):
        pass
    message = practice.team(agency.TEAM).person(agency.BOB).last()
    assert "Acme" in message.words
    assert "Alice" in message.words
    clock.move(days=1)
    _run(services)
    assert _dates(services, house.alice) == [date(2026, 11, 19)]
    with services.reading() as session:
        bobs = digest_content.compose(session, house.id, house.bob, clock())
        assert [card.name for card in bobs.attention] == ["Backed up"]
        assert bobs.covering == ()


def test_the_first_digest_after_days_away_tells_what_happened_meanwhile(
    services: Services, practice: Practice, house: agency.Agency, add: Add, clock: Clock
) -> None:
    kept, slipped, untouched = add("Kept up"), add("Slipped", 9), add("Untouched", 1)
    bobs = add("Bob's", owner=house.bob)
    with services.transaction() as session:
        assessments.reassess(session, house.id, [kept, slipped, untouched, bobs], clock())
        alice = session.get_one(Member, house.alice)
        alice.away_from, alice.away_until = date(2026, 11, 18), date(2026, 11, 19)
    _run(services)
    clock.at = NINE
    with services.transaction() as session:
        for client_id, outcome, by in (
            (kept, "reached", house.bob),
            (bobs, "reached", house.bob),
            (slipped, "attempt", house.bob),
            (untouched, "reached", house.alice),
        ):
            touchpoints.log(
                session, house.id, client_id, by, seen=None, outcome=outcome, occurred_at=NINE, source="form", now=NINE
            )
        assessments.reassess(session, house.id, [kept, slipped, untouched, bobs], NINE + timedelta(days=1, hours=20))
        assert digest_content.compose(session, house.id, house.alice, NINE + timedelta(days=1)).missed == ()
    clock.at = NINE + timedelta(days=2)
    _run(services)
    first = _digests(services, house.alice)[-1].body["text"]
    assert "\nWhile you were away:\n" in first
    assert "Slipped: 1 try without an answer by Bob · came up: Time since contact" in first
    assert "Kept up: 1 contact by Bob · settled: Time since contact" in first
    assert "Untouched:" not in first
    assert "Bob's:" not in first
    while delivery.run_one(services):
        pass
    assert "While you were away" in practice.team(agency.TEAM).person(agency.ALICE).last().words
    with services.reading() as session:
        again = digest_content.redraw(session, _digests(services, house.alice)[-1], clock())
        assert "Kept up: 1 contact by Bob · settled: Time since contact" in again["text"]
    clock.move(days=3)
    _run(services)
    assert len(_digests(services, house.alice)) == 2
    assert "While you were away" not in _digests(services, house.alice)[-1].body["text"]


def test_a_backup_stands_in_for_an_owner_who_named_nobody(
    services: Services, house: agency.Agency, add: Add, clock: Clock
) -> None:
    clock.at = NINE
    add("Backed up", backup_id=house.bob, monthly_fee=500_00)
    add("Not backed up")
    with services.transaction() as session:
        session.get_one(Member, house.alice).away_until = date(2026, 11, 18)
    found = _morning(services, house, house.bob)
    assert [(card.name, card.covering, card.monthly_fee) for card in found.attention] == [("Backed up", True, 500_00)]
    assert [person.name for person in found.covering] == ["Alice"]


def test_one_members_broken_digest_stops_no_other(
    services: Services, house: agency.Agency, add: Add, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    broken = add("Broken")
    add("Bob's", owner=house.bob)
    _run(services)
    clock.at = NINE
    with services.transaction() as session:
        everybody = session.scalars(select(Client.id)).all()
        assessments.reassess(session, house.id, everybody, NINE)
        session.execute(update(Assessment).where(Assessment.client_id == broken).values(signals=[{"what": "?"}]))
    _run(services)
    assert (len(_digests(services, house.alice)), len(_digests(services, house.bob))) == (0, 1)
    assert "could not be composed" in caplog.text
    with services.transaction() as session:
        assessments.reassess(session, house.id, [broken], NINE)
    clock.move(minutes=15)
    _run(services)
    assert _dates(services, house.alice) == [date(2026, 11, 18)]


def test_after_a_click_the_digest_shows_what_was_done_and_keeps_the_rest_as_it_was(
    services: Services, house: agency.Agency, add: Add, clock: Clock
) -> None:
    first, second, third = add("First", 30), add("Second", 20), add("Third", 15)
    _run(services)
    clock.at = NINE
    _run(services)
    (message,) = _digests(services, house.alice)
    clock.move(hours=1)
    with services.transaction() as session:
        assert digest_content.redraw(session, message, clock())["blocks"] == message.body["blocks"]
        touchpoints.log(
            session, house.id, second, house.bob, seen=0, occurred_at=clock(), source="nudge", now=clock()
        )  # fmt: skip
        assessments.reassess(session, house.id, [second], clock())
        session.execute(update(Breach).where(Breach.client_id == third).values(resolved_at=clock()))
        drawn = digest_content.redraw(session, message, clock())
    words = str(drawn["blocks"])
    places = [words.index(name) for name in ("First", "Second", "Third")]
    assert places == sorted(places)
    assert agency.BOB in words
    assert words.count("nudge.contacted") == str(message.body["blocks"]).count("nudge.contacted") - 1
    assert words.count("nudge.undo") == 1
    with services.transaction() as session:
        touchpoint = session.scalars(select(Touchpoint).where(Touchpoint.source == "nudge")).one()
        touchpoints.undo(session, house.id, touchpoint.id, clock())
        assert digest_content.redraw(session, message, clock())["blocks"] == message.body["blocks"]
    assert first < second < third


def test_what_was_held_back_is_listed_with_the_reason_in_the_next_digest_and_in_no_other(
    services: Services, house: agency.Agency, add: Add, clock: Clock
) -> None:
    add("Acme", 30)
    _run(services)
    while sweep.run_one(services):  # at eleven in the evening
        pass
    clock.at = NINE
    _run(services)
    clock.move(days=1)
    _run(services)
    first, second = _digests(services, house.alice)
    with services.reading() as session:
        drawn = digest_content.redraw(session, first, clock())
    told = ["outside your working hours" in str(body) for body in (first.body, second.body, drawn)]
    assert told == [True, False, True]


def test_a_reader_who_may_no_longer_see_a_clients_money_does_not_see_it_drawn_again(
    services: Services, house: agency.Agency, add: Add, clock: Clock
) -> None:
    number = add("Acme", 1)
    with services.transaction() as session:
        session.add(
            Invoice(
                workspace_id=house.id, client_id=number, number="7", issued_on=date(2026, 8, 1),
                due_on=date(2026, 9, 1), amount=1_234_00, currency="EUR",
            )
        )  # fmt: skip
    _run(services)
    clock.at = NINE
    _run(services)
    (message,) = _digests(services, house.alice)
    assert "1,234" in str(message.body)
    with services.transaction() as session:
        session.get_one(Client, number).owner_id = house.bob
        session.flush()
        assert "1,234" not in str(digest_content.redraw(session, message, clock()))


def test_data_that_stopped_is_a_to_do_and_its_client_is_not_called_well(
    services: Services, house: agency.Agency, add: Add, clock: Clock
) -> None:
    dusty, aimless = add("Dusty", 2), add("Aimless", 2)
    _run(services)
    clock.at = NINE
    with services.transaction() as session:
        for days in range(5, 20):
            session.add(
                DailyMetric(
                    workspace_id=house.id, client_id=dusty, on=NINE.date() - timedelta(days=days), spend=100_00,
                    currency="EUR",
                )
            )  # fmt: skip
    found = _morning(services, house)
    assert [card.client_id for card in found.to_do] == [dusty, aimless]
    assert found.well == ("Aimless",)
    _run(services)
    (posted,) = _digests(services, house.alice)
    with services.reading() as session:
        again = digest_content.redraw(session, session.get_one(OutboxMessage, posted.id), clock())
    assert (
        "To set right when there is time: Dusty – data 5 days old, no goals yet; Aimless – no goals yet"
        in again["text"]
    )
