"""Snoozes: a client's nudges put off until a moment, unless it gets a colour worse.

Whether a worse colour has come is the judgement's to say; it then calls `lift`.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from bot.infra.db import key_in
from bot.infra.models import Snooze

_ACTIVE = (
    select(Snooze)
    .where(
        Snooze.workspace_id == bindparam("workspace_id"),
        key_in(Snooze.client_id, "client_ids"),
        Snooze.ended_at.is_(None),
        Snooze.until_at > bindparam("now", type_=Snooze.until_at.type),
    )
    .order_by(Snooze.id)
)


def active(session: Session, workspace_id: int, client_ids: Sequence[int], now: datetime) -> dict[int, Snooze]:
    """Give the snoozes that hold at a moment, by client id."""
    values = {"workspace_id": workspace_id, "client_ids": list(client_ids), "now": now}
    return {snooze.client_id: snooze for snooze in session.scalars(_ACTIVE, values)}


def snooze(
    session: Session,
    workspace_id: int,
    client_id: int,
    member_id: int | None,
    *,
    colour: str,
    until_at: datetime,
    now: datetime,
) -> Snooze:
    """Put a client off until a moment; a snooze that held before ends with this one.

    Raises:
        ValueError: when that moment is past.
    """
    if until_at <= now:
        raise ValueError(f"a snooze ends in the future: {until_at.isoformat()}")
    lift(session, workspace_id, [client_id], now)
    made = Snooze(
        workspace_id=workspace_id,
        client_id=client_id,
        member_id=member_id,
        colour=colour,
        until_at=until_at,
        created_at=now,
    )
    session.add(made)
    session.flush()
    return made


def lift(session: Session, workspace_id: int, client_ids: Iterable[int], now: datetime) -> None:
    """End the snoozes of some clients before their time."""
    session.execute(
        update(Snooze)
        .where(Snooze.workspace_id == workspace_id, Snooze.client_id.in_(list(client_ids)), Snooze.ended_at.is_(None))
        .values(ended_at=now)
    )


def get(session: Session, workspace_id: int, snooze_id: int) -> Snooze | None:
    """Find a snooze of this workspace."""
    statement = select(Snooze).where(Snooze.workspace_id == workspace_id, Snooze.id == snooze_id)
    return session.scalars(statement).one_or_none()


def undo(session: Session, workspace_id: int, snooze_id: int, now: datetime) -> bool:
    """Take a snooze back, and put in force again the one that it had replaced; False where it had ended already."""
    taken = get(session, workspace_id, snooze_id)
    if taken is None or taken.ended_at is not None:
        return False
    taken.ended_at = now
    session.execute(
        update(Snooze)
        .where(
            Snooze.workspace_id == workspace_id,
            Snooze.client_id == taken.client_id,
            Snooze.id < taken.id,
            Snooze.ended_at == taken.created_at,
            Snooze.until_at > now,
        )
        .values(ended_at=None)
    )
    return True
