"""The sweep: every client whose answer may have changed is assessed again, one batch a call.

`clients.next_check_at` says when that is: what changes by the calendar alone was foreseen by the last assessment, and
whoever changes a client's facts sets it to now in the same transaction. So the cost follows what changed, not how many
clients there are.

A batch is read and judged first, then written in one transaction together with its nudges. A client is left out of the
write when its `facts_version` differs from the one that was read: somebody changed its facts meanwhile, it is still
due, and the next batch has it. On Postgres the rows are also locked while they are judged, so that several workers
share the work; SQLite can only lock the whole database, and is locked for the write alone, so that no click waits for
a judgement.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Engine, bindparam, select
from sqlalchemy.orm import Session

from bot.infra.db import in_workspace, key_in, reading, transaction
from bot.infra.models import Client, Workspace
from bot.infra.services import Services
from bot.judging import assessments, benchmarks
from bot.judging.assessments import AssessResult
from bot.messaging import nudges

BATCH = 300
"""Clients that are read together, and written in one transaction. More of them are no faster, and take more memory."""

Clock = Callable[[], datetime]

_log = logging.getLogger(__name__)
_DUE = (
    select(Client.workspace_id, Client.id, Client.facts_version)
    .where(Client.next_check_at <= bindparam("now", type_=Client.next_check_at.type))
    .order_by(Client.next_check_at)  # in the index's own order: with the id beside it, Postgres sorts all that are due
    .limit(bindparam("batch"))
    .with_for_update(skip_locked=True, key_share=True)
)
_VERSIONS = (
    select(Client.id, Client.facts_version)
    .where(in_workspace(Client.workspace_id, "workspace_id"), key_in(Client.id, "client_ids"))
    .order_by(Client.id)
    .with_for_update(key_share=True)
)
_STANDARDS = select(Workspace.policy, Workspace.benchmarks).where(Workspace.id == bindparam("workspace_id"))


class BatchCount(NamedTuple):
    """How many clients of a batch were due, and how many were assessed: the others changed meanwhile."""

    due: int
    assessed: int


@dataclass(frozen=True, slots=True)
class Draft:
    """Clients of one workspace that were judged but not yet written, and what the judgement was based on."""

    workspace_id: int
    versions: dict[int, int]
    """Each client's `facts_version` as it was read."""
    standards: Any
    """The policy and the benchmarks that they were judged by."""
    judged: AssessResult


def run_one(services: Services, *, batch: int = BATCH) -> bool:
    """Assess one batch of the clients that are due; False once there are none."""
    return assess_batch(services.engine, services.now(), batch=batch).due > 0


def assess_all(engine: Engine, now: Clock, *, batch: int = BATCH, tell: bool = True) -> int:
    """Assess everybody who is due, and give their number; no nudge is decided unless told to `tell`."""
    assessed = 0
    while (count := assess_batch(engine, now(), batch=batch, tell=tell)).due:
        assessed += count.assessed
    return assessed


def assess_batch(engine: Engine, now: datetime, *, batch: int = BATCH, tell: bool = True) -> BatchCount:
    """Assess one batch of the clients that are due; no nudge is decided unless told to `tell`."""
    _refresh_benchmarks(engine, now)
    if engine.dialect.name == "postgresql":
        with transaction(engine) as session:
            drafts = assess_due(session, now, batch=batch)
            assessed = save(session, drafts, now, tell=tell)
    else:
        with reading(engine) as session:
            drafts = assess_due(session, now, batch=batch)
        with transaction(engine) as session:
            assessed = save(session, drafts, now, tell=tell)
    if assessed:
        _log.info("assessed %d clients", assessed)
    return BatchCount(sum(len(draft.versions) for draft in drafts), assessed)


def _refresh_benchmarks(engine: Engine, now: datetime) -> None:
    with reading(engine) as session:
        stale = benchmarks.are_stale(session, now)
    if stale:
        with transaction(engine) as session:
            benchmarks.refresh(session, now)


def assess_due(session: Session, now: datetime, *, batch: int = BATCH) -> list[Draft]:
    """Judge the clients that have been due the longest, by workspace; nothing is written."""
    due: dict[int, dict[int, int]] = defaultdict(dict)
    rows: Sequence[Any] = session.connection().execute(_DUE, {"now": now, "batch": batch}).all()
    for workspace_id, client_id, version in rows:
        due[workspace_id][client_id] = version
    return [_judge(session, workspace_id, versions, now) for workspace_id, versions in sorted(due.items())]


def _judge(session: Session, workspace_id: int, versions: dict[int, int], now: datetime) -> Draft:
    is_locked = session.get_bind().dialect.name == "postgresql"
    standards = session.connection().execute(_STANDARDS, {"workspace_id": workspace_id}).one()
    judged = assessments.assess(
        session, workspace_id, sorted(versions), now, for_update=is_locked, already_locked=is_locked
    )
    return Draft(workspace_id, versions, standards, judged)


def save(session: Session, drafts: Sequence[Draft], now: datetime, *, tell: bool) -> int:
    """Write what still holds of the drafts, decide on its nudges, and give the number of clients written.

    Nothing of a workspace holds once its policy or benchmarks have changed, and no client whose facts have.
    """
    count = 0
    for draft in drafts:
        workspace_id = draft.workspace_id
        standards = session.connection().execute(_STANDARDS, {"workspace_id": workspace_id}).one_or_none()
        if standards != draft.standards:
            continue
        judged = _unchanged(session, draft)
        reddened = assessments.save(session, workspace_id, judged, now)
        if tell:
            nudges.decide(session, workspace_id, reddened, now)
        count += len(judged.assessments) + len(judged.failed)
    return count


def _unchanged(session: Session, draft: Draft) -> AssessResult:
    """Leave out the clients whose facts were changed after they were read, or that were assessed by somebody else."""
    values = {"workspace_id": draft.workspace_id, "client_ids": list(draft.versions)}
    rows: Sequence[Any] = session.connection().execute(_VERSIONS, values).all()
    same = {client_id for client_id, version in rows if version == draft.versions[client_id]}
    return AssessResult(
        [assessment for assessment in draft.judged.assessments if assessment.client_id in same],
        {client_id: error for client_id, error in draft.judged.failed.items() if client_id in same},
    )
