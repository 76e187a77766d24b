"""Remedies: what would lower a client's priority, and which place in its owner's list that would give it.

Nothing is stored: remedies are computed on request. Never here: the effect of a remedy (`scoring.remedies`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot.infra.models import Client
from bot.judging import facts, policies
from bot.views.data import Remedy as ShownRemedy
from scoring.assess import assess
from scoring.assessment import Signal
from scoring.facts import KnownBreach
from scoring.remedies import Remedy, remedies

_CLIENT = select(Client.owner_id, Client.status, Client.priority).where(
    Client.workspace_id == bindparam("workspace_id"), Client.id == bindparam("client_id")
)
_AHEAD_OF = select(Client.priority, Client.id).where(
    Client.workspace_id == bindparam("workspace_id"),
    Client.status != "lost",
    Client.id != bindparam("client_id"),
    Client.priority >= bindparam("lowest"),
)
_AHEAD_OF_IN_LIST = _AHEAD_OF.where(Client.owner_id == bindparam("owner_id"))


@dataclass(frozen=True, slots=True)
class Explanation:
    """A client judged now, and what would lower it in its owner's list."""

    signals: tuple[Signal, ...] = ()
    """All of them, in any state."""
    weights: Mapping[str, float] = field(default_factory=dict)
    """By signal name, the risk from 0 to 1 that it makes alone at full severity."""
    place: int | None = None
    """Its place, from 1, in its owner's list, or in the agency's if it has no owner; None for a lost client."""
    remedies: tuple[ShownRemedy, ...] = ()
    """Most effective first."""


def explain(
    session: Session, workspace_id: int, client_id: int, now: datetime, *, with_remedies: bool = True
) -> Explanation:
    """Judge a client and what would lower it, reading its facts once; empty for an unknown client."""
    batch = facts.read(session, workspace_id, [client_id], now)
    if client_id not in batch.clients:
        return Explanation()
    policy = policies.load(session, workspace_id)
    client, portfolio = batch.client(client_id), batch.portfolio(client_id)
    signals = assess(client, portfolio, policy, now).signals
    judged = Explanation(signals, {signal.name: policy.weight(signal.name) for signal in signals})
    if client.status == "lost" or not with_remedies:
        return judged
    found = remedies(client, portfolio, policy, now)
    place, *places = find_places(session, workspace_id, client_id, [remedy.after.priority for remedy in found])
    shown = [
        ShownRemedy(remedy.act, remedy.answers, remedy.after.priority, after)
        for remedy, after in zip(found, places, strict=True)
    ]
    return replace(judged, place=place, remedies=tuple(shown))


def list_remedies(
    session: Session,
    workspace_id: int,
    client_id: int,
    now: datetime,
    replayed: Mapping[int, Mapping[str, KnownBreach]] = MappingProxyType({}),
) -> tuple[Remedy, ...]:
    """Return what would lower a client's priority if done now, most effective first; empty for an unknown client.

    `replayed` breaches are taken for those that were stored.
    """
    batch = facts.read(session, workspace_id, [client_id], now)
    if client_id not in batch.clients:
        return ()
    policy = policies.load(session, workspace_id)
    client = batch.client(client_id)
    if client_id in replayed:
        client = replace(client, breaches=replayed[client_id])
    return remedies(client, batch.portfolio(client_id), policy, now)


def find_places(session: Session, workspace_id: int, client_id: int, priorities: Sequence[float]) -> list[int]:
    """Return the place, from 1, that a client has in its owner's list, and those that it would have with priorities.

    For a client without an owner it is the place in the whole agency's list.
    """
    values = {"workspace_id": workspace_id, "client_id": client_id}
    client = session.execute(_CLIENT, values).one()
    wanted = [client.priority, *priorities]
    values["lowest"] = min(wanted)
    ahead = (
        session.execute(_AHEAD_OF, values)
        if client.owner_id is None
        else session.execute(_AHEAD_OF_IN_LIST, {**values, "owner_id": client.owner_id})
    )
    others = [(-priority, other_id) for priority, other_id in ahead]
    return [1 + sum(other < (-priority, client_id) for other in others) for priority in wanted]
