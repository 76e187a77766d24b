"""Touchpoints: contacts that took place and attempts that got no answer; logging them once, undoing, adding details.

Nothing here judges the client again: whoever logs calls `bot.judging.assessments.judge` in the same transaction.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from bot.infra.models import Client, Touchpoint

CHANNELS = ("call", "email", "sms", "meeting", "chat", "other")
DIRECTIONS = ("out", "in")
OUTCOMES = ("reached", "attempt")
MOODS = ("pleased", "neutral", "uneasy", "unhappy")

_COUNT_ONE = (
    update(Client)
    .where(Client.workspace_id == bindparam("of_workspace"), Client.id == bindparam("of_client"))
    .values(contact_no=Client.contact_no + 1)
    .returning(Client.contact_no)
    .execution_options(synchronize_session=False)
)
_COUNT_ONE_IF_SEEN = _COUNT_ONE.where(Client.contact_no == bindparam("seen"))
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
    """What came of a wish to log. `touchpoint` is the one logged or, where somebody was first, theirs.

    It is None where the button was out of date though no contact stands: what was logged since is undone.
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
    """Log a touchpoint or an attempt.

    `seen` is the contact number that the reader's button carried: where somebody has logged since, nothing is written.
    None is for those who say what they did in so many words (a form, a command): that always counts.

    Raises:
        LookupError: when the workspace has no such client.
    """
    values = {"of_workspace": workspace_id, "of_client": client_id}
    counted = (
        session.scalar(_COUNT_ONE, values)
        if seen is None
        else session.scalar(_COUNT_ONE_IF_SEEN, {**values, "seen": seen})
    )
    if counted is None:
        return Result(done=False, touchpoint=_first(session, workspace_id, client_id, seen))
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
        contact_no=counted,
        created_at=now,
    )
    session.add(touchpoint)
    session.flush()
    return Result(done=True, touchpoint=touchpoint)


def _first(session: Session, workspace_id: int, client_id: int, seen: int | None) -> Touchpoint | None:
    known = select(Client.id).where(Client.workspace_id == workspace_id, Client.id == client_id)
    if session.scalar(known) is None:
        raise LookupError(f"workspace {workspace_id} has no client {client_id}")
    values = {"workspace_id": workspace_id, "client_id": client_id, "seen": seen or 0}
    return session.scalars(_LATEST_SINCE, values).one_or_none()


def get(session: Session, workspace_id: int, touchpoint_id: int) -> Touchpoint | None:
    """Find a touchpoint of this workspace, an undone one too."""
    statement = select(Touchpoint).where(Touchpoint.workspace_id == workspace_id, Touchpoint.id == touchpoint_id)
    return session.scalars(statement).one_or_none()


def undo(session: Session, workspace_id: int, touchpoint_id: int, now: datetime) -> bool:
    """Take a touchpoint back; False where it was taken back already.

    The client's count goes back too where nobody logged since, so that the buttons of before work again.
    """
    taken = session.execute(
        update(Touchpoint)
        .where(Touchpoint.workspace_id == workspace_id, Touchpoint.id == touchpoint_id, Touchpoint.undone_at.is_(None))
        .values(undone_at=now)
        .returning(Touchpoint.client_id, Touchpoint.contact_no)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if taken is None:
        return False
    if taken.contact_no:
        session.execute(
            update(Client)
            .where(
                Client.workspace_id == workspace_id,
                Client.id == taken.client_id,
                Client.contact_no == taken.contact_no,
            )
            .values(contact_no=taken.contact_no - 1)
            .execution_options(synchronize_session=False)
        )
    return True


def amend(session: Session, workspace_id: int, touchpoint_id: int, **details: Any) -> Touchpoint | None:
    """Add details to a touchpoint: any of channel, direction, outcome, mood, summary, occurred_at.

    None where it does not exist or was undone.
    """
    touchpoint = get(session, workspace_id, touchpoint_id)
    if touchpoint is None or touchpoint.undone_at is not None:
        return None
    for name, value in details.items():
        setattr(touchpoint, name, value)
    session.flush()
    return touchpoint
