"""Job slots with several workers at once."""

import threading

from bot.infra import idempotency
from bot.infra.services import Services
from tests.conftest import Clock


def test_only_one_of_several_workers_takes_an_hourly_slot(services: Services, clock: Clock) -> None:
    taken = []
    barrier = threading.Barrier(6)

    def take() -> None:
        barrier.wait()
        with services.transaction() as session:
            taken.append(idempotency.take_slot(session, "housekeeping", clock()))

    workers = [threading.Thread(target=take) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(taken) == [False] * 5 + [True]
    with services.transaction() as session:
        assert idempotency.take_slot(session, "people", clock())
        assert not idempotency.take_slot(session, "housekeeping", clock.move(minutes=59))
        assert idempotency.take_slot(session, "housekeeping", clock.move(minutes=1))
