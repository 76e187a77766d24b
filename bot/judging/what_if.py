"""Remedies: what would lower a client's priority, and which place in its owner's list that would give it.

Nothing is kept: each is worked out when somebody asks why. What an act is worth is `scoring.remedies`' to say.
"""

from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from bot.infra.models import Client
from bot.judging import facts, policies
from bot.views.data import Remedy as Told
from scoring.remedies import Remedy, remedies

_STANDS = select(Client.owner_id, Client.status, Client.priority).where(
    Client.workspace_id == bindparam("workspace_id"), Client.id == bindparam("client_id")
)
_BEFORE_IT = (
    select(func.count())
    .select_from(Client)
    .where(
        Client.workspace_id == bindparam("workspace_id"),
        Client.status != "lost",
        Client.id != bindparam("client_id"),
        Client.priority >= bindparam("priority"),
        (Client.priority > bindparam("priority")) | (Client.id < bindparam("client_id")),
    )
)
_BEFORE_IT_IN_A_BOOK = _BEFORE_IT.where(Client.owner_id == bindparam("owner_id"))


def what_would_lower(session: Session, workspace_id: int, client_id: int, now: datetime) -> tuple[Remedy, ...]:
    """Give what would lower a client's priority if it were done now, the most first; nothing for a stranger's id."""
    batch = facts.read(session, workspace_id, [client_id], now)
    if client_id not in batch.clients:
        return ()
    policy = policies.load(session, workspace_id)
    return remedies(batch.client(client_id), batch.portfolio(client_id), policy, now)


def place_and_remedies(
    session: Session, workspace_id: int, client_id: int, now: datetime
) -> tuple[int | None, list[Told]]:
    """Give a client's place in its owner's list as it stands, and what would lower it, the most first."""
    stands = session.execute(_STANDS, {"workspace_id": workspace_id, "client_id": client_id}).one_or_none()
    if stands is None or stands.status == "lost":
        return None, []

    def at(priority: float) -> int:
        return place(session, workspace_id, client_id, stands.owner_id, priority)

    told = [
        Told(remedy.act, remedy.answers, remedy.after.priority, at(remedy.after.priority))
        for remedy in what_would_lower(session, workspace_id, client_id, now)
    ]
    return at(stands.priority), told


def place(session: Session, workspace_id: int, client_id: int, owner_id: int | None, priority: float) -> int:
    """Give the rank, from 1, that a client has in its owner's list with a priority, the others standing as they do.

    Without an owner it is the whole agency's list.
    """
    values = {"workspace_id": workspace_id, "client_id": client_id, "priority": priority}
    statement = _BEFORE_IT if owner_id is None else _BEFORE_IT_IN_A_BOOK
    return 1 + (session.scalar(statement, {**values, "owner_id": owner_id} if owner_id else values) or 0)
