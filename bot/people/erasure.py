"""What is known of a person: handed out (`collect`), and erased (`forget_person`).

A person who is erased stays as a row without name, address or Slack id, which the audit trail and the touchpoints refer
to: who did what stays whole, and no longer says who that was. What they wrote about clients stays, because it is the
agency's. Never here: clients (`bot.clients.erasure`).
"""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from sqlalchemy import Text, delete, or_, select, type_coerce, update
from sqlalchemy.orm import Session

from bot.infra.models import (
    AuditEntry,
    Base,
    Client,
    Deadline,
    Escalation,
    ImportRun,
    Member,
    OutboxMessage,
    Snooze,
    Touchpoint,
)
from bot.people import audit, changed_rows
from bot.people.audit import Via

_EMPTY_BODY = {"text": "", "blocks": []}
_ERASED = {
    "slack_user_id": None,
    "email": None,
    "name": "",
    "role": None,
    "slack_admin": False,
    "account_type": "erased",
    "tz": "UTC",
    "locale": "en",
    "country": None,
    "workdays": "12345",
    "digest_time": time(9, 0),
    "quiet_days": "all_clear",
    "away_from": None,
    "away_until": None,
    "cover_id": None,
    "dm_channel": None,
    "next_digest_at": None,
    "refreshed_at": None,
}
_RESPONSIBLE = (Client.owner_id, Client.backup_id, Member.cover_id, Deadline.member_id)
"""Where somebody is to do something: nobody is, once they are erased."""
PERSONAL = {
    "clients": (Client, (Client.owner_id, Client.backup_id, Client.silent_by_id)),
    "touchpoints": (Touchpoint, (Touchpoint.member_id,)),
    "deadlines": (Deadline, (Deadline.member_id,)),
    "snoozes": (Snooze, (Snooze.member_id,)),
    "escalations": (Escalation, (Escalation.member_id,)),
    "messages": (OutboxMessage, (OutboxMessage.member_id,)),
    "audit": (AuditEntry, (AuditEntry.member_id, AuditEntry.person_id)),
}
_OF_CLIENTS = ("id", "external_id", "name", "owner_id", "backup_id", "silent_by_id", "silent_until")
"""The columns of a client that concern the person; its terms are the agency's."""


def collect(session: Session, workspace_id: int, member_id: int) -> dict[str, Any]:
    """Return everything that is known of a member, as plain data: who they are, and each row that names them."""
    member = select(Member).where(Member.workspace_id == workspace_id, Member.id == member_id)
    found: dict[str, Any] = {"person": _plain(session.scalars(member).one())}
    for name, (table, columns) in PERSONAL.items():
        model: Any = table
        rows = session.scalars(
            select(model).where(model.workspace_id == workspace_id, or_(*(column == member_id for column in columns)))
        )
        found[name] = [_plain(row, _OF_CLIENTS if model is Client else ()) for row in rows]
    return found


def _plain(row: Base, columns: Sequence[str] = ()) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__table__.c if not columns or column.key in columns}


def forget_person(
    session: Session, workspace_id: int, member_id: int, now: datetime, *, by: int | None = None, via: Via
) -> list[int]:
    """Erase a person; return the ids of the clients that they owned or backed, which need somebody else.

    Their own messages are deleted. A sent message to somebody else that names them keeps only what it is redrawn from.

    Raises:
        sqlalchemy.exc.NoResultFound: when the workspace has no such member.
    """
    statement = select(Member).where(Member.workspace_id == workspace_id, Member.id == member_id)
    member = session.scalars(statement).one()
    marks = [mark for mark in (member.slack_user_id, member.email) if mark]
    is_theirs = or_(Client.owner_id == member_id, Client.backup_id == member_id)
    client_ids = list(session.scalars(select(Client.id).where(Client.workspace_id == workspace_id, is_theirs)))
    for column in _RESPONSIBLE:
        session.execute(
            update(column.class_)
            .where(column.class_.workspace_id == workspace_id, column == member_id)
            .values({column: None})
            .execution_options(synchronize_session=False)
        )
    changed_rows.replace_member(session, workspace_id, member_id, None)
    session.execute(
        delete(OutboxMessage).where(OutboxMessage.workspace_id == workspace_id, OutboxMessage.member_id == member_id)
    )
    _redact(session, workspace_id, [*marks, *([member.name] if member.name else [])], marks)
    for name, value in _ERASED.items():
        setattr(member, name, value)
    session.flush()
    audit.record(session, workspace_id, "person.forgotten", now=now, by=by, via=via, person_id=member_id)
    return client_ids


def _redact(session: Session, workspace_id: int, names: Sequence[str], marks: Sequence[str]) -> None:
    """Empty the sent messages that name a person, and drop refused cells with their address or Slack id."""
    texts = (type_coerce(OutboxMessage.body, Text), type_coerce(OutboxMessage.data, Text))
    named = or_(*(text.contains(name, autoescape=True) for text in texts for name in names))
    messages = select(OutboxMessage).where(
        OutboxMessage.workspace_id == workspace_id,
        OutboxMessage.state.in_(("sent", "dead", "expired", "dropped")),
        named,
    )
    for message in session.scalars(messages):
        message.body, message.data = _EMPTY_BODY, _without(message.data, frozenset(marks))
    for run in session.scalars(select(ImportRun).where(ImportRun.workspace_id == workspace_id)):
        kept = [refusal for refusal in run.refusals if not any(mark in str(refusal) for mark in marks)]
        if kept != run.refusals:
            run.refusals = kept
    session.flush()


def _without(value: Any, marks: frozenset[str]) -> Any:
    """Return a message's data without the people in it that have one of these Slack ids."""
    match value:
        case dict():
            return {key: _without(item, marks) for key, item in value.items()}
        case list():
            return [_without(item, marks) for item in value if not _is_person(item, marks)]
        case _:
            return value


def _is_person(item: Any, marks: frozenset[str]) -> bool:
    return isinstance(item, dict) and item.get("slack_user_id") in marks
