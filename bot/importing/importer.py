"""A file into the database: `import_file`, which the command line calls.

Here is the order of things: read a chunk, make records of it, merge them, ask for a new judgement of the clients
concerned, commit. How a file is read is in `bot.importing.parsing`, what a row means in `bot.importing.mapping`, and
how rows get into a table in `bot.importing.bulk_upsert`.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Table, select
from sqlalchemy.orm import Session

from bot.clients import clients
from bot.importing.bulk_upsert import Merge, Outcome
from bot.importing.errors import RowError
from bot.importing.lookup import ReferenceLookup
from bot.importing.mapping.context import MappingContext, Record
from bot.importing.mapping.registry import IMPORT_SPECS, ImportSpec
from bot.importing.parsing.dates import DateOrder
from bot.importing.parsing.reader import OpenedFile, ParsedRow, Refusal, open_file
from bot.importing.parsing.values import Amount, PersonReference
from bot.infra.db import transaction
from bot.infra.models import ImportRun, Workspace
from bot.people import workspaces

CHUNK = 5_000
"""Rows a transaction."""
KEPT = 1_000
"""Refusals told one by one; beyond it they are only counted."""

Progress = Callable[[int, int], None]
"""Called with the rows done and the rows there are."""
Turn = Callable[[], AbstractContextManager[Session]]


@dataclass(slots=True)
class Report:
    """What came of a file, in rows."""

    kind: str
    dry_run: bool = False
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    """Why, cell by cell: the first thousand."""
    unknown_columns: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)
    """What the file's author may want to know besides: the sheet that was read, rows that later ones replace."""

    def count(self, outcome: Outcome) -> None:
        """Add a chunk's rows."""
        self.added += outcome.added
        self.changed += outcome.changed
        self.unchanged += outcome.unchanged

    def refuse(self, refusals: tuple[Refusal, ...]) -> None:
        """Add a refused row with its reasons."""
        self.refused += 1
        self.refusals.extend(refusals[: KEPT - len(self.refusals)])


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
) -> Report:
    """Take a file's rows into the database, some thousands a transaction, and report on them.

    `kind` is one of `bot.importing.mapping.registry.IMPORT_SPECS`. A refused row stops no other. A column that the file
    lacks leaves what is stored; an empty cell clears it. Of rows with the same key the last one counts, and the others
    are reported as unchanged. The same file again changes nothing, so an import that was cut off is simply run again.
    With `dry_run` everything is done in one transaction, which is then given up.

    Raises:
        UnknownKindError, ImportFileError: when there is no such kind, or the file as a whole can't be used; nothing has
            been changed then.
        LookupError: when there is no such workspace.
    """
    reading = open_file(path, kind, dates)
    report = Report(kind, dry_run, unknown_columns=reading.header.unknown, notes=list(reading.notes))
    run_id = None if dry_run else _begin(engine, workspace_id, kind, path, now)
    with (_given_up if dry_run else _kept)(engine) as turn:
        _take(turn, workspace_id, reading, report, now=now, progress=progress)
    if run_id is not None:
        _finish(engine, run_id, report, now)
    return report


@contextmanager
def _kept(engine: Engine) -> Iterator[Turn]:
    """Each turn is a transaction of its own, so that nobody else waits for long."""
    yield partial(transaction, engine)


@contextmanager
def _given_up(engine: Engine) -> Iterator[Turn]:
    """All turns are one transaction, which ends uncommitted."""
    with Session(engine) as session:
        yield lambda: nullcontext(session)


def _begin(engine: Engine, workspace_id: int, kind: str, path: Path, now: datetime) -> int:
    with transaction(engine) as session:
        _lock(session, workspace_id)
        run = ImportRun(workspace_id=workspace_id, kind=kind, filename=path.name, started_at=now)
        session.add(run)
        session.flush()
        return run.id


def _finish(engine: Engine, run_id: int, report: Report, now: datetime) -> None:
    with transaction(engine) as session:
        run = session.get_one(ImportRun, run_id)
        run.finished_at = now
        run.added, run.changed, run.unchanged, run.refused = (
            report.added,
            report.changed,
            report.unchanged,
            report.refused,
        )
        run.refusals = [asdict(refusal) for refusal in report.refusals[:100]]


def _lock(session: Session, workspace_id: int) -> None:
    """Let one import a workspace run at a time: two that merge the same rows would count them twice."""
    statement = select(Workspace.id).where(Workspace.id == workspace_id).with_for_update(key_share=True)
    if session.scalars(statement).one_or_none() is None:
        raise LookupError(f"there is no workspace {workspace_id}")


def _take(
    turn: Turn, workspace_id: int, reading: OpenedFile, report: Report, *, now: datetime, progress: Progress | None
) -> None:
    spec = IMPORT_SPECS[reading.kind]
    rows = reading.rows()
    context: MappingContext | None = None
    merge: Merge | None = None
    done = 0
    while chunk := list(islice(rows, CHUNK)):
        with turn() as session:
            _lock(session, workspace_id)
            if context is None:
                context = MappingContext(ReferenceLookup(session, workspace_id), reading.column_names, now)
            context.lookup.use_session(session)
            report.unchanged += sum(row.replaced for row in chunk)
            records = [record for row in chunk if (record := _record(row, spec, context, report))]
            if records:
                merge = merge or _merge(spec, records[0], context)
                if spec.before_upsert:
                    spec.before_upsert(session, records)
                outcome = merge.run(session, records)
                report.count(outcome)
                if outcome.client_ids:
                    clients.mark_changed(session, workspace_id, sorted(outcome.client_ids), now)
                    if reading.kind == "clients":
                        workspaces.mark_benchmarks_outdated(session, workspace_id)
        done += len(chunk)
        if progress:
            progress(done, reading.total)


def _merge(spec: ImportSpec, record: Record, context: MappingContext) -> Merge:
    table: Any = spec.model.__table__
    return Merge(
        table,
        spec.key,
        tuple(record),
        kept=frozenset({"currency"}) - context.column_names,
        when_added={**_of_table(table, {"created_at": context.now}), **spec.insert_values},
        when_written=_of_table(table, {"next_check_at": context.now}),
    )


def _of_table(table: Table, values: Record) -> Record:
    return {name: value for name, value in values.items() if name in table.c}


def _record(row: ParsedRow, spec: ImportSpec, context: MappingContext, report: Report) -> Record | None:
    if row.refusals:
        report.refuse(row.refusals)
    if row.refusals or row.replaced:
        return None
    try:
        return spec.map_row(row.values, context)
    except RowError as refused:
        report.refuse((Refusal(row.number, refused.column, _shown(row.values.get(refused.column)), str(refused)),))
        return None


def _shown(value: Any) -> str:
    match value:
        case None:
            return ""
        case Amount():
            return f"{value.units} {value.currency}".strip()
        case PersonReference():
            return value.email or value.slack_user_id or ""
        case date():
            return value.isoformat()
        case _:
            return str(value)
