"""Jobs killed at every possible moment: nothing is lost, and nothing is sent twice.

Each job is run by a process that kills itself at its first moment, then its second, and so on, until it finishes; after
each crash a healthy worker takes over.
"""

import itertools
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update

from bot.infra.models import Breach, Client, Member, OutboxMessage
from bot.infra.services import Services
from bot.jobs import delivery, digest, sweep
from bot.messaging import outbox
from bot.practice import Practice
from tests import agency
from tests.conftest import NOW, Clock
from tests.crashing import JobForker
from tests.waiting import eventually

LEASE_SECONDS = 121
BUSY = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND backend_type = 'client backend' AND state <> 'idle'"
)


@pytest.fixture(scope="module")
def forker() -> Iterator[JobForker]:
    with JobForker() as running:
        yield running


@pytest.fixture
def house(services: Services, practice: Practice) -> agency.Agency:
    for user in (agency.ALICE, agency.BOB):
        practice.team(agency.TEAM).person(user, user.removeprefix("U0").title())
    with services.transaction() as session:
        house = agency.create(session, NOW)
        session.execute(update(Member).values(workdays="1234567"))
        return house


def _order(practice: Practice, database_url: str, clock: Clock) -> dict[str, Any]:
    return {"database": database_url, "api": practice.api_url, "now": clock().isoformat()}


def _enqueue(services: Services, house: agency.Agency, key: str) -> None:
    with services.transaction() as session:
        outbox.enqueue(
            session, workspace_id=house.id, key=key, kind="notice", member_id=house.alice, now=services.now(),
            body={"text": key, "blocks": []},
        )  # fmt: skip


def _take_over(services: Services, run_one: Callable[[Services], bool] = delivery.run_one) -> None:
    """Take over, once Postgres has noticed that its client is dead and released its locks."""
    _wait_for_dead_clients(services)
    while run_one(services):
        pass


def _wait_for_dead_clients(services: Services) -> None:
    if services.engine.dialect.name == "sqlite":
        return
    with services.reading() as session:
        eventually(lambda: not session.scalar(BUSY))


def _states(services: Services) -> set[str]:
    with services.reading() as session:
        return set(session.scalars(select(OutboxMessage.state)))


def test_a_delivery_killed_at_any_moment_is_completed_and_never_repeated(
    services: Services, practice: Practice, house: agency.Agency, database_url: str, clock: Clock, forker: JobForker
) -> None:
    alice = practice.team(agency.TEAM).person(agency.ALICE)
    for moment in itertools.count(1):
        _enqueue(services, house, f"message {moment}")
        forker.start("deliver", **_order(practice, database_url, clock), die_at=moment)
        finished = forker.wait()
        clock.move(seconds=LEASE_SECONDS)
        _take_over(services)
        assert _states(services) == {"sent"}, f"killed at moment {moment}"
        assert [message.text for message in alice.messages()] == [f"message {n}" for n in range(1, moment + 1)]
        if finished:
            break
    assert moment > 10
    assert practice.calls_of("conversations.history"), "no crash came between a post and saving its ts"


@pytest.mark.parametrize("handled", [True, False])
def test_a_delivery_killed_during_the_post_is_sent_once(
    services: Services,
    practice: Practice,
    house: agency.Agency,
    database_url: str,
    clock: Clock,
    forker: JobForker,
    handled: bool,  # noqa: FBT001
) -> None:
    _enqueue(services, house, "Good morning")
    children: list[int] = []

    def die(_: object) -> bool:
        os.kill(children[0], signal.SIGKILL)
        return not handled

    practice.fail_next("chat.postMessage", drop="before", when=die)
    children.append(forker.start("deliver", **_order(practice, database_url, clock)))
    assert not forker.wait()
    alice = practice.team(agency.TEAM).person(agency.ALICE)
    clock.move(seconds=LEASE_SECONDS - 2)
    practice.api.faults.clear()
    _take_over(services)
    assert _states(services) == {"sending"}, "the lease was not waited for"
    clock.move(seconds=2)
    _take_over(services)
    assert [message.text for message in alice.messages()] == ["Good morning"]
    assert _states(services) == {"sent"}
    assert len(practice.calls_of("chat.postMessage")) == (1 if handled else 2)


def test_a_digest_killed_at_any_moment_is_composed_once(
    services: Services, practice: Practice, house: agency.Agency, database_url: str, clock: Clock, forker: JobForker
) -> None:
    with services.transaction() as session:
        agency.client(session, house.id, "Acme", now=NOW - timedelta(days=90), owner_id=house.alice)
        session.execute(update(Member).values(next_digest_at=NOW))
        session.get_one(Member, house.bob).account_type = "guest"
    days = []
    for moment in itertools.count(1):
        clock.at = datetime(2026, 11, 18, 9, 0, tzinfo=UTC) + timedelta(days=moment - 1)
        with services.transaction() as session:
            session.execute(update(Client).values(next_check_at=clock()))
        forker.start("digest", **_order(practice, database_url, clock), die_at=moment)
        finished = forker.wait()
        _take_over(services, digest.run_one)
        days.append(clock().date())
        with services.reading() as session:
            digests = select(OutboxMessage).where(OutboxMessage.member_id == house.alice)
            dates = [date.fromisoformat(message.data["on"]) for message in session.scalars(digests)]
            assert Counter(dates) == Counter(days), f"killed at moment {moment}"
            assert session.get_one(Member, house.alice).next_digest_at == clock() + timedelta(days=1)
        if finished:
            break
    assert moment > 20, "the moments are no longer counted"


def test_a_sweep_killed_at_any_moment_assesses_once(
    services: Services, practice: Practice, house: agency.Agency, database_url: str, clock: Clock, forker: JobForker
) -> None:
    with services.transaction() as session:
        agency.after_digests(session, NOW)
        agency.client(session, house.id, "Acme", now=NOW - timedelta(days=25), owner_id=house.alice)
    for moment in itertools.count(1):
        clock.move(hours=1)
        with services.transaction() as session:
            session.execute(update(Client).values(next_check_at=clock()))
        forker.start("sweep", **_order(practice, database_url, clock), die_at=moment)
        finished = forker.wait()
        _take_over(services, sweep.run_one)
        with services.reading() as session:
            client = session.scalars(select(Client)).one()
            assert (client.checked_at, client.check_error) == (clock(), None), f"killed at moment {moment}"
            assert session.scalars(select(Breach.signal)).all() == ["contact_gap"]
            nudged = session.scalars(select(OutboxMessage.id).where(OutboxMessage.kind == "nudge")).all()
            assert len(nudged) == 1
        if finished:
            break
    assert moment > 10
