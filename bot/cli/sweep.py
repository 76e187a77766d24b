"""`sweep`: assesses the clients that are due, as the timer does, or all as of a moment."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.cli import context, output
from bot.cli.services import build_services

if TYPE_CHECKING:
    from datetime import datetime

    import typer


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command()(sweep)


def sweep(at: context.AtOption = None) -> None:
    """Check every client that is due, and save the results. With --at, nothing is posted."""
    from sqlalchemy import func, select

    from bot.infra.models import Breach
    from bot.jobs.sweep import assess_all

    services, moment = build_services(), context.parse_moment(at)
    assessed = assess_all(
        services.engine, services.now if moment is None else partial(_fixed_time, moment), tell=moment is None
    )
    with services.reading() as session:
        open_breaches = session.scalar(select(func.count()).select_from(Breach).where(Breach.resolved_at.is_(None)))
    output.print_line(f"{assessed:,} clients checked; {open_breaches:,} breaches open.")


def _fixed_time(moment: datetime) -> datetime:
    return moment
