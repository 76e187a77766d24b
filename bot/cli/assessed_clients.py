"""What `list` and `explain` share: clients found and judged as of a moment, and their JSON. No judgement is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.cli import context

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from rich.console import RenderableType
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from bot.infra.models import Client
    from scoring.assessment import Assessment, Signal

COLOURS = ("green", "amber", "red")
STYLES = {"green": "green", "amber": "yellow", "red": "bold red"}


@dataclass(frozen=True, slots=True)
class Row:
    """A client and how it is judged."""

    client: Client
    owner: str
    """The owner's e-mail or Slack id; empty where there is none."""
    judged: Assessment


def take_measure(engine: Engine, workspace_id: int) -> None:
    """Work out what clients are held against where an import has changed it and no sweep has come by since.

    Else the first list after an import would hold every client for one of average value.
    """
    from bot.infra.db import reading, transaction
    from bot.judging import benchmarks
    from bot.people import workspaces

    with reading(engine) as session:
        if not workspaces.has_outdated_benchmarks(session, workspace_id):
            return
    with transaction(engine) as session:
        benchmarks.refresh(session, context.now())


def judge(session: Session, workspace_id: int, clients: Sequence[Client], at: datetime) -> list[Row]:
    """Judge clients as of a moment, highest priority first; nothing is written."""
    from bot.judging import assessments

    found = assessments.preview(session, workspace_id, [client.id for client in clients], at)
    by_id = {assessment.client_id: assessment for assessment in found}
    known = emails(session, workspace_id)
    rows = [Row(client, known.get(client.owner_id or 0, ""), by_id[client.id]) for client in clients]
    return sorted(rows, key=lambda row: (-row.judged.priority, row.client.id))


def listed(session: Session, workspace_id: int, owner: str | None = None) -> list[Client]:
    """Find the clients of a list: everybody's or one member's, by e-mail, Slack id or name; lost ones are not in it.

    Raises:
        context.Mistake: when nobody is known by that.
    """
    from sqlalchemy import select

    from bot.infra.models import Client
    from bot.people import members

    statement = select(Client).where(Client.workspace_id == workspace_id, Client.status != "lost")
    if owner is not None:
        found = members.named(session, workspace_id, owner)
        if not found:
            raise context.Mistake(f"--owner: nobody here is known as {owner!r}")
        statement = statement.where(Client.owner_id.in_([member.id for member in found]))
    return list(session.scalars(statement))


def find_client(session: Session, workspace_id: int, text: str) -> Client:
    """Find a client by key, name or a part of the name.

    Raises:
        context.Mistake: when none fits, or several do.
    """
    from sqlalchemy import select

    from bot.clients import clients
    from bot.infra.models import Client

    keyed = session.scalars(
        select(Client).where(Client.workspace_id == workspace_id, Client.external_id == text)
    ).one_or_none()
    if keyed:
        return keyed
    found = clients.search(session, workspace_id, text)
    exact = [row for row in found if clients.normalize_name(row.name) == clients.normalize_name(text)]
    if len(exact) == 1 or len(found) == 1:
        return (exact or found)[0]
    if not found:
        raise context.Mistake(f"no client has the key {text!r}, or a name with it in it")
    names = ", ".join(f"{row.name} ({row.external_id})" for row in found[:5])
    raise context.Mistake(f"{text!r} fits several clients: {names}{' …' if len(found) > 5 else ''}")


def emails(session: Session, workspace_id: int) -> dict[int, str]:
    """Give each member's e-mail or Slack id."""
    from sqlalchemy import select

    from bot.infra.models import Member

    members = session.scalars(select(Member).where(Member.workspace_id == workspace_id))
    return {member.id: member.email or member.slack_user_id or "" for member in members}


def as_json(row: Row, signals: Iterable[Signal]) -> dict[str, Any]:
    """Give a client's object, with some of its signals, as the public face promises it."""
    judged, factors = row.judged, row.judged.factors
    return {
        "client": row.client.external_id,
        "name": row.client.name,
        "owner": row.owner,
        "status": row.client.status,
        "colour": judged.colour,
        "health": round(judged.health, 1),
        "risk": round(judged.risk, 1),
        "priority": round(judged.priority, 1),
        "factors": {
            "value": round(factors.value, 3),
            "relationship": round(factors.relationship, 3),
            "timing": round(factors.timing, 3),
            "effort": round(factors.effort, 3),
        },
        "signals": [_signal_as_json(signal, judged.on) for signal in signals],
    }


def _signal_as_json(signal: Signal, on: date) -> dict[str, Any]:
    from bot.infra.i18n import translator
    from bot.views import words

    t = translator("en")
    return {
        "name": signal.name,
        "state": signal.state,
        "severity": round(signal.severity, 3),
        "since": signal.since,
        "evidence": dict(signal.evidence),
        "next_step": signal.next_step,
        "effort": signal.effort,
        "text": words.reason(signal, t, on),
    }


def print_out(*parts: RenderableType) -> None:
    """Print tables and texts, as wide as the terminal or 160 columns."""
    from rich.console import Console

    console = Console(width=None if context.is_terminal() else 160, highlight=False, markup=False)
    for part in parts:
        console.print(part)


def print_json(value: object) -> None:
    """Print plain data as JSON."""
    import orjson

    context.say(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())
