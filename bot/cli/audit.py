"""`audit`: who did what, when, and what it was before and after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import context, output
from bot.cli.assessed_clients import find_client
from bot.infra.i18n import translator

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import RenderableType
    from sqlalchemy.orm import Session

    from bot.infra.models import AuditEntry

DONE = {
    "client.changed": "changed details",
    "touchpoint.logged": "logged a contact",
    "touchpoint.changed": "changed a contact",
    "touchpoint.undone": "took back a contact",
    "snooze.set": "snoozed",
    "snooze.ended": "ended a snooze",
    "silence.set": "set expected silence",
    "mood.noted": "noted the mood",
    "card.filled": "rated working together",
    "settings.changed": "changed own settings",
    "agency.changed": "changed the agency's settings",
    "policy.changed": "changed limits and weights",
    "role.changed": "changed a role",
    "absence.set": "is away",
    "absence.ended": "is back",
    "import.started": "began an import",
    "import.finished": "finished an import",
    "import.undone": "took back an import",
    "export.made": "exported",
    "client.forgotten": "erased a client",
    "contact.forgotten": "erased a person at the client",
    "person.forgotten": "erased a person",
    "person.exported": "exported what is known of a person",
    "backup.made": "made a backup",
    "backup.restored": "restored a backup",
}
"""Each action in words; one that is not here is shown by its name."""
ERASED = "somebody who was erased"
PEOPLE = frozenset({"owner_id", "backup_id", "cover_id"})
"""Values that are members' ids."""
LABELS = {
    "owner_id": "owner",
    "backup_id": "backup",
    "cover_id": "cover",
    "until_at": "until",
    "run": "file",
    "characters": "length of the note",
}
AMOUNTS = frozenset({"monthly_fee"})
"""Values that are amounts in the client's currency, in its minor units."""
INTERNAL = frozenset({"touchpoint", "client_id"})
"""Values that say something to a program alone: only `--json` has them."""


@dataclass(frozen=True, slots=True)
class Names:
    """What ids stand for now."""

    members: Mapping[int, str]
    clients: Mapping[int, str]
    currencies: Mapping[int, str]
    """By the client."""
    files: Mapping[int, str]
    """By the run of its import."""

    def member(self, member_id: int | None) -> str:
        """The name of a member; of one who is gone, that they were erased."""
        return self.members.get(member_id or 0) or ERASED


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command()(audit)


def audit(
    client: Annotated[str | None, typer.Argument(metavar="[CLIENT]", help="One client's: its key or name.")] = None,
    since: Annotated[str | None, typer.Option(metavar="DATE", help="From this day on: 2026-11-20.")] = None,
    workspace: context.WorkspaceOption = None,
    as_json: context.JsonOption = False,
) -> None:
    """Show who changed what, when, from what to what; newest first."""
    from bot.infra.db import reading
    from bot.people import audit as trail

    engine, begin = context.open_engine(), _parse_day(since)
    workspace_id = context.find_workspace_id(engine, workspace)
    with reading(engine) as session:
        client_id = find_client(session, workspace_id, client).id if client else None
        entries = trail.load(session, workspace_id, client_id=client_id, since=begin)
        names = _load_names(session, workspace_id)
    if as_json:
        output.print_json([_entry_json(entry, names) for entry in entries])
    else:
        output.print_renderables(_table(entries, names) if entries else "Nothing was changed.")


def _parse_day(text: str | None) -> datetime | None:
    from datetime import UTC, date, time

    if text is None:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), time(), UTC)
    except ValueError:
        raise context.CommandError(f"--since: {text!r} is not a day like 2026-11-20") from None


def _load_names(session: Session, workspace_id: int) -> Names:
    from sqlalchemy import select

    from bot.infra.models import Client, ImportRun, Member

    runs = session.execute(select(ImportRun.id, ImportRun.filename).where(ImportRun.workspace_id == workspace_id)).all()
    people = session.scalars(select(Member).where(Member.workspace_id == workspace_id)).all()
    clients = session.execute(
        select(Client.id, Client.name, Client.currency).where(Client.workspace_id == workspace_id)
    ).all()
    return Names(
        {member.id: member.name or member.email or member.slack_user_id or ERASED for member in people},
        {row.id: row.name for row in clients},
        {row.id: row.currency for row in clients if row.currency},
        {row.id: row.filename for row in runs},
    )


def _who(entry: AuditEntry, names: Names) -> str:
    if entry.member_id is not None:
        return names.member(entry.member_id)
    return {"command_line": "the command line", "atrisk": "Atrisk"}.get(entry.via, ERASED)


def _about(entry: AuditEntry, names: Names) -> str:
    if entry.client_id is not None:
        return names.clients.get(entry.client_id, "")
    if entry.person_id is not None and entry.person_id != entry.member_id:
        return names.member(entry.person_id)
    return ""


def _changes(entry: AuditEntry, names: Names) -> list[str]:
    keys = [key for key in dict.fromkeys((*entry.before, *entry.after)) if key not in INTERNAL]
    return [_change(key, entry, names) for key in keys]


def _change(key: str, entry: AuditEntry, names: Names) -> str:
    label, before = LABELS.get(key, key.replace("_", " ")), entry.before.get(key)
    after = _value(key, entry.after.get(key), entry, names)
    return f"{label} {after}" if before is None else f"{label} {_value(key, before, entry, names)} → {after}"


def _value(key: str, value: Any, entry: AuditEntry, names: Names) -> str:
    if value is None:
        return "none"
    if key == "run":
        return f"{names.files.get(value, '')} (import {value})".strip()
    if key in AMOUNTS:
        return translator("en").money(value, names.currencies.get(entry.client_id or 0, "XXX"), exact=True)
    if key.endswith("_at"):
        return f"{datetime.fromisoformat(value):%Y-%m-%d %H:%M}"
    return names.member(value) if key in PEOPLE else str(value)


def _table(entries: list[AuditEntry] | Any, names: Names) -> RenderableType:
    from rich.text import Text

    table = output.make_table()
    for title in ("When (UTC)", "Who", "Did", "Of"):
        table.add_column(title, no_wrap=title == "When (UTC)")
    table.add_column("From → to", ratio=1)
    for entry in entries:
        did = DONE.get(entry.action, entry.action)
        changed = "; ".join(_changes(entry, names))
        row = (f"{entry.at:%Y-%m-%d %H:%M}", _who(entry, names), did, _about(entry, names), changed)
        table.add_row(*map(Text, row))
    return table


def _entry_json(entry: AuditEntry, names: Names) -> dict[str, Any]:
    return {
        "at": entry.at,
        "who": _who(entry, names),
        "via": entry.via,
        "action": entry.action,
        "client": names.clients.get(entry.client_id) if entry.client_id is not None else None,
        "person": names.member(entry.person_id) if entry.person_id is not None else None,
        "file": names.files.get(entry.after.get("run", 0)),
        "before": entry.before,
        "after": entry.after,
    }
