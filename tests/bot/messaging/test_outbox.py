"""Enqueueing messages, once for each key."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, func, select

from bot.infra import db
from bot.infra.models import OutboxMessage
from bot.messaging import outbox
from tests import agency
from tests.conftest import NOW
from tests.waiting import PATIENCE_SECONDS

BODY = {"text": "Good morning", "blocks": []}


@pytest.fixture
def house(engine: Engine) -> agency.Agency:
    with db.transaction(engine) as session:
        return agency.create(session, NOW)


def _enqueue(engine: Engine, house: agency.Agency, key: str = "digest:1:2026-11-18") -> bool:
    with db.transaction(engine) as session:
        return outbox.enqueue(
            session, workspace_id=house.id, key=key, kind="digest", body=BODY, now=NOW, member_id=house.alice
        )


def test_a_message_is_enqueued_once_for_its_key(engine: Engine, house: agency.Agency) -> None:
    assert _enqueue(engine, house)
    assert not _enqueue(engine, house)
    assert _enqueue(engine, house, "digest:1:2026-11-19")
    with db.transaction(engine) as session:
        assert outbox.enqueue(
            session, workspace_id=house.other_id, key="digest:1:2026-11-18", kind="digest", body=BODY, now=NOW,
            member_id=house.charlie,
        )  # fmt: skip
        assert session.scalar(select(func.count()).select_from(OutboxMessage)) == 3


def test_a_message_is_stored_as_enqueued(engine: Engine, house: agency.Agency) -> None:
    until = NOW + timedelta(hours=9)
    with db.transaction(engine) as session:
        outbox.enqueue(
            session, workspace_id=house.id, key="k", kind="nudge", body=BODY, now=NOW, member_id=house.alice,
            data={"on": NOW.date()}, expires_at=until,
        )  # fmt: skip
    with db.reading(engine) as session:
        stored = session.scalars(select(OutboxMessage)).one()
        assert (stored.body, stored.data, stored.state, stored.tries) == (BODY, {"on": "2026-11-18"}, "waiting", 0)
        assert (stored.created_at, stored.not_before, stored.expires_at, stored.channel) == (NOW, NOW, until, None)


def test_a_message_without_a_recipient_is_rejected(engine: Engine, house: agency.Agency) -> None:
    with db.transaction(engine) as session, pytest.raises(ValueError, match="goes to nobody"):
        outbox.enqueue(session, workspace_id=house.id, key="k", kind="notice", body=BODY, now=NOW)


def test_a_message_enqueued_by_many_threads_at_once_is_stored_once(engine: Engine, house: agency.Agency) -> None:
    barrier, results = Barrier(8, timeout=PATIENCE_SECONDS), []

    def enqueue() -> None:
        barrier.wait()
        results.append(_enqueue(engine, house))

    threads = [Thread(target=enqueue) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False] * 7 + [True]
