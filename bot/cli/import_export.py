"""`import` and `export`: records in and out, as spreadsheets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from bot.cli import context, output

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from bot.importing.importer import ImportReport
    from bot.importing.parsing.dates import DateOrder

MAX_SHOWN_REFUSALS = 50
"""Refusals printed one by one; of the others, only how many there are."""


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.command("import")(import_)
    app.command()(export)


def import_(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="clients, touchpoints, invoices, metrics, targets …")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV or XLSX.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would happen, save nothing.")] = False,
    dates: Annotated[str | None, typer.Option(metavar="dmy|mdy", help="How to read dates like 03/04/2026.")] = None,
    workspace: context.WorkspaceOption = None,
) -> None:
    """Import a spreadsheet. Exit 0: every row was imported; 1: some were refused; 2: the file can't be read."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from bot.importing import importer

    engine = context.open_engine()
    workspace_id = context.find_workspace_id(engine, workspace)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[rows]} rows"),
        TimeRemainingColumn(),
    )
    if dates not in {None, "dmy", "mdy"}:
        raise context.CommandError(f"--dates: {dates!r} is neither dmy nor mdy")
    with Progress(*columns, transient=True, disable=not output.is_terminal()) as progress:
        task = progress.add_task(f"Importing {kind}", total=None, rows=0)
        report = importer.import_file(
            engine,
            workspace_id,
            kind,
            file,
            now=context.now(),
            dry_run=dry_run,
            dates=cast("DateOrder | None", dates),
            progress=lambda done, total: progress.update(task, completed=done, total=total, rows=f"{done:,}"),
        )
    _print_report(report, dry_run=dry_run)
    raise typer.Exit(1 if report.refused else 0)


def _print_report(report: ImportReport, *, dry_run: bool) -> None:
    from bot.importing.parsing.headers import list_titles

    output.print_line(
        f"{'Dry run, nothing saved' if dry_run else 'Rows'}: {report.added:,} added, {report.changed:,} changed, "
        f"{report.unchanged:,} unchanged, {report.refused:,} refused."
    )
    for note in report.notes:
        output.print_line(note)
    if report.unknown_columns:
        output.print_line(f"Ignored columns (unknown names): {list_titles(report.unknown_columns)}.")
    for refusal in report.refusals[:MAX_SHOWN_REFUSALS]:
        cell = " ".join(part for part in (refusal.column, refusal.value and repr(refusal.value)) if part)
        output.print_error(f"row {refusal.row}, {cell}: {refusal.reason}")
    if len(report.refusals) > MAX_SHOWN_REFUSALS:
        output.print_error(f"… and {len(report.refusals) - MAX_SHOWN_REFUSALS:,} more like these.")


def export(
    kind: Annotated[
        str | None, typer.Argument(metavar="KIND", help="clients, touchpoints, invoices, metrics, targets …")
    ] = None,
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="Where to; printed if left out.")] = None,
    person: Annotated[
        str | None, typer.Option(metavar="EMAIL", help="All that is known of a person, as JSON, instead of a KIND.")
    ] = None,
    workspace: context.WorkspaceOption = None,
) -> None:
    """Export the records of one kind as a CSV that `import` reads back, or what is known of a person."""
    import sys

    from bot.importing import exporter
    from bot.infra.db import reading

    engine = context.open_engine()
    workspace_id = context.find_workspace_id(engine, workspace)
    if person is not None:
        _export_person(engine, workspace_id, person, Path(kind) if kind else file)
        return
    if kind is None:
        raise context.CommandError("name a KIND, or a person with --person EMAIL")
    try:
        with reading(engine) as session:
            if file is None:
                exporter.export_records(session, workspace_id, kind, sys.stdout)
                _record_export(engine, workspace_id, kind)
                return
            with output.open_private(file, "utf-8-sig") as out:
                rows = exporter.export_records(session, workspace_id, kind, out)
    except OSError as error:
        raise context.CommandError(f"{file}: cannot be written: {error.strerror}") from None
    _record_export(engine, workspace_id, kind)
    output.print_line(f"{rows:,} rows written to {file}.")


def _record_export(engine: Engine, workspace_id: int, kind: str) -> None:
    from bot.infra.db import transaction
    from bot.people import audit

    with transaction(engine) as session:
        audit.record(
            session,
            workspace_id,
            "export.made",
            now=context.now(),
            by=None,
            via="command_line",
            after={"kind": kind},
        )


def _export_person(engine: Engine, workspace_id: int, email: str, file: Path | None) -> None:
    import orjson

    from bot.infra.db import reading, transaction
    from bot.people import audit, erasure, members

    with reading(engine) as session:
        member = members.by_email(session, workspace_id, email)
        if member is None:
            raise context.CommandError(f"--person: nobody here has the e-mail {email}")
        member_id, known = member.id, erasure.collect(session, workspace_id, member.id)
    with transaction(engine) as session:
        now = context.now()
        audit.record(
            session, workspace_id, "person.exported", now=now, by=None, via="command_line", person_id=member_id
        )
    if file is None:
        output.print_json(known)
        return
    try:
        with output.open_private(file, "utf-8") as out:
            out.write(orjson.dumps(known, option=orjson.OPT_INDENT_2).decode())
    except OSError as error:
        raise context.CommandError(f"{file}: cannot be written: {error.strerror}") from None
    output.print_line(f"What is known of {email} is written to {file}.")
