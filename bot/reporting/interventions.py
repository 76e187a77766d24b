"""What colleagues have put off on a member's clients since the member's last digest: snoozes and expected silence.

Read from the audit trail. Never here: what a member does on their own clients, or how it is said.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from bot.infra.models import AuditEntry, Client, Member, OutboxMessage
from bot.people import members
from bot.people.access import Actor
from bot.views.data import Card, Intervention

FIRST = timedelta(days=7)
"""How far back it is looked for a member who has had no digest yet."""

_LAST_DIGEST = select(func.max(OutboxMessage.created_at)).where(
    OutboxMessage.workspace_id == bindparam("workspace_id"),
    OutboxMessage.member_id == bindparam("member_id"),
    OutboxMessage.kind == "digest",
)
_BY_OTHERS = (
    select(
        AuditEntry.action,
        AuditEntry.client_id,
        Member.name,
        Member.email,
        Member.slack_user_id,
    )
    .join(Client, Client.id == AuditEntry.client_id)
    .join(Member, Member.id == AuditEntry.member_id)
    .where(
        AuditEntry.workspace_id == bindparam("workspace_id"),
        AuditEntry.at > bindparam("since", type_=AuditEntry.at.type),
        AuditEntry.action.in_(("snooze.set", "silence.set")),
        AuditEntry.member_id != bindparam("member_id"),
        Client.owner_id == bindparam("member_id"),
    )
    .order_by(AuditEntry.at, AuditEntry.id)
)


def load(session: Session, reader: Actor, cards: Iterable[Card], now: datetime) -> tuple[Intervention, ...]:
    """Return what still holds of what colleagues put off on the reader's clients; `cards` are of these clients."""
    values = {"workspace_id": reader.workspace_id, "member_id": reader.member_id}
    since = session.scalar(_LAST_DIGEST, values) or now - FIRST
    by_id = {card.client_id: card for card in cards}
    found: dict[tuple[int, str], Intervention] = {}
    for row in session.execute(_BY_OTHERS, {**values, "since": since}):
        card = by_id.get(row.client_id)
        until = _until(card, row.action) if card else None
        if card and until and until >= card.today:
            by = members.to_person(row.name, row.email, row.slack_user_id)
            found[card.client_id, row.action] = Intervention(card.client_id, card.name, row.action, until, by)
    return tuple(found.values())


def _until(card: Card, action: str) -> date | None:
    if action == "silence.set":
        return card.silent_until
    return card.snoozed_until
