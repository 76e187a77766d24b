"""How much is done at once: pools that fit each other, a queue that ends, nobody with more than a share."""

import threading
from contextlib import ExitStack

import pytest
from sqlalchemy import Engine
from sqlalchemy.pool import QueuePool

from bot import worker
from bot.infra import capacity
from bot.infra.capacity import FollowUps, InFlight
from tests.waiting import PATIENCE_SECONDS, eventually


def test_each_thread_of_a_process_may_have_a_connection(engine: Engine) -> None:
    assert len(worker.TIMERS) <= capacity.TIMERS
    pool = engine.pool
    assert isinstance(pool, QueuePool)
    connections = [engine.connect() for _ in range(capacity.CONNECTIONS)]
    for connection in connections:
        connection.close()
    assert pool.checkedin() == pool.size() == capacity.KEPT_CONNECTIONS


def test_follow_ups_beyond_the_room_are_dropped_and_said_so(caplog: pytest.LogCaptureFixture) -> None:
    go, done = threading.Event(), threading.Semaphore(0)

    def work() -> None:
        go.wait(PATIENCE_SECONDS)
        done.release()

    with FollowUps(threads=1, waiting=2) as later:
        futures = [later.submit(work) for _ in range(5)]
        assert [future.cancelled() for future in futures] == [False, False, False, True, True]
        go.set()
        eventually(lambda: all(future.done() for future in futures))
        eventually(lambda: not later.submit(done.release).cancelled())
    assert [done.acquire(blocking=False) for _ in range(5)] == [True, True, True, True, False]
    assert caplog.text.count("too many follow-ups") >= 2


def test_each_person_has_a_share_and_is_forgotten_when_done() -> None:
    in_flight, alice, bob = InFlight(2), ("T", "ALICE"), ("T", "BOB")
    with ExitStack() as under_way:
        admitted = [under_way.enter_context(in_flight.admitting(who)) for who in (alice, alice, alice, bob)]
    assert admitted == [True, True, False, True]
    with in_flight.admitting(alice) as is_admitted:
        assert is_admitted
    assert not in_flight._counts
