"""The sweep: judging every client whose answer may have changed, a batch at a time.

`clients.next_check_at` says when that is: what changes by the calendar alone was foreseen by the last judgement, and
whoever changes a client's facts sets it to now in the same transaction. So the cost follows what changed.

A batch is judged first, and then written in one transaction with its nudges: all of it, but for the clients that
somebody has changed, or is changing, since it was read. They are still due, and have their turn with the next batch: so
no change made during a sweep is lost, and no client is judged by two workers at once. Nothing is written to claim a
batch: that would write each row of a full sweep once more. Postgres holds the rows that it looks at, so that any number
of workers share the work; SQLite can only hold the whole database, and does so for the writing alone, some hundredths
of a second for which a click has to wait.

Where very many are due, as at the turn of a day, a process beside this one judges from the other end.
"""

import gc
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import URL, Engine, bindparam, select
from sqlalchemy.orm import Session

from bot import beside
from bot.infra.db import among, connect, reading, transaction, within
from bot.infra.models import Client, Workspace
from bot.infra.services import Services
from bot.judging import assessments, benchmarks
from bot.judging.assessments import Judged
from bot.messaging import nudges

BATCH = 300
"""Clients that are read together, and written in one transaction. More of them are no faster, and take more memory."""
MANY = 5
"""Batches due that are worth starting a process for."""

Clock = Callable[[], datetime]
"""Tells the time in another process as well: a function of some module."""

_log = logging.getLogger(__name__)
_NOW = bindparam("now", type_=Client.next_check_at.type)
_DUE = (
    select(Client.workspace_id, Client.id, Client.next_check_at)
    .where(Client.next_check_at <= _NOW)
    .order_by(Client.next_check_at)  # in the index's own order: with the id beside it, Postgres sorts all that are due
    .limit(bindparam("batch"))
    .with_for_update(skip_locked=True, key_share=True)
)
_DUE_FROM_THE_END = _DUE.order_by(None).order_by(Client.next_check_at.desc())
_BEYOND = select(Client.id).where(Client.next_check_at <= _NOW).offset(bindparam("many")).limit(1)
_DUE_AT = select(Client.id, Client.next_check_at).where(
    within(Client.workspace_id, "workspace_id"), among(Client.id, "client_ids")
)
_STANDARDS = select(Workspace.policy, Workspace.benchmarks).where(Workspace.id == bindparam("workspace_id"))


class Count(NamedTuple):
    """How many clients of a batch were due, and how many of them were judged: the others have changed meanwhile."""

    due: int
    judged: int


@dataclass(frozen=True, slots=True)
class Considered:
    """Clients of one workspace that were judged, and what has to be as it was for that to be worth keeping."""

    workspace_id: int
    due: dict[int, datetime]
    """When each was due: whoever changes a client's facts makes it due anew."""
    standards: Any
    """What all of them were held against: the policy and the benchmarks."""
    judged: Judged


def run_one(services: Services, *, batch: int = BATCH) -> bool:
    """Judge one batch of the clients that are due; False once there are none."""
    return judge_batch(services.engine, services.now(), batch=batch).due > 0


def run_beside(services: Services) -> bool:
    """Where very many are due, judge from the other end in a process of its own, and wait for it."""
    with _another(services.engine, services.now) as process:
        if process is not None:
            process.wait()
    return False


def judge_all(engine: Engine, now: Clock, *, batch: int = BATCH, tell: bool = True) -> int:
    """Judge everybody who is due, and count them; nothing is posted unless told to `tell`."""
    with _another(engine, now, batch=batch, tell=tell) as process:
        judged = _until_nobody_is_due(engine, now, batch=batch, tell=tell)
        if process is not None:
            judged += process.wait()
    return judged + _until_nobody_is_due(engine, now, batch=batch, tell=tell)  # whom each of the two left to the other


def judge_batch(
    engine: Engine, now: datetime, *, batch: int = BATCH, tell: bool = True, from_the_end: bool = False
) -> Count:
    """Judge one batch of the clients that are due; nothing is posted unless told to `tell`."""
    with _no_search_for_cycles():
        _refresh_yardsticks(engine, now)
        if engine.dialect.name == "postgresql":
            with transaction(engine) as session:
                considered = consider(session, now, batch=batch, from_the_end=from_the_end)
                judged = keep(session, considered, now, tell=tell)
        else:
            with reading(engine) as session:
                considered = consider(session, now, batch=batch, from_the_end=from_the_end)
            with transaction(engine) as session:
                judged = keep(session, [_unchanged(session, each) for each in considered], now, tell=tell)
    if judged:
        _log.info("judged %d clients", judged)
    return Count(sum(len(each.due) for each in considered), judged)


def _until_nobody_is_due(engine: Engine, now: Clock, *, batch: int, tell: bool, from_the_end: bool = False) -> int:
    judged = 0
    while (count := judge_batch(engine, now(), batch=batch, tell=tell, from_the_end=from_the_end)).due:
        judged += count.judged
    return judged


def _refresh_yardsticks(engine: Engine, now: datetime) -> None:
    with reading(engine) as session:
        stale = benchmarks.are_stale(session, now)
    if stale:
        with transaction(engine) as session:
            benchmarks.refresh(session, now)


def consider(session: Session, now: datetime, *, batch: int = BATCH, from_the_end: bool = False) -> list[Considered]:
    """Judge the clients that were due first, or last, by workspace; nothing is written."""
    due: dict[int, dict[int, datetime]] = defaultdict(dict)
    statement = _DUE_FROM_THE_END if from_the_end else _DUE
    rows: Iterable[Any] = session.connection().execute(statement, {"now": now, "batch": batch})
    for workspace_id, client_id, due_at in rows:
        due[workspace_id][client_id] = due_at
    held = session.get_bind().dialect.name == "postgresql"
    found = []
    for workspace_id, theirs in sorted(due.items()):
        standards = session.connection().execute(_STANDARDS, {"workspace_id": workspace_id}).one()
        judged = assessments.consider(session, workspace_id, sorted(theirs), now, to_write=held, held=held)
        found.append(Considered(workspace_id, theirs, standards, judged))
    return found


def keep(session: Session, considered: list[Considered], now: datetime, *, tell: bool) -> int:
    """Write what was judged, decide on its nudges, and count it.

    Nothing of a workspace is kept of which the policy or the benchmarks have changed since.
    """
    count = 0
    for each in considered:
        workspace_id, judged = each.workspace_id, each.judged
        if session.connection().execute(_STANDARDS, {"workspace_id": workspace_id}).one_or_none() != each.standards:
            continue
        reddened = assessments.keep(session, workspace_id, judged, now)
        if tell:
            nudges.decide(session, workspace_id, reddened, now)
        count += len(judged.assessments) + len(judged.failed)
    return count


def _unchanged(session: Session, considered: Considered) -> Considered:
    """Leave out whom somebody has changed since they were read."""
    values = {"workspace_id": considered.workspace_id, "client_ids": list(considered.due)}
    rows = session.connection().execute(_DUE_AT, values)
    same = {client_id for client_id, due_at in rows if due_at == considered.due[client_id]}
    judged = Judged(
        [each for each in considered.judged.assessments if each.client_id in same],
        {client_id: error for client_id, error in considered.judged.failed.items() if client_id in same},
    )
    return replace(considered, judged=judged)


@contextmanager
def _another(engine: Engine, now: Clock, *, batch: int = BATCH, tell: bool = True) -> Iterator[beside.Process | None]:
    """Start a process that judges from the other end, where very many are due; None where they are not.

    It goes by the same clock: were it to stay behind at midnight, each of the two would undo the other's benchmarks.
    """
    with reading(engine) as session:
        many = session.connection().execute(_BEYOND, {"now": now(), "many": MANY * batch}).first() is not None
    if not many or not beside.is_worth_it():
        yield None
        return
    with beside.start(_judge_from_the_end, engine.url, now, batch, tell) as process:
        yield process


def _judge_from_the_end(url: URL, now: Clock, batch: int, tell: bool) -> int:  # noqa: FBT001  # not called by hand
    """Judge batch by batch until nobody is left."""
    return _until_nobody_is_due(connect(url), now, batch=batch, tell=tell, from_the_end=True)


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
