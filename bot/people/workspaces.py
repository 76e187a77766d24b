"""Workspaces: which agency a record belongs to, before and after it has met Slack.

Here are the reads and writes of that one row. Tokens are not kept here, and nothing here talks to Slack.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from bot.infra.models import Workspace

_BENCHMARKS = select(Workspace.benchmarks).where(Workspace.id == bindparam("workspace_id"))
_COUNTRY = select(Workspace.country).where(Workspace.id == bindparam("workspace_id"))


def only(session: Session, now: datetime) -> Workspace:
    """Give the one workspace of an installation that serves a single agency; it is made on first use.

    Raises:
        LookupError: when there are several, so that one has to be named.
    """
    found = session.scalars(select(Workspace).order_by(Workspace.id).limit(2)).all()
    if len(found) > 1:
        raise LookupError("there are several workspaces: say which one")
    return found[0] if found else _made(session, now)


def by_team(session: Session, team_id: str) -> Workspace | None:
    """Find the workspace of a Slack team, connected or not."""
    return session.scalars(select(Workspace).where(Workspace.team_id == team_id)).one_or_none()


def connect(session: Session, team_id: str, name: str, bot_user_id: str, now: datetime) -> Workspace:
    """Note that the bot serves this team.

    Records that were imported before the bot had met Slack become the first team's own.
    """
    workspace = by_team(session, team_id) or _waiting(session) or _made(session, now)
    if workspace.team_id != team_id or workspace.connected_at is None:
        workspace.connected_at = now
    workspace.team_id = team_id
    workspace.name = name or workspace.name
    workspace.bot_user_id = bot_user_id
    session.flush()
    return workspace


def disconnect(session: Session, team_id: str) -> None:
    """Note that a team has removed the bot; what is known of its clients stays, should it come back."""
    workspace = by_team(session, team_id)
    if workspace:
        workspace.connected_at = None


def country(session: Session, workspace_id: int) -> str | None:
    """Give the ISO 3166 code of the country whose public holidays the agency keeps."""
    return session.scalar(_COUNTRY, {"workspace_id": workspace_id})


def set_country(session: Session, workspace_id: int, country: str | None) -> None:
    """Note whose public holidays the agency keeps. What follows for digests is `bot.people.preferences`'."""
    session.execute(update(Workspace).where(Workspace.id == workspace_id).values(country=country))


def mark_benchmarks_outdated(session: Session, workspace_id: int) -> None:
    """Say that fees, contracts or renewals have changed: the next sweep computes the agency's benchmarks again."""
    known = session.scalar(_BENCHMARKS, {"workspace_id": workspace_id}) or {}
    save_benchmarks(session, workspace_id, {**known, "on": None})


def has_outdated_benchmarks(session: Session, workspace_id: int) -> bool:
    """Tell whether the benchmarks were never computed, or fees or contracts have changed since."""
    known = session.scalar(_BENCHMARKS, {"workspace_id": workspace_id}) or {}
    return known.get("on") is None


def save_benchmarks(session: Session, workspace_id: int, benchmarks: Mapping[str, Any]) -> None:
    """Store the agency-wide figures that clients are compared with; `bot.judging.benchmarks` computes them."""
    session.execute(update(Workspace).where(Workspace.id == workspace_id).values(benchmarks=dict(benchmarks)))


def _waiting(session: Session) -> Workspace | None:
    alone = session.scalars(select(Workspace).limit(2)).all()
    return alone[0] if len(alone) == 1 and alone[0].team_id is None else None


def _made(session: Session, now: datetime) -> Workspace:
    workspace = Workspace(created_at=now)
    session.add(workspace)
    session.flush()
    return workspace
