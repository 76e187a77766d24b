"""`explain`: all that is known of one client's standing, and what would lower it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import assessed_clients, context

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from rich.console import RenderableType
    from sqlalchemy.orm import Session

    from bot.cli.assessed_clients import Row
    from bot.infra.models import Client
    from bot.views.data import Remedy
    from scoring.assessment import Signal


@dataclass(frozen=True, slots=True)
class Explained:
    """A client's standing, its place in its owner's list, and what would lower it there."""

    row: Row
    signals: tuple[Signal, ...]
    """Each with the day since which it stands, from what was stored where the facts cannot tell."""
    place: int | None
    """None for a lost client, which is in no list."""
    listed: int
    remedies: tuple[Remedy, ...]
    weights: Mapping[str, float]
    """By the signal's name: the risk, 0..1, that it makes alone at full severity."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(explain)


def explain(
    client: Annotated[str, typer.Argument(metavar="CLIENT", help="The client's key or name, or a part of the name.")],
    at: context.At = None,
    workspace: context.Team = None,
    as_json: context.AsJson = False,
) -> None:
    """Say of one client what is noticed, on what evidence, how its priority comes about, and what would lower it."""
    from bot.infra.db import reading

    engine = context.engine()
    workspace_id = context.workspace_id(engine, workspace)
    assessed_clients.take_measure(engine, workspace_id)
    with reading(engine) as session:
        found = assessed_clients.find_client(session, workspace_id, client)
        explained = _explain(session, workspace_id, found, context.moment(at) or context.now())
    if as_json:
        assessed_clients.print_json(_as_json(explained))
    else:
        assessed_clients.print_out(*_said(explained))


def _explain(session: Session, workspace_id: int, client: Client, at: datetime) -> Explained:
    from bot.judging import policies, what_if
    from bot.views.data import Remedy

    book = assessed_clients.judge(session, workspace_id, _book(session, workspace_id, client), at)
    row = next(row for row in book if row.client.id == client.id)
    others = [(-row.judged.priority, row.client.id) for row in book if row.client.id != client.id]

    def place(priority: float) -> int:
        return 1 + sum(other < (-priority, client.id) for other in others)

    told = [
        Remedy(remedy.act, remedy.answers, remedy.after.priority, place(remedy.after.priority))
        for remedy in what_if.what_would_lower(session, workspace_id, client.id, at)
    ]
    opened = _opened(session, workspace_id, client, at)
    signals = tuple(_dated(signal, opened.get((signal.name, signal.subject))) for signal in row.judged.signals)
    standing = None if client.status == "lost" else place(row.judged.priority)
    policy = policies.load(session, workspace_id)
    weights = {signal.name: policy.weight(signal.name) for signal in signals}
    return Explained(row, signals, standing, len(book), tuple(told), weights)


def _book(session: Session, workspace_id: int, client: Client) -> Sequence[Client]:
    """Give the list that a client is in: its owner's, or the whole agency's where it has none."""
    listed = assessed_clients.listed(session, workspace_id)
    book = [each for each in listed if client.owner_id is None or each.owner_id == client.owner_id]
    return book if client.status != "lost" else [client]


def _opened(session: Session, workspace_id: int, client: Client, at: datetime) -> dict[tuple[str, str], date]:
    """Say when the breaches that stood at a moment were first seen, in the owner's local days."""
    from bot.infra.models import Member
    from bot.judging import breaches
    from bot.people import members
    from scoring.dates import local_day

    owner = session.get(Member, client.owner_id) if client.owner_id else None
    zone = members.zone_of(owner.tz if owner else "UTC")
    opened = breaches.opened_at(session, workspace_id, client.id, at)
    return {place: local_day(moment, zone) for place, moment in opened.items()}


def _dated(signal: Signal, opened_on: date | None) -> Signal:
    known = [day for day in (signal.since, opened_on) if day is not None]
    return signal._replace(since=min(known)) if known and signal.state == "breach" else signal


def _as_json(explained: Explained) -> dict[str, Any]:
    from bot.infra.i18n import translator
    from bot.views.remedies import act

    t = translator("en")
    return {
        **assessed_clients.as_json(explained.row, explained.signals),
        "place": explained.place,
        "remedies": [
            {
                "act": told.act,
                "text": act(told, t),
                "answers": told.answers.key,
                "priority": round(told.priority, 1),
                "place": told.place,
            }
            for told in explained.remedies
        ],
    }


def _said(explained: Explained) -> list[RenderableType]:
    from rich.text import Text

    row = explained.row
    client, judged, factors = row.client, row.judged, row.judged.factors
    head = Text.assemble(
        (client.name, "bold"),
        f" ({client.external_id}, {client.status}), looked after by {row.owner or 'nobody'}\n",
        (judged.colour, assessed_clients.STYLES[judged.colour]),
        f", health {judged.health:.0f}, risk {judged.risk:.1f}\n",
        f"priority {judged.priority:.1f} = risk {judged.risk:.1f} × value {factors.value:.2f} × relationship"
        f" {factors.relationship:.2f} × timing {factors.timing:.2f} × effort {factors.effort:.2f}\n",
    )
    then = judged.next_change_at
    changes = f"\nNothing new coming in, this changes at {then:%Y-%m-%d %H:%M} UTC." if then else ""
    return [head, _table(explained), *_lowering(explained), *([changes] if changes else [])]


def _table(explained: Explained) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    from bot.infra.i18n import translator
    from bot.views import words

    t, on = translator("en"), explained.row.judged.on
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("Signal", "State", "Severity", "Of 100", "Since", "What is known", "Next step"):
        table.add_column(title)
    for signal in sorted(explained.signals, key=lambda item: (-item.severity, item.state == "unknown", item.key)):
        table.add_row(
            signal.key,
            signal.state,
            f"{signal.severity:.2f}" if signal.severity else "",
            _size(signal, explained.weights[signal.name]),
            str(signal.since or ""),
            Text(words.reason(signal, t, on)),
            Text(words.next_step(signal, t) if signal.state in {"soon", "breach"} else ""),
        )
    return table


def _size(signal: Signal, weight: float) -> str:
    """What a signal makes of 100 by itself; of goodwill, the share that it takes off all the others."""
    freshness = signal.evidence.get("freshness")
    if signal.name == "goodwill" and isinstance(freshness, int | float):
        return f"−{weight * freshness:.0%}" if weight * freshness else ""
    return f"{100 * weight * signal.severity:.0f}" if signal.severity else ""


def _lowering(explained: Explained) -> list[str]:
    from bot.infra.i18n import translator
    from bot.views.names import place
    from bot.views.remedies import remedy

    if not explained.remedies or explained.place is None:
        return []
    t = translator("en")
    whose = f"{explained.row.owner}'s" if explained.row.owner else "the agency's"
    title = f"\nNow {place(explained.place, t)} of {explained.listed} in {whose} list. What would lower it most:"
    return [title, *(f"- {remedy(told, explained.place, t)}" for told in explained.remedies)]
