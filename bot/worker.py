"""The worker: its timers, and how often each runs. Never here: what a timer does (`bot.jobs`).

Each timer works until nothing is left to do, then waits. Only the database knows what is due, so any number of workers
may run, stop at any time, or miss an hour: the next tick finds what is left.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

from bot.infra import db_errors
from bot.infra.services import Services
from bot.infra.shutdown import until_stopped
from bot.jobs import clock, connect, delivery, digest, escalations, housekeeping, match_people, sweep
from bot.slack.errors import AskLaterError

DELIVERY_THREADS = 4
"""Messages that one worker sends to Slack at once."""
CLOCK_CHECK_SECONDS = 10.0
"""Seconds between checks whether the clock was set."""
CLOCK_STEP = timedelta(seconds=30)
"""A difference between the clock and the time that has really passed: somebody has set the clock."""

RunOne = Callable[[Services], bool]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Timer:
    """A job and its interval. `run_one` does one item, and returns whether there may be more."""

    name: str
    run_one: RunOne
    every_seconds: float
    rest_seconds: float = 5.0
    """The wait after a failure, such as an unreachable database."""
    pause_seconds: float = 0.0
    """The wait between two items, where something outside sets the pace."""


TIMERS = (
    Timer("sweep", sweep.run_one, 10),
    Timer("digest", digest.run_one, 10),
    *(Timer(f"deliver-{number}", delivery.run_one, 1) for number in range(1, DELIVERY_THREADS + 1)),
    Timer("escalate", escalations.run_one, 300),
    Timer("housekeeping", housekeeping.run_one, 300),
    Timer("connect", connect.run_one, 10),
    Timer("match-people", match_people.run_one, 10, pause_seconds=1.2),  # Slack allows 50 look-ups a minute
    Timer("clock", clock.run_one, 20),
)


class Every(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """A tick each so many seconds, counted on from now when some were missed.

    APScheduler's own interval lists each missed tick to merge them into one: after the clock was set forward by
    months, that takes minutes and hundreds of megabytes.
    """

    def __init__(self, seconds: float) -> None:
        self.interval = timedelta(seconds=seconds)

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        """Return the tick after `previous`, never one that is past."""
        following = previous + self.interval if previous else now
        return following if following > now else now + self.interval


class RunningTimers:
    """Timers that run in the background until `stop`."""

    def __init__(self, services: Services, timers: tuple[Timer, ...]) -> None:
        self._services = services
        self._stopping = threading.Event()
        quiet = logging.getLogger(f"{__name__}.apscheduler")
        quiet.setLevel(logging.ERROR)  # it warns about each tick that overlaps the last one, which is normal here
        self.scheduler: Any = BackgroundScheduler(
            timezone=UTC,
            logger=quiet,
            executors={"default": {"type": "threadpool", "max_workers": len(timers)}},
            job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
        )
        for timer in timers:
            self.scheduler.add_job(
                self._tick,
                Every(timer.every_seconds),
                args=[timer],
                id=timer.name,
                next_run_time=datetime.now(UTC),
            )
        self._clock_check = threading.Thread(target=self._check_clock, name="clock-check", daemon=True)
        self.scheduler.start()
        self._clock_check.start()

    def stop(self) -> None:
        """Stop the timers, after each has finished its current item."""
        self._stopping.set()
        self.scheduler.shutdown(wait=True)
        self._clock_check.join()

    def _tick(self, timer: Timer) -> None:
        try:
            while not self._stopping.is_set() and timer.run_one(self._services):
                self._services.database_outage.end()
                if timer.pause_seconds:
                    self._stopping.wait(timer.pause_seconds)
        except AskLaterError as error:
            self._services.slack_outage.report(error.refusal.error)
            self._stopping.wait(error.refusal.seconds_to_wait)
        except Exception as error:
            if reason := db_errors.explain(error, self._services.engine.url):
                self._services.database_outage.report(reason)
            else:
                log.exception("%s failed, and will be tried again", timer.name)
            self._stopping.wait(timer.rest_seconds)
        else:
            self._services.database_outage.end()

    def _check_clock(self) -> None:
        clock_then, really_then = datetime.now(UTC), time.monotonic()
        while not self._stopping.wait(CLOCK_CHECK_SECONDS):
            now, really_now = datetime.now(UTC), time.monotonic()
            self.note_clock_step(now - clock_then - timedelta(seconds=really_now - really_then))
            clock_then, really_then = now, really_now

    def note_clock_step(self, step: timedelta) -> None:
        """Say in the log that the clock was set, if it was, and bring the ticks and what is stored back to it."""
        if abs(step) > CLOCK_STEP:
            log.warning("the clock was set %s by %s", "forward" if step > timedelta(0) else "back", abs(step))
            self._services.clock_doubted.set()
        self.bring_forward_ticks()

    def bring_forward_ticks(self) -> None:
        """Bring forward a tick that is further away than its timer's interval, as after the clock was set back."""
        now = datetime.now(UTC)
        for job in self.scheduler.get_jobs():
            if job.next_run_time > now + 2 * job.trigger.interval:
                job.modify(next_run_time=now)


def start(services: Services, timers: tuple[Timer, ...] = TIMERS) -> RunningTimers:
    """Start the timers in the background."""
    return RunningTimers(services, timers)


def run(services: Services) -> None:
    """Run the timers until the process is asked to stop (SIGTERM or SIGINT)."""
    with until_stopped() as stopped:
        running = start(services)
        try:
            stopped.wait()
        finally:
            log.info("finishing the current items")
            running.stop()
