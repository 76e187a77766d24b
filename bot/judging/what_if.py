"""Remedies: what would lower a client's priority, and which place in its owner's list that would give it.

Nothing is stored: remedies are computed on request. Never here: the effect of a remedy (`scoring.remedies`).
"""

from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from bot.infra.models import Client
from bot.judging import facts, policies
from bot.views.data import Remedy as ShownRemedy
from scoring.remedies import Remedy, remedies

_CLIENT = select(Client.owner_id, Client.status, Client.priority).where(
    Client.workspace_id == bindparam("workspace_id"), Client.id == bindparam("client_id")
)
_COUNT_BEFORE = (
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
_COUNT_BEFORE_FOR_OWNER = _COUNT_BEFORE.where(Client.owner_id == bindparam("owner_id"))


def list_remedies(session: Session, workspace_id: int, client_id: int, now: datetime) -> tuple[Remedy, ...]:
    """Return what would lower a client's priority if done now, most effective first; empty for an unknown client."""
    batch = facts.read(session, workspace_id, [client_id], now)
    if client_id not in batch.clients:
        return ()
    policy = policies.load(session, workspace_id)
    return remedies(batch.client(client_id), batch.portfolio(client_id), policy, now)


def place_and_remedies(
    session: Session, workspace_id: int, client_id: int, now: datetime
) -> tuple[int | None, list[ShownRemedy]]:
    """Return a client's current place in its owner's list, and what would lower it, most effective first."""
    client = session.execute(_CLIENT, {"workspace_id": workspace_id, "client_id": client_id}).one_or_none()
    if client is None or client.status == "lost":
        return None, []

    def place_at(priority: float) -> int:
        return place_in_list(session, workspace_id, client_id, client.owner_id, priority)

    shown = [
        ShownRemedy(remedy.act, remedy.answers, remedy.after.priority, place_at(remedy.after.priority))
        for remedy in list_remedies(session, workspace_id, client_id, now)
    ]
    return place_at(client.priority), shown


def place_in_list(session: Session, workspace_id: int, client_id: int, owner_id: int | None, priority: float) -> int:
    """Return the place, from 1, that a client would have in its owner's list with a given priority.

    For a client without an owner it is the place in the whole agency's list.
    """
    values = {"workspace_id": workspace_id, "client_id": client_id, "priority": priority}
    statement = _COUNT_BEFORE if owner_id is None else _COUNT_BEFORE_FOR_OWNER
    return 1 + (session.scalar(statement, {**values, "owner_id": owner_id} if owner_id else values) or 0)
