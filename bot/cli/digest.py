"""`digest`: what the timer does, by hand, or what it would say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import context
from bot.cli.services import build_services

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(digest)


def digest(
    at: context.At = None,
    member: Annotated[str | None, typer.Option(metavar="M", help="One member: e-mail, Slack id or name.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print them, post nothing.")] = False,
    workspace: context.Team = None,
) -> None:
    """Compose the digests that are due. With --at or --dry-run they are printed, and nothing is posted."""
    from bot.jobs.digest import run_one

    services, moment = build_services(), context.moment(at)
    if moment is None and member is None and not dry_run:
        composed = 0
        while run_one(services):
            composed += 1
        context.say(f"{composed:,} digests composed; the worker delivers them.")
        return
    workspace_id = context.workspace_id(services.engine, workspace)
    with services.transaction() as session:
        printed = _printed(session, workspace_id, member, moment or context.now())
        session.rollback()  # the clients were judged as of that moment
    for name, text in printed:
        context.say(f"── {name} ──\n{text}\n")
    if not printed:
        context.say("Nobody has clients yet. `atrisk import clients FILE` brings them in.")


def _printed(session: Session, workspace_id: int, member: str | None, at: datetime) -> list[tuple[str, str]]:
    from sqlalchemy import select

    from bot.cli import assessed_clients
    from bot.infra.i18n import translator
    from bot.infra.models import Client, Member
    from bot.jobs import digest_content
    from bot.judging import assessments, benchmarks
    from bot.people import members, workspaces
    from bot.views.digest import morning_digest

    if member is None:
        owners = select(Client.owner_id).where(Client.workspace_id == workspace_id, Client.status != "lost")
        statement = select(Member).where(Member.workspace_id == workspace_id, Member.id.in_(owners))
        found = list(session.scalars(statement.order_by(Member.name)))
    else:
        found = members.named(session, workspace_id, member)
        if not found:
            raise context.Mistake(f"--member: nobody here is known as {member!r}")
    if workspaces.has_outdated_benchmarks(session, workspace_id):
        benchmarks.refresh(session, context.now())
    assessments.reassess(session, workspace_id, [row.id for row in assessed_clients.listed(session, workspace_id)], at)
    return [
        (
            members.person(person).name,
            morning_digest(digest_content.compose(session, workspace_id, person.id, at), translator(person.locale))[
                "text"
            ],
        )
        for person in found
    ]
