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
    port: Annotated[int, typer.Option(help="Where the page is served.")] = 8700,
) -> None:
    """Show it all in a browser: a practice workspace, a pretend agency, the bot. Nothing outside is touched."""
    from bot.demo.stage import Stage

    try:
        stage = Stage(port)
    except OSError as error:
        raise context.CommandError(f"--port: {port} cannot be used ({error.strerror}); try another") from None
    with stage:
        output.print_line(f"The practice workspace is open at {stage.url} — read the morning digest, press Contacted,")
        output.print_line(
            "type /atrisk, open Home; choose who you are at the top. Ctrl-C ends it, and nothing is kept."
        )
        with until_stopped() as stopped:
            stopped.wait()
