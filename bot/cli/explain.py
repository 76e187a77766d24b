"""`explain`: one client's signals and priority, and what would lower it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import assessed_clients, context, output

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from rich.console import RenderableType
    from sqlalchemy.orm import Session

    from bot.cli.assessed_clients import AssessedClient
    from bot.infra.models import Client
    from bot.views.data import Remedy
    from scoring.assessment import Signal


@dataclass(frozen=True, slots=True)
class Explanation:
    """A client's assessment, its place in its owner's list, and what would lower it there."""

    row: AssessedClient
    signals: tuple[Signal, ...]
    """Each with the day since when it is open, taken from stored breaches where the facts do not tell."""
    place: int | None
    """From 1; None for a lost client, which is in no list."""
    listed: int
    """Clients in that list."""
    remedies: tuple[Remedy, ...]
    weights: Mapping[str, float]
    """By the signal's name: the risk, 0..1, that it adds alone at full severity."""


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command()(explain)


def explain(
    client: Annotated[str, typer.Argument(metavar="CLIENT", help="The client's key or name, or part of the name.")],
    at: context.AtOption = None,
    workspace: context.WorkspaceOption = None,
    as_json: context.JsonOption = False,
) -> None:
    """Explain one client: its signals and their evidence, how its priority is worked out, and what would lower it."""
    from bot.infra.db import reading

    engine = context.open_engine()
    workspace_id = context.find_workspace_id(engine, workspace)
    assessed_clients.refresh_outdated_benchmarks(engine, workspace_id)
    with reading(engine) as session:
        found = assessed_clients.find_client(session, workspace_id, client)
        explained = _explain(session, workspace_id, found, context.parse_moment(at) or context.now())
    if as_json:
        output.print_json(_explanation_json(explained))
    else:
        output.print_renderables(*_render(explained))


def _explain(session: Session, workspace_id: int, client: Client, at: datetime) -> Explanation:
    from bot.judging import policies, what_if
    from bot.views.data import Remedy

    listed = _find_ranked_with(session, workspace_id, client)
    replayed = assessed_clients.replay_breaches(session, workspace_id, listed, at)
    ranked = assessed_clients.assess_clients(session, workspace_id, listed, at, replayed)
    row = next(row for row in ranked if row.client.id == client.id)
    others = [(-row.assessment.priority, row.client.id) for row in ranked if row.client.id != client.id]

    def place(priority: float) -> int:
        return 1 + sum(other < (-priority, client.id) for other in others)

    remedies = [
        Remedy(remedy.act, remedy.answers, remedy.after.priority, place(remedy.after.priority))
        for remedy in what_if.list_remedies(session, workspace_id, client.id, at, replayed)
    ]
    opened = _breach_days(session, workspace_id, client, at)
    signals = tuple(_add_start(signal, opened.get((signal.name, signal.subject))) for signal in row.assessment.signals)
    own_place = None if client.status == "lost" else place(row.assessment.priority)
    policy = policies.load(session, workspace_id)
    weights = {signal.name: policy.weight(signal.name) for signal in signals}
    return Explanation(row, signals, own_place, len(ranked), tuple(remedies), weights)


def _find_ranked_with(session: Session, workspace_id: int, client: Client) -> Sequence[Client]:
    """Find the clients of the list that a client is in: its owner's, or the whole agency's where it has no owner."""
    listed = assessed_clients.find_listed_clients(session, workspace_id)
    ranked = [each for each in listed if client.owner_id is None or each.owner_id == client.owner_id]
    return ranked if client.status != "lost" else [client]


def _breach_days(session: Session, workspace_id: int, client: Client, at: datetime) -> dict[tuple[str, str], date]:
    """Return when the breaches that were open at a moment were opened, in the owner's local days."""
    from bot.infra.models import Member
    from bot.judging import breaches
    from bot.people import members
    from scoring.dates import local_day

    owner = session.get(Member, client.owner_id) if client.owner_id else None
    zone = members.zone_of(owner.tz if owner else "UTC")
    opened = breaches.find_opening_times(session, workspace_id, client.id, at)
    return {place: local_day(moment, zone) for place, moment in opened.items()}


def _add_start(signal: Signal, opened_on: date | None) -> Signal:
    known = [day for day in (signal.since, opened_on) if day is not None]
    return replace(signal, since=min(known)) if known and signal.state == "breach" else signal


def _explanation_json(explained: Explanation) -> dict[str, Any]:
    from bot.infra.i18n import translator
    from bot.views.remedies import act

    t = translator("en")
    return {
        **assessed_clients.client_json(explained.row, explained.signals),
        "place": explained.place,
        "remedies": [
            {
                "act": remedy.act,
                "text": act(remedy, t),
                "answers": remedy.answers.key,
                "priority": round(remedy.priority, 1),
                "place": remedy.place,
            }
            for remedy in explained.remedies
        ],
    }


def _render(explained: Explanation) -> list[RenderableType]:
    from rich.text import Text

    row = explained.row
    client, assessment, factors = row.client, row.assessment, row.assessment.factors
    head = Text.assemble(
        (client.name, "bold"),
        f" ({client.external_id}, {client.status}), looked after by {row.owner_name or 'nobody'}\n",
        (assessment.colour, assessed_clients.COLOUR_STYLES[assessment.colour]),
        f", health {assessment.health:.0f}, risk {assessment.risk:.1f}\n",
        f"priority {assessment.priority:.1f} = risk {assessment.risk:.1f} × value {factors.value:.2f} × relationship"
        f" {factors.relationship:.2f} × timing {factors.timing:.2f} × effort {factors.effort:.2f}\n",
    )
    then = assessment.next_change_at
    changes = f"\nWithout anything new, this changes at {then:%Y-%m-%d %H:%M} UTC." if then else ""
    return [head, _signal_table(explained), *_remedy_lines(explained), *([changes] if changes else [])]


def _signal_table(explained: Explanation) -> RenderableType:
    from rich.text import Text

    from bot.infra.i18n import translator
    from bot.views import words

    t, on = translator("en"), explained.row.assessment.on
    table = output.make_table()
    for title in ("Signal", "State", "Severity", "Of 100", "Since", "What we know", "Next step"):
        table.add_column(title)
    for signal in sorted(explained.signals, key=lambda item: (-item.severity, item.state == "unknown", item.key)):
        table.add_row(
            signal.key,
            signal.state,
            f"{signal.severity:.2f}" if signal.severity else "",
            _share_of_risk(signal, explained.weights[signal.name]),
            str(signal.since or ""),
            Text(words.reason(signal, t, on, in_full=True)),
            Text(words.next_step(signal, t) if signal.state in {"soon", "breach"} else ""),
        )
    return table


def _share_of_risk(signal: Signal, weight: float) -> str:
    """Format the risk out of 100 that a signal adds by itself; for goodwill, the share that it takes off the others."""
    freshness = signal.evidence.get("freshness")
    if signal.name == "goodwill" and isinstance(freshness, int | float):
        return f"−{weight * freshness:.0%}" if weight * freshness else ""
    return f"{100 * weight * signal.severity:.0f}" if signal.severity else ""


def _remedy_lines(explained: Explanation) -> list[str]:
    from bot.infra.i18n import translator
    from bot.views import remedies
    from bot.views.names import ordinal

    if not explained.remedies or explained.place is None:
        return []
    t = translator("en")
    whose = f"{explained.row.owner_name}'s" if explained.row.owner else "the agency's"
    title = f"\nNow {ordinal(explained.place, t)} of {explained.listed} in {whose} list. What would help most:"
    return [title, *(f"- {remedies.remedy(remedy, explained.place, t)}" for remedy in explained.remedies)]
