"""The results of a backtest as tables and sentences for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cli import output

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import RenderableType
    from rich.table import Table

    from bot.insight.backtest import Backtest, PolicyResult
    from bot.insight.client_outcomes import LostClient, RetainedClient
    from bot.insight.signal_scores import SignalScore

FEW_LOST = 30
"""With fewer clients that left than this, any share of them is mostly luck."""
MIN_BREACHES = 10
"""With fewer breaches of a signal than this, a comparison with chance says nothing."""
MAX_RETAINED = 8
"""Rows of the table of clients that stayed."""
TEXT_COLUMNS = ("Client", "Person", "Signal", "Policy", "Left on", "What was up")
"""Columns of text, aligned left; all others are numbers, aligned right."""


def render_report(result: Backtest) -> Iterator[RenderableType]:
    """Yield the report's parts in order, the policies side by side."""
    span = (result.last_on - result.first_on).days + 1
    people = _count_noun(len(result.policies[0].members) - 1, "person", "people")
    yield (
        f"{result.first_on} to {result.last_on}: {span} days, each with what was known that morning.\n"
        f"{_count_noun(result.clients, 'client')} of {people}; {result.left} of them left."
    )
    yield "\nWhat each person would have heard about: new breaches, each counted once"
    yield _member_table(result)
    if result.left:
        yield "\nThe clients that left, and since when they had been in the digest, and red, without a break"
        yield _lost_table(result)
        for policy in result.policies:
            yield _warned_sentence(result, policy)
    yield from _retained_table(result)
    yield f"\nBy signal: did the client leave within {result.horizon_days} days of the breach?"
    yield _signal_table(result)
    yield "\n" + "\n".join(_caveats(result))


def _member_table(result: Backtest) -> Table:
    table = _make_table(
        "Person", "Clients", *_repeat_by_policy(result, "New a week", "Busiest week", "Could interrupt")
    )
    for same in zip(*(policy.members for policy in result.policies), strict=True):
        cells = [[f"{load.a_week:.1f}" for load in same], [str(load.busiest) for load in same]]
        cells.append([str(load.interruptions) for load in same])
        table.add_row(
            _member_name(same[0].member), str(same[0].clients), *(cell for column in cells for cell in column)
        )
    return table


def _lost_table(result: Backtest) -> Table:
    table = _make_table(
        "Client",
        "Person",
        "Left on",
        *_repeat_by_policy(result, "In the digest", "Red"),
        *_repeat_by_policy(result, "What was up"),
    )
    for same in zip(*(policy.left for policy in result.policies), strict=True):
        table.add_row(
            same[0].name,
            _member_name(same[0].owner),
            str(same[0].left_on),
            *(_days_before(left.warned_days, left.warned_until_days) for left in same),
            *(_days_before(left.red_days, left.red_until_days) for left in same),
            *(_signal_names(left) for left in same),
        )
    return table


def _warned_sentence(result: Backtest, policy: PolicyResult) -> str:
    head = f"{policy.policy}: " if len(result.policies) > 1 else ""
    days = result.horizon_days
    median = (
        f", starting {policy.warned_days:g} days before they left (median)" if policy.warned_days is not None else ""
    )
    line = f"{head}{policy.warned} of {result.left} were in the digest in their last {days} days{median}."
    if policy.chance is not None:
        line += f" Of those that stayed, {policy.chance:.0%} were in any {days} days: only more is foresight."
    return line


def _retained_table(result: Backtest) -> Iterator[RenderableType]:
    by_policy = [{stayed.client: stayed for stayed in policy.stayed} for policy in result.policies]
    stayed = result.policies[0].stayed
    silent = [sum(not each.flagged_days for each in policy.stayed) for policy in result.policies]
    if not stayed:
        return
    never = " and ".join(str(count) for count in silent)
    yield (
        f"\nThe {_count_noun(len(stayed), 'client')} that stayed: {never} were never mentioned."
        " Days that the others spent in the digest, most first:"
    )
    table = _make_table("Client", "Person", "Days", *_repeat_by_policy(result, "In the digest", "Red"))
    for client in [each.client for each in stayed if each.flagged_days][:MAX_RETAINED]:
        same: list[RetainedClient] = [those[client] for those in by_policy]
        table.add_row(
            same[0].name,
            _member_name(same[0].owner),
            str(same[0].days),
            *(str(each.flagged_days) for each in same),
            *(str(each.red_days) for each in same),
        )
    yield table


def _signal_table(result: Backtest) -> Table:
    several = len(result.policies) > 1
    titles = ("Opened", "Too early to tell", "Client left", "Share", "Times chance", "Open when they left")
    table = _make_table("Signal", *(["Policy"] if several else []), *titles)
    by_policy = [{score.signal: score for score in policy.signals} for policy in result.policies]
    order = {score.signal: None for policy in result.policies for score in policy.signals}
    for signal in order:
        rows = [_score_cells(scores.get(signal), result.left, len(titles)) for scores in by_policy]
        if not several:
            table.add_row(_signal_name(signal), *rows[0])
        elif all(row == rows[0] for row in rows):
            table.add_row(_signal_name(signal), "all the same", *rows[0])
        else:
            for policy, row in zip(result.policies, rows, strict=True):
                table.add_row(_signal_name(signal), policy.policy, *row)
    return table


def _score_cells(score: SignalScore | None, left: int, width: int) -> Sequence[str]:
    if score is None:
        return ["–"] * width
    return [
        str(score.opened),
        str(score.too_early),
        f"{score.right} of {score.right + score.wrong}",
        "–" if score.precision is None else f"{score.precision:.0%}",
        "–" if score.lift is None or score.right + score.wrong < MIN_BREACHES else f"{score.lift:.1f}×",
        f"{score.left_with} of {left}",
    ]


def _caveats(result: Backtest) -> Iterator[str]:
    days = result.horizon_days
    if result.leaving_rate is not None:
        yield f"By chance, on {result.leaving_rate:.1%} of all days the client left within the next {days} days."
    yield f"Too early to tell: opened in the last {days} days."
    yield "Could interrupt: turned red on a working day, at most three a day for each person."
    if result.left < FEW_LOST:
        yield (
            f"{result.left} clients that left are few: below {FEW_LOST} or so, read them as stories,"
            " since any share of them is mostly luck."
        )
    yield "A client that stayed because somebody acted in time counts as a false alarm: the records can't tell."
    yield (
        "Fees, owners, pauses and contract ends are taken as they are today, since their history is not kept:"
        " a renewal that was signed no longer looks due. Work due later, and anything learned from all clients"
        " together, is left out."
    )
    if result.undated:
        yield f"{_count_noun(result.undated, 'lost client')} left out for lack of a leaving date (lost_on)."


def _signal_name(name: str) -> str:
    from bot.infra.i18n import translator
    from bot.views import words
    from scoring.assessment import Signal

    return words.name(Signal(name, "breach"), translator("en"))


def _signal_names(left: LostClient) -> str:
    return ", ".join(map(_signal_name, left.signals)) or "–"


def _member_name(owner: str) -> str:
    return owner.partition("@")[0]


def _days_before(days: int | None, until: int | None) -> str:
    if days is None or until is None:
        return "no"
    if until == 1:
        return f"{_count_noun(days, 'day')}, to the end"
    return f"{days} days before" if days == until else f"{days} to {until} days before"


def _count_noun(count: int, one: str, several: str = "") -> str:
    return f"{count} {one if count == 1 else several or one + 's'}"


def _repeat_by_policy(result: Backtest, *titles: str) -> Iterable[str]:
    """Return each title once for each policy, with the policy's name under it where there are several."""
    if len(result.policies) == 1:
        return titles
    return [f"{title}\n{policy.policy}" for title in titles for policy in result.policies]


def _make_table(*titles: str) -> Table:
    table = output.make_table()
    for title in titles:
        table.add_column(title, justify="left" if title.partition("\n")[0] in TEXT_COLUMNS else "right")
    return table
