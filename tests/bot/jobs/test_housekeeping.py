"""Old events, slots and messages are deleted."""

from sqlalchemy import func, select, update

from bot.infra.models import JobSlot, OutboxMessage, ProcessedEvent
from bot.infra.services import Services
from bot.jobs import housekeeping
from bot.messaging import outbox
from tests import agency
from tests.conftest import NOW, Clock


def test_old_events_slots_and_messages_are_deleted(services: Services, clock: Clock) -> None:
    with services.transaction() as session:
        house = agency.create(session, NOW)
        for key, state in (("sent", "sent"), ("waits", "waiting")):
            outbox.enqueue(
                session, workspace_id=house.id, key=key, kind="notice", body={}, now=NOW, member_id=house.alice
            )  # fmt: skip
            session.execute(update(OutboxMessage).where(OutboxMessage.key == key).values(state=state))
        session.add(ProcessedEvent(workspace_id=house.id, event_id="Ev1", received_at=NOW))
    housekeeping.run_one(services)
    with services.reading() as session:
        assert len(session.scalars(select(OutboxMessage.key)).all()) == 2
        assert session.scalar(select(func.count()).select_from(ProcessedEvent)) == 1
    clock.move(days=91)
    housekeeping.run_one(services)
    with services.reading() as session:
        assert session.scalars(select(OutboxMessage.key)).all() == ["waits"]
        assert session.scalar(select(func.count()).select_from(ProcessedEvent)) == 0
        assert session.scalar(select(func.count()).select_from(JobSlot)) == 1
