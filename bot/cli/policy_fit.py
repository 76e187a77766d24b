"""`policy fit`: weights learned from the clients that left, shown beside the present ones; applied when told to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import context, lookback, policy

if TYPE_CHECKING:
    from rich.table import Table

    from bot.insight.scorecard import Order, Scorecard


def fit(
    apply: Annotated[bool, typer.Option("--apply", help="Make the proposed weights the agency's own.")] = False,
    workspace: context.Team = None,
    as_json: context.AsJson = False,
) -> None:
    """Propose weights learned from the clients that left. Exit 1 where too few did."""
    with lookback.libraries():
        from bot.insight import scorecard
    from bot.insight.rows import rows_of

    present = policy.present(workspace)
    engine = context.engine()
    workspace_id = context.workspace_id(engine, workspace)
    days = lookback.days(engine, workspace_id, None, None)
    rows = [
        row
        for history in lookback.histories(engine, workspace_id, "Looking back")
        for row in rows_of(history, present, days)
    ]
    try:
        found = scorecard.propose(rows, present)
    except scorecard.TooFew as few:
        needed = scorecard.LOSSES_NEEDED
        context.warn(
            f"atrisk: {few.found} clients left from {days.first} to {days.last} in a way to learn from; weights are"
            f" learned from {needed} on, so {needed - few.found} are missing. Nothing is proposed."
        )
        raise typer.Exit(1) from None
    if as_json:
        import orjson

        context.say(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
    else:
        _print(found)
    if apply:
        policy.change(workspace, found.changes, quiet=as_json)
    elif not as_json:
        context.say("\nNothing was changed: `atrisk policy fit --apply` makes these weights the agency's own.")


def _print(found: Scorecard) -> None:
    from rich.console import Console

    console = Console(width=None if context.is_terminal() else 160, highlight=False, markup=False)
    console.print(
        f"Learned from {found.losses} clients that left, of {found.clients}; each looked at once a month,"
        f" {found.rows:,} times in all.\n"
    )
    console.print(_lines(found))
    if found.unseen:
        console.print(f"\nNever noticed in these days, so left as they are: {', '.join(found.unseen)}.")
    console.print(f"\nOn clients that the weights were not learned from:\n{_said('present', found.present)}")
    console.print(_said("proposed", found.proposed))
    console.print(
        f"The gain is {found.gain:+.1%} of such pairs; 19 times out of 20 it is from {found.gain_low:+.1%} to"
        f" {found.gain_high:+.1%}. "
        + ("It is more than luck." if found.gain_low > 0 else "That it is luck cannot be ruled out.")
    )
    console.print(
        "Points add up, and 10 of them double the odds of leaving within 60 days. What somebody saw to in time looks"
        " harmless to this: lower a weight with that in mind."
    )


def _lines(found: Scorecard) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("Signal", "Present", "Proposed", "8 times out of 10", "Points", "Noticed"):
        table.add_column(title, justify="left" if title == "Signal" else "right")
    for line in found.lines:
        table.add_row(
            line.signal,
            f"{line.present:.2f}",
            f"{line.proposed:.2f}",
            f"{line.low:.2f} to {line.high:.2f}",
            f"{line.points:.0f}",
            f"{line.seen:,} times",
        )
    return table


def _said(which: str, order: Order) -> str:
    return (
        f"  {which} weights put one that left ahead of one that stayed {order.auc:.1%} of the time (50% is chance),"
        f" have {order.top_tenth:.0%} of those that left in the top tenth, and call {order.red:.1%} red."
    )
