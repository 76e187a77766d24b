"""The worker: its timers, and how often each runs. What a timer does is in `bot.jobs`.

Each timer works until nothing is left to do, then rests. Only the database knows what is due, so any number of workers
may run, stop at any moment, or sleep through an hour: the next tick finds what is left.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import OperationalError

from bot.infra.services import Services
from bot.infra.shutdown import until_stopped
from bot.jobs import delivery, digest, escalations, housekeeping, match_people, sweep

POSTERS = 4
"""Messages on their way to Slack at once, in one worker."""
WATCH = 20.0
"""Seconds between two looks at whether the clock was set back."""

RunOne = Callable[[Services], bool]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Timer:
    """Some work and its pace. `run_one` does one item, and says whether there may be more."""

    name: str
    run_one: RunOne
    every_seconds: float
    rest_seconds: float = 5.0
    """After a failure: the database is away, say."""


TIMERS = (
    Timer("sweep", sweep.run_one, 10),
    Timer("digest", digest.run_one, 10),
    *(Timer(f"deliver-{number}", delivery.run_one, 1) for number in range(1, POSTERS + 1)),
    Timer("escalate", escalations.run_one, 300),
    Timer("housekeeping", housekeeping.run_one, 300),
    Timer("match-people", match_people.run_one, 300),
)


class Running:
    """Timers at work, until `stop`."""

    def __init__(self, services: Services, timers: tuple[Timer, ...]) -> None:
        self._services = services
        self._stopping = threading.Event()
        quiet = logging.getLogger(f"{__name__}.apscheduler")
        quiet.setLevel(logging.ERROR)  # it warns of each tick that finds the last one still at work, as ours often do
        self.scheduler: Any = BackgroundScheduler(
            timezone=UTC,
            logger=quiet,
            executors={"default": {"type": "threadpool", "max_workers": len(timers)}},
            job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
        )
        for timer in timers:
            self.scheduler.add_job(
                self._tick,
                "interval",
                args=[timer],
                id=timer.name,
                seconds=timer.every_seconds,
                next_run_time=datetime.now(UTC),
            )
        self._watch = threading.Thread(target=self._keep_watch, name="watch", daemon=True)
        self.scheduler.start()
        self._watch.start()

    def stop(self) -> None:
        """Let each timer finish the item in hand, and no more."""
        self._stopping.set()
        self.scheduler.shutdown(wait=True)
        self._watch.join()

    def _tick(self, timer: Timer) -> None:
        try:
            while not self._stopping.is_set() and timer.run_one(self._services):
                pass
        except OperationalError as error:
            log.warning("%s waits for the database: %s", timer.name, str(error.orig).strip())
            self._stopping.wait(timer.rest_seconds)
        except Exception:
            log.exception("%s failed, and is tried again", timer.name)
            self._stopping.wait(timer.rest_seconds)

    def _keep_watch(self) -> None:
        while not self._stopping.wait(WATCH):
            self.wind()

    def wind(self) -> None:
        """Bring forward a tick that lies further ahead than its timer's pace, as when the clock was set back."""
        now = datetime.now(UTC)
        for job in self.scheduler.get_jobs():
            if job.next_run_time > now + 2 * job.trigger.interval:
                job.modify(next_run_time=now)


def start(services: Services, timers: tuple[Timer, ...] = TIMERS) -> Running:
    """Start the timers in the background."""
    return Running(services, timers)


def run(services: Services) -> None:
    """Run the timers until the process is asked to end (SIGTERM, or SIGINT from the keyboard)."""
    with until_stopped() as stopped:
        running = start(services)
        try:
            stopped.wait()
        finally:
            log.info("finishing what is in hand")
            running.stop()
