"""Processes that are asked to end."""

import os
import signal
import threading
import time

import pytest

from bot.infra.shutdown import until_stopped
from tests.waiting import PATIENCE_SECONDS


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_sets_the_event_and_the_former_handler_is_back_afterwards(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with until_stopped() as stopped:
        assert not stopped.is_set()
        os.kill(os.getpid(), number)
        assert stopped.wait(PATIENCE_SECONDS)
    assert signal.getsignal(number) is before


def test_a_signal_that_comes_while_the_event_is_locked_is_not_waited_for_by_itself() -> None:
    with until_stopped() as stopped:
        with stopped._cond:  # type: ignore[attr-defined]  # as a wait has it, for an instant
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(0)
        assert stopped.wait(PATIENCE_SECONDS)


def test_without_a_signal_nothing_is_left_running() -> None:
    before = threading.active_count()
    with until_stopped() as stopped:
        pass
    assert threading.active_count() == before
    assert stopped.is_set()
