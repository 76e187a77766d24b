"""`digest`: composes the digests that are due, as the timer does, or prints what they would say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import assessed_clients, context, output
from bot.cli.services import build_services

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command()(digest)


def digest(
    at: context.AtOption = None,
    member: Annotated[str | None, typer.Option(metavar="M", help="One member: email, Slack id or name.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print them, post nothing.")] = False,
    workspace: context.WorkspaceOption = None,
) -> None:
    """Compose the digests that are due. With --at or --dry-run they are printed, and nothing is posted."""
    from bot.jobs.digest import run_one

    services, moment = build_services(), context.parse_moment(at)
    if moment is None and member is None and not dry_run:
        composed = 0
        while run_one(services):
            composed += 1
        output.print_line(f"{composed:,} digests composed; the worker will send them.")
        return
    workspace_id = context.find_workspace_id(services.engine, workspace)
    with services.transaction() as session:
        printed = _compose_digests(session, workspace_id, member, moment or context.now())
        session.rollback()  # the clients were assessed as of that moment
    for name, text in printed:
        output.print_line(f"── {name} ──\n{text}\n")
    if not printed:
        output.print_line("Nobody has clients yet. Import them with `atrisk import clients FILE`.")


def _compose_digests(session: Session, workspace_id: int, member: str | None, at: datetime) -> list[tuple[str, str]]:
    """Return the names of members and the texts of their digests as of a moment. The caller drops the assessments."""
    from sqlalchemy import select

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
        found = context.find_members(session, workspace_id, "--member", member)
    if workspaces.has_outdated_benchmarks(session, workspace_id):
        benchmarks.refresh(session, workspace_id, context.now())
    listed = assessed_clients.find_listed_clients(session, workspace_id)
    replayed = assessed_clients.replay_breaches(session, workspace_id, listed, at)
    assessments.reassess(session, workspace_id, [client.id for client in listed], at, replayed=replayed)
    digests = []
    for person in found:
        content = digest_content.compose(session, workspace_id, person.id, at)
        digests.append((members.person(person).name, morning_digest(content, translator(person.locale))["text"]))
    return digests
