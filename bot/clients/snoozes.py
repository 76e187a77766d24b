"""Snoozes: a client's nudges are held back until a set time, or until its colour gets worse.

Never here: whether the colour is worse; the assessment decides that, and calls `lift`.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from bot.infra.db import key_in
from bot.infra.models import Snooze
from bot.people import audit

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
    """Return the snoozes active at `now`, by client id."""
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
    """Snooze a client until `until_at`; this ends a snooze that was active before.

    Raises:
        ValueError: when `until_at` is not in the future.
    """
    if until_at <= now:
        raise ValueError(f"a snooze ends in the future: {until_at.isoformat()}")
    before = active(session, workspace_id, [client_id], now).get(client_id)
    lift(session, workspace_id, [client_id], now)
    created = Snooze(
        workspace_id=workspace_id,
        client_id=client_id,
        member_id=member_id,
        colour=colour,
        until_at=until_at,
        created_at=now,
    )
    session.add(created)
    session.flush()
    audit.record(
        session,
        workspace_id,
        "snooze.set",
        now=now,
        by=member_id,
        client_id=client_id,
        before={"until_at": before.until_at} if before else None,
        after={"until_at": until_at},
    )
    return created


def lift(session: Session, workspace_id: int, client_ids: Iterable[int], now: datetime) -> None:
    """End the snoozes of some clients early."""
    session.execute(
        update(Snooze)
        .where(Snooze.workspace_id == workspace_id, Snooze.client_id.in_(list(client_ids)), Snooze.ended_at.is_(None))
        .values(ended_at=now)
    )


def get(session: Session, workspace_id: int, snooze_id: int) -> Snooze | None:
    """Find a snooze of this workspace."""
    statement = select(Snooze).where(Snooze.workspace_id == workspace_id, Snooze.id == snooze_id)
    return session.scalars(statement).one_or_none()


def undo(session: Session, workspace_id: int, snooze_id: int, now: datetime, *, by: int | None) -> bool:
    """Undo a snooze, for the member `by`, and reactivate the one that it replaced; False if it had already ended."""
    target = get(session, workspace_id, snooze_id)
    if target is None or target.ended_at is not None:
        return False
    target.ended_at = now
    audit.record(
        session,
        workspace_id,
        "snooze.ended",
        now=now,
        by=by,
        client_id=target.client_id,
        before={"until_at": target.until_at},
    )
    session.execute(
        update(Snooze)
        .where(
            Snooze.workspace_id == workspace_id,
            Snooze.client_id == target.client_id,
            Snooze.id < target.id,
            Snooze.ended_at == target.created_at,
            Snooze.until_at > now,
        )
        .values(ended_at=None)
    )
    return True
