"""What came of a backtest, as tables and sentences in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import RenderableType
    from rich.table import Table

    from bot.insight.backtest import Backtest, Left, Score, Stayed, Verdict

FEW = 30
"""Clients that left below which any share of them is mostly luck."""
ENOUGH_BREACHES = 10
"""Breaches of a signal below which a comparison with chance says nothing."""
MOST_STAYED = 8
WORDS = ("Client", "Person", "Signal", "Policy", "Left on", "What was up")
"""Columns of words; all others are of numbers."""


def told(found: Backtest) -> Iterator[RenderableType]:
    """Tell what came of each policy, side by side."""
    span = (found.last_on - found.first_on).days + 1
    yield (
        f"{found.first_on} to {found.last_on}: {span} days, each judged by what was known that morning.\n"
        f"{_counted(found.clients, 'client')} of {_counted(len(found.policies[0].members) - 1, 'person', 'people')};"
        f" {found.left} of them left."
    )
    yield "\nWhat each person would have heard: breaches that opened, each told once"
    yield _members(found)
    if found.left:
        yield "\nThe clients that left: how long before that they were in the digest, and red, without a break"
        yield _left(found)
        for verdict in found.policies:
            yield _foresight(found, verdict)
    yield from _stayed(found)
    yield f"\nBy signal: did the client leave within {found.horizon_days} days of the breach?"
    yield _signals(found)
    yield "\n" + "\n".join(_caveats(found))


def _members(found: Backtest) -> Table:
    table = _table("Person", "Clients", *_each(found, "New a week", "Busiest week", "Could interrupt"))
    for same in zip(*(verdict.members for verdict in found.policies), strict=True):
        cells = [[f"{load.a_week:.1f}" for load in same], [str(load.busiest) for load in same]]
        cells.append([str(load.interruptions) for load in same])
        table.add_row(_person(same[0].member), str(same[0].clients), *(cell for column in cells for cell in column))
    return table


def _left(found: Backtest) -> Table:
    table = _table("Client", "Person", "Left on", *_each(found, "In the digest", "Red"), *_each(found, "What was up"))
    for same in zip(*(verdict.left for verdict in found.policies), strict=True):
        table.add_row(
            same[0].name,
            _person(same[0].owner),
            str(same[0].left_on),
            *(_before(left.warned_days, left.warned_until_days) for left in same),
            *(_before(left.red_days, left.red_until_days) for left in same),
            *(_names(left) for left in same),
        )
    return table


def _foresight(found: Backtest, verdict: Verdict) -> str:
    head = f"{verdict.policy}: " if len(found.policies) > 1 else ""
    days = found.horizon_days
    median = f", from {verdict.warned_days:g} days before on (median)" if verdict.warned_days is not None else ""
    line = f"{head}{verdict.warned} of {found.left} were in the digest in their last {days} days{median}."
    if verdict.chance is not None:
        line += (
            f" Of those that stayed, {verdict.chance:.0%} were in any {days} days:"
            " only what is above that is foresight."
        )
    return line


def _stayed(found: Backtest) -> Iterator[RenderableType]:
    by_policy = [{stayed.client: stayed for stayed in verdict.stayed} for verdict in found.policies]
    stayed = found.policies[0].stayed
    silent = [sum(not each.flagged_days for each in verdict.stayed) for verdict in found.policies]
    if not stayed:
        return
    never = " and ".join(str(count) for count in silent)
    yield (
        f"\nThe {_counted(len(stayed), 'client')} that stayed: {never} never told of."
        " The days on which the others were in the digest, the most first:"
    )
    table = _table("Client", "Person", "Days", *_each(found, "In the digest", "Red"))
    for client in [each.client for each in stayed if each.flagged_days][:MOST_STAYED]:
        same: list[Stayed] = [those[client] for those in by_policy]
        table.add_row(
            same[0].name,
            _person(same[0].owner),
            str(same[0].days),
            *(str(each.flagged_days) for each in same),
            *(str(each.red_days) for each in same),
        )
    yield table


def _signals(found: Backtest) -> Table:
    several = len(found.policies) > 1
    titles = ("Opened", "Too early", "Client left", "Precision", "Against chance", "Left with it open")
    table = _table("Signal", *(["Policy"] if several else []), *titles)
    by_policy = [{score.signal: score for score in verdict.signals} for verdict in found.policies]
    order = {score.signal: None for verdict in found.policies for score in verdict.signals}
    for signal in order:
        rows = [_scored(scores.get(signal), found.left, len(titles)) for scores in by_policy]
        if not several:
            table.add_row(_signal(signal), *rows[0])
        elif all(row == rows[0] for row in rows):
            table.add_row(_signal(signal), "all alike", *rows[0])
        else:
            for verdict, row in zip(found.policies, rows, strict=True):
                table.add_row(_signal(signal), verdict.policy, *row)
    return table


def _scored(score: Score | None, left: int, width: int) -> Sequence[str]:
    if score is None:
        return ["–"] * width
    return [
        str(score.opened),
        str(score.too_early),
        f"{score.right} of {score.right + score.wrong}",
        "–" if score.precision is None else f"{score.precision:.0%}",
        "–" if score.lift is None or score.right + score.wrong < ENOUGH_BREACHES else f"× {score.lift:.1f}",
        f"{score.left_with} of {left}",
    ]


def _caveats(found: Backtest) -> Iterator[str]:
    days = found.horizon_days
    if found.leaving_rate is not None:
        yield f"By chance, {found.leaving_rate:.1%} of all days were followed by the client's leaving within {days}."
    yield f"Too early: opened in the last {days} days, so that nobody can tell yet."
    yield "Could interrupt: turned red on a working day, at most three a day and person."
    if found.left < FEW:
        yield f"{found.left} that left are few: under {FEW} or so, read them as stories; their shares are mostly luck."
    yield "Whoever stayed because somebody acted in time counts as a false alarm here: the records cannot tell."
    yield (
        "Fees, owners, pauses and the contract's end are taken as they are today, since no history of them is kept:"
        " a renewal that was signed is no longer seen as due. Work due later, and what is learned from all clients"
        " together, is left out."
    )
    if found.undated:
        yield f"{_counted(found.undated, 'lost client')} without a day of leaving (lost_on) left out."


def _signal(name: str) -> str:
    from bot.infra.i18n import translator
    from bot.views import words
    from scoring.assessment import Signal

    return words.name(Signal(name, "breach"), translator("en"))


def _names(left: Left) -> str:
    return ", ".join(map(_signal, left.signals)) or "–"


def _person(owner: str) -> str:
    return owner.partition("@")[0]


def _before(days: int | None, until: int | None) -> str:
    if days is None or until is None:
        return "no"
    if until == 1:
        return f"{_counted(days, 'day')}, to the end"
    return f"{days} days before" if days == until else f"{days} to {until} days before"


def _counted(count: int, one: str, several: str = "") -> str:
    return f"{count} {one if count == 1 else several or one + 's'}"


def _each(found: Backtest, *titles: str) -> Iterable[str]:
    """Give each title once for each policy, the policy's name under it where there are several."""
    if len(found.policies) == 1:
        return titles
    return [f"{title}\n{verdict.policy}" for title in titles for verdict in found.policies]


def _table(*titles: str) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in titles:
        table.add_column(title, justify="left" if title.partition("\n")[0] in WORDS else "right")
    return table
