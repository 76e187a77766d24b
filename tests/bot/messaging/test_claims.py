"""Which message is next, and who sends it: the pace of one a second to a person, whoever looks at the same moment."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, text
from sqlalchemy.orm import Session

from bot.infra import db
from bot.infra.models import OutboxMessage
from bot.messaging import claims, outbox
from bot.messaging.claims import ClaimedMessage, Pace
from tests import agency
from tests.conftest import NOW

PACE, LEASE = Pace(), timedelta(minutes=2)
BODY = {"text": "Good morning", "blocks": []}


@pytest.fixture
def house(engine: Engine) -> agency.Agency:
    with db.transaction(engine) as session:
        house = agency.create(session, NOW)
        for number in range(3):
            outbox.enqueue(
                session, workspace_id=house.id, key=f"k{number}", kind="notice", body=BODY, now=NOW,
                member_id=house.alice,
            )  # fmt: skip
        return house


def _claim(session: Session, now: datetime) -> ClaimedMessage | None:
    due = claims.lock_next(session, now, PACE)
    return claims.claim(session, due, now, PACE, LEASE) if due else None


def test_of_two_workers_that_look_at_the_same_moment_one_sends_to_a_person(
    engine: Engine, house: agency.Agency
) -> None:
    del house
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time: two cannot look at the same moment")
    with db.transaction(engine) as first:
        due = claims.lock_next(first, NOW, PACE)
        assert due is not None
        second = Session(engine)
        other = claims.lock_next(second, NOW, PACE)
        assert other is not None
        assert other.id != due.id
        assert claims.claim(first, due, NOW, PACE, LEASE)
    assert claims.claim(second, other, NOW, PACE, LEASE) is None
    second.rollback()
    second.close()


def test_a_retry_counts_as_a_message_to_the_person(engine: Engine, house: agency.Agency) -> None:
    del house
    with db.transaction(engine) as session:
        message = _claim(session, NOW)
        assert message is not None
        assert outbox.mark_posting(session, message, "D1", NOW, LEASE)
        outbox.reschedule(session, message, NOW, "http_500", maybe_posted=True, attempted_at=NOW)
    later = NOW + timedelta(seconds=30)
    with db.transaction(engine) as session:
        message = _claim(session, later)
        assert message is not None
        assert message.posting_at == NOW
        assert outbox.mark_posting(session, message, "D1", later, LEASE)
        assert outbox.mark_sent(session, message, "D1", "1.1", later)
    with db.transaction(engine) as session:
        assert _claim(session, later + timedelta(milliseconds=999)) is None
        assert _claim(session, later + timedelta(seconds=1)) is not None


def test_the_pace_is_measured_from_the_answer_to_the_last_attempt(engine: Engine, house: agency.Agency) -> None:
    """Slack may count a message at any time until it answers."""
    del house
    answered = NOW + timedelta(seconds=8)
    with db.transaction(engine) as session:
        message = _claim(session, NOW)
        assert message is not None
        outbox.mark_posting(session, message, "D1", NOW, LEASE)
        outbox.mark_sent(session, message, "D1", "1.1", answered)
    with db.transaction(engine) as session:
        assert _claim(session, answered + timedelta(milliseconds=999)) is None


def test_the_search_for_the_next_message_reads_no_old_ones(engine: Engine, house: agency.Agency) -> None:
    """Ninety days of sent messages stay in the table: they are found by the indexes of leases and attempts alone."""
    with db.transaction(engine) as session:
        columns = {"workspace_id": house.id, "kind": "digest", "member_id": house.alice, "body": BODY, "tries": 1}
        times = {"created_at": NOW, "not_before": NOW, "sent_at": NOW, "attempted_at": NOW - timedelta(days=1)}
        old = [{**columns, **times, "key": f"old{number}", "state": "sent", "data": {}} for number in range(5000)]
        session.execute(insert(OutboxMessage), old)
    asked: list[tuple[str, Any]] = []
    with db.reading(engine) as session:
        session.execute(text("ANALYZE"))
        event.listen(engine, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
        assert claims.is_due(session, NOW, PACE)
        statement, values = asked[0]
        explain = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
        rows = session.connection().exec_driver_sql(f"{explain} {statement}", values)
        plan = [str(row[-1]).strip() for row in rows]
    reads = [line for line in plan if "SCAN" in line or "SEARCH" in line or "Scan" in line]
    assert len(reads) == 6, "\n".join(plan)
    assert {name for line in reads for name in line.split() if name.startswith("ix_")} == {
        "ix_outbox_pending", "ix_outbox_leased", "ix_outbox_pace",
    }  # fmt: skip
    assert all("ix_outbox_" in line for line in reads), "\n".join(plan)
