"""`backtest`: what the policy would have said over the stored history, and what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import context, lookback, policy

if TYPE_CHECKING:
    from bot.insight.backtest import Backtest

PRESENT = "present"
"""What the workspace's own policy is called beside another, which goes by its file's name."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(backtest)


def backtest(
    *,
    other: Annotated[
        Path | None, typer.Option("--policy", metavar="FILE", help="Another policy beside the present one.")
    ] = None,
    from_: Annotated[str | None, typer.Option("--from", metavar="DATE", help="The first day: 2026-05-01.")] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="DATE", help="The last day; today if left out.")] = None,
    plot: Annotated[Path | None, typer.Option(metavar="FILE.png", help="Draw the weeks and the warnings.")] = None,
    workspace: context.Team = None,
    as_json: context.AsJson = False,
) -> None:
    """Replay the past day by day, with what was known on each: what would have been said, and whether it helped."""
    if plot:
        with lookback.libraries():
            from bot.insight import chart
    found = _played(other, from_, to, workspace)
    if plot:
        try:
            chart.draw(found, plot)
        except OSError as error:
            raise context.Mistake(f"{plot}: cannot be written: {error.strerror}") from None
    if as_json:
        import orjson

        context.say(orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS).decode())
        return
    from rich.console import Console

    from bot.cli import backtest_report

    console = Console(width=None if context.is_terminal() else 160, highlight=False, markup=False)
    for part in backtest_report.told(found):
        console.print(part)
    if plot:
        context.say(f"Drawn in {plot}.")


def _played(other: Path | None, from_: str | None, to: str | None, team: str | None) -> Backtest:
    from bot.insight import backtest as backtesting

    policies = {PRESENT: policy.present(team)}
    if other:
        policies[other.name] = policy.stored(policy.read(other))
    engine = context.engine()
    workspace_id = context.workspace_id(engine, team)
    days = lookback.days(engine, workspace_id, from_, to)
    cases, undated = [], 0
    for history in lookback.histories(engine, workspace_id, "Replaying"):
        undated += history.client.status == "lost" and history.left_on is None
        case = backtesting.case_of(history, policies, days)
        if case:
            cases.append(case)
    if not cases:
        raise context.Mistake(f"there was no client from {days.first} to {days.last}")
    return backtesting.sum_up(cases, policies, days, undated)
