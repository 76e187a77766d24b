"""Escalations: clients that have been red for two working days with nobody acting on it. Their leads hear of it, once.

What counts as acting is decided in `bot.judging.breaches`. A lead is told in their working hours, from the time of
their digest on, at most once a day and in one message for all clients but their own; a breach that was told of is not
told of again.
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

END = time(18)
"""Local time from which a lead is not told any more that day."""

_log = logging.getLogger(__name__)
_TOLD = select(OutboxMessage.data).where(
    OutboxMessage.workspace_id == bindparam("workspace_id"),
    OutboxMessage.member_id == bindparam("member_id"),
    OutboxMessage.kind == "notice",
    OutboxMessage.key.like("escalation:%"),
)


def run_one(services: Services) -> bool:
    """Tell the leads of every agency what has stood red for too long; there is never more to do at once."""
    now = services.now()
    with services.reading() as session:
        workspace_ids = list(session.scalars(select(Workspace.id).order_by(Workspace.id)))
    for workspace_id in workspace_ids:
        with services.transaction() as session:
            told = escalate(session, workspace_id, now)
        if told:
            _log.info("told %d leads of workspace %s what nobody has acted on", told, workspace_id)
    return False


def escalate(session: Session, workspace_id: int, now: datetime) -> int:
    """Put today's message for each lead into the outbox where there is something new to tell; say how many."""
    standing = find_unattended(session, workspace_id, now)
    if not standing:
        return 0
    return sum([_tell(session, lead, standing, now) for lead in access.leads(session, workspace_id)])


def _tell(session: Session, lead: Member, standing: Sequence[Unattended], now: datetime) -> bool:
    zone, today = members.zone_of(lead.tz), local_day(now, members.zone_of(lead.tz))
    country = lead.country or session.scalar(select(Workspace.country).where(Workspace.id == lead.workspace_id))
    days_off = holidays.public_holidays(country, today)
    if not in_working_hours(now, zone, members.weekend_of(lead), days_off, start=lead.digest_time, end=END):
        return False
    known = _known(session, lead)
    news = [each for each in standing if each.breach_id not in known and each.owner_id != lead.id]
    if not news:
        return False
    lines: dict[int, UnattendedClient] = {}
    for each in news:
        lines.setdefault(each.client_id, UnattendedClient(each.client_name, each.owner, each.since))
    return outbox.enqueue(
        session,
        workspace_id=lead.workspace_id,
        key=f"escalation:{lead.id}:{today}",
        kind="notice",
        member_id=lead.id,
        body=unattended(list(lines.values()), today, translator(lead.locale)),
        data={"breaches": [each.breach_id for each in news]},
        now=now,
        expires_at=at_local(today, END, zone),
    )


def _known(session: Session, lead: Member) -> set[int]:
    values = {"workspace_id": lead.workspace_id, "member_id": lead.id}
    return {breach_id for data in session.scalars(_TOLD, values) for breach_id in data.get("breaches", ())}
