"""Imports a file into the database: `import_file`.

Here is the order of the steps: read a chunk of rows, make records of them, upsert those, mark the clients concerned for
a new assessment, commit. Never here: how a file is read (`bot.importing.parsing`), what becomes of its rows
(`bot.importing.records`), and how records are written (`bot.importing.bulk_upsert`).
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Table, bindparam, select
from sqlalchemy.orm import Session

from bot.clients import clients
from bot.importing import answers as answers_of
from bot.importing import late_results
from bot.importing.answers import Answers
from bot.importing.bulk_upsert import BulkUpsert, Columns, UpsertResult, by_column, by_row, join
from bot.importing.entries import Entry
from bot.importing.grouping import Outcome
from bot.importing.lookup import ReferenceLookup
from bot.importing.mapping.context import Record
from bot.importing.parsing import data_rows
from bot.importing.parsing.parsed_rows import ParsedChunk
from bot.importing.parsing.reader import OpenedFile, open_file
from bot.importing.plain_metrics import PlainRecords
from bot.importing.records import RecordSource
from bot.importing.rehearsal import Rehearsal, RehearsedLookup
from bot.importing.report import ImportReport
from bot.importing.summary import describe
from bot.infra.db import reading, transaction
from bot.infra.models import Client, ImportRun, Workspace
from bot.people import audit, workspaces

CHUNK_ROWS = 5_000
"""In one transaction."""
MAX_STORED_REFUSALS = 100
"""Refusals stored with the run."""

Progress = Callable[[int, int], None]
"""Called after each chunk with the rows done and the rows of the file."""


def import_file(
    engine: Engine,
    workspace_id: int,
    kind: str,
    path: Path,
    *,
    now: datetime,
    dry_run: bool = False,
    answers: Answers | None = None,
    sheet: str | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Import a file's rows, CHUNK_ROWS in a transaction, and report on them.

    `kind` is a key of `bot.importing.mapping.registry.IMPORT_SPECS`. A refused row does not stop the others. A column
    that the file lacks leaves what is stored; an empty cell clears it. Rows with the same key are one record: see
    `bot.importing.grouping`. The same file again changes nothing, so an import that was interrupted is simply run
    again. What is said of the file, in `answers`, is kept for the next one with the same columns. With `dry_run`
    nothing is stored, and no lock is held: see `bot.importing.rehearsal`.

    Raises:
        UnknownKindError: when there is no such kind.
        ImportFileError: when the file as a whole can't be used; nothing is changed then.
        LookupError: when there is no such workspace.
    """
    started = time.monotonic()
    with reading(engine) as session:
        _require_workspace(session, workspace_id)
        remembered = answers_of.load(session, workspace_id, kind)
        names = frozenset(map(str.casefold, session.scalars(_CLIENT_NAMES, {"workspace_id": workspace_id})))
    file = open_file(path, kind, answers, sheet=sheet, remembered=remembered, names=names, today=now.date())
    report = ImportReport(kind, dry_run, unknown_columns=file.header.unknown, notes=list(describe(file)))
    if dry_run:
        with reading(engine) as session:
            source = RecordSource(file, RehearsedLookup(session, workspace_id), report.summary, now)
            _rehearse_rows(session, source, report, progress)
    else:
        report.run_id = _record_start(engine, workspace_id, kind, path, now)
        with reading(engine) as session:
            source = RecordSource(file, ReferenceLookup(session, workspace_id, report.run_id), report.summary, now)
        _import_rows(engine, workspace_id, source, report, progress)
        finished_at = now + timedelta(seconds=time.monotonic() - started)
        _record_end(engine, report.run_id, report, finished_at)
        _keep_answers(engine, workspace_id, file, finished_at)
    report.finish(file, source.context.lookup)
    return report


def _keep_answers(engine: Engine, workspace_id: int, file: OpenedFile, now: datetime) -> None:
    with transaction(engine) as session:
        answers_of.save(session, workspace_id, file.kind, file.shape, file.answers, now=now)


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


_CLIENT_NAMES = select(Client.name).where(Client.workspace_id == bindparam("workspace_id"))
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
    engine: Engine, workspace_id: int, source: RecordSource, report: ImportReport, progress: Progress | None
) -> None:
    """Store the rows, a chunk in a transaction, so that nobody else waits for long."""
    upserts, now = _Upserts(source), source.context.now
    told: late_results.Told = defaultdict(float)
    for chunks in _read_chunks(source.file, progress):
        with transaction(engine) as session:
            _require_workspace(session, workspace_id, lock=True)
            source.context.lookup.use_session(session)
            for upsert, columns in _map_chunks(source, chunks, upserts, report):
                if source.spec.before_upsert:
                    source.spec.before_upsert(session, by_row(columns))
                result = upsert.run(session, columns)
                report.add_result(result)
                _mark_changed(session, workspace_id, report.kind, result, now)
                if report.kind == "metrics":
                    late_results.count_told(told, columns)
    if told and report.run_id is not None:
        with transaction(engine) as session:
            late_results.learn(session, workspace_id, report.run_id, told)


def _mark_changed(session: Session, workspace_id: int, kind: str, result: UpsertResult, now: datetime) -> None:
    if result.client_ids:
        clients.mark_changed(session, workspace_id, sorted(result.client_ids), now)
        if kind == "clients":
            workspaces.mark_benchmarks_outdated(session, workspace_id)


def _rehearse_rows(session: Session, source: RecordSource, report: ImportReport, progress: Progress | None) -> None:
    """Count what the rows would add and change."""
    upserts, rehearsal = _Upserts(source), Rehearsal(source.spec)
    for chunks in _read_chunks(source.file, progress):
        for upsert, columns in _map_chunks(source, chunks, upserts, report):
            result = rehearsal.compare(session, upsert, by_row(columns))
            report.add_result(result)
            report.summary.add_changes(result.changes, source.context.lookup)


def _map_chunks(
    source: RecordSource, chunks: Iterable[ParsedChunk], upserts: "_Upserts", report: ImportReport
) -> Iterator[tuple[BulkUpsert, Columns]]:
    """Yield the records to store, by column, with the upsert that each needs, and report the other rows."""
    records: dict[bool, list[Record]] = {}
    parts: dict[bool, list[Columns]] = {}
    for chunk in chunks:
        mapped = source.map_chunk(chunk)
        if isinstance(mapped, PlainRecords):
            parts.setdefault(mapped.states_currency, []).append(mapped.columns)
            continue
        for entry in _take(mapped, report):
            if entry.record:
                records.setdefault(entry.states_currency, []).append(entry.record)
    for stated, some in records.items():
        parts.setdefault(stated, []).append(by_column(some))
    for stated in sorted(parts):
        columns = join(parts[stated])
        yield upserts.get(columns, states_currency=stated), columns


def _take(outcomes: Iterable[Outcome], report: ImportReport) -> list[Entry]:
    """Return what is to be stored, and report the rest."""
    ready = []
    for outcome in outcomes:
        for entry in outcome.refused:
            report.add_refusals(entry.refusals)
        if outcome.entry:
            report.unchanged += outcome.rows - 1 if outcome.repeated else 0
            ready.append(outcome.entry)
    return ready


class _Upserts:
    """The upserts of one file: one for records whose currency the file says, and one for those that keep theirs."""

    def __init__(self, source: RecordSource) -> None:
        self._source = source
        self._made: dict[bool, BulkUpsert] = {}

    def get(self, columns: Columns, *, states_currency: bool) -> BulkUpsert:
        """Return the upsert for records of these columns."""
        if states_currency not in self._made:
            self._made[states_currency] = _make_upsert(self._source, tuple(columns), states_currency=states_currency)
        return self._made[states_currency]


def _make_upsert(source: RecordSource, columns: Sequence[str], *, states_currency: bool) -> BulkUpsert:
    spec, context = source.spec, source.context
    table: Any = spec.model.__table__
    return BulkUpsert(
        table,
        spec.key,
        columns,
        insert_only=frozenset({"currency"} if spec.keeps_currency and not states_currency else ()),
        insert_values={**_select_columns(table, {"created_at": context.now}), **spec.insert_values},
        write_values=_select_columns(table, {"next_check_at": context.now}),
        run=context.lookup.run,
    )


def _select_columns(table: Table, values: Record) -> Record:
    return {name: value for name, value in values.items() if name in table.c}


def _read_chunks(file: OpenedFile, progress: Progress | None) -> Iterator[list[ParsedChunk]]:
    """Yield the rows, CHUNK_ROWS at a time, and report progress after they were used."""
    chunks, done = file.chunks(), 0
    while taken := list(islice(chunks, CHUNK_ROWS // data_rows.CHUNK_ROWS)):
        yield taken
        done += sum(len(chunk.numbers) for chunk in taken)
        if progress:
            progress(done, file.total)
