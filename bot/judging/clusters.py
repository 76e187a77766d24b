"""Clusters: several clients that turned worse together, which is one thing to look into and not several.

Two kinds: clients of one member that turned uneasy or red within a few days, and clients for whom one source of
advertising has become dear within a few days. What a client was already when the bot first looked is no turn. Each is
told once to each lead: what their earlier digests have told counts towards no further cluster. Never here: its text.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from bot.infra.db import in_workspace
from bot.infra.models import Assessment, Breach, Client, Member, OutboxMessage
from bot.people import members
from bot.views.team_data import Cluster
from scoring.policy import Policy
from scoring.vocabulary import ALARM_SIGNALS, FULLY_WATCHED

_SINCE = bindparam("since", type_=Breach.opened_at.type)
_KNOWN_BEFORE_RED, _KNOWN_BEFORE = (
    exists().where(Assessment.client_id == Breach.client_id, Assessment.assessed_at < turned_at)
    for turned_at in (Breach.red_at, Breach.opened_at)
)
_TURNED_RED = and_(
    Breach.level == "red", Breach.red_at >= _SINCE, Breach.signal.in_(sorted(ALARM_SIGNALS)), _KNOWN_BEFORE_RED
)
_OPENED = and_(Breach.signal.in_(("mood", "cost_per_result")), Breach.opened_at >= _SINCE, _KNOWN_BEFORE)
_TURNS = (
    select(
        Breach.id,
        Breach.client_id,
        Breach.signal,
        Breach.level,
        Breach.evidence,
        Breach.red_at,
        Client.name.label("client"),
        Client.owner_id,
        Member.name,
        Member.email,
        Member.slack_user_id,
    )
    .join(Client, Client.id == Breach.client_id)
    .outerjoin(Member, Member.id == Client.owner_id)
    .where(
        in_workspace(Breach.workspace_id, "workspace_id"),
        Breach.resolved_at.is_(None),
        or_(_TURNED_RED, _OPENED),
        Client.status.in_(sorted(FULLY_WATCHED)),
    )
    .order_by(Client.priority.desc(), Client.id, Breach.id)
)
_TOLD = select(OutboxMessage.data).where(
    OutboxMessage.workspace_id == bindparam("workspace_id"),
    OutboxMessage.member_id == bindparam("member_id"),
    OutboxMessage.kind == "digest",
    OutboxMessage.created_at >= _SINCE,
    OutboxMessage.state.in_(("waiting", "sending", "sent")),
)


def load_new(session: Session, workspace_id: int, lead_id: int, policy: Policy, now: datetime) -> tuple[Cluster, ...]:
    """Return the clusters that a lead has not been told of, of other members' clients, the biggest first."""
    days = timedelta(days=policy.cluster_days)
    values = {"workspace_id": workspace_id, "since": now - days}
    told = _find_told(session, {**values, "member_id": lead_id, "since": now - 2 * days})
    turns = [turn for turn in session.connection().execute(_TURNS, values).all() if turn.id not in told]
    found = [*_of_members(turns, lead_id, now - days), *_of_sources(turns)]
    big = [cluster for cluster in found if len(cluster.clients) >= policy.cluster_size]
    return tuple(sorted(big, key=lambda cluster: -len(cluster.clients)))


def _find_told(session: Session, values: Mapping[str, Any]) -> set[int]:
    """Return the ids of the breaches that a member's earlier digests have told as parts of a cluster."""
    digests = session.scalars(_TOLD, values).all()
    return {
        breach_id for data in digests for cluster in data.get("clusters", ()) for breach_id in cluster["breach_ids"]
    }


def _of_members(turns: Iterable[Any], lead_id: int, since: datetime) -> list[Cluster]:
    """Group what turned uneasy or red by the client's owner; a lead's own clients are on their own list."""
    by_owner: dict[int, list[Any]] = defaultdict(list)
    for turn in turns:
        is_red = turn.level == "red" and turn.red_at >= since
        if turn.owner_id not in {None, lead_id} and (is_red or turn.signal == "mood"):
            by_owner[turn.owner_id].append(turn)
    return [
        Cluster(
            person=members.to_person(found[0].name, found[0].email, found[0].slack_user_id),
            source=None,
            clients=_names(found),
            breach_ids=_ids(found),
        )
        for found in by_owner.values()
    ]


def _of_sources(turns: Iterable[Any]) -> list[Cluster]:
    """Group what became dear by the source that moved, where the breach names one."""
    by_source: dict[str, list[Any]] = defaultdict(list)
    for turn in turns:
        source = turn.evidence.get("source")
        if turn.signal == "cost_per_result" and isinstance(source, str) and source:
            by_source[source.casefold()].append(turn)
    return [
        Cluster(person=None, source=found[0].evidence["source"], clients=_names(found), breach_ids=_ids(found))
        for found in by_source.values()
    ]


def _names(turns: Sequence[Any]) -> tuple[str, ...]:
    return tuple({turn.client_id: turn.client for turn in turns}.values())


def _ids(turns: Collection[Any]) -> tuple[int, ...]:
    return tuple(turn.id for turn in turns)
