"""`list` and `explain`: the ranking in the terminal, and all that is known of one client's standing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import opening

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from rich.console import RenderableType
    from sqlalchemy.orm import Session

    from bot.models import Client
    from scoring.assessment import Assessment, Signal

COLOURS = ("green", "amber", "red")
STYLES = {"green": "green", "amber": "yellow", "red": "bold red"}


def add(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("list")(list_)
    app.command()(explain)


def list_(
    owner: Annotated[
        str | None, typer.Option(metavar="M", help="One member's clients: e-mail, Slack id or name.")
    ] = None,
    colour: Annotated[str | None, typer.Option(metavar="C", help="green, amber or red.")] = None,
    at: opening.At = None,
    workspace: opening.Team = None,
    as_json: opening.AsJson = False,
) -> None:
    """Show the ranking: who to look at first, and why."""
    if colour is not None and colour not in COLOURS:
        raise opening.Mistake(f"--colour: {colour!r} is not one of {', '.join(COLOURS)}")
    found = _judged(workspace, opening.moment(at), owner=owner)
    rows = [_row(client, email, judged) for client, email, judged in found if colour in {None, judged.colour}]
    if as_json:
        _print_json([_as_json(row, _shown(row["judged"])) for row in rows])
    else:
        _print(_table(rows))


def explain(
    client: Annotated[str, typer.Argument(metavar="CLIENT", help="The client's key or name, or a part of the name.")],
    at: opening.At = None,
    workspace: opening.Team = None,
    as_json: opening.AsJson = False,
) -> None:
    """Say of one client what is noticed, on what evidence, and how its priority comes about."""
    row = _row(*_judged(workspace, opening.moment(at), client=client)[0])
    if as_json:
        _print_json(_as_json(row, row["judged"].signals))
    else:
        _print(*_explained(row))


def _judged(
    team: str | None, at: datetime | None, *, owner: str | None = None, client: str | None = None
) -> list[tuple[Client, str, Assessment]]:
    """Judge the clients asked for as of a moment, highest priority first; nothing is written."""
    from bot import assessments
    from bot.db import reading

    engine = opening.engine()
    workspace_id = opening.workspace_id(engine, team)
    with reading(engine) as session:
        clients = [find_client(session, workspace_id, client)] if client else _listed(session, workspace_id, owner)
        judged = assessments.preview(session, workspace_id, [row.id for row in clients], at or opening.now())
        emails = _members(session, workspace_id)
    by_id = {assessment.client_id: assessment for assessment in judged}
    found = [(row, emails.get(row.owner_id or 0, ""), by_id[row.id]) for row in clients if row.id in by_id]
    return sorted(found, key=lambda item: (-item[2].priority, item[0].id))


def _listed(session: Session, workspace_id: int, owner: str | None) -> list[Client]:
    from sqlalchemy import select

    from bot import members
    from bot.models import Client

    statement = select(Client).where(Client.workspace_id == workspace_id, Client.status != "lost")
    if owner is not None:
        found = members.named(session, workspace_id, owner)
        if not found:
            raise opening.Mistake(f"--owner: nobody here is known as {owner!r}")
        statement = statement.where(Client.owner_id.in_([member.id for member in found]))
    return list(session.scalars(statement))


def find_client(session: Session, workspace_id: int, text: str) -> Client:
    """Find a client by key, name or a part of the name.

    Raises:
        opening.Mistake: when none fits, or several do.
    """
    from sqlalchemy import select

    from bot import clients
    from bot.models import Client

    keyed = session.scalars(
        select(Client).where(Client.workspace_id == workspace_id, Client.external_id == text)
    ).one_or_none()
    if keyed:
        return keyed
    found = clients.search(session, workspace_id, text)
    exact = [row for row in found if clients.fold(row.name) == clients.fold(text)]
    if len(exact) == 1 or len(found) == 1:
        return (exact or found)[0]
    if not found:
        raise opening.Mistake(f"no client has the key {text!r}, or a name with it in it")
    names = ", ".join(f"{row.name} ({row.external_id})" for row in found[:5])
    raise opening.Mistake(f"{text!r} fits several clients: {names}{' …' if len(found) > 5 else ''}")


def _members(session: Session, workspace_id: int) -> dict[int, str]:
    from sqlalchemy import select

    from bot.models import Member

    members = session.scalars(select(Member).where(Member.workspace_id == workspace_id))
    return {member.id: member.email or member.slack_user_id or "" for member in members}


def _shown(assessment: Assessment) -> list[Signal]:
    return [signal for signal in assessment.signals if signal.state in {"soon", "breach"}]


def _row(client: Client, owner: str, judged: Assessment) -> dict[str, Any]:
    return {"client": client, "owner": owner, "judged": judged}


def _as_json(row: dict[str, Any], signals: Iterable[Signal]) -> dict[str, Any]:
    judged: Assessment = row["judged"]
    factors = judged.factors
    return {
        "client": row["client"].external_id,
        "name": row["client"].name,
        "owner": row["owner"],
        "status": row["client"].status,
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
    from bot.i18n import translator
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


def _table(rows: list[dict[str, Any]]) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    from bot.i18n import translator
    from bot.views import words

    if not rows:
        return "No clients to show. `atrisk import clients FILE` brings them in."
    t = translator("en")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title, justify in (("#", "right"), ("Client", "left"), ("Owner", "left"), ("Colour", "left")):
        table.add_column(title, justify=justify, no_wrap=title != "Client")  # type: ignore[arg-type]
    table.add_column("Health", justify="right")
    table.add_column("Priority", justify="right")
    table.add_column("Why, and what next", ratio=1)
    for number, row in enumerate(rows, start=1):
        judged: Assessment = row["judged"]
        worst = sorted(_shown(judged), key=lambda signal: (signal.state != "breach", -signal.severity))[:2]
        reasons = "; ".join(words.reason(signal, t, judged.on).rstrip(".") for signal in worst)
        step = words.next_step(worst[0], t) if worst else ""
        table.add_row(
            str(number),
            Text(row["client"].name),
            Text(row["owner"].partition("@")[0]),
            Text(judged.colour, style=STYLES[judged.colour]),
            f"{judged.health:.0f}",
            f"{judged.priority:.0f}",
            Text(". ".join(part for part in (reasons, step) if part) or "All well"),
        )
    return table


def _explained(row: dict[str, Any]) -> list[RenderableType]:
    from rich.table import Table
    from rich.text import Text

    from bot.i18n import translator
    from bot.views import words

    client, judged = row["client"], row["judged"]
    t, factors = translator("en"), judged.factors
    head = Text.assemble(
        (client.name, "bold"),
        f" ({client.external_id}, {client.status}), looked after by {row['owner'] or 'nobody'}\n",
        (judged.colour, STYLES[judged.colour]),
        f", health {judged.health:.0f}, risk {judged.risk:.1f}\n",
        f"priority {judged.priority:.1f} = risk {judged.risk:.1f} × value {factors.value:.2f} × relationship"
        f" {factors.relationship:.2f} × timing {factors.timing:.2f} × effort {factors.effort:.2f}\n",
    )
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("Signal", "State", "Severity", "Since", "What is known", "Next step"):
        table.add_column(title)
    for signal in sorted(judged.signals, key=lambda item: (-item.severity, item.state == "unknown", item.key)):
        table.add_row(
            signal.key,
            signal.state,
            f"{signal.severity:.2f}" if signal.severity else "",
            str(signal.since or ""),
            Text(words.reason(signal, t, judged.on)),
            Text(words.next_step(signal, t) if signal.state in {"soon", "breach"} else ""),
        )
    then = judged.next_change_at
    changes = f"\nNothing new coming in, this changes at {then:%Y-%m-%d %H:%M} UTC." if then else ""
    return [head, table, *([changes] if changes else [])]


def _print(*parts: RenderableType) -> None:
    from rich.console import Console

    console = Console(width=None if opening.is_terminal() else 160, highlight=False, markup=False)
    for part in parts:
        console.print(part)


def _print_json(value: object) -> None:
    import orjson

    opening.say(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())
