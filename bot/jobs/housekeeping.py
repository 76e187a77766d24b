"""Housekeeping: hourly deletion of old events, job slots and messages.

Never here: deleting what a person recorded about a client (`bot.clients.erasure`).
"""

from datetime import timedelta

from sqlalchemy import delete

from bot.infra import idempotency
from bot.infra.models import JobSlot
from bot.infra.services import Services
from bot.messaging import outbox

EVENT_RETENTION = timedelta(days=7)
MESSAGE_RETENTION = timedelta(days=90)


def run_one(services: Services) -> bool:
    """Delete old events, job slots and finished messages, at most once an hour; always False."""
    now = services.now()
    with services.transaction() as session:
        if idempotency.take_slot(session, "housekeeping", now):
            idempotency.delete_old(session, now - EVENT_RETENTION)
            session.execute(delete(JobSlot).where(JobSlot.slot < now - EVENT_RETENTION))
            outbox.delete_finished(session, now - MESSAGE_RETENTION)
    return False
