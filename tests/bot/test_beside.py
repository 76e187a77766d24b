"""Work in a process beside this one."""

import logging
import os
import signal
import time
from threading import Thread

import pytest

from bot import beside


def add(first: int, second: int) -> int:
    return first + second


def wait_for_long() -> int:
    time.sleep(60)
    return 1


def die() -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 1


def complain() -> int:
    logging.getLogger("atrisk.test").warning("client 7 could not be judged")
    return 0


def test_what_the_work_counted_comes_back() -> None:
    with beside.start(add, 40, 2) as process:
        assert process.wait() == 42


def test_it_ends_with_the_block_that_started_it() -> None:
    begun = time.monotonic()
    with beside.start(wait_for_long):
        pass
    assert time.monotonic() - begun < 30


def test_whoever_waits_goes_on_once_it_is_ended() -> None:
    with beside.start(wait_for_long) as process:
        ending = Thread(target=beside.end_all)
        ending.start()
        assert process.wait() == 0
        ending.join()


def test_a_bad_end_is_told_and_counts_for_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with beside.start(die) as process:
        assert process.wait() == 0
    assert "(die) ended with -9" in caplog.text


def test_it_logs_as_the_one_that_started_it_does(capfd: pytest.CaptureFixture[str]) -> None:
    handler, root = logging.StreamHandler(), logging.getLogger()
    handler.setFormatter(logging.Formatter("<%(levelname)s> %(message)s"))
    root.addHandler(handler)
    try:
        with beside.start(complain) as process:
            process.wait()
    finally:
        root.removeHandler(handler)
    assert "<WARNING> client 7 could not be judged" in capfd.readouterr().err
