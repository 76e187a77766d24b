"""Digests after a late start: until when they are still told, that nothing is told twice, and what is counted."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from bot.infra.models import LateDigest, Member, OutboxMessage, Workspace
from bot.infra.services import Services
from bot.jobs import delivery, digest, sweep
from bot.practice import Practice
from tests import agency, serving
from tests.bot.jobs.mornings import NINE, Add, compose_due, digest_dates, digests_of
from tests.conftest import Clock

TODAY = date(2026, 11, 18)


def _late(services: Services, member_id: int) -> list[tuple[date, bool]]:
    """Return the days whose digest was late, and whether it was missed."""
    with services.reading() as session:
        statement = select(LateDigest.on, LateDigest.told_at).where(LateDigest.member_id == member_id)
        return [(row.on, row.told_at is None) for row in session.execute(statement.order_by(LateDigest.on))]


def _start(services: Services, add: Add, clock: Clock) -> None:
    """Run on the evening before, and then not until the clock is moved."""
    add("Acme", 30)
    compose_due(services)
    clock.at = NINE


def test_a_digest_composed_in_time_is_not_late(
    services: Services, house: agency.Agency, add: Add, clock: Clock
) -> None:
    _start(services, add, clock)
    clock.move(minutes=10)
    compose_due(services)
    assert digest_dates(services, house.alice) == [TODAY]
    assert _late(services, house.alice) == []


@pytest.mark.parametrize(("policy", "hours", "is_told"), [
    ({}, 8.9, True), ({}, 9.1, False), ({"late_until_hour": 12}, 2.9, True), ({"late_until_hour": 12}, 3.1, False),
])  # fmt: skip
def test_the_policy_says_until_when_a_digest_is_still_told(
    services: Services,
    house: agency.Agency,
    add: Add,
    clock: Clock,
    policy: dict[str, int],
    hours: float,
    *,
    is_told: bool,
) -> None:
    with services.transaction() as session:
        session.execute(update(Workspace).values(policy=policy))
    _start(services, add, clock)
    clock.move(hours=hours)
    compose_due(services)
    assert digest_dates(services, house.alice) == ([TODAY] if is_told else [])
    assert _late(services, house.alice) == [(TODAY, not is_told)]


def test_a_late_digest_has_its_hours_whoever_chose_a_late_time(
    services: Services, house: agency.Agency, add: Add, clock: Clock
) -> None:
    with services.transaction() as session:
        session.execute(update(Workspace).values(policy={"late_hours": 1}))
        session.execute(update(Member).values(digest_time=(NINE + timedelta(hours=9)).time()))  # 17:00 in UTC
    _start(services, add, clock)
    clock.at = NINE + timedelta(hours=9, minutes=50)  # 18:50 in Warsaw, of a digest at 17:00
    compose_due(services)
    assert digest_dates(services, house.alice) == []
    assert _late(services, house.alice) == [(TODAY, True)]


def test_each_missed_working_day_is_counted_once(
    services: Services, house: agency.Agency, add: Add, clock: Clock
) -> None:
    _start(services, add, clock)
    clock.at = NINE + timedelta(days=7, hours=1)
    for _ in range(3):
        compose_due(services)
        clock.move(minutes=1)
    days = [date(2026, 11, day) for day in (18, 19, 20, 23, 24)]
    assert _late(services, house.alice) == [*((day, True) for day in days), (date(2026, 11, 25), False)]
    assert digest_dates(services, house.alice) == [date(2026, 11, 25)]


def test_after_a_late_start_each_thing_is_told_once(
    services: Services, house: agency.Agency, add: Add, clock: Clock, practice: Practice
) -> None:
    """The sweep looks first, and leaves it all to the digest that is still due."""
    _start(services, add, clock)
    clock.at = NINE
    compose_due(services)
    for number in range(4):
        add(f"Client {number}", 40)
    clock.at = NINE + timedelta(days=1, hours=3)
    for run_one in (sweep.run_one, digest.run_one, delivery.run_one, sweep.run_one):
        while run_one(services):
            pass
    with services.reading() as session:
        kinds = session.scalars(select(OutboxMessage.kind).where(OutboxMessage.member_id == house.alice)).all()
    assert kinds == ["digest", "digest"]
    assert "Client 3" in practice.team(agency.TEAM).person(agency.ALICE).last().words


def test_the_metrics_count_what_was_missed_and_how_late_the_latest_was(
    services: Services, house: agency.Agency, add: Add, clock: Clock, practice: Practice
) -> None:
    _start(services, add, clock)
    clock.at = NINE + timedelta(days=1, hours=2)
    compose_due(services)
    assert len(digests_of(services, house.alice)) == 1
    with serving.Server(services, practice.signing_secret, "metrics") as url:
        said = serving.get(f"{url}/metrics", headers={"authorization": "Bearer metrics"}).text
    assert "atrisk_digests_missed_total 1.0" in said
    assert "atrisk_told_late_seconds 7200.0" in said
