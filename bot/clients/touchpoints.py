"""Touchpoints: contacts and unanswered attempts; logging them once, undoing them, adding details.

Never here: assessing the client again; the caller does (`bot.judging.assessments.reassess`), in the same transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from bot.infra import provenance
from bot.infra.models import Client, Touchpoint
from bot.people import audit

_INCREMENT = (
    update(Client)
    .where(Client.workspace_id == bindparam("of_workspace"), Client.id == bindparam("of_client"))
    .values(contact_no=Client.contact_no + 1)
    .returning(Client.contact_no)
    .execution_options(synchronize_session=False)
)
_INCREMENT_IF_SEEN = _INCREMENT.where(Client.contact_no == bindparam("seen"))
_LATEST_SINCE = (
    select(Touchpoint)
    .where(
        Touchpoint.workspace_id == bindparam("workspace_id"),
        Touchpoint.client_id == bindparam("client_id"),
        Touchpoint.contact_no > bindparam("seen"),
        Touchpoint.undone_at.is_(None),
    )
    .order_by(Touchpoint.contact_no.desc(), Touchpoint.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of `log`. `touchpoint` is the one logged or, if somebody else was first, theirs.

    It is None if the button was out of date but everything logged since has been undone.
    """

    done: bool
    touchpoint: Touchpoint | None


def log(
    session: Session,
    workspace_id: int,
    client_id: int,
    member_id: int | None,
    *,
    seen: int | None,
    occurred_at: datetime,
    source: str,
    now: datetime,
    outcome: str = "reached",
    channel: str = "other",
    direction: str = "out",
    mood: str | None = None,
    summary: str | None = None,
) -> Result:
    """Log a contact or an attempt.

    `seen` is the `contact_no` that the button carried: if somebody has logged since, nothing is written. It is None for
    a form or a command, which always counts.

    Raises:
        LookupError: when the workspace has no such client.
    """
    values = {"of_workspace": workspace_id, "of_client": client_id}
    contact_no = (
        session.scalar(_INCREMENT, values)
        if seen is None
        else session.scalar(_INCREMENT_IF_SEEN, {**values, "seen": seen})
    )
    if contact_no is None:
        return Result(done=False, touchpoint=_find_latest(session, workspace_id, client_id, seen))
    touchpoint = Touchpoint(
        workspace_id=workspace_id,
        client_id=client_id,
        member_id=member_id,
        occurred_at=occurred_at,
        channel=channel,
        direction=direction,
        outcome=outcome,
        mood=mood,
        summary=summary,
        source=source,
        contact_no=contact_no,
        created_at=now,
    )
    session.add(touchpoint)
    session.flush()
    _record(session, touchpoint, "logged", by=member_id, now=now, after=_stored(touchpoint))
    return Result(done=True, touchpoint=touchpoint)


def _find_latest(session: Session, workspace_id: int, client_id: int, seen: int | None) -> Touchpoint | None:
    known = select(Client.id).where(Client.workspace_id == workspace_id, Client.id == client_id)
    if session.scalar(known) is None:
        raise LookupError(f"workspace {workspace_id} has no client {client_id}")
    values = {"workspace_id": workspace_id, "client_id": client_id, "seen": seen or 0}
    return session.scalars(_LATEST_SINCE, values).one_or_none()


def get(session: Session, workspace_id: int, touchpoint_id: int) -> Touchpoint | None:
    """Find a touchpoint of this workspace, including an undone one."""
    statement = select(Touchpoint).where(Touchpoint.workspace_id == workspace_id, Touchpoint.id == touchpoint_id)
    return session.scalars(statement).one_or_none()


def undo(session: Session, workspace_id: int, touchpoint_id: int, now: datetime, *, by: int | None) -> bool:
    """Undo a touchpoint, for the member `by`; False if it was already undone.

    The client's `contact_no` is decremented if nobody has logged since, so that earlier buttons work again.
    """
    undone = session.execute(
        update(Touchpoint)
        .where(Touchpoint.workspace_id == workspace_id, Touchpoint.id == touchpoint_id, Touchpoint.undone_at.is_(None))
        .values(undone_at=now, **provenance.mark_by_hand(Touchpoint))
        .returning(Touchpoint.client_id, Touchpoint.contact_no)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if undone is None:
        return False
    audit.record(
        session,
        workspace_id,
        "touchpoint.undone",
        now=now,
        by=by,
        client_id=undone.client_id,
        before={"touchpoint": touchpoint_id},
    )
    if undone.contact_no:
        session.execute(
            update(Client)
            .where(
                Client.workspace_id == workspace_id,
                Client.id == undone.client_id,
                Client.contact_no == undone.contact_no,
            )
            .values(contact_no=undone.contact_no - 1)
            .execution_options(synchronize_session=False)
        )
    return True


def amend(
    session: Session, workspace_id: int, touchpoint_id: int, *, by: int | None, now: datetime, **details: Any
) -> Touchpoint | None:
    """Add details to a touchpoint, for the member `by`: channel, direction, outcome, mood, summary, occurred_at.

    None if it does not exist or was undone.
    """
    touchpoint = get(session, workspace_id, touchpoint_id)
    if touchpoint is None or touchpoint.undone_at is not None:
        return None
    before = _stored(touchpoint)
    for name, value in details.items():
        setattr(touchpoint, name, value)
    provenance.mark_row_by_hand(touchpoint)
    session.flush()
    _record(session, touchpoint, "changed", by=by, now=now, before=before, after=_stored(touchpoint))
    return touchpoint


def _stored(touchpoint: Touchpoint) -> dict[str, Any]:
    """Return what the audit trail keeps of a touchpoint: codes and times, and of its text only how long it is."""
    codes = {name: getattr(touchpoint, name) for name in ("outcome", "channel", "direction", "mood", "occurred_at")}
    return {**codes, "characters": len(touchpoint.summary or "")}


def _record(
    session: Session,
    touchpoint: Touchpoint,
    done: str,
    *,
    by: int | None,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any],
) -> None:
    audit.record(
        session,
        touchpoint.workspace_id,
        f"touchpoint.{done}",
        now=now,
        by=by,
        client_id=touchpoint.client_id,
        before=before,
        after={**after, "touchpoint": touchpoint.id},
    )
