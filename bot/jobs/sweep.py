"""The sweep: assesses every client whose assessment may have changed, one batch a call.

`clients.next_check_at` says when: changes by the calendar alone were predicted by the last assessment, and code that
changes a client's facts sets it to now in the same transaction. So the cost depends on what changed, not on the number
of clients.

A batch is read and assessed first, then written in one transaction together with its nudges. A client whose
`facts_version` has changed since it was read is not written: it is still due, and the next batch has it. On Postgres
the rows are also locked during the assessment, so that several workers share the work; SQLite can only lock the whole
database, and is locked only for the write, so that no click waits for an assessment. Never here: how a client is
assessed (`bot.judging.assessments`), or whether to send a nudge (`bot.messaging.nudges`).
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
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
"""Clients read together and written in one transaction. Larger batches are no faster, and take more memory."""

Clock = Callable[[], datetime]

_log = logging.getLogger(__name__)
_DUE = (
    select(Client.workspace_id, Client.id, Client.facts_version)
    .where(Client.next_check_at <= bindparam("now", type_=Client.next_check_at.type))
    .order_by(Client.next_check_at)  # the index's own order: with the id as well, Postgres would sort all due clients
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
    """How many clients of a batch were due, and how many were written: the others changed in the meantime."""

    due: int
    assessed: int


@dataclass(frozen=True, slots=True)
class Draft:
    """Clients of one workspace that were assessed but not yet written, and what the assessment was based on."""

    workspace_id: int
    versions: dict[int, int]
    """Each client's `facts_version` when it was read."""
    standards: Any
    """The policy and the benchmarks that they were assessed with."""
    result: AssessResult


def run_one(services: Services, *, batch: int = BATCH) -> bool:
    """Assess one batch of due clients; False if there are none."""
    return assess_batch(services.engine, services.now(), batch=batch).due > 0


def assess_all(engine: Engine, now: Clock, *, batch: int = BATCH, tell: bool = True) -> int:
    """Assess all due clients and return how many; nudges are sent or held only with `tell`."""
    assessed = 0
    while (count := assess_batch(engine, now(), batch=batch, tell=tell)).due:
        assessed += count.assessed
    return assessed


def assess_batch(engine: Engine, now: datetime, *, batch: int = BATCH, tell: bool = True) -> BatchCount:
    """Assess one batch of due clients; nudges are sent or held only with `tell`."""
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
    """Recompute the benchmarks that are not of today, one workspace a transaction: at midnight that is all of them."""
    with reading(engine) as session:
        stale = benchmarks.find_stale(session, now)
    for workspace_id in stale:
        with transaction(engine) as session:
            benchmarks.refresh(session, workspace_id, now)


def assess_due(session: Session, now: datetime, *, batch: int = BATCH) -> list[Draft]:
    """Assess the clients that have been due longest, by workspace, without writing anything."""
    due: dict[int, dict[int, int]] = defaultdict(dict)
    rows: Sequence[Any] = session.connection().execute(_DUE, {"now": now, "batch": batch}).all()
    for workspace_id, client_id, version in rows:
        due[workspace_id][client_id] = version
    return [_assess(session, workspace_id, versions, now) for workspace_id, versions in sorted(due.items())]


def _assess(session: Session, workspace_id: int, versions: dict[int, int], now: datetime) -> Draft:
    is_locked = session.get_bind().dialect.name == "postgresql"
    standards = session.connection().execute(_STANDARDS, {"workspace_id": workspace_id}).one()
    result = assessments.assess(
        session, workspace_id, sorted(versions), now, for_update=is_locked, already_locked=is_locked
    )
    return Draft(workspace_id, versions, standards, result)


def save(session: Session, drafts: Sequence[Draft], now: datetime, *, tell: bool) -> int:
    """Write the drafts that are still up to date, send or hold their nudges, and return the number of clients written.

    A workspace's draft is out of date once its policy or benchmarks have changed, a client's once its facts have.
    """
    count = 0
    for draft in drafts:
        workspace_id = draft.workspace_id
        standards = session.connection().execute(_STANDARDS, {"workspace_id": workspace_id}).one_or_none()
        if standards != draft.standards:
            continue
        result = _filter_unchanged(session, draft)
        newly_red = assessments.save(session, workspace_id, result, now)
        if tell:
            nudges.nudge_or_hold(session, workspace_id, newly_red, now, _since(result, newly_red))
        count += len(result.assessments) + len(result.failed)
    return count


def _since(result: AssessResult, client_ids: Collection[int]) -> dict[tuple[int, str, str], date | None]:
    return {
        (assessment.client_id, signal.name, signal.subject): signal.since
        for assessment in result.assessments
        if assessment.client_id in client_ids
        for signal in assessment.signals
        if signal.state == "breach"
    }


def _filter_unchanged(session: Session, draft: Draft) -> AssessResult:
    """Leave out the clients whose facts have changed since they were read, or that another worker has assessed."""
    values = {"workspace_id": draft.workspace_id, "client_ids": list(draft.versions)}
    rows: Sequence[Any] = session.connection().execute(_VERSIONS, values).all()
    unchanged = {client_id for client_id, version in rows if version == draft.versions[client_id]}
    return AssessResult(
        [assessment for assessment in draft.result.assessments if assessment.client_id in unchanged],
        {client_id: error for client_id, error in draft.result.failed.items() if client_id in unchanged},
    )
