"""`list`: the ranking in the terminal, or the agency's numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import assessed_clients, context, output
from bot.cli.numbers import print_numbers
from scoring.vocabulary import COLOURS

if TYPE_CHECKING:
    from rich.console import RenderableType

    from bot.cli.assessed_clients import AssessedClient
    from bot.infra.i18n import Translator
    from scoring.assessment import Assessment, Signal


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("list")(list_)


def list_(
    owner: Annotated[
        str | None, typer.Option(metavar="M", help="One member's clients: email, Slack id or name.")
    ] = None,
    colour: Annotated[str | None, typer.Option(metavar="C", help="green, amber or red.")] = None,
    at: context.AtOption = None,
    workspace: context.WorkspaceOption = None,
    as_json: context.JsonOption = False,
    *,
    numbers: Annotated[
        bool, typer.Option("--numbers", help="The agency's numbers over the last 90 days instead of its clients.")
    ] = False,
) -> None:
    """Show the ranking: who to look at first, and why."""
    from bot.infra.db import reading

    if numbers:
        if owner is not None or colour is not None:
            raise context.CommandError("--numbers are for the whole agency: leave out --owner and --colour")
        print_numbers(workspace, context.parse_moment(at) or context.now(), as_json=as_json)
        return
    if colour is not None and colour not in COLOURS:
        raise context.CommandError(f"--colour: {colour!r} is not one of {', '.join(COLOURS)}")
    engine = context.open_engine()
    workspace_id, moment = context.find_workspace_id(engine, workspace), context.parse_moment(at) or context.now()
    assessed_clients.refresh_outdated_benchmarks(engine, workspace_id)
    with reading(engine) as session:
        clients = assessed_clients.find_listed_clients(session, workspace_id, owner)
        rows = assessed_clients.assess_clients(session, workspace_id, clients, moment)
    rows = [row for row in rows if colour in {None, row.assessment.colour}]
    if as_json:
        output.print_json([assessed_clients.client_json(row, _open_signals(row.assessment)) for row in rows])
    else:
        output.print_renderables(_ranking_table(rows))


def _open_signals(assessment: Assessment) -> list[Signal]:
    return [signal for signal in assessment.signals if signal.state in {"soon", "breach"}]


def _ranking_table(rows: list[AssessedClient]) -> RenderableType:
    from rich.text import Text

    from bot.infra.i18n import translator
    from bot.views import words

    if not rows:
        return "No clients to show. Import them with `atrisk import clients FILE`."
    t = translator("en")
    table = output.make_table()
    for title, justify in (("#", "right"), ("Client", "left"), ("Owner", "left"), ("Colour", "left")):
        table.add_column(title, justify=justify, no_wrap=title != "Client")  # type: ignore[arg-type]
    table.add_column("Health", justify="right")
    table.add_column("Priority", justify="right")
    table.add_column("Why, and what next", ratio=1)
    for number, row in enumerate(rows, start=1):
        assessment = row.assessment
        found = _open_signals(assessment)
        urgent = [signal for signal in found if not signal.is_open_to_do]
        worst = sorted(urgent, key=lambda signal: (signal.state != "breach", -signal.severity))[:2]
        reasons = "; ".join(words.reason(signal, t, assessment.on).rstrip(".") for signal in worst)
        step = words.next_step(worst[0], t) if worst else ""
        to_dos = ", ".join(words.short(signal, t, assessment.on) for signal in found if signal.is_open_to_do)
        if not worst and assessment.colour == "green":
            reasons = "On track"
        later = f"When you have time: {to_dos}" if to_dos else ""
        table.add_row(
            str(number),
            Text(" · ".join([row.client.name, *_placed_by(row, t)])),
            Text(row.owner_name.partition("@")[0]),
            Text(assessment.colour, style=assessed_clients.COLOUR_STYLES[assessment.colour]),
            f"{assessment.health:.0f}",
            f"{assessment.priority:.0f}",
            Text(". ".join(part.rstrip(".") for part in (reasons, step, later) if part)),
        )
    return table


def _placed_by(row: AssessedClient, t: Translator) -> list[str]:
    from bot.views import place

    account = place.fee(row.client.monthly_fee, row.client.currency, t)
    return place.of_factors(row.assessment.factors, account, t)
