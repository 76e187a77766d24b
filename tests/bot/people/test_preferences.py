"""Saving preferences and the agency's country, and how digests are rescheduled."""

import random
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from bot.infra.models import Member, OutboxMessage, Workspace
from bot.infra.services import Services
from bot.jobs import digest
from bot.people import preferences
from bot.people.preferences import PreferencesUpdate
from tests import agency
from tests.conftest import NOW, Clock

EVERY_DAY = "1234567"
WARSAW = ZoneInfo("Europe/Warsaw")


def _alice(services: Services, **columns: object) -> agency.Agency:
    with services.transaction() as session:
        house = agency.create(session, services.now())
        member = session.get_one(Member, house.alice)
        for name, value in columns.items():
            setattr(member, name, value)
        agency.client(session, house.id, "Acme", owner_id=house.alice, now=services.now())
    return house


def _digests(services: Services) -> list[str]:
    while digest.run_one(services):
        pass
    with services.reading() as session:
        keys = select(OutboxMessage.key).where(OutboxMessage.kind == "digest").order_by(OutboxMessage.id)
        return list(session.scalars(keys))


@pytest.mark.parametrize("seed", range(3))
def test_changing_the_digest_time_often_still_gives_one_digest_a_local_day(
    services: Services, clock: Clock, seed: int
) -> None:
    rng = random.Random(seed)
    clock.at = datetime(2026, 10, 22, 22, tzinfo=UTC)  # midnight in Warsaw; on the 25th its clocks go back
    house = _alice(services, tz="Europe/Warsaw", workdays=EVERY_DAY, next_digest_at=clock.at + timedelta(hours=9))
    days = 5
    for _ in range(days * 24 * 2 + 2):
        if rng.random() < 0.15:
            at = time(rng.randrange(15), rng.choice((0, 15, 30, 45)))
            wanted = PreferencesUpdate(at, EVERY_DAY, "all_clear", country=None)
            with services.transaction() as session:
                preferences.save_preferences(session, house.id, house.alice, wanted, clock())
        _digests(services)
        clock.move(minutes=30)
    on = [datetime(2026, 10, 23, tzinfo=WARSAW).date() + timedelta(days=number) for number in range(days)]
    assert [key for key in _digests(services) if key.startswith(f"digest:{house.alice}:")][:days] == [
        f"digest:{house.alice}:{day}" for day in on
    ]


def test_the_digest_comes_at_the_time_that_saving_returned(services: Services, clock: Clock) -> None:
    house = _alice(services, next_digest_at=NOW + timedelta(days=1))
    with services.transaction() as session:
        next_at = preferences.save_preferences(
            session, house.id, house.alice, PreferencesUpdate(time(11), "5", "all_clear", None), clock()
        )
    assert next_at == datetime(2026, 11, 20, 11, tzinfo=UTC)
    clock.at = next_at - timedelta(seconds=1)
    assert _digests(services) == []
    clock.at = next_at
    assert _digests(services) == [f"digest:{house.alice}:2026-11-20"]


def test_saving_leaves_an_uncomputed_digest_time_uncomputed(services: Services, clock: Clock) -> None:
    house = _alice(services)
    with services.transaction() as session:
        next_at = preferences.save_preferences(
            session, house.id, house.alice, PreferencesUpdate(time(8), "12345", "nothing", None), clock()
        )
        assert session.get_one(Member, house.alice).next_digest_at is None
    assert next_at == NOW, "today's can still be made up for"


def test_the_agencys_country_does_not_move_digests_of_members_in_another_country(services: Services) -> None:
    due_at = datetime(2026, 12, 8, 9, tzinfo=UTC)  # a holiday in Spain, not in Poland
    house = _alice(services, country="PL", next_digest_at=due_at)
    now = due_at - timedelta(hours=20)
    with services.transaction() as session:
        session.get_one(Member, house.bob).next_digest_at = due_at
        session.get_one(Member, house.charlie).next_digest_at = due_at
        session.flush()
        preferences.save_agency_country(session, house.id, "ES", now, by=None)
        assert session.get_one(Workspace, house.id).country == "ES"
        moved = [session.get_one(Member, who).next_digest_at for who in (house.alice, house.bob, house.charlie)]
    assert moved == [due_at, now + timedelta(days=1), due_at], "the next one of Bob is looked for again within a day"


def test_preferences_of_a_member_of_another_workspace_cannot_be_read_or_saved(services: Services, clock: Clock) -> None:
    house = _alice(services)
    wanted = PreferencesUpdate(time(6), "1", "nothing", "PL")
    with services.transaction() as session:
        with pytest.raises(NoResultFound):
            preferences.save_preferences(session, house.other_id, house.alice, wanted, clock())
        with pytest.raises(NoResultFound):
            preferences.load(session, house.other_id, house.alice)
        assert session.get_one(Member, house.alice).digest_time == time(9)
