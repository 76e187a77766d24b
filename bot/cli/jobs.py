"""`sweep` and `digest`: what the timers do, by hand."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import assembly, opening

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def add(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(sweep)
    app.command()(digest)


def sweep(at: opening.At = None) -> None:
    """Assess every client that is due, and write what was found. With --at, nothing is posted."""
    from sqlalchemy import func, select

    from bot.infra.models import Breach
    from bot.jobs import sweep as sweeping

    services, moment = assembly.services(), opening.moment(at)
    judged = sweeping.assess_all(
        services.engine, services.now if moment is None else partial(_standing_still, moment), tell=moment is None
    )
    with services.reading() as session:
        open_breaches = session.scalar(select(func.count()).select_from(Breach).where(Breach.resolved_at.is_(None)))
    opening.say(f"{judged:,} clients assessed; {open_breaches:,} breaches are open.")


def _standing_still(moment: datetime) -> datetime:
    return moment


def digest(
    at: opening.At = None,
    member: Annotated[str | None, typer.Option(metavar="M", help="One member: e-mail, Slack id or name.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print them, post nothing.")] = False,
    workspace: opening.Team = None,
) -> None:
    """Compose the digests that are due. With --at or --dry-run they are printed, and nothing is posted."""
    from bot.jobs.digest import run_one

    services, moment = assembly.services(), opening.moment(at)
    if moment is None and member is None and not dry_run:
        composed = 0
        while run_one(services):
            composed += 1
        opening.say(f"{composed:,} digests composed; the worker delivers them.")
        return
    workspace_id = opening.workspace_id(services.engine, workspace)
    with services.transaction() as session:
        printed = _printed(session, workspace_id, member, moment or opening.now())
        session.rollback()  # the clients were judged as of that moment
    for name, text in printed:
        opening.say(f"── {name} ──\n{text}\n")
    if not printed:
        opening.say("Nobody has clients yet. `atrisk import clients FILE` brings them in.")


def _printed(session: Session, workspace_id: int, member: str | None, at: datetime) -> list[tuple[str, str]]:
    from sqlalchemy import select

    from bot.cli import judging
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
            raise opening.Mistake(f"--member: nobody here is known as {member!r}")
    if workspaces.has_outdated_benchmarks(session, workspace_id):
        benchmarks.refresh(session, opening.now())
    assessments.reassess(session, workspace_id, [row.id for row in judging.listed(session, workspace_id)], at)
    return [
        (
            members.person(person).name,
            morning_digest(digest_content.compose(session, workspace_id, person.id, at), translator(person.locale))[
                "text"
            ],
        )
        for person in found
    ]
