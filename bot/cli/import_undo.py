"""`import undo`: takes an import back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from bot.cli import context, output

if TYPE_CHECKING:
    from bot.importing.undo import UndoReport

MAX_SHOWN_LEFT = 50
"""Rows left that are printed one by one; of the others, only how many there are."""


def undo(
    run: Annotated[int, typer.Argument(metavar="RUN", help="Its number, as the import's last line says it.")],
    workspace: context.WorkspaceOption = None,
) -> None:
    """Take an import back, within 30 days.

    Exit 0: all of it is taken back; 1: some rows were changed since, and are left.
    """
    from bot.importing.undo import UndoError, undo_run

    engine = context.open_engine()
    workspace_id = context.find_workspace_id(engine, workspace)
    try:
        report = undo_run(engine, workspace_id, run, context.now())
    except UndoError as error:
        raise context.CommandError(str(error)) from None
    _print_report(report)
    raise typer.Exit(1 if report.left else 0)


def _print_report(report: UndoReport) -> None:
    if report.left and not (report.removed or report.restored):
        output.print_line(f"Nothing of import {report.run_id} is taken back: all of it was changed since.")
    else:
        _print_counts(report)
    for row in report.left_rows[:MAX_SHOWN_LEFT]:
        output.print_error(f"{row.name}: {row.why}")
    if report.left > MAX_SHOWN_LEFT:
        output.print_error(f"… and {report.left - MAX_SHOWN_LEFT:,} more like these.")


def _print_counts(report: UndoReport) -> None:
    named = f" ({report.filename})" if report.filename else ""
    people = f", {_count(report.people_removed, 'person', 'people')} removed" if report.people_removed else ""
    removed = _count(report.removed, "row", "rows")
    output.print_line(
        f"Import {report.run_id} of {report.kind}{named} is taken back: {removed} removed, "
        f"{report.restored:,} as they were before{people}, {report.left:,} left."
    )


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


class ImportCommand(TyperCommand):
    """`import KIND FILE`, which hands `import undo RUN` on to a command of its own."""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Read the arguments of the one or the other."""
        if args[:1] != ["undo"]:
            return super().make_context(info_name, args, parent, **extra)
        app = typer.Typer(add_completion=False)
        app.command()(undo)
        return typer.main.get_command(app).make_context("import undo", args[1:], parent, **extra)
