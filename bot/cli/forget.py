"""`forget`: deletes a client with all that is known of it."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli import context, output
from bot.cli.assessed_clients import find_client


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command()(forget)


def forget(
    client: Annotated[str, typer.Argument(metavar="CLIENT", help="The client's key or name.")],
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask for confirmation.")] = False,
    workspace: context.WorkspaceOption = None,
) -> None:
    """Delete a client and everything about it, for good."""
    from bot.clients import erasure
    from bot.infra.db import transaction

    engine = context.open_engine()
    workspace_id = context.find_workspace_id(engine, workspace)
    with transaction(engine) as session:
        found = find_client(session, workspace_id, client)
        client_id, name = found.id, found.name
    if not yes and not typer.confirm(f"Delete {name} and everything about it, for good?"):
        raise typer.Exit(1)
    with transaction(engine) as session:
        erasure.forget_client(session, workspace_id, client_id)
    output.print_line(f"Deleted {name}.")
