"""`sweep`: what the timer does, by hand."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.cli import context
from bot.cli.services import build_services

if TYPE_CHECKING:
    from datetime import datetime

    import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(sweep)


def sweep(at: context.At = None) -> None:
    """Assess every client that is due, and write what was found. With --at, nothing is posted."""
    from sqlalchemy import func, select

    from bot.infra.models import Breach
    from bot.jobs import sweep as sweeping

    services, moment = build_services(), context.moment(at)
    judged = sweeping.assess_all(
        services.engine, services.now if moment is None else partial(_standing_still, moment), tell=moment is None
    )
    with services.reading() as session:
        open_breaches = session.scalar(select(func.count()).select_from(Breach).where(Breach.resolved_at.is_(None)))
    context.say(f"{judged:,} clients assessed; {open_breaches:,} breaches are open.")


def _standing_still(moment: datetime) -> datetime:
    return moment
