"""Imports a file into the database: `import_file`.

Here is the order of the steps: read a chunk of rows, map them to records, upsert those, mark the clients concerned for
a new assessment, commit. Never here: how a file is read (`bot.importing.parsing`), what a row means
(`bot.importing.mapping`), and how records are written (`bot.importing.bulk_upsert`).
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Table, bindparam, select
from sqlalchemy.orm import Session

from bot.clients import clients
from bot.importing.bulk_upsert import BulkUpsert, UpsertResult
from bot.importing.errors import RowError
from bot.importing.lookup import ReferenceLookup
from bot.importing.mapping.context import MappingContext, Record
from bot.importing.mapping.registry import IMPORT_SPECS, ImportSpec
from bot.importing.parsing.dates import DateOrder
from bot.importing.parsing.reader import OpenedFile, ParsedRow, Refusal, open_file
from bot.importing.parsing.values import Amount, PersonReference
from bot.importing.rehearsal import Rehearsal, RehearsedLookup
from bot.infra.db import reading, transaction
from bot.infra.models import ImportRun, Workspace
from bot.people import audit, workspaces

CHUNK_ROWS = 5_000
"""In one transaction."""
MAX_REFUSALS = 1_000
"""Refusals listed in a report; further ones are only counted."""
MAX_STORED_REFUSALS = 100
"""Refusals stored with the run."""

Progress = Callable[[int, int], None]
"""Called after each chunk with the rows done and the rows of the file."""


@dataclass(slots=True)
class ImportReport:
    """The result of an import, in rows."""

    kind: str
    dry_run: bool = False
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    """Why, cell by cell: the first MAX_REFUSALS."""
    unknown_columns: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)
    """For the file's author: which sheet was read, how many rows repeat a key."""

    def add_result(self, result: UpsertResult) -> None:
        """Add the counts of one chunk."""
        self.added += result.added
        self.changed += result.changed
        self.unchanged += result.unchanged

    def add_refusals(self, refusals: tuple[Refusal, ...]) -> None:
        """Count a refused row, and list its refusals while there is room."""
        self.refused += 1
        self.refusals.extend(refusals[: MAX_REFUSALS - len(self.refusals)])


def import_file(
    engine: Engine,
    workspace_id: int,
    kind: str,
    path: Path,
    *,
    now: datetime,
    dry_run: bool = False,
    dates: DateOrder | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Import a file's rows, CHUNK_ROWS in a transaction, and report on them.

    `kind` is a key of `bot.importing.mapping.registry.IMPORT_SPECS`. A refused row does not stop the others. A column
    that the file lacks leaves what is stored; an empty cell clears it. Of rows with the same key the last one counts,
    and the others are reported as unchanged. The same file again changes nothing, so an import that was interrupted
    is simply run again. With `dry_run` nothing is stored, and no lock is held: see `bot.importing.rehearsal`.

    Raises:
        UnknownKindError: when there is no such kind.
        ImportFileError: when the file as a whole can't be used; nothing is changed then.
        LookupError: when there is no such workspace.
    """
    started = time.monotonic()
    file = open_file(path, kind, dates, today=now.date())
    report = ImportReport(kind, dry_run, unknown_columns=file.header.unknown, notes=list(file.notes))
    if dry_run:
        with reading(engine) as session:
            _require_workspace(session, workspace_id)
            _rehearse_rows(session, workspace_id, file, report, now=now, progress=progress)
        return report
    run_id = _record_start(engine, workspace_id, kind, path, now)
    _import_rows(engine, workspace_id, file, report, now=now, progress=progress)
    _record_end(engine, run_id, report, now + timedelta(seconds=time.monotonic() - started))
    return report


def _record_start(engine: Engine, workspace_id: int, kind: str, path: Path, now: datetime) -> int:
    with transaction(engine) as session:
        _require_workspace(session, workspace_id, lock=True)
        run = ImportRun(workspace_id=workspace_id, kind=kind, filename=path.name, started_at=now)
        session.add(run)
        session.flush()
        after = {"run": run.id, "kind": kind}
        audit.record(session, workspace_id, "import.started", now=now, by=None, via="command_line", after=after)
        return run.id


def _record_end(engine: Engine, run_id: int, report: ImportReport, finished_at: datetime) -> None:
    with transaction(engine) as session:
        run = session.get_one(ImportRun, run_id)
        run.finished_at = finished_at
        run.added, run.changed = report.added, report.changed
        run.unchanged, run.refused = report.unchanged, report.refused
        run.refusals = [asdict(refusal) for refusal in report.refusals[:MAX_STORED_REFUSALS]]
        counts = {name: getattr(run, name) for name in ("added", "changed", "unchanged", "refused")}
        after = {"run": run_id, "kind": run.kind, **counts}
        audit.record(
            session, run.workspace_id, "import.finished", now=finished_at, by=None, via="command_line", after=after
        )


_WORKSPACE = select(Workspace.id).where(Workspace.id == bindparam("workspace_id"))


def _require_workspace(session: Session, workspace_id: int, *, lock: bool = False) -> None:
    """Check that a workspace is there, and with `lock` let one import run at a time in it.

    Two that write the same rows would both count them.

    Raises:
        LookupError: when there is no such workspace.
    """
    statement = _WORKSPACE.with_for_update(key_share=True) if lock else _WORKSPACE
    if session.scalars(statement, {"workspace_id": workspace_id}).one_or_none() is None:
        raise LookupError(f"there is no workspace {workspace_id}")


def _import_rows(
    engine: Engine,
    workspace_id: int,
    file: OpenedFile,
    report: ImportReport,
    *,
    now: datetime,
    progress: Progress | None,
) -> None:
    """Store the rows, a chunk in a transaction, so that nobody else waits for long."""
    spec = IMPORT_SPECS[file.kind]
    context: MappingContext | None = None
    upsert: BulkUpsert | None = None
    for chunk in _read_chunks(file, progress):
        with transaction(engine) as session:
            _require_workspace(session, workspace_id, lock=True)
            if context is None:
                context = MappingContext(ReferenceLookup(session, workspace_id), file.column_names, now)
            context.lookup.use_session(session)
            records = _map_rows(chunk, spec, context, report)
            if not records:
                continue
            upsert = upsert or _make_upsert(spec, records[0], context)
            if spec.before_upsert:
                spec.before_upsert(session, records)
            result = upsert.run(session, records)
            report.add_result(result)
            if result.client_ids:
                clients.mark_changed(session, workspace_id, sorted(result.client_ids), now)
                if file.kind == "clients":
                    workspaces.mark_benchmarks_outdated(session, workspace_id)


def _rehearse_rows(
    session: Session,
    workspace_id: int,
    file: OpenedFile,
    report: ImportReport,
    *,
    now: datetime,
    progress: Progress | None,
) -> None:
    """Count what the rows would add and change."""
    spec = IMPORT_SPECS[file.kind]
    context = MappingContext(RehearsedLookup(session, workspace_id), file.column_names, now)
    rehearsal = Rehearsal(spec)
    upsert: BulkUpsert | None = None
    for chunk in _read_chunks(file, progress):
        records = _map_rows(chunk, spec, context, report)
        if records:
            upsert = upsert or _make_upsert(spec, records[0], context)
            report.add_result(rehearsal.compare(session, upsert, records))


def _read_chunks(file: OpenedFile, progress: Progress | None) -> Iterator[list[ParsedRow]]:
    """Yield the rows in chunks of CHUNK_ROWS, and report progress after each was used."""
    rows = file.rows()
    done = 0
    while chunk := list(islice(rows, CHUNK_ROWS)):
        yield chunk
        done += len(chunk)
        if progress:
            progress(done, file.total)


def _map_rows(
    chunk: Sequence[ParsedRow], spec: ImportSpec, context: MappingContext, report: ImportReport
) -> list[Record]:
    """Map the rows to records; those that a later one replaces count as unchanged."""
    report.unchanged += sum(row.replaced for row in chunk)
    return [record for row in chunk if (record := _map_row(row, spec, context, report))]


def _make_upsert(spec: ImportSpec, record: Record, context: MappingContext) -> BulkUpsert:
    table: Any = spec.model.__table__
    return BulkUpsert(
        table,
        spec.key,
        tuple(record),
        insert_only=frozenset({"currency"} if spec.keeps_currency else ()) - context.column_names,
        insert_values={**_select_columns(table, {"created_at": context.now}), **spec.insert_values},
        write_values=_select_columns(table, {"next_check_at": context.now}),
    )


def _select_columns(table: Table, values: Record) -> Record:
    return {name: value for name, value in values.items() if name in table.c}


def _map_row(row: ParsedRow, spec: ImportSpec, context: MappingContext, report: ImportReport) -> Record | None:
    if row.refusals:
        report.add_refusals(row.refusals)
    if row.refusals or row.replaced:
        return None
    try:
        return spec.map_row(row.values, context)
    except RowError as error:
        value = _display_value(row.values.get(error.column))
        report.add_refusals((Refusal(row.number, error.column, value, str(error)),))
        return None


def _display_value(value: Any) -> str:
    match value:
        case None:
            return ""
        case Amount():
            return f"{value.units} {value.currency}".strip()
        case PersonReference():
            return value.email or value.slack_user_id or value.name or ""
        case date():
            return value.isoformat()
        case _:
            return str(value)
