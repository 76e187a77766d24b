"""Clients found and assessed as of a moment, and their JSON, for `list` and `explain`. Nothing assessed is stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.cli import context

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from bot.infra.models import Client
    from bot.judging.assessments import Replayed
    from scoring.assessment import Assessment, Signal

COLOUR_STYLES = {"green": "green", "amber": "yellow", "red": "bold red"}


@dataclass(frozen=True, slots=True)
class AssessedClient:
    """A client with its assessment."""

    client: Client
    owner: str
    """The owner's e-mail or Slack id; empty where there is none."""
    owner_name: str
    """The owner's name, where it is known; else as `owner`."""
    assessment: Assessment


def refresh_outdated_benchmarks(engine: Engine, workspace_id: int) -> None:
    """Compute the benchmarks where an import has outdated them and no sweep has run since.

    Without them the first list after an import would take every client for one of average value.
    """
    from bot.infra.db import reading, transaction
    from bot.judging import benchmarks
    from bot.people import workspaces

    with reading(engine) as session:
        if not workspaces.has_outdated_benchmarks(session, workspace_id):
            return
    with transaction(engine) as session:
        benchmarks.refresh(session, workspace_id, context.now())


def assess_clients(
    session: Session, workspace_id: int, clients: Sequence[Client], at: datetime, replayed: Replayed | None = None
) -> list[AssessedClient]:
    """Assess clients as of a moment, highest priority first; nothing is stored.

    What would have been open of a past that was not recorded is replayed, unless it was already.
    """
    from bot.judging import assessments

    if replayed is None:
        replayed = replay_breaches(session, workspace_id, clients, at)
    previews = assessments.preview(session, workspace_id, [client.id for client in clients], at, replayed)
    by_id = {assessment.client_id: assessment for assessment in previews}
    people = load_members(session, workspace_id)
    nobody = ("", "")
    rows = [AssessedClient(client, *people.get(client.owner_id or 0, nobody), by_id[client.id]) for client in clients]
    return sorted(rows, key=lambda row: (-row.assessment.priority, row.client.id))


def replay_breaches(session: Session, workspace_id: int, clients: Sequence[Client], at: datetime) -> Replayed:
    """Replay what would have been open at a moment, for the clients that the bot did not know by then."""
    from bot.insight import unrecorded

    try:
        return unrecorded.load_breaches(session, workspace_id, [client.id for client in clients], at)
    except ValueError as error:
        raise context.CommandError(str(error)) from None


def find_listed_clients(session: Session, workspace_id: int, owner: str | None = None) -> list[Client]:
    """Find the clients that are not lost: all of them, or those of one owner, given by e-mail, Slack id or name.

    Raises:
        CommandError: when no member is known by that.
    """
    from sqlalchemy import select

    from bot.infra.models import Client

    statement = select(Client).where(Client.workspace_id == workspace_id, Client.status != "lost")
    if owner is not None:
        owners = context.find_members(session, workspace_id, "--owner", owner)
        statement = statement.where(Client.owner_id.in_([member.id for member in owners]))
    return list(session.scalars(statement))


def find_client(session: Session, workspace_id: int, text: str) -> Client:
    """Find a client by its key, its name or a part of its name.

    Raises:
        CommandError: when none fits, or several do.
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
        raise context.CommandError(f"no client has the key {text!r}, or a name like it")
    names = ", ".join(f"{row.name} ({row.external_id})" for row in found[:5])
    raise context.CommandError(f"{text!r} matches several clients: {names}{' …' if len(found) > 5 else ''}")


def load_members(session: Session, workspace_id: int) -> dict[int, tuple[str, str]]:
    """Return each member's e-mail or Slack id, and their name where it is known, by member id."""
    from sqlalchemy import select

    from bot.infra.models import Member

    members = session.scalars(select(Member).where(Member.workspace_id == workspace_id))
    addresses = {member: member.email or member.slack_user_id or "" for member in members}
    return {member.id: (address, member.name or address) for member, address in addresses.items()}


def client_json(row: AssessedClient, signals: Iterable[Signal]) -> dict[str, Any]:
    """Return what `list --json` and `explain --json` promise of one client, with the given signals."""
    assessment, factors = row.assessment, row.assessment.factors
    return {
        "client": row.client.external_id,
        "name": row.client.name,
        "owner": row.owner,
        "status": row.client.status,
        "colour": assessment.colour,
        "health": round(assessment.health, 1),
        "risk": round(assessment.risk, 1),
        "priority": round(assessment.priority, 1),
        "factors": {
            "value": round(factors.value, 3),
            "relationship": round(factors.relationship, 3),
            "timing": round(factors.timing, 3),
            "effort": round(factors.effort, 3),
        },
        "signals": [_signal_json(signal, assessment.on) for signal in signals],
    }


def _signal_json(signal: Signal, on: date) -> dict[str, Any]:
    from bot.infra.i18n import translator
    from bot.views import words

    t = translator("en")
    return {
        "name": signal.name,
        "state": signal.state,
        "kind": signal.kind,
        "severity": round(signal.severity, 3),
        "since": signal.since,
        "evidence": dict(signal.evidence),
        "next_step": signal.next_step,
        "effort": signal.effort,
        "text": words.reason(signal, t, on),
    }
