"""What `doctor` finds of people: owners, clients without one, and leads. Never here: their roles (`member`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cli import context
from bot.cli.doctor_database import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

NAMED = 10
"""Clients named in one finding; the rest are counted."""


def check_people(session: Session) -> Iterator[Finding]:
    """Name the owners who are not found in Slack."""
    from sqlalchemy import func, select

    from bot.infra.models import Client, Member, Workspace
    from bot.people import workspaces

    connected = session.scalar(select(func.count()).select_from(Workspace).where(Workspace.connected_at.is_not(None)))
    if not connected:
        count = workspaces.count_unclaimed_clients(session)
        whose = f"; what was imported so far ({count_clients(count)}) will be the first workspace's" if count else ""
        yield Finding("people", ok=True, detail=f"not matched yet: the bot has never connected to Slack{whose}")
        return
    statement = (
        select(func.coalesce(Member.email, Member.name), func.count())
        .join(Client, Client.owner_id == Member.id)
        .where(Member.slack_user_id.is_(None), Client.status != "lost")
        .group_by(func.coalesce(Member.email, Member.name))
        .order_by(func.coalesce(Member.email, Member.name))
    )
    unmatched = [f"{email} ({count_clients(count)})" for email, count in session.execute(statement)]
    yield Finding(
        "people",
        ok=not unmatched,
        detail=f"not found in Slack: {', '.join(unmatched)}" if unmatched else "every owner is in Slack",
        remedy="write the owner's email, as Slack has it, into the clients sheet, then import again",
    )


def count_clients(count: int) -> str:
    """Return a number of clients in words."""
    return "1 client" if count == 1 else f"{count:,} clients"


def check_owners(session: Session) -> Finding:
    """Name the clients without an owner, or whose owner is gone, in the workspaces that are connected to Slack."""
    from sqlalchemy import select

    from bot.infra.models import Workspace
    from bot.people import attendance
    from bot.reporting import unowned
    from bot.views import blocks

    connection = session.connection()
    now, connected = context.now(), select(Workspace.id).where(Workspace.connected_at.is_not(None))
    found = [
        blocks.clean(client.name, 60)
        for workspace_id in session.scalars(connected.order_by(Workspace.id)).all()
        for client in unowned.load(connection, workspace_id, attendance.load(connection, workspace_id, now))
    ]
    more = f" and {len(found) - NAMED:,} more" if len(found) > NAMED else ""
    return Finding(
        "owners",
        ok=not found,
        detail=f"nobody owns {', '.join(found[:NAMED])}{more}" if found else "every client has one",
        remedy="give them an owner who uses Atrisk: Edit on the client's card in Slack, or the sheet's owner column",
    )


def check_leads(session: Session) -> Iterator[Finding]:
    """Check that somebody hears what is said to leads, in the workspaces that are connected to Slack."""
    from sqlalchemy import select

    from bot.infra.models import Workspace
    from bot.people import access

    statement = select(Workspace).where(Workspace.connected_at.is_not(None)).order_by(Workspace.id)
    connected = session.scalars(statement).all()
    if not connected:
        return
    without = [each.name or str(each.team_id) for each in connected if not access.leads(session, each.id)]
    yield Finding(
        "leads",
        ok=not without,
        detail=f"none in {', '.join(without)}: nobody hears of red clients left alone, or has those without an owner"
        if without
        else "somebody hears of red clients that nobody acts on",
        remedy="name one: `atrisk member role EMAIL lead`",
    )
