"""Which of Slack's deliveries were carried out already: its events, and the clicks and submissions of people.

Noted in the transaction of the work itself, so that a crash loses neither or both.
"""

from datetime import datetime

from sqlalchemy import bindparam, delete, text
from sqlalchemy.orm import Session

from bot.infra.db import Instant
from bot.infra.models import ProcessedEvent

_NOTE = text(
    "INSERT INTO processed_events (workspace_id, event_id, received_at) "
    "VALUES (:workspace_id, :event_id, :received_at) ON CONFLICT DO NOTHING RETURNING event_id"
).bindparams(bindparam("received_at", type_=Instant()))


def first_time(session: Session, workspace_id: int, event_id: str, now: datetime) -> bool:
    """Note a delivery; False where it was noted before, and its work done."""
    values = {"workspace_id": workspace_id, "event_id": event_id[:255], "received_at": now}
    return session.execute(_NOTE, values).first() is not None


def delete_old(session: Session, before: datetime) -> None:
    """Drop the notes from before a moment; Slack repeats a delivery for two hours, or for a day where asked to."""
    session.execute(delete(ProcessedEvent).where(ProcessedEvent.received_at < before))
