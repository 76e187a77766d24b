"""The audit trail: who did what, when, and what it was before and after.

The lowest noun of people: every room above records here, in the transaction of the change itself, so that neither is
there without the other. Values are ids, codes and dates; a person's name or address never is among them, because names
stand in `members`: erasing a person leaves the trail whole. Never here: who may do it (`access`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bot.infra.models import AuditEntry

Via = Literal["slack", "command_line", "atrisk"]
"""Where it was done: in Slack, on the command line, or by Atrisk itself (a timer)."""


def record(
    session: Session,
    workspace_id: int,
    action: str,
    *,
    now: datetime,
    by: int | None,
    via: Via = "slack",
    client_id: int | None = None,
    person_id: int | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Record an act: `action` is `noun.verb`, `by` the member who did it, None if it was nobody in Slack.

    `person_id` is the member that it was done to. Of `before` and `after`, only what differs is stored.
    """
    old, new = before or {}, after or {}
    differing = {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
    session.execute(
        insert(AuditEntry).values(
            workspace_id=workspace_id,
            at=now,
            member_id=by,
            via=via,
            action=action,
            client_id=client_id,
            person_id=person_id,
            before={key: value for key, value in old.items() if key in differing},
            after={key: value for key, value in new.items() if key in differing},
        )
    )


def load(
    session: Session, workspace_id: int, *, client_id: int | None = None, since: datetime | None = None
) -> Sequence[AuditEntry]:
    """Return the entries of a workspace, newest first: of one client where it is given, from a moment on."""
    statement = select(AuditEntry).where(AuditEntry.workspace_id == workspace_id)
    if client_id is not None:
        statement = statement.where(AuditEntry.client_id == client_id)
    if since is not None:
        statement = statement.where(AuditEntry.at >= since)
    return session.scalars(statement.order_by(AuditEntry.at.desc(), AuditEntry.id.desc())).all()
