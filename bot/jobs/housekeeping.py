"""Housekeeping: once an hour, delete what is of no use any more.

Never here: anything that a person recorded about a client (`bot.clients.erasure`).
"""

from datetime import timedelta

from sqlalchemy import delete

from bot.infra import idempotency
from bot.infra.models import JobSlot
from bot.infra.services import Services
from bot.messaging import outbox

EVENTS_KEPT = timedelta(days=7)
MESSAGES_KEPT = timedelta(days=90)


def run_one(services: Services) -> bool:
    """Once an hour, drop what is of no use any more: old deliveries, old slots, messages long since sent."""
    now = services.now()
    with services.transaction() as session:
        if idempotency.take_slot(session, "housekeeping", now):
            idempotency.delete_old(session, now - EVENTS_KEPT)
            session.execute(delete(JobSlot).where(JobSlot.slot < now - EVENTS_KEPT))
            outbox.delete_finished(session, now - MESSAGES_KEPT)
    return False
