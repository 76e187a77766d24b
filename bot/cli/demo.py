"""`demo`: the bot with a practice workspace and a pretend agency, shown in a browser."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli import context, output
from bot.infra.shutdown import until_stopped


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command()(demo)


def demo(
    port: Annotated[int, typer.Option(help="The port of the page.")] = 8700,
) -> None:
    """Show everything in a browser: a practice workspace, a pretend agency and the bot. Nothing else is touched."""
    output.print_line("Starting the bot")
    from bot.demo.stage import Stage

    try:
        stage = Stage(port, show=output.print_line)
    except OSError as error:
        raise context.CommandError(f"--port: {port} cannot be used ({error.strerror}); try another") from None
    with stage:
        output.print_line(f"The practice workspace is open at {stage.url} — read the morning digest, press Contacted,")
        output.print_line(
            "type /atrisk, open Home; choose who you are at the top. Press Ctrl-C to stop; nothing is saved."
        )
        with until_stopped() as stopped:
            stopped.wait()
