"""Escalations: notifies leads of clients that have been red for two working days without anybody acting.

A lead is notified in their working hours, from their digest time on, at most once a day and in one message for all
clients but their own; each breach only once. Never here: what counts as acting (`bot.judging.unattended`).
"""

import logging
from collections.abc import Sequence
from datetime import datetime, time

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot.infra.i18n import translator
from bot.infra.models import Member, OutboxMessage, Workspace
from bot.infra.services import Services
from bot.judging.unattended import Unattended, find_unattended
from bot.messaging import outbox
from bot.people import access, holidays, members
from bot.views.data import UnattendedClient
from bot.views.notice import unattended
from scoring.dates import at_local, in_working_hours, local_day

LATEST_TIME = time(18)
"""Local time from which a lead is no longer notified that day."""

_log = logging.getLogger(__name__)
_ESCALATIONS = select(OutboxMessage.data).where(
    OutboxMessage.workspace_id == bindparam("workspace_id"),
    OutboxMessage.member_id == bindparam("member_id"),
    OutboxMessage.kind == "notice",
    OutboxMessage.key.like("escalation:%"),
)


def run_one(services: Services) -> bool:
    """Escalate the unattended breaches of every workspace; always False, because one call does everything."""
    now = services.now()
    with services.reading() as session:
        workspace_ids = list(session.scalars(select(Workspace.id).order_by(Workspace.id)))
    for workspace_id in workspace_ids:
        with services.transaction() as session:
            notified = escalate(session, workspace_id, now)
        if notified:
            _log.info("notified %d leads of workspace %s of unattended clients", notified, workspace_id)
    return False


def escalate(session: Session, workspace_id: int, now: datetime) -> int:
    """Enqueue today's message for each lead with something new to report; return how many were enqueued."""
    breaches = find_unattended(session, workspace_id, now)
    if not breaches:
        return 0
    return sum([_notify(session, lead, breaches, now) for lead in access.leads(session, workspace_id)])


def _notify(session: Session, lead: Member, breaches: Sequence[Unattended], now: datetime) -> bool:
    zone, today = members.zone_of(lead.tz), local_day(now, members.zone_of(lead.tz))
    country = lead.country or session.scalar(select(Workspace.country).where(Workspace.id == lead.workspace_id))
    days_off = holidays.public_holidays(country, today)
    if not in_working_hours(now, zone, members.weekend_of(lead), days_off, start=lead.digest_time, end=LATEST_TIME):
        return False
    reported = _reported_ids(session, lead)
    new = [breach for breach in breaches if breach.breach_id not in reported and breach.owner_id != lead.id]
    if not new:
        return False
    lines: dict[int, UnattendedClient] = {}
    for breach in new:
        lines.setdefault(breach.client_id, UnattendedClient(breach.client_name, breach.owner, breach.since))
    return outbox.enqueue(
        session,
        workspace_id=lead.workspace_id,
        key=f"escalation:{lead.id}:{today}",
        kind="notice",
        member_id=lead.id,
        body=unattended(list(lines.values()), today, translator(lead.locale)),
        data={"breaches": [breach.breach_id for breach in new]},
        now=now,
        expires_at=at_local(today, LATEST_TIME, zone),
    )


def _reported_ids(session: Session, lead: Member) -> set[int]:
    values = {"workspace_id": lead.workspace_id, "member_id": lead.id}
    return {breach_id for data in session.scalars(_ESCALATIONS, values) for breach_id in data.get("breaches", ())}
