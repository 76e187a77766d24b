"""The timers: what goes on by itself, and how often. Nothing of what is done is in here, only that it is.

Each timer works until there is no more to do, then rests. What is due is remembered by the database alone, so that any
number of workers may run, stop at any moment, or sleep through an hour: the next tick finds what is left. Work that is
to be done once an hour by one of them is whoever's row goes into `job_slots` first.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler
from slack_sdk.errors import SlackClientError
from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.infra import idempotency
from bot.infra.db import Instant
from bot.infra.models import JobSlot, Workspace
from bot.infra.services import Services
from bot.infra.shutdown import until_stopped
from bot.jobs import delivery, digest, escalations, sweep
from bot.messaging import outbox
from bot.people import directory

POSTERS = 4
"""Messages on their way to Slack at once, in one worker."""
EVENTS_KEPT = timedelta(days=7)
MESSAGES_KEPT = timedelta(days=90)
WATCH = 20.0
"""Seconds between two looks at whether the clock was set back."""

RunOne = Callable[[Services], bool]

log = logging.getLogger(__name__)
_TAKE = text("INSERT INTO job_slots (job, slot) VALUES (:job, :slot) ON CONFLICT DO NOTHING RETURNING job").bindparams(
    bindparam("slot", type_=Instant())
)


@dataclass(frozen=True, slots=True)
class Timer:
    """Some work and its pace. `run_one` does one item, and says whether there may be more."""

    name: str
    run_one: RunOne
    every_seconds: float
    rest_seconds: float = 5.0
    """After a failure: the database is away, say."""


def housekeeping(services: Services) -> bool:
    """Once an hour, drop what is of no use any more: old deliveries, old slots, messages long since sent."""
    now = services.now()
    with services.transaction() as session:
        if take_slot(session, "housekeeping", now):
            idempotency.delete_old(session, now - EVENTS_KEPT)
            session.execute(delete(JobSlot).where(JobSlot.slot < now - EVENTS_KEPT))
            outbox.delete_finished(session, now - MESSAGES_KEPT)
    return False


def match_people(services: Services) -> bool:
    """Once an hour, look for the Slack users of members known by e-mail alone, and for Slack itself if never met."""
    with services.transaction() as session:
        if not take_slot(session, "people", services.now()):
            return False
        workspaces = list(session.execute(select(Workspace.id, Workspace.team_id, Workspace.connected_at)))
    for workspace_id, team_id, connected_at in workspaces:
        try:
            if team_id is None and len(workspaces) == 1:
                directory.sync_team(services, services.slack(""))  # whichever team the one token belongs to
            elif team_id is not None and connected_at is not None:
                directory.match_by_email(services, services.slack(team_id), workspace_id)
        except (SlackClientError, OSError, LookupError) as error:
            log.warning("the people of workspace %s could not be looked up: %s", workspace_id, error)
    return False


TIMERS = (
    Timer("sweep", sweep.run_one, 10),
    Timer("digest", digest.run_one, 10),
    *(Timer(f"deliver-{number}", delivery.run_one, 1) for number in range(1, POSTERS + 1)),
    Timer("escalate", escalations.run_one, 300),
    Timer("housekeeping", housekeeping, 300),
    Timer("people", match_people, 300),
)


def take_slot(session: Session, job: str, now: datetime) -> bool:
    """Take this hour's slot of a job; False where a worker has it already."""
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return session.execute(_TAKE, {"job": job, "slot": hour}).first() is not None


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
