"""`workspace forget`: deletes an agency and all that is known of it."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli import context, output


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    workspace = typer.Typer(no_args_is_help=True, help="An agency as a whole.")
    workspace.command()(forget)
    workspace.callback()(lambda: None)  # with a single command and no callback, Typer drops the command's name
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
