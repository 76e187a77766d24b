"""`import` and `export`: records in and out, as spreadsheets."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import context, import_undo, output
from bot.cli.import_report import print_report

if TYPE_CHECKING:
    from sqlalchemy import Engine


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.command("import", cls=import_undo.ImportCommand)(import_)
    app.command()(export)


def import_(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="clients, touchpoints, invoices, metrics, targets …")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV or XLSX.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would happen, save nothing.")] = False,
    maps: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="COLUMN=NAME", help="What a column is, or a value: status:fertig=paid; - leaves out."
        ),
    ] = None,
    dates: Annotated[str | None, typer.Option(metavar="dmy|mdy|ymd", help="How to read dates like 03/04/2026.")] = None,
    decimal: Annotated[str | None, typer.Option(metavar=".|,", help="The decimal mark of numbers like 1.234.")] = None,
    currency: Annotated[str | None, typer.Option(metavar="CUR", help="Of amounts that do not say theirs.")] = None,
    zone: Annotated[str | None, typer.Option(metavar="ZONE", help="Of the file's times, like Europe/Madrid.")] = None,
    add_up: Annotated[bool, typer.Option("--sum", help="Add up several rows of one key.")] = False,
    last: Annotated[bool, typer.Option("--last", help="Of several rows of one key, take the last.")] = False,
    sheet: Annotated[str | None, typer.Option(metavar="NAME", help="The sheet to read of a spreadsheet.")] = None,
    workspace: context.WorkspaceOption = None,
) -> None:
    """Import a spreadsheet. Exit 0: every row was imported; 1: some were refused; 2: the file can't be read."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from bot.importing import importer
    from bot.importing.answers import AnswerError, read_answers

    if add_up and last:
        raise context.CommandError("--sum and --last contradict each other: say one of them")
    try:
        answers = read_answers(
            kind,
            maps or (),
            dates=dates,
            decimal=decimal,
            currency=currency,
            zone=zone,
            repeats="sum" if add_up else "last" if last else None,
        )
    except AnswerError as error:
        raise context.CommandError(str(error)) from None
    engine = context.open_engine()
    workspace_id = context.find_workspace_id(engine, workspace)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[rows]} rows"),
        TextColumn("{task.fields[pace]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, transient=True, disable=not output.is_terminal()) as progress:
        task = progress.add_task(f"Importing {kind}", total=None, rows=0, pace="")
        started = time.monotonic()

        def show(done: int, total: int) -> None:
            pace = done / max(time.monotonic() - started, 0.001)
            progress.update(task, completed=done, total=total, rows=f"{done:,}", pace=f"{pace:,.0f} rows/s")

        report = importer.import_file(
            engine,
            workspace_id,
            kind,
            file,
            now=context.now(),
            dry_run=dry_run,
            answers=answers,
            sheet=sheet,
            progress=show,
        )
    print_report(report)
    raise typer.Exit(1 if report.refused else 0)


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

    from bot.clients import contacts
    from bot.infra.db import reading, transaction
    from bot.people import audit, erasure, members

    with reading(engine) as session:
        member, at_clients = (
            members.by_email(session, workspace_id, email),
            contacts.collect(session, workspace_id, email),
        )
        if member is None and not at_clients:
            raise context.CommandError(f"--person: nobody here has the e-mail {email}")
        member_id = member.id if member else None
        known = erasure.collect(session, workspace_id, member.id) if member else {}
        known |= {"contacts": at_clients} if at_clients else {}
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
