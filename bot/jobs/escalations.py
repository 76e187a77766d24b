"""Escalations: notifies leads of clients that have been red for two working days without anybody acting.

A lead is notified on a working day, from their digest time on, at most once a day and in one message for all clients
but those that they have themselves. They count as told once the message is sent: one that expired or died is told
again on their next working day. One call escalates one workspace, which one worker does every quarter of an hour. Never
here: what counts as acting (`bot.judging.unattended`).
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import String, bindparam, cast, delete, exists, insert, literal, or_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.infra import idempotency
from bot.infra.db import key_in
from bot.infra.i18n import translator
from bot.infra.models import Breach, Escalation, JobSlot, Member, OutboxMessage, Workspace
from bot.infra.services import Services
from bot.judging.unattended import IS_RED, Unattended, find_unattended, latest_red_at
from bot.messaging import outbox
from bot.people import access, attendance, workspaces
from bot.people.attendance import Attendance
from bot.people.digest_schedule import DigestSchedule, schedule_of
from bot.views.notice import unattended
from bot.views.team_data import UnattendedClient
from scoring.dates import at_local, local_day

LATEST_START = time(20)
"""Local time from which a lead is notified whose digest comes even later."""
LATEST_END = time(18)
"""Local time until which a lead is notified whose digest comes in the morning."""
SHORTEST_WINDOW = timedelta(hours=3)
"""For how long a lead is notified whose digest comes late."""
EVERY = timedelta(minutes=15)
"""How often a workspace is escalated: many times within the shortest window."""

log = logging.getLogger(__name__)
_JOB = "escalate:"
KEY = "escalation:"
"""What the outbox keys of these messages begin with."""
NEXT = (
    select(Workspace.id)
    .where(
        Workspace.connected_at.is_not(None),
        exists().where(
            Breach.workspace_id == Workspace.id,
            *IS_RED,
            Breach.red_at <= bindparam("before", type_=Breach.red_at.type),
        ),
        ~exists().where(
            JobSlot.job == literal(_JOB) + cast(Workspace.id, String),
            JobSlot.slot == bindparam("slot", type_=JobSlot.slot.type),
        ),
    )
    .order_by(Workspace.id)
    .limit(1)
)
_OF_BREACHES = (Escalation.workspace_id == bindparam("of_workspace"), key_in(Escalation.breach_id, "breach_ids"))
_MARK_TOLD = (
    update(Escalation)
    .where(*_OF_BREACHES, Escalation.told_at.is_(None))
    .where(Escalation.outbox_id == OutboxMessage.id, OutboxMessage.state == "sent")
    .values(told_at=OutboxMessage.sent_at)
    .execution_options(synchronize_session=False)
)
_DELETE_UNTOLD = (
    delete(Escalation)
    .where(
        *_OF_BREACHES,
        Escalation.told_at.is_(None),
        or_(
            Escalation.outbox_id.is_(None),
            exists().where(
                OutboxMessage.id == Escalation.outbox_id, OutboxMessage.state.not_in(("waiting", "sending"))
            ),
        ),
    )
    .execution_options(synchronize_session=False)
)
_REPORTED = select(Escalation.breach_id, Escalation.member_id, Escalation.red_at).where(*_OF_BREACHES)
_DELETE_EARLIER = (
    delete(Escalation)
    .where(*_OF_BREACHES, Escalation.member_id == bindparam("of_member"))
    .execution_options(synchronize_session=False)
)
_ENQUEUED = select(OutboxMessage.id).where(
    OutboxMessage.workspace_id == bindparam("workspace_id"), OutboxMessage.key == bindparam("key")
)


def run_one(services: Services) -> bool:
    """Escalate the unattended breaches of one workspace; False if none is left in this quarter of an hour."""
    now = services.now()
    values = {"before": latest_red_at(now), "slot": idempotency.slot_of(now, EVERY)}
    with services.reading() as session:
        workspace_id = session.scalar(NEXT, values)
    if workspace_id is None:
        return False
    with services.transaction() as session:
        if not idempotency.take_slot(session, f"{_JOB}{workspace_id}", now, EVERY):
            return True
        try:
            with session.begin_nested():
                notified = escalate(session, workspace_id, now)
        except OperationalError:
            raise
        except Exception:  # whatever it is, it must not stop the other workspaces' escalations
            log.exception("the unattended clients of workspace %s could not be escalated", workspace_id)
            return True
    if notified:
        log.info("notifying %d leads of workspace %s of unattended clients", notified, workspace_id)
    return True


def escalate(session: Session, workspace_id: int, now: datetime) -> int:
    """Enqueue today's message for each lead with something new to report; return how many were enqueued."""
    breaches = find_unattended(session, workspace_id, now)
    if not breaches:
        return 0
    values = {"of_workspace": workspace_id, "breach_ids": [breach.breach_id for breach in breaches]}
    session.execute(_MARK_TOLD, values)
    session.execute(_DELETE_UNTOLD, values)
    reported = {(row.member_id, row.breach_id): row.red_at for row in session.execute(_REPORTED, values)}
    absences = attendance.load(session.connection(), workspace_id, now)
    country = workspaces.country(session, workspace_id)
    notified = 0
    for recipient in find_recipients(session, workspace_id, absences):
        new = [
            breach
            for breach in breaches
            if reported.get((recipient.id, breach.breach_id)) != breach.red_at
            and absences.find_holder(breach.owner_id, breach.backup_id) != recipient.id
        ]
        until = find_window_end(schedule_of(recipient, country), now)
        if new and until and _enqueue(session, recipient, new, until, now):
            notified += 1
    return notified


def find_recipients(session: Session, workspace_id: int, absences: Attendance) -> Sequence[Member]:
    """Return who hears of unattended clients today: the leads, or while all of them are away their covers."""
    leads = access.leads(session, workspace_id)
    here = [lead for lead in leads if absences.is_here(lead.id)]
    cover_ids = {absences.away.get(lead.id) for lead in leads}
    return here or [session.get_one(Member, each) for each in sorted(filter(absences.is_here, cover_ids), key=str)]


def find_window_end(schedule: DigestSchedule, now: datetime) -> datetime | None:
    """Return until when a lead may be notified today; None if they may not be notified now.

    From their digest's time, or 20:00 if that is later, until 18:00, and for three hours at least.
    """
    today = local_day(now, schedule.zone)
    start = at_local(today, min(schedule.at, LATEST_START), schedule.zone)
    end = max(at_local(today, LATEST_END, schedule.zone), start + SHORTEST_WINDOW)
    return end if schedule.works_on(today) and start <= now < end else None


def _enqueue(
    session: Session, recipient: Member, breaches: Sequence[Unattended], until: datetime, now: datetime
) -> bool:
    today = local_day(now, schedule_of(recipient, None).zone)
    key, workspace_id = f"{KEY}{recipient.id}:{today}", recipient.workspace_id
    lines: dict[int, UnattendedClient] = {}
    for breach in breaches:
        lines.setdefault(breach.client_id, UnattendedClient(breach.client_name, breach.owner, breach.since))
    if not outbox.enqueue(
        session,
        workspace_id=workspace_id,
        key=key,
        kind="notice",
        member_id=recipient.id,
        body=unattended(list(lines.values()), today, translator(recipient.locale)),
        now=now,
        expires_at=until,
    ):
        return False
    outbox_id = session.scalars(_ENQUEUED, {"workspace_id": workspace_id, "key": key}).one()
    _record(session, recipient, breaches, outbox_id)
    return True


def _record(session: Session, recipient: Member, breaches: Iterable[Unattended], outbox_id: int) -> None:
    """Record that a message about these breaches is on its way, instead of what was told when they were red before."""
    rows: list[Mapping[str, Any]] = [
        {
            "breach_id": breach.breach_id,
            "member_id": recipient.id,
            "workspace_id": recipient.workspace_id,
            "red_at": breach.red_at,
            "outbox_id": outbox_id,
        }
        for breach in breaches
    ]
    ids = {"of_workspace": recipient.workspace_id, "breach_ids": [row["breach_id"] for row in rows]}
    session.execute(_DELETE_EARLIER, {**ids, "of_member": recipient.id})
    session.execute(insert(Escalation), rows)
