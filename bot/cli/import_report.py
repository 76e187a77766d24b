"""Prints what an import read and did: the values by column, totals, what was left out, and each refused row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cli import output

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.importing.report import ImportReport
    from bot.importing.summary import ColumnReading, MonthTotal

MAX_SHOWN_REFUSALS = 50
"""Refusals printed one by one; of the others, only how many there are."""
MAX_SHOWN_TOTALS = 24
"""Totals printed, the latest; of the others, only how many there are."""


def print_report(report: ImportReport) -> None:
    """Print the report of an import, or of a dry run; refused rows go to stderr."""
    from bot.importing.summary import describe_unknown

    what = "Dry run, nothing saved" if report.dry_run else "Rows"
    output.print_line(
        f"{what}: {report.added:,} added, {report.changed:,} changed, {report.unchanged:,} unchanged, "
        f"{report.refused:,} refused."
    )
    for line in (*report.notes, *_describe_rows(report)):
        output.print_line(line)
    _print_columns(report.columns)
    _print_totals(report.summary.totals())
    _print_list("It would change, for example:", report.summary.changes)
    _print_list("Clients that are not known:", describe_unknown(report.summary.unknown_clients, report.near_names))
    _print_list("Clients that look like one:", [f"{one} ~ {other}" for one, other in report.twins])
    _print_list(
        "People who are not known, left out of the rows that name them:",
        describe_unknown(report.summary.people_left_out, {}),
    )
    _print_list(
        "New people, known by name alone: they get no messages until their e-mail address stands in the sheet:",
        report.summary.people_added,
    )
    _print_refusals(report)
    if report.run_id is not None and (report.added or report.changed):
        output.print_line(f"Take it back with: atrisk import undo {report.run_id}")


def _describe_rows(report: ImportReport) -> Iterator[str]:
    """Yield a sentence for each thing that was not taken as it stands in the file."""
    from bot.importing.summary import count_of

    summary = report.summary
    if summary.unkept:
        yield f"Not taken: {count_of(summary.unkept, 'row')} still to come, or no record by their own words."
    if summary.parts:
        yield f"Added up: {summary.parts:,} rows to {count_of(summary.merged, 'record')}."
    if summary.made_keys:
        clients = count_of(summary.made_keys, "client")
        yield f"{clients} without an external_id: one was made from the name, the same one each time."


def _print_list(heading: str, lines: Iterable[str]) -> None:
    for number, line in enumerate(lines):
        if not number:
            output.print_line(heading)
        output.print_line(f"  {line}")


def _print_columns(columns: Sequence[ColumnReading]) -> None:
    if not columns:
        return
    table = output.make_table()
    for heading in ("Column", "Read as", "Examples"):
        table.add_column(heading)
    for column in columns:
        examples = "; ".join(before if before == after else f"{before} → {after}" for before, after in column.examples)
        table.add_row(column.title, column.name, examples or "(empty)")
    output.print_renderables(table)


def _print_totals(totals: Sequence[MonthTotal]) -> None:
    if not totals:
        return
    from bot.importing.mapping.context import format_minor

    table = output.make_table()
    for heading in ("Month", "Total of", "Value"):
        table.add_column(heading, justify="right" if heading == "Value" else "left")
    for total in totals[-MAX_SHOWN_TOTALS:]:
        value = format_minor(round(total.value), total.currency) if total.currency else f"{total.value:,g}"
        table.add_row(f"{total.month:%Y-%m}", total.name, value)
    output.print_renderables(table)
    if len(totals) > MAX_SHOWN_TOTALS:
        output.print_line(f"… and {len(totals) - MAX_SHOWN_TOTALS:,} earlier totals.")


def _print_refusals(report: ImportReport) -> None:
    for refusal in report.refusals[:MAX_SHOWN_REFUSALS]:
        cell = " ".join(filter(None, (_column(report, refusal.column), refusal.value and repr(refusal.value))))
        output.print_error(f"row {refusal.row}{', ' if cell else ''}{cell}: {refusal.reason}")
    if len(report.refusals) > MAX_SHOWN_REFUSALS:
        output.print_error(f"… and {len(report.refusals) - MAX_SHOWN_REFUSALS:,} more like these.")
    for advice in report.advice:
        output.print_error(advice)


def _column(report: ImportReport, name: str) -> str:
    """Name a column as the file does, and with our name for it where that is another one."""
    title = report.titles.get(name, name)
    return name if title.casefold().replace(" ", "_") == name else f"{title} ({name})"
