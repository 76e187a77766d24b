"""Workspaces: the agencies that records belong to, before and after they are connected to Slack.

Only reads and writes of the workspace's row. Never here: tokens, or calling Slack.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update
from sqlalchemy.orm import Session

from bot.infra import idempotency
from bot.infra.models import Client, Workspace

_log = logging.getLogger(__name__)
_BENCHMARKS = select(Workspace.benchmarks).where(Workspace.id == bindparam("workspace_id"))
_CONNECTED_TEAMS = (
    select(Workspace.team_id).where(Workspace.team_id.is_not(None), Workspace.connected_at.is_not(None)).limit(2)
)
_OFFICE_CLOSED = select(Workspace.office_closed).where(Workspace.id == bindparam("workspace_id"))
_COUNTRY = select(Workspace.country).where(Workspace.id == bindparam("workspace_id"))


def single(session: Session, now: datetime) -> Workspace:
    """Return the workspace of an installation with a single agency, creating it on first use.

    Raises:
        LookupError: when there are several, so that one has to be named.
    """
    workspaces = session.scalars(select(Workspace).order_by(Workspace.id).limit(2)).all()
    if len(workspaces) > 1:
        raise LookupError("there are several workspaces: say which one")
    return workspaces[0] if workspaces else _create(session, now)


def find_ids(session: Session, team_id: str | None = None) -> list[int]:
    """Return the id of a team's workspace; without a team, those of all, two at most."""
    statement = select(Workspace.id).order_by(Workspace.id).limit(2)
    return list(session.scalars(statement if team_id is None else statement.where(Workspace.team_id == team_id)))


def by_team(session: Session, team_id: str) -> Workspace | None:
    """Find the workspace of a Slack team, connected or not."""
    return session.scalars(select(Workspace).where(Workspace.team_id == team_id)).one_or_none()


def only_connected_team(session: Session) -> str | None:
    """Return the Slack team of the only connected workspace; None if there is none, or several."""
    teams = session.scalars(_CONNECTED_TEAMS).all()
    return teams[0] if len(teams) == 1 else None


def connect(session: Session, team_id: str, name: str, bot_user_id: str, now: datetime) -> Workspace:
    """Record that the bot is installed in a Slack team, and return its workspace.

    Records imported before the bot was connected to Slack go to the first team.
    """
    idempotency.take_turn(session, "workspaces")
    workspace = by_team(session, team_id) or _find_unconnected(session) or _create(session, now)
    if workspace.team_id is None and (count := count_unclaimed_clients(session)):
        _log.warning("%d clients, imported before Slack was met, belong to %s (%s) from now on", count, name, team_id)
    if workspace.team_id != team_id or workspace.connected_at is None:
        workspace.connected_at = now
    workspace.disconnected_at = None
    workspace.team_id = team_id
    workspace.name = name or workspace.name
    workspace.bot_user_id = bot_user_id
    session.flush()
    return workspace


def count_unclaimed_clients(session: Session) -> int:
    """Count the clients that were imported before Slack was met: they will be those of the first team."""
    workspace = _find_unconnected(session)
    if workspace is None:
        return 0
    return session.scalar(select(func.count()).where(Client.workspace_id == workspace.id)) or 0


def disconnect(session: Session, team_id: str, now: datetime) -> None:
    """Record that a team has removed the bot; its data stays for a while, in case it comes back (`find_removed`)."""
    workspace = by_team(session, team_id)
    if workspace and workspace.disconnected_at is None:
        workspace.connected_at, workspace.disconnected_at = None, now


def find_removed(session: Session, before: datetime) -> Sequence[int]:
    """Return the ids of the workspaces whose team removed the bot before a time, and has not come back."""
    return session.scalars(select(Workspace.id).where(Workspace.disconnected_at < before)).all()


def team_id(session: Session, workspace_id: int) -> str | None:
    """Return the id of the Slack team that a workspace is connected to."""
    return session.scalar(select(Workspace.team_id).where(Workspace.id == workspace_id))


def country(session: Session, workspace_id: int) -> str | None:
    """Return the ISO 3166 code of the country whose public holidays the agency follows."""
    return session.scalar(_COUNTRY, {"workspace_id": workspace_id})


def set_country(session: Session, workspace_id: int, country: str | None) -> None:
    """Set the country whose public holidays the agency follows; `preferences` reschedules the digests."""
    session.execute(update(Workspace).where(Workspace.id == workspace_id).values(country=country))


def office_closed(session: Session, workspace_id: int) -> str:
    """Return the days on which the agency's office is closed, as `bot.people.holidays.closing_days` reads them."""
    return session.execute(_OFFICE_CLOSED, {"workspace_id": workspace_id}).scalar_one()


def set_office_closed(session: Session, workspace_id: int, spans: str) -> None:
    """Set those days; the caller makes sure that they can be read, and that clients are checked again."""
    session.execute(update(Workspace).where(Workspace.id == workspace_id).values(office_closed=spans))


def mark_benchmarks_outdated(session: Session, workspace_id: int) -> None:
    """Mark the benchmarks outdated after fees, contracts or renewals have changed; the next sweep recomputes them."""
    session.execute(update(Workspace).where(Workspace.id == workspace_id).values(benchmarks_on=None))


def has_outdated_benchmarks(session: Session, workspace_id: int) -> bool:
    """Whether the benchmarks were never computed, or fees or contracts have changed since."""
    return session.scalar(select(Workspace.benchmarks_on).where(Workspace.id == workspace_id)) is None


def typical_fees(connection: Connection, workspace_id: int) -> Mapping[str, int]:
    """Return the agency's typical fees by `fee_key`, in minor units; empty until they were computed."""
    benchmarks = connection.scalar(_BENCHMARKS, {"workspace_id": workspace_id}) or {}
    found: Mapping[str, int] = benchmarks.get("typical_fee", {})
    return found


def fee_key(currency: str, billing: str) -> str:
    """Return the key of clients whose fees compare: those of one currency, billed in one way."""
    return f"{currency}/{billing}"


def save_benchmarks(session: Session, workspace_id: int, benchmarks: Mapping[str, Any], on: date) -> None:
    """Store the agency-wide figures that clients are compared with; `bot.judging.benchmarks` computes them."""
    values = {"benchmarks": dict(benchmarks), "benchmarks_on": on}
    session.execute(update(Workspace).where(Workspace.id == workspace_id).values(values))


def _find_unconnected(session: Session) -> Workspace | None:
    workspaces = session.scalars(select(Workspace).limit(2)).all()
    return workspaces[0] if len(workspaces) == 1 and workspaces[0].team_id is None else None


def _create(session: Session, now: datetime) -> Workspace:
    workspace = Workspace(created_at=now)
    session.add(workspace)
    session.flush()
    return workspace
