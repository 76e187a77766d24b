"""`list`: the ranking in the terminal, or the agency's numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import explaining, figures, judging, opening

if TYPE_CHECKING:
    from rich.console import RenderableType

    from bot.cli.judging import Row
    from scoring.assessment import Assessment, Signal


def add(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("list")(list_)
    app.command()(explaining.explain)


def list_(
    owner: Annotated[
        str | None, typer.Option(metavar="M", help="One member's clients: e-mail, Slack id or name.")
    ] = None,
    colour: Annotated[str | None, typer.Option(metavar="C", help="green, amber or red.")] = None,
    at: opening.At = None,
    workspace: opening.Team = None,
    as_json: opening.AsJson = False,
    *,
    numbers: Annotated[
        bool, typer.Option("--numbers", help="The agency's numbers over the last 90 days instead of its clients.")
    ] = False,
) -> None:
    """Show the ranking: who to look at first, and why."""
    from bot.infra.db import reading

    if numbers:
        if owner is not None or colour is not None:
            raise opening.Mistake("--numbers are the whole agency's: leave --owner and --colour out")
        figures.show(workspace, opening.moment(at) or opening.now(), as_json=as_json)
        return
    if colour is not None and colour not in judging.COLOURS:
        raise opening.Mistake(f"--colour: {colour!r} is not one of {', '.join(judging.COLOURS)}")
    engine = opening.engine()
    workspace_id, moment = opening.workspace_id(engine, workspace), opening.moment(at) or opening.now()
    judging.take_measure(engine, workspace_id)
    with reading(engine) as session:
        clients = judging.listed(session, workspace_id, owner)
        rows = judging.judge(session, workspace_id, clients, moment)
    rows = [row for row in rows if colour in {None, row.judged.colour}]
    if as_json:
        judging.print_json([judging.as_json(row, _shown(row.judged)) for row in rows])
    else:
        judging.print_out(_table(rows))


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
            Text(judged.colour, style=judging.STYLES[judged.colour]),
            f"{judged.health:.0f}",
            f"{judged.priority:.0f}",
            Text(". ".join(part for part in (reasons, step) if part) or "All well"),
        )
    return table
