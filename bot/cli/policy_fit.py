"""`policy fit`: proposes weights learned from the clients that left, and applies them with `--apply`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import context, lookback, output, policy

if TYPE_CHECKING:
    from rich.table import Table

    from bot.insight.scorecard import RankingQuality, Scorecard


def fit_weights(
    apply: Annotated[bool, typer.Option("--apply", help="Save the proposed weights as the agency's own.")] = False,
    workspace: context.WorkspaceOption = None,
    as_json: context.JsonOption = False,
) -> None:
    """Propose weights learned from the clients that left. Exit 1 if too few did."""
    with lookback.require_insight_extra():
        from bot.insight import scorecard
    from bot.insight.training_rows import build_training_rows

    present = policy.load_policy(workspace)
    engine = context.open_engine()
    workspace_id = context.find_workspace_id(engine, workspace)
    days = lookback.resolve_days(engine, workspace_id, None, None)
    rows = [
        row
        for history in lookback.load_histories(engine, workspace_id, "Looking back")
        for row in build_training_rows(history, present, days)
    ]
    try:
        proposal = scorecard.propose_weights(rows, present)
    except scorecard.TooFewLossesError as few:
        needed = scorecard.LOSSES_NEEDED
        output.print_error(
            f"atrisk: {few.losses} clients left from {days.first} to {days.last} with a history to learn from; it takes"
            f" {needed}, so {needed - few.losses} are missing. Nothing is proposed."
        )
        raise typer.Exit(1) from None
    if as_json:
        output.print_json(proposal)
    else:
        _print_scorecard(proposal)
    if apply:
        policy.change_policy(workspace, proposal.changes, quiet=as_json)
    elif not as_json:
        output.print_line("\nNothing was changed. To use these weights: `atrisk policy fit --apply`.")


def _print_scorecard(proposal: Scorecard) -> None:
    console = output.make_console()
    console.print(
        f"Learned from {proposal.losses} clients that left, of {proposal.clients}; each looked at once a month,"
        f" {proposal.rows:,} times in all.\n"
    )
    console.print(_weight_table(proposal))
    if proposal.unseen:
        console.print(f"\nNever seen in this time, so left unchanged: {', '.join(proposal.unseen)}.")
    console.print(
        "\nOn clients the weights were not learned from:\n" + _ranking_quality_sentence("current", proposal.present)
    )
    console.print(_ranking_quality_sentence("proposed", proposal.proposed))
    console.print(
        f"The gain is {proposal.gain:+.1%} of such pairs, 95% sure to be between {proposal.gain_low:+.1%} and"
        f" {proposal.gain_high:+.1%}. " + ("This is more than luck." if proposal.gain_low > 0 else "It could be luck.")
    )
    console.print(
        "Points add up, and every 10 double the odds of leaving within 60 days. A problem that somebody fixed in time"
        " looks harmless here, so think twice before lowering a weight."
    )


def _weight_table(proposal: Scorecard) -> Table:
    table = output.make_table()
    for title in ("Signal", "Now", "Proposed", "80% range", "Points", "Seen"):
        table.add_column(title, justify="left" if title == "Signal" else "right")
    for line in proposal.lines:
        table.add_row(
            line.signal,
            f"{line.present:.2f}",
            f"{line.proposed:.2f}",
            f"{line.low:.2f} to {line.high:.2f}",
            f"{line.points:.0f}",
            f"{line.seen:,} times",
        )
    return table


def _ranking_quality_sentence(which: str, order: RankingQuality) -> str:
    return (
        f"  {which} weights rank a client that left above one that stayed {order.auc:.1%} of the time (50% is chance),"
        f" put {order.top_tenth:.0%} of those that left in the top tenth, and call {order.red:.1%} red."
    )
