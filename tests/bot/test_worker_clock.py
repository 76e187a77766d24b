"""The timers when somebody sets the clock, forward or back."""

import threading
import time
import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest

from bot import worker
from bot.infra.services import Services
from bot.slack.errors import AskLaterError, Kind, Refusal
from bot.worker import Every, Timer
from tests.waiting import PATIENCE_SECONDS, eventually

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)


def test_the_next_tick_is_never_in_the_past() -> None:
    second = Every(1)
    assert second.get_next_fire_time(None, NOW) == NOW + timedelta(seconds=1)
    assert second.get_next_fire_time(NOW, NOW) == NOW + timedelta(seconds=1)
    assert second.get_next_fire_time(NOW - timedelta(days=120), NOW) == NOW + timedelta(seconds=1)


@pytest.mark.parametrize("step", [timedelta(hours=1), timedelta(days=1), timedelta(days=30), timedelta(days=120)])
def test_a_clock_set_forward_by_months_costs_one_tick_and_no_memory(services: Services, step: timedelta) -> None:
    """A clock set forward is a next tick that lies as far in the past."""
    ticks = threading.Semaphore(0)

    def run_one(_: Services) -> bool:
        ticks.release()
        return False

    running = worker.start(services, (Timer("work", run_one, 1),))
    assert ticks.acquire(timeout=PATIENCE_SECONDS)
    tracemalloc.start()
    began = time.monotonic()
    running.scheduler.get_job("work").modify(next_run_time=datetime.now(UTC) - step)
    assert ticks.acquire(timeout=PATIENCE_SECONDS)
    assert ticks.acquire(timeout=PATIENCE_SECONDS)
    took, most = time.monotonic() - began, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    running.stop()
    assert took < 30
    assert most < 5_000_000


@pytest.mark.parametrize("step", [timedelta(days=30), -timedelta(days=30)])
def test_a_step_of_the_clock_is_noticed(services: Services, step: timedelta, caplog: pytest.LogCaptureFixture) -> None:
    running = worker.start(services, (Timer("work", lambda _: False, 60),))
    services.clock_doubted.clear()
    running.note_clock_step(timedelta(seconds=2))
    assert not services.clock_doubted.is_set()
    running.note_clock_step(step)
    running.stop()
    assert services.clock_doubted.is_set()
    assert f"the clock was set {'forward' if step > timedelta(0) else 'back'} by 30 days" in caplog.text


def test_a_timer_that_must_ask_slack_later_waits_and_stops_at_once(
    services: Services, caplog: pytest.LogCaptureFixture
) -> None:

    asked = threading.Event()

    def run_one(_: Services) -> bool:
        asked.set()
        raise AskLaterError(Refusal(Kind.LATER, "ratelimited", 3600))

    running = worker.start(services, (Timer("work", run_one, 0.05),))
    assert asked.wait(PATIENCE_SECONDS)
    eventually(lambda: services.slack_outage.is_on)
    began = time.monotonic()
    running.stop()
    assert time.monotonic() - began < 30
    assert "waiting for Slack: ratelimited" in caplog.text
