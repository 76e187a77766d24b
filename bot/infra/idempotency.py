"""What happens once: a delivery of Slack's (an event, a click, a submission), and a job's hourly slot.

Stored in the transaction of the work itself, so that a crash loses both or neither. Never here: what the work is.
"""

from datetime import UTC, datetime

from sqlalchemy import bindparam, delete, text
from sqlalchemy.orm import Session

from bot.infra.db import Instant
from bot.infra.models import ProcessedEvent

_NOTE = text(
    "INSERT INTO processed_events (workspace_id, event_id, received_at) "
    "VALUES (:workspace_id, :event_id, :received_at) ON CONFLICT DO NOTHING RETURNING event_id"
).bindparams(bindparam("received_at", type_=Instant()))

_TAKE = text("INSERT INTO job_slots (job, slot) VALUES (:job, :slot) ON CONFLICT DO NOTHING RETURNING job").bindparams(
    bindparam("slot", type_=Instant())
)


def first_time(session: Session, workspace_id: int, event_id: str, now: datetime) -> bool:
    """Record a delivery; False where it was recorded before, and its work done."""
    values = {"workspace_id": workspace_id, "event_id": event_id[:255], "received_at": now}
    return session.execute(_NOTE, values).first() is not None


def delete_old(session: Session, before: datetime) -> None:
    """Delete the deliveries recorded before a moment; Slack repeats one for a day at most."""
    session.execute(delete(ProcessedEvent).where(ProcessedEvent.received_at < before))


def take_slot(session: Session, job: str, now: datetime) -> bool:
    """Take this hour's slot of a job; False where a worker has it already."""
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return session.execute(_TAKE, {"job": job, "slot": hour}).first() is not None
