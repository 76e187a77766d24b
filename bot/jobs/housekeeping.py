"""Housekeeping: deletes what has been kept long enough, in bounded batches, each in a transaction of its own.

How long is in `bot.infra.retention` and the settings. Never here: deleting what a person asks to forget
(`bot.clients.erasure`, `bot.people.erasure`).
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from bot.clients import clients
from bot.clients import erasure as client_erasure
from bot.infra import idempotency
from bot.infra.db import key_in, transaction
from bot.infra.models import Assessment, AuditEntry, Client, ImportChange, ImportRun, JobSlot, Member
from bot.infra.retention import EVENTS, UNDO
from bot.infra.services import Services
from bot.jobs import clock
from bot.messaging import outbox
from bot.people import erasure, workspaces

BATCH = 500
"""Rows deleted in one transaction; of clients, and of what hangs on each of them, a tenth."""

_log = logging.getLogger(__name__)
_OLD_ASSESSMENTS = delete(Assessment).execution_options(synchronize_session=False)


def run_one(services: Services) -> bool:
    """Delete what is old: deliveries and jobs at most once an hour, all else at most once a day; always False.

    A clock that is ahead finds all too old: nothing is deleted unless Slack's agrees.
    """
    now = services.now()
    with services.transaction() as session:
        if not idempotency.take_slot(session, "housekeeping", now):
            return False
    if not clock.agrees_with_slacks(services):
        return False
    with services.transaction() as session:
        idempotency.delete_old(session, now - EVENTS)
        session.execute(delete(JobSlot).where(JobSlot.slot < now - EVENTS))
        is_first_today = idempotency.take_slot(session, "retention", now.replace(hour=0))
    if is_first_today:
        delete_old(services, now)
    return False


def delete_old(services: Services, now: datetime) -> None:
    """Delete all that has been kept for as long as the settings say."""
    kept = services.retention
    _repeat(services, partial(outbox.delete_finished, before=now - kept.messages, limit=BATCH))
    _repeat(services, partial(_delete_audit, before=now - kept.audit))
    _repeat(services, partial(_delete_changes, before=now - UNDO - timedelta(days=1)))
    _delete_assessments(services, now - kept.assessments)
    with services.reading() as session:
        leavers = _find_leavers(session, now - kept.leavers)
        removed = workspaces.find_removed(session, now - kept.removed_workspaces)
    for workspace_id, member_id in leavers:
        with services.transaction() as session:
            client_ids = erasure.forget_person(session, workspace_id, member_id, now, via="atrisk")
            clients.mark_changed(session, workspace_id, client_ids, now)
    for workspace_id in removed:
        if forget_workspace(services.engine, workspace_id, removed_before=now - kept.removed_workspaces):
            _log.info("workspace %s is deleted: its team removed the bot long enough ago", workspace_id)


def forget_workspace(engine: Engine, workspace_id: int, *, removed_before: datetime | None = None) -> bool:
    """Delete an agency and all that is known of it; with `removed_before`, stop if its team has come back meanwhile."""
    outcome: bool | None = None
    while outcome is None:
        with transaction(engine) as session:
            if removed_before is not None and workspace_id not in workspaces.find_removed(session, removed_before):
                return False
            outcome = client_erasure.forget_workspace_part(session, workspace_id, BATCH)
    return outcome


def _repeat(services: Services, delete_some: Callable[[Session], int]) -> None:
    """Delete in transactions of their own, until a batch is not full."""
    deleted = BATCH
    while deleted >= BATCH:
        with services.transaction() as session:
            deleted = delete_some(session)


def _delete_audit(session: Session, before: datetime) -> int:
    old = select(AuditEntry.id).where(AuditEntry.at < before).limit(BATCH)
    return len(session.execute(delete(AuditEntry).where(AuditEntry.id.in_(old)).returning(AuditEntry.id)).all())


def _delete_changes(session: Session, before: datetime) -> int:
    """Delete the rows that are kept for taking an import back, once that is no longer done."""
    old = (
        select(ImportChange.id)
        .join(ImportRun, ImportRun.id == ImportChange.run_id)
        .where(ImportRun.started_at < before)
        .limit(BATCH)
    )
    return len(session.execute(delete(ImportChange).where(ImportChange.id.in_(old)).returning(ImportChange.id)).all())


def _delete_assessments(services: Services, before: datetime) -> None:
    """Go through the clients by id, because the assessments of one are found by its id and their day."""
    last_id = 0
    while True:
        with services.transaction() as session:
            ids = session.scalars(select(Client.id).where(Client.id > last_id).order_by(Client.id).limit(BATCH)).all()
            if not ids:
                return
            is_old = (key_in(Assessment.client_id, "client_ids"), Assessment.on < before.date())
            session.execute(_OLD_ASSESSMENTS.where(*is_old), {"client_ids": list(ids)})
        last_id = ids[-1]


def _find_leavers(session: Session, before: datetime) -> list[tuple[int, int]]:
    """Return the workspace and member ids of people without a role who left long ago."""
    has_left = (Member.account_type == "deactivated", Member.role.is_(None), Member.refreshed_at < before)
    rows = session.execute(select(Member.workspace_id, Member.id).where(*has_left))
    return [(row.workspace_id, row.id) for row in rows]
