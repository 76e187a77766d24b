"""What must happen only once: handling a Slack delivery, a job's slot, inserting what is not there yet.

The record is written in the transaction of the work, so that a crash loses both or neither. Never here: that work.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import bindparam, delete, text
from sqlalchemy.orm import Session

from bot.infra.db import Instant
from bot.infra.models import ProcessedEvent

HOUR = timedelta(hours=1)

_RECORD_EVENT = text(
    "INSERT INTO processed_events (workspace_id, event_id, received_at) "
    "VALUES (:workspace_id, :event_id, :received_at) ON CONFLICT DO NOTHING RETURNING event_id"
).bindparams(bindparam("received_at", type_=Instant()))

_TAKE_SLOT = text(
    "INSERT INTO job_slots (job, slot) VALUES (:job, :slot) ON CONFLICT DO NOTHING RETURNING job"
).bindparams(bindparam("slot", type_=Instant()))

_TAKE_TURN = text("SELECT pg_advisory_xact_lock(hashtextextended(:of, :key))")


def record_once(session: Session, workspace_id: int, event_id: str, now: datetime) -> bool:
    """Record a Slack delivery; False if it was already recorded and its work done."""
    values = {"workspace_id": workspace_id, "event_id": event_id[:255], "received_at": now}
    return session.execute(_RECORD_EVENT, values).first() is not None


def delete_old(session: Session, before: datetime) -> None:
    """Delete the deliveries recorded before `before`; Slack retries one for a day at most."""
    session.execute(delete(ProcessedEvent).where(ProcessedEvent.received_at < before))


def slot_of(now: datetime, every: timedelta) -> datetime:
    """Return the beginning of the slot that `now` is in: whole multiples of `every`."""
    seconds = every.total_seconds()
    return datetime.fromtimestamp(now.timestamp() // seconds * seconds, UTC)


def take_slot(session: Session, job: str, now: datetime, every: timedelta = HOUR) -> bool:
    """Take a job's slot, this hour's by default; False if a worker already has it."""
    return session.execute(_TAKE_SLOT, {"job": job, "slot": slot_of(now, every)}).first() is not None


def take_turn(session: Session, of: str, key: int = 0) -> None:
    """Wait for other transactions that have the same turn, and keep it until this one ends.

    For what is read first and inserted where it is missing: two of these at once would both insert. Take it before
    reading. SQLite's transactions wait for each other in any case.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_TAKE_TURN, {"of": of, "key": key})
