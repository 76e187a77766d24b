"""The sweep: judging every client whose answer may have changed, a batch at a time.

`clients.next_check_at` says when that is: what changes by the calendar alone was foreseen by the last judgement, and
whoever changes a client's facts sets it to now in the same transaction. So the cost follows what changed.

A batch is one transaction: claimed, judged, written and its nudges decided, or nothing of it. The claim is a lock on
the clients' rows (on SQLite, on the whole database) that is held to the end of it, and writes nothing: an UPDATE would
write each row of a full sweep once more. Whoever changes facts has to write to the same row: they wait for us
and ask for the next look, or we wait for nobody, leave their client out and find it due on the next tick. So no
change made during a sweep is lost, and no client is judged by two workers at once.
"""

import gc
import logging
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot import assessments, nudges, yardsticks
from bot.models import Client
from bot.services import Services

BATCH = 1000
"""Clients in one transaction: some tenths of a second during which a click on SQLite has to wait."""

_log = logging.getLogger(__name__)
_DUE = (
    select(Client.workspace_id, Client.id)
    .where(Client.next_check_at <= bindparam("now", type_=Client.next_check_at.type))
    .order_by(Client.next_check_at)  # in the index's own order: with the id beside it, Postgres sorts all that are due
    .limit(bindparam("batch"))
    .with_for_update(skip_locked=True, key_share=True)
)


def run_one(services: Services, *, batch: int = BATCH) -> bool:
    """Judge one batch of the clients that are due; False once there are none."""
    return judge_batch(services, batch=batch) > 0


def judge_batch(services: Services, *, batch: int = BATCH, tell: bool = True) -> int:
    """Judge one batch of the clients that are due, and count them; nothing is posted unless told to `tell`."""
    now = services.now()
    with _no_search_for_cycles(), services.transaction() as session:
        yardsticks.refresh(session, now)
        claimed = _claim(session, now, batch)
        for workspace_id, client_ids in sorted(claimed.items()):
            judged = assessments.settle(session, workspace_id, sorted(client_ids), now)
            if tell:
                nudges.decide(session, workspace_id, judged.reddened, now)
    count = sum(len(client_ids) for client_ids in claimed.values())
    if count:
        _log.info("judged %d clients", count)
    return count


def _claim(session: Session, now: datetime, batch: int) -> dict[int, list[int]]:
    """Take the clients that were due first, by workspace."""
    claimed: dict[int, list[int]] = defaultdict(list)
    for workspace_id, client_id in session.connection().execute(_DUE, {"now": now, "batch": batch}):
        claimed[workspace_id].append(client_id)
    return claimed


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Keep Python from looking for reference cycles during a batch: its facts have none, and it took a fifth of it.

    Memory is freed all the same as soon as nothing refers to it. Of two batches at once in two threads, the one that
    ends first turns the search on again: the other one is slower, and nothing else.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
