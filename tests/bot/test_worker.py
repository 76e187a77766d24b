"""The worker's timers: how they run, fail and stop."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.exc import OperationalError

from bot import worker
from bot.clients import clients, touchpoints
from bot.infra import db
from bot.infra.models import Client, JobSlot, Member, OutboxMessage, Touchpoint
from bot.infra.services import Services
from bot.judging import assessments
from bot.practice import Practice
from bot.worker import Timer
from tests import agency
from tests.conftest import NOW, Clock
from tests.waiting import PATIENCE_SECONDS, eventually


def test_the_timers_assess_a_due_client_and_deliver_the_message(
    services: Services, practice: Practice, clock: Clock
) -> None:
    clock.at = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
    alice = practice.team(agency.TEAM).person(agency.ALICE, "Alice", email="alice@agency.test")
    with services.transaction() as session:
        house = agency.create(session, NOW)
        agency.client(
            session, house.id, "Acme", now=NOW - timedelta(days=60), owner_id=house.alice, next_check_at=NOW,
            started_on=NOW.date() - timedelta(days=60),
        )  # fmt: skip
        session.execute(update(Member).values(next_digest_at=NOW))
    running = worker.start(services)
    try:
        eventually(lambda: any("Acme" in message.words for message in alice.messages()))
    finally:
        running.stop()
    with services.reading() as session:
        client = session.scalars(select(Client)).one()
        assert (client.checked_at, client.check_error, client.colour) == (NOW, None, "red")


def test_a_timer_works_until_nothing_is_left(services: Services) -> None:
    left = list(range(50))
    running = worker.start(services, (Timer("work", lambda _: bool(left and [left.pop()]), 3600),))
    eventually(lambda: not left)
    running.stop()


def test_a_failing_timer_is_logged_and_continues(services: Services, caplog: pytest.LogCaptureFixture) -> None:
    errors = [OperationalError("SELECT 1", {}, Exception("the server closed the connection")), ZeroDivisionError("!")]
    done = threading.Event()

    def run_one(_: Services) -> bool:
        if errors:
            raise errors.pop(0)
        done.set()
        return False

    running = worker.start(services, (Timer("work", run_one, 0.05, rest_seconds=0.01),))
    assert done.wait(PATIENCE_SECONDS)
    running.stop()
    assert "waiting for the database: the server closed the connection" in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_stopping_finishes_the_current_item_and_starts_no_other(services: Services) -> None:
    started, finished = threading.Semaphore(0), []

    def run_one(_: Services) -> bool:
        started.release()
        time.sleep(0.2)
        finished.append(1)
        return True

    running = worker.start(services, (Timer("work", run_one, 3600),))
    started.acquire()
    running.stop()
    assert finished == [1]
    assert not started.acquire(timeout=0.3)


def test_a_clock_set_back_does_not_stop_the_timers(services: Services) -> None:
    ticks = threading.Semaphore(0)

    def run_one(_: Services) -> bool:
        ticks.release()
        return False

    running = worker.start(services, (Timer("work", run_one, 60),))
    assert ticks.acquire(timeout=PATIENCE_SECONDS)
    eventually(lambda: running.scheduler.get_job("work").next_run_time > datetime.now(UTC) + timedelta(seconds=30))
    running.bring_forward_ticks()
    assert not ticks.acquire(timeout=0.3)  # a minute ahead is the timer's own interval
    running.scheduler.get_job("work").modify(next_run_time=datetime.now(UTC) + timedelta(hours=1))
    running.bring_forward_ticks()
    assert ticks.acquire(timeout=PATIENCE_SECONDS)
    running.stop()


PROGRAM = """
import sys, logging
from datetime import UTC, datetime
from concurrent.futures import ThreadPoolExecutor
import httpx
from bot import worker
from bot.infra.db import connect
from bot.infra.services import Services

def no_slack(team_id):
    raise LookupError(team_id)

logging.basicConfig(level="INFO", stream=sys.stdout)
services = Services(engine=connect(sys.argv[1]), now=lambda: datetime.now(UTC), slack=no_slack, posting=no_slack,
                    http=httpx.Client(), later=ThreadPoolExecutor(1))
print("started", flush=True)
worker.run(services)
print("ended", flush=True)
"""


def _slots(engine: Engine) -> Sequence[str]:
    """Return the jobs that the timers have started."""
    with db.reading(engine) as session:
        return session.scalars(select(JobSlot.job)).all()


@pytest.mark.parametrize("stop_signal", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_shuts_down_gracefully(engine: Engine, database_url: str, stop_signal: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, database_url], stdout=subprocess.PIPE, text=True, env={**os.environ}
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"
    eventually(lambda: _slots(engine))
    process.send_signal(stop_signal)
    output, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0
    assert output.endswith("ended\n")
    assert "Traceback" not in output


def test_timers_and_clicks_at_once_neither_deadlock_nor_lose_anything(
    services: Services, practice: Practice, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """Run two workers for twelve members and a hundred clients that keep becoming due, while four people click."""
    with services.transaction() as session:
        house = agency.create(session, NOW)
        people = [
            agency.member(session, house.id, slack_user_id=f"U{number}", name=f"M{number}") for number in range(12)
        ]
        for number, person in enumerate(people):
            practice.team(agency.TEAM).person(f"U{number}", f"M{number}")
            person.next_digest_at = NOW
        ids = [
            agency.client(
                session, house.id, f"Client {number}", now=NOW - timedelta(days=30), next_check_at=NOW,
                owner_id=people[number % 12].id,
            ).id
            for number in range(100)
        ]  # fmt: skip
    busy = tuple(replace(timer, every_seconds=0.05) for timer in worker.TIMERS)
    workers = [worker.start(services, busy) for _ in range(2)]

    def click(first: int) -> None:
        for number in ids[first::4]:
            with services.transaction() as session:
                seen = session.get_one(Client, number).contact_no
                touchpoints.log(session, house.id, number, None, seen=seen, occurred_at=NOW, source="nudge", now=NOW)
                assessments.reassess(session, house.id, [number], NOW)
            with services.transaction() as session:
                clients.mark_changed(session, house.id, ids[::9], NOW)

    clicking = [threading.Thread(target=click, args=(first,)) for first in range(4)]
    for thread in clicking:
        thread.start()
    for thread in clicking:
        thread.join()

    def all_sent() -> bool:
        clock.move(seconds=1)
        with services.reading() as session:
            messages = session.execute(select(OutboxMessage.kind, OutboxMessage.state)).all()
        return [kind for kind, _ in messages].count("digest") >= 12 and {state for _, state in messages} == {"sent"}

    eventually(all_sent, 300)
    for running in workers:
        running.stop()
    with services.reading() as session:
        assert session.scalar(select(func.count()).select_from(Touchpoint)) == 100
        assert session.scalars(select(Client.check_error).distinct()).all() == [None]
        keys = session.scalars(select(OutboxMessage.key).where(OutboxMessage.kind == "digest")).all()
        assert sorted(keys) == sorted(f"digest:{person.id}:2026-11-18" for person in people)
        messages = session.scalar(select(func.count()).select_from(OutboxMessage))
    assert len(practice.calls_of("chat.postMessage")) == messages
    assert [record.getMessage() for record in caplog.records if record.levelname in {"WARNING", "ERROR"}] == []
