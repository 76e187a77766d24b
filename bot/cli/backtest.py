"""`backtest`: what the policy would have said over the stored history, and what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import context, lookback, output, policy

if TYPE_CHECKING:
    from bot.insight.backtest import Backtest

PRESENT = "present"
"""The name of the workspace's own policy in the results; another one is named after its file."""


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command()(backtest)


def backtest(
    *,
    other: Annotated[
        Path | None, typer.Option("--policy", metavar="FILE", help="Another policy to compare with the current one.")
    ] = None,
    from_: Annotated[str | None, typer.Option("--from", metavar="DATE", help="The first day: 2026-05-01.")] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="DATE", help="The last day; today if left out.")] = None,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE.png", help="Draw a chart of the weeks and the warnings.")
    ] = None,
    workspace: context.WorkspaceOption = None,
    as_json: context.JsonOption = False,
) -> None:
    """Replay the past day by day: what would have been said with what was known then, and whether it helped."""
    if plot:
        with lookback.require_insight_extra():
            from bot.insight import chart
    result = _run_backtest(other, from_, to, workspace)
    if plot:
        try:
            chart.draw_backtest(result, plot)
        except OSError as error:
            raise context.CommandError(f"{plot}: cannot be written: {error.strerror}") from None
    if as_json:
        output.print_json(result)
        return
    from bot.cli import backtest_report

    output.print_renderables(*backtest_report.render_report(result))
    if plot:
        output.print_line(f"Chart saved to {plot}.")


def _run_backtest(other: Path | None, from_: str | None, to: str | None, team: str | None) -> Backtest:
    from bot.insight.backtest import summarize_cases
    from bot.insight.cases import build_case

    policies = {PRESENT: policy.load_policy(team)}
    if other:
        policies[other.name] = policy.build_policy(policy.read_policy_file(other))
    engine = context.open_engine()
    workspace_id = context.find_workspace_id(engine, team)
    days = lookback.resolve_days(engine, workspace_id, from_, to)
    cases, undated = [], 0
    for history in lookback.load_histories(engine, workspace_id, "Replaying"):
        undated += history.client.status == "lost" and history.left_on is None
        case = build_case(history, policies, days)
        if case:
            cases.append(case)
    if not cases:
        raise context.CommandError(f"there were no clients from {days.first} to {days.last}")
    return summarize_cases(cases, policies, days, undated)
