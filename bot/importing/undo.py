"""Takes an import back: `undo_run`. What it added goes, what it changed is as it was before, people it invented go.

What somebody or a later import has changed since is left as it is, and named. It goes through the clients a few at a
time, each few in a transaction of their own, so that nobody waits for long; one that was interrupted is run again.
Never here: how rows are kept as they were (`bot.importing.before_images`) and put back (`bot.importing.restoring`).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, delete, exists, select
from sqlalchemy.orm import Session

from bot.clients import clients
from bot.importing.mapping.registry import IMPORT_SPECS
from bot.importing.restoring import Left, RowsOfRun
from bot.infra.db import key_in, reading, transaction
from bot.infra.models import Client, ImportRun, Member, Snooze, Workspace
from bot.infra.provenance import IMPORTED
from bot.infra.retention import UNDO
from bot.people import audit, changed_rows, duplicates, workspaces

CLIENTS_AT_ONCE = 20
"""In one transaction."""
MAX_LEFT = 1_000
"""Rows left that are named; further ones are only counted."""
BY_HAND = "changed by hand since"
_OF_A_CLIENT: tuple[Any, ...] = (*(model for model in IMPORTED if model is not Client), Snooze)
_CALLED = {"daily_metrics": "metrics", "roadmap": "planned steps"}
"""Tables that people know by another name."""
_TELLING: Mapping[str, tuple[str, ...]] = {
    "clients": ("external_id",),
    "contacts": ("name",),
    "touchpoints": ("occurred_at", "channel"),
    "invoices": ("number",),
    "metrics": ("on", "source"),
    "targets": ("month", "metric"),
    "observations": ("occurred_on", "kind"),
    "deadlines": ("title", "internal_due_on"),
    "roadmap": ("title", "planned_on"),
    "effort": ("month",),
}
"""The columns that tell a person which row of a client it is."""


class UndoError(ValueError):
    """A run that can't be taken back, with the reason."""


@dataclass(frozen=True, slots=True)
class LeftRow:
    """A row that was left as it is."""

    name: str
    why: str


@dataclass(slots=True)
class UndoReport:
    """What taking a run back has done, in rows."""

    run_id: int
    kind: str
    filename: str
    removed: int = 0
    restored: int = 0
    people_removed: int = 0
    left: int = 0
    left_rows: list[LeftRow] = field(default_factory=list)
    """The first MAX_LEFT."""


def undo_run(engine: Engine, workspace_id: int, run_id: int, now: datetime) -> UndoReport:
    """Take a run back, as far as nothing was changed on top of it; a second time, what had to be left before.

    Raises:
        UndoError: when the workspace has no such run, or it is too long ago.
    """
    with reading(engine) as session:
        run = _find_run(session, workspace_id, run_id, now)
        report = UndoReport(run_id, run.kind, run.filename)
        statement = select(Client.id).where(Client.workspace_id == workspace_id).order_by(Client.id)
        client_ids = session.scalars(statement).all()
    for few in _split(client_ids):
        with transaction(engine) as session:
            _lock(session, workspace_id)
            _take_back(session, workspace_id, report, few, now)
    with transaction(engine) as session:
        _lock(session, workspace_id)
        _finish(session, workspace_id, report, now)
    return report


def _find_run(session: Session, workspace_id: int, run_id: int, now: datetime) -> ImportRun:
    statement = select(ImportRun).where(ImportRun.workspace_id == workspace_id, ImportRun.id == run_id)
    run = session.scalars(statement).one_or_none()
    if run is None:
        raise UndoError(f"there is no import {run_id}")
    if run.started_at < now - UNDO:
        raise UndoError(f"import {run_id} is of {run.started_at:%Y-%m-%d}: one is taken back within {UNDO.days} days")
    return run


def _split(ids: Sequence[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), CLIENTS_AT_ONCE):
        yield list(ids[start : start + CLIENTS_AT_ONCE])


def _lock(session: Session, workspace_id: int) -> None:
    """Let no import write meanwhile."""
    session.execute(select(Workspace.id).where(Workspace.id == workspace_id).with_for_update(key_share=True))


def _take_back(session: Session, workspace_id: int, report: UndoReport, client_ids: list[int], now: datetime) -> None:
    rows = RowsOfRun(session, IMPORT_SPECS[report.kind].model, report.run_id, client_ids)
    restored = rows.restore()
    in_use = _find_in_use(session, sorted(rows.find_added())) if report.kind == "clients" else {}
    for client_id, records in in_use.items():
        client = session.get_one(Client, client_id)
        _leave(report, f"{client.name}, {client.external_id}", f"has {', '.join(records)} of its own")
    for left in rows.find_left():
        _leave(report, _name(report.kind, left), _say_by_what(left))
    removed = rows.remove(in_use)
    report.restored += len(restored)
    report.removed += len(removed)
    touched = sorted({*restored, *removed})
    if touched:
        clients.mark_changed(session, workspace_id, touched, now)


def _find_in_use(session: Session, client_ids: Sequence[int]) -> dict[int, list[str]]:
    """Find the clients that have records of their own, and of which tables."""
    found: dict[int, list[str]] = defaultdict(list)
    for model in _OF_A_CLIENT if client_ids else ():
        statement = select(model.client_id).where(key_in(model.client_id, "client_ids")).distinct()
        for client_id in session.scalars(statement, {"client_ids": list(client_ids)}):
            found[client_id].append(_CALLED.get(model.__tablename__, model.__tablename__))
    return found


def _leave(report: UndoReport, name: str, why: str) -> None:
    report.left += 1
    if len(report.left_rows) < MAX_LEFT:
        report.left_rows.append(LeftRow(name, why))


def _name(kind: str, left: Left) -> str:
    values = [getattr(left.row, name) for name in _TELLING[kind]]
    return ", ".join([left.row.client_name, *(_write(value) for value in values if value)])


def _write(value: Any) -> str:
    match value:
        case datetime():
            return f"{value:%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _say_by_what(left: Left) -> str:
    return BY_HAND if left.later_run_id is None else f"changed by import {left.later_run_id} since"


def _finish(session: Session, workspace_id: int, report: UndoReport, now: datetime) -> None:
    session.get_one(ImportRun, report.run_id).undone_at = now
    session.flush()
    report.people_removed = _remove_people(session, workspace_id)
    if report.kind == "clients":
        workspaces.mark_benchmarks_outdated(session, workspace_id)
    counts = {name: getattr(report, name) for name in ("removed", "restored", "left")}
    after = {"run": report.run_id, "kind": report.kind, **counts}
    audit.record(session, workspace_id, "import.undone", now=now, by=None, via="command_line", after=after)


def _remove_people(session: Session, workspace_id: int) -> int:
    """Delete those whom a run that was taken back has invented, who are nobody in Slack and whom nothing names."""
    undone = select(ImportRun.id).where(ImportRun.workspace_id == workspace_id, ImportRun.undone_at.is_not(None))
    unnamed = [~exists().where(other == Member.id) for other in _references()]
    invented = select(Member.id).where(
        Member.workspace_id == workspace_id,
        Member.import_run_id.in_(undone),
        Member.role.is_(None),
        Member.refreshed_at.is_(None),
        *unnamed,
    )
    member_ids = set(session.scalars(invented))
    if member_ids:
        member_ids -= changed_rows.find_members(session, workspace_id)
        session.execute(delete(Member).where(key_in(Member.id, "ids")), {"ids": sorted(member_ids)})
    return len(member_ids)


def _references() -> list[Any]:
    """Every column that names a member, of tables that are not the one that is looked through."""
    return [table.alias().c[column.name] for table, column in duplicates.references()]
