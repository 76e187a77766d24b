"""`workspace`: the days on which an agency is closed, and deleting an agency with all that is known of it."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli import context, output


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    workspace = typer.Typer(no_args_is_help=True, help="An agency as a whole.")
    workspace.command()(forget)
    workspace.command()(closed)
    app.add_typer(workspace, name="workspace")


def forget(
    team: Annotated[str, typer.Argument(metavar="TEAM", help="The agency's Slack team id.")],
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask for confirmation.")] = False,
) -> None:
    """Delete an agency with its clients, people, messages and trail, for good."""
    from sqlalchemy import func, select

    from bot.infra.db import overwrite_deleted, reading
    from bot.infra.models import Client
    from bot.jobs.housekeeping import forget_workspace
    from bot.people import workspaces

    engine = context.open_engine()
    with reading(engine) as session:
        found = workspaces.by_team(session, team)
        if found is None:
            raise context.CommandError(f"no workspace {team} here")
        count = session.scalar(select(func.count()).where(Client.workspace_id == found.id))
        named = f"{found.name or 'the agency'} ({team})"
    if (
        not yes
        and typer.prompt(f"This deletes {named} and its {count:,} clients, for good. Type {team} to go on") != team
    ):
        raise typer.Exit(1)
    forget_workspace(engine, found.id)
    overwrite_deleted(engine)
    output.print_line(f"Deleted {named}. Remove the app in Slack too: while it is installed, it begins anew.")


def closed(
    days: Annotated[
        list[str] | None,
        typer.Argument(metavar="[DAYS …]", help="2026-12-24..2027-01-01 2027-05-02; `none` for no day at all."),
    ] = None,
    workspace: context.WorkspaceOption = None,
) -> None:
    """Show or set the days on which the office is closed, beside public holidays; replaces those set before."""
    from bot.infra.db import transaction
    from bot.people import holidays, preferences, workspaces

    engine = context.open_engine()
    workspace_id = context.find_workspace_id(engine, workspace)
    with transaction(engine) as session:
        if days:
            wanted = "" if days == ["none"] else " ".join(days)
            try:
                holidays.closing_days(wanted)
            except ValueError as error:
                raise context.CommandError(str(error)) from None
            preferences.save_office_closed(session, workspace_id, wanted, context.now())
        spans = workspaces.office_closed(session, workspace_id)
    output.print_line(f"Closed on: {spans}" if spans else "No closing days set.")
