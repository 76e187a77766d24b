"""The outbox: every new message on its way to Slack, from the moment it is decided until it is told or given up.

Here are the rows and their conditional writes. Posting them is `bot.delivery`'s work; deciding what to say is the
digest's and the nudges'. Nothing else in the house sends a new message.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from bot.db import Instant, Json

_PUT = text(
    "INSERT INTO outbox (workspace_id, key, kind, member_id, client_id, channel, body, data, state, created_at, "
    "not_before, expires_at, tries) VALUES (:workspace_id, :key, :kind, :member_id, :client_id, :channel, :body, "
    ":data, 'waiting', :created_at, :not_before, :expires_at, 0) ON CONFLICT (workspace_id, key) DO NOTHING "
    "RETURNING id"
).bindparams(
    *(bindparam(name, type_=Instant()) for name in ("created_at", "not_before", "expires_at")),
    *(bindparam(name, type_=Json()) for name in ("body", "data")),
)


def put(
    session: Session,
    *,
    workspace_id: int,
    key: str,
    kind: str,
    body: dict[str, Any],
    now: datetime,
    member_id: int | None = None,
    client_id: int | None = None,
    channel: str | None = None,
    data: dict[str, Any] | None = None,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
) -> bool:
    """Put a message in, once for its key; False where the workspace's outbox has, or had, that key already.

    `body` is text and blocks as Slack takes them; `data` is what the body can be made from again after a click. It
    goes to the member's direct message unless a `channel` is named, not before `not_before`, and never from
    `expires_at` on: then it is too late to be of use.
    """
    if member_id is None and channel is None:
        raise ValueError(f"the message {key} goes to nobody: it names neither a member nor a channel")
    values = {
        "workspace_id": workspace_id,
        "key": key,
        "kind": kind,
        "member_id": member_id,
        "client_id": client_id,
        "channel": channel,
        "body": body,
        "data": data or {},
        "created_at": now,
        "not_before": not_before or now,
        "expires_at": expires_at,
    }
    return session.execute(_PUT, values).first() is not None
