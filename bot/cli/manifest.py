"""`manifest`: prints the Slack app manifest."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli import context, output


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command()(manifest)


def manifest(
    url: Annotated[
        str | None, typer.Option(metavar="BASE", help="The bot's public address; without it, Socket Mode.")
    ] = None,
) -> None:
    """Print the Slack app manifest, for Socket Mode or for a public address."""
    from bot.slack import manifest as manifests

    if url is not None and not url.startswith("https://"):
        raise context.CommandError(f"--url: Slack calls only https addresses, not {url!r}")
    output.print_line(manifests.text(url).rstrip())
