"""What happens once, whoever comes first."""

import threading

from bot.infra import idempotency
from bot.infra.services import Services
from tests.conftest import Clock


def test_of_several_workers_one_does_what_is_done_once_an_hour(services: Services, clock: Clock) -> None:
    taken = []
    together = threading.Barrier(6)

    def take() -> None:
        together.wait()
        with services.transaction() as session:
            taken.append(idempotency.take_slot(session, "housekeeping", clock()))

    workers = [threading.Thread(target=take) for _ in range(6)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert sorted(taken) == [False] * 5 + [True]
    with services.transaction() as session:
        assert idempotency.take_slot(session, "people", clock())
        assert not idempotency.take_slot(session, "housekeeping", clock.move(minutes=59))
        assert idempotency.take_slot(session, "housekeeping", clock.move(minutes=1))
