"""`policy fit`: proposes weights learned from the clients that left, and applies them with `--apply`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import context, lookback, output, policy

if TYPE_CHECKING:
    from rich.table import Table

    from bot.insight.scorecard import RankingQuality, Scorecard


def fit_weights(
    apply: Annotated[bool, typer.Option("--apply", help="Make the proposed weights the agency's own.")] = False,
    workspace: context.WorkspaceOption = None,
    as_json: context.JsonOption = False,
) -> None:
    """Propose weights learned from the clients that left. Exit 1 where too few did."""
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
            f"atrisk: {few.losses} clients left from {days.first} to {days.last} in a way to learn from; weights are"
            f" learned from {needed} on, so {needed - few.losses} are missing. Nothing is proposed."
        )
        raise typer.Exit(1) from None
    if as_json:
        output.print_json(proposal)
    else:
        _print_scorecard(proposal)
    if apply:
        policy.change_policy(workspace, proposal.changes, quiet=as_json)
    elif not as_json:
        output.print_line("\nNothing was changed: `atrisk policy fit --apply` makes these weights the agency's own.")


def _print_scorecard(proposal: Scorecard) -> None:
    console = output.make_console()
    console.print(
        f"Learned from {proposal.losses} clients that left, of {proposal.clients}; each looked at once a month,"
        f" {proposal.rows:,} times in all.\n"
    )
    console.print(_weight_table(proposal))
    if proposal.unseen:
        console.print(f"\nNever noticed in these days, so left as they are: {', '.join(proposal.unseen)}.")
    console.print(
        "\nOn clients that the weights were not learned from:\n"
        + _ranking_quality_sentence("present", proposal.present)
    )
    console.print(_ranking_quality_sentence("proposed", proposal.proposed))
    console.print(
        f"The gain is {proposal.gain:+.1%} of such pairs; 19 times out of 20 it is from {proposal.gain_low:+.1%} to"
        f" {proposal.gain_high:+.1%}. "
        + ("It is more than luck." if proposal.gain_low > 0 else "That it is luck cannot be ruled out.")
    )
    console.print(
        "Points add up, and 10 of them double the odds of leaving within 60 days. What somebody saw to in time looks"
        " harmless to this: lower a weight with that in mind."
    )


def _weight_table(proposal: Scorecard) -> Table:
    table = output.make_table()
    for title in ("Signal", "Present", "Proposed", "8 times out of 10", "Points", "Noticed"):
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
        f"  {which} weights put one that left ahead of one that stayed {order.auc:.1%} of the time (50% is chance),"
        f" have {order.top_tenth:.0%} of those that left in the top tenth, and call {order.red:.1%} red."
    )
