import signal
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier, Event
from typing import Any

import pytest
from sqlalchemy import ColumnElement, Connection, event, func, select, text
from sqlalchemy.orm import Session

from bot.clients import clients
from bot.infra.models import Assessment, Base, Breach, Client, OutboxMessage, Touchpoint, Workspace
from bot.infra.services import Services
from bot.jobs import sweep
from bot.judging import assessments
from tests import agency
from tests.agency import Agency
from tests.conftest import NOW, Clock
from tests.waiting import PATIENCE_SECONDS


@pytest.fixture
def house(services: Services) -> Agency:
    with services.transaction() as session:
        house = agency.create(session, NOW)
        agency.after_digests(session, NOW)
        return house


_NUDGED = select(OutboxMessage.workspace_id, OutboxMessage.member_id).where(OutboxMessage.kind == "nudge")


def add(session: Session, house: Agency, name: str, days: int = 20, **columns: Any) -> Client:
    """Add a client that is due, last contacted `days` days ago."""
    columns = {"owner_id": house.alice, "next_check_at": NOW, **columns}
    client = agency.client(session, house.id, name, now=NOW, started_on=date(2025, 1, 1), **columns)
    session.add(_touchpoint(client, days))
    session.flush()
    return client


def _touchpoint(client: Client, days: int) -> Touchpoint:
    return Touchpoint(
        workspace_id=client.workspace_id,
        client_id=client.id,
        occurred_at=NOW - timedelta(days=days),
        source="import",
        created_at=NOW,
    )


def add_many(services: Services, house: Agency, count: int) -> list[int]:
    with services.transaction() as session:
        return [add(session, house, f"Client {number}").id for number in range(count)]


def count(services: Services, table: type[Base], *conditions: ColumnElement[bool]) -> int:
    with services.reading() as session:
        return session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0


def test_due_clients_are_assessed_in_batches_until_none_is_left(services: Services, house: Agency) -> None:
    add_many(services, house, 5)
    results = [sweep.run_one(services, batch=2) for _ in range(4)]
    assert results == [True, True, True, False]
    assert count(services, Assessment) == count(services, Client, Client.checked_at == NOW) == 5


def test_no_client_is_assessed_before_it_is_due(services: Services, house: Agency, clock: Clock) -> None:
    with services.transaction() as session:
        client = add(session, house, "Later", next_check_at=NOW + timedelta(hours=1))
        add(session, house, "Never", next_check_at=None)
    assert not sweep.run_one(services)
    clock.move(hours=1)
    while sweep.run_one(services):
        pass
    with services.reading() as session:
        assert session.scalars(select(Assessment.client_id)).all() == [client.id]


def test_a_client_is_due_when_its_assessment_changes_by_the_calendar(
    services: Services, house: Agency, clock: Clock
) -> None:
    with services.transaction() as session:
        client = add(session, house, "Acme", days=1)
    while sweep.run_one(services):
        pass
    seen = []
    for _ in range(30):
        with services.reading() as session:
            standing = session.get_one(Client, client.id)
            seen.append((standing.colour, standing.next_check_at))
        if standing.next_check_at is None:
            break
        clock.at = standing.next_check_at
        assert sweep.run_one(services)
    assert [colour for colour, _ in seen][-1] == "red"
    assert seen[0][0] == "green"
    assert seen[0][1] == NOW.replace(hour=0) + timedelta(days=7), "due soon from 2 days before the limit of 10"


def test_the_benchmarks_of_each_agency_are_refreshed_in_a_transaction_of_their_own(
    services: Services, house: Agency
) -> None:
    commits: list[int] = []
    event.listen(services.engine, "commit", lambda _connection: commits.append(1))
    assert not sweep.run_one(services)
    after_midnight = len(commits)
    assert not sweep.run_one(services)
    with services.reading() as session:
        days = set(session.scalars(select(Workspace.benchmarks_on)))
    assert (days, after_midnight >= 2, len(commits) - after_midnight <= 1) == ({NOW.date()}, True, True), house


def test_only_changed_clients_are_assessed_again(services: Services, house: Agency, clock: Clock) -> None:
    ids = add_many(services, house, 4)
    while sweep.run_one(services):
        pass
    clock.move(minutes=5)
    with services.transaction() as session:
        clients.mark_changed(session, house.id, ids[:1], clock())
    while sweep.run_one(services):
        pass
    with services.reading() as session:
        assert set(session.scalars(select(Client.id).where(Client.checked_at == clock()))) == set(ids[:1])


def test_a_broken_client_is_retried_later_and_stops_no_other(services: Services, house: Agency, clock: Clock) -> None:
    ids = add_many(services, house, 4)
    with services.transaction() as session:
        session.execute(text("UPDATE members SET tz = 'Pacific/Kiritimati'"))
        session.get_one(Client, ids[1]).created_at = NOW.replace(year=9999, month=12, day=31, hour=23)
    while sweep.run_one(services):
        pass
    assert count(services, Assessment) == 3
    with services.reading() as session:
        broken = session.get_one(Client, ids[1])
        assert (broken.next_check_at, broken.check_error is None) == (NOW + timedelta(hours=1), False)
    with services.transaction() as session:
        session.get_one(Client, ids[1]).created_at = NOW
    clock.move(hours=1)
    while sweep.run_one(services):
        pass
    assert count(services, Client, Client.check_error.is_not(None)) == 0


def test_each_agency_is_assessed_separately(services: Services, house: Agency) -> None:
    with services.transaction() as session:
        add(session, house, "Ours")
        foreign = agency.client(session, house.other_id, "Theirs", now=NOW, owner_id=house.charlie, next_check_at=NOW)
        session.add(_touchpoint(foreign, 20))
    while sweep.run_one(services):
        pass
    with services.reading() as session:
        by_client = set(session.execute(_NUDGED))
    assert by_client == {(house.id, house.alice), (house.other_id, house.charlie)}


def test_an_invalid_policy_does_not_stop_other_agencies(services: Services, house: Agency) -> None:
    with services.transaction() as session:
        client = add(session, house, "Ours")
        session.get_one(Workspace, house.id).policy = {"red_risk": 300}
        foreign = agency.client(session, house.other_id, "Theirs", now=NOW, next_check_at=NOW)
    while sweep.run_one(services):
        pass
    with services.reading() as session:
        assert session.get_one(Client, foreign.id).assessed_on == NOW.date()
        assert "red_risk" in (session.get_one(Client, client.id).check_error or "")


def test_two_workers_assess_each_client_once_and_send_no_nudge_twice(services: Services, house: Agency) -> None:
    add_many(services, house, 120)
    ready = Barrier(2, timeout=PATIENCE_SECONDS)

    def work() -> None:
        ready.wait()
        while sweep.run_one(services, batch=7):
            pass

    with ThreadPoolExecutor(2) as pool:
        for worker in [pool.submit(work), pool.submit(work)]:
            worker.result(PATIENCE_SECONDS)
    while sweep.run_one(services):
        pass  # clients that one worker skipped because the other had locked them
    assert count(services, Assessment) == count(services, Breach) == 120
    assert count(services, OutboxMessage, OutboxMessage.kind == "nudge") == 3
    assert count(services, Breach, Breach.interrupted_at.is_not(None)) == 3
    assert count(services, Breach, Breach.held_because == "cap") == 117


def test_a_batch_is_assessed_again_if_the_policy_has_changed_meanwhile(services: Services, house: Agency) -> None:
    """The policy has changed since the batch was read: none of it is written, and all of it is assessed again."""
    (client_id,) = add_many(services, house, 1)
    with services.reading() as session:
        drafts = sweep.assess_due(session, NOW, batch=10)
    with services.transaction() as session:
        session.get_one(Workspace, house.id).policy = {"contact_limit_days": 60, "new_contact_limit_days": 60}
    with services.transaction() as session:
        assert sweep.save(session, drafts, NOW, tell=True) == 0
    assert (count(services, Assessment), count(services, Client, Client.next_check_at == NOW)) == (0, 1)
    assert sweep.run_one(services)
    with services.reading() as session:
        assert session.get_one(Client, client_id).colour == "green"


@pytest.mark.parametrize("seconds", [0, 1])
def test_a_change_during_the_assessment_of_a_batch_is_not_lost(
    services: Services, house: Agency, clock: Clock, seconds: int
) -> None:
    """Log a contact after the batch has read its facts and before it is written, also at the same `now`."""
    (client_id,) = add_many(services, house, 1)
    started, read, done = Event(), Event(), Event()

    @event.listens_for(services.engine, "after_cursor_execute")
    def pause(_connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        if "SELECT observations.client_id" in statement and not read.is_set():
            read.set()
            started.wait(PATIENCE_SECONDS)
            done.wait(0.3)  # the other one is waiting for us by now

    def log() -> None:
        read.wait(PATIENCE_SECONDS)
        clock.move(seconds=seconds)
        started.set()
        with services.transaction() as session:
            session.add(_touchpoint(session.get_one(Client, client_id), 0))
            session.flush()
            clients.mark_changed(session, house.id, [client_id], clock())
        done.set()

    with ThreadPoolExecutor(2) as pool:
        logged, swept = pool.submit(log), pool.submit(sweep.run_one, services)
        assert swept.result(PATIENCE_SECONDS)
        logged.result(PATIENCE_SECONDS)
    while sweep.run_one(services):
        pass
    with services.reading() as session:
        assert session.get_one(Client, client_id).colour == "green"
        assert session.scalars(select(Breach.resolved_at)).all() in ([], [clock()]), "SQLite never saw it open"


def test_a_click_and_a_sweep_at_the_same_time_leave_one_open_breach(
    services: Services, house: Agency, clock: Clock
) -> None:
    (client_id,) = add_many(services, house, 1)
    ready = Barrier(2, timeout=PATIENCE_SECONDS)

    def click() -> None:
        ready.wait()
        with services.transaction() as session:
            assessments.reassess(session, house.id, [client_id], clock())

    def work() -> None:
        ready.wait()
        sweep.run_one(services)

    with ThreadPoolExecutor(2) as pool:
        for worker in [pool.submit(click), pool.submit(work)]:
            worker.result(PATIENCE_SECONDS)
    assert count(services, Breach) == 1


def test_a_worker_killed_during_a_batch_leaves_nothing_half_written(
    services: Services, house: Agency, database_url: str
) -> None:
    add_many(services, house, 20)
    program = textwrap.dedent(
        """
        import os, signal, sys
        from datetime import datetime
        from sqlalchemy import event
        from bot.infra import db
        from bot.jobs import sweep
        url, now, fatal = sys.argv[1], datetime.fromisoformat(sys.argv[2]), sys.argv[3]
        engine = db.connect(url)

        @event.listens_for(engine, "after_cursor_execute")
        def die(connection, cursor, statement, *rest):
            if fatal in statement:
                os.kill(os.getpid(), signal.SIGKILL)

        while sweep.assess_batch(engine, now, batch=5).due:
            pass
        """
    )
    for fatal in ("ORDER BY clients.next_check_at", "INSERT INTO breaches", "INTO assessments", "INSERT INTO outbox"):
        died = subprocess.run([sys.executable, "-c", program, database_url, NOW.isoformat(), fatal], check=False)
        assert died.returncode == -signal.SIGKILL, fatal
        for table in (Assessment, Breach):
            assert count(services, table) == 0, fatal
        assert count(services, OutboxMessage, OutboxMessage.kind == "nudge") == 0, fatal
        assert count(services, Client, Client.next_check_at == NOW) == 20, fatal
    while sweep.run_one(services):
        pass
    assert count(services, Breach) == count(services, Assessment) == 20
    assert count(services, OutboxMessage, OutboxMessage.kind == "nudge") == 3
