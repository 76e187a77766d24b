"""`list`: the ranking in the terminal, or the agency's numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import assessed_clients, context
from bot.cli.numbers import show as show_numbers

if TYPE_CHECKING:
    from rich.console import RenderableType

    from bot.cli.assessed_clients import Row
    from scoring.assessment import Assessment, Signal


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("list")(list_)


def list_(
    owner: Annotated[
        str | None, typer.Option(metavar="M", help="One member's clients: e-mail, Slack id or name.")
    ] = None,
    colour: Annotated[str | None, typer.Option(metavar="C", help="green, amber or red.")] = None,
    at: context.At = None,
    workspace: context.Team = None,
    as_json: context.AsJson = False,
    *,
    numbers: Annotated[
        bool, typer.Option("--numbers", help="The agency's numbers over the last 90 days instead of its clients.")
    ] = False,
) -> None:
    """Show the ranking: who to look at first, and why."""
    from bot.infra.db import reading

    if numbers:
        if owner is not None or colour is not None:
            raise context.Mistake("--numbers are the whole agency's: leave --owner and --colour out")
        show_numbers(workspace, context.moment(at) or context.now(), as_json=as_json)
        return
    if colour is not None and colour not in assessed_clients.COLOURS:
        raise context.Mistake(f"--colour: {colour!r} is not one of {', '.join(assessed_clients.COLOURS)}")
    engine = context.engine()
    workspace_id, moment = context.workspace_id(engine, workspace), context.moment(at) or context.now()
    assessed_clients.take_measure(engine, workspace_id)
    with reading(engine) as session:
        clients = assessed_clients.listed(session, workspace_id, owner)
        rows = assessed_clients.judge(session, workspace_id, clients, moment)
    rows = [row for row in rows if colour in {None, row.judged.colour}]
    if as_json:
        assessed_clients.print_json([assessed_clients.as_json(row, _shown(row.judged)) for row in rows])
    else:
        assessed_clients.print_out(_table(rows))


def _shown(assessment: Assessment) -> list[Signal]:
    return [signal for signal in assessment.signals if signal.state in {"soon", "breach"}]


def _table(rows: list[Row]) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    from bot.infra.i18n import translator
    from bot.views import words

    if not rows:
        return "No clients to show. `atrisk import clients FILE` brings them in."
    t = translator("en")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title, justify in (("#", "right"), ("Client", "left"), ("Owner", "left"), ("Colour", "left")):
        table.add_column(title, justify=justify, no_wrap=title != "Client")  # type: ignore[arg-type]
    table.add_column("Health", justify="right")
    table.add_column("Priority", justify="right")
    table.add_column("Why, and what next", ratio=1)
    for number, row in enumerate(rows, start=1):
        judged = row.judged
        worst = sorted(_shown(judged), key=lambda signal: (signal.state != "breach", -signal.severity))[:2]
        reasons = "; ".join(words.reason(signal, t, judged.on).rstrip(".") for signal in worst)
        step = words.next_step(worst[0], t) if worst else ""
        table.add_row(
            str(number),
            Text(row.client.name),
            Text(row.owner.partition("@")[0]),
            Text(judged.colour, style=assessed_clients.STYLES[judged.colour]),
            f"{judged.health:.0f}",
            f"{judged.priority:.0f}",
            Text(". ".join(part for part in (reasons, step) if part) or "All well"),
        )
    return table
