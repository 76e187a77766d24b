"""Opens an .xlsx file as a table: the first visible sheet that has the column names, merged cells filled in.

Never here: how a sheet lies in its file (`bot.importing.parsing.xlsx`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from bot.importing.errors import ImportFileError
from bot.importing.parsing import layout, sheet_rows, xlsx
from bot.importing.parsing.cells import Cell, display_text, is_blank
from bot.importing.parsing.limits import MAX_NAMED_COLUMNS
from bot.importing.parsing.table import BEYOND, BrokenRow, HeaderScore, NumberedRow, TableSource


@dataclass(frozen=True, slots=True)
class _Found:
    """A sheet with something in it."""

    sheet: xlsx.Sheet
    score: int
    """Column names in the row that has the most of them."""
    header: int
    """The number of that row."""
    titled: int
    """Its cells up to the last one with a column name."""
    titles: tuple[str, ...]
    """The text of the rows above it."""


def open_spreadsheet(path: Path, header_score: HeaderScore, wanted: str | None) -> TableSource:
    """Open an .xlsx file; `wanted` is the name of the sheet to read, where it is not for `header_score` to find.

    Raises:
        ImportFileError: when it can't be read, is empty, or has no such sheet.
    """
    workbook = xlsx.open_workbook(path)
    visible = [sheet for sheet in workbook.sheets if sheet.visible]
    looked_at = visible if wanted is None else [_find_sheet(workbook.sheets, wanted)]
    filled = [found for sheet in looked_at if (found := _look_at(workbook, sheet, header_score))]
    if not filled:
        raise ImportFileError("is empty" if len(visible) == len(workbook.sheets) else "has no visible sheet with rows")
    best = max(filled, key=lambda each: each.score)
    others = [each.sheet.name for each in filled if each is not best]
    survey = sheet_rows.survey(workbook, best.sheet)
    return TableSource(
        lambda: _read_table(workbook, best, survey.merges),
        notes=tuple(_list_notes(workbook, best.sheet.name, others, survey)),
        title_rows=len(best.titles),
        titles="\n".join(best.titles),
        epoch_1904=workbook.epoch_1904,
    )


def _find_sheet(sheets: Sequence[xlsx.Sheet], wanted: str) -> xlsx.Sheet:
    alike = [sheet for sheet in sheets if sheet.name.casefold().strip() == wanted.casefold().strip()]
    found = next((sheet for sheet in alike if sheet.name == wanted), alike[0] if len(alike) == 1 else None)
    if found is None:
        names = _list_names([sheet.name for sheet in sheets if sheet.visible])
        raise ImportFileError(f'has no sheet "{display_text(wanted)}"; it has {names}')
    if not found.visible:
        raise ImportFileError(f'hides the sheet "{found.name}": show it in the spreadsheet, and save it')
    return found


def _look_at(workbook: xlsx.Workbook, sheet: xlsx.Sheet, header_score: HeaderScore) -> _Found | None:
    """Look for the column names in a sheet's first rows; None where it is empty."""
    rows = list(islice(sheet_rows.read_rows(workbook, sheet), layout.HEADER_ROWS))
    if not rows:
        return None
    at, score = layout.choose_header((cells for _, cells in rows), header_score)
    titles = tuple(" ".join(filter(None, map(display_text, cells))) for _, cells in rows[:at])
    number, header = rows[at]
    titled = max((position for position, cell in enumerate(header, 1) if not is_blank(cell)), default=1)
    return _Found(sheet, score, number, titled, titles)


def _list_notes(workbook: xlsx.Workbook, name: str, others: Sequence[str], survey: sheet_rows.Survey) -> Iterator[str]:
    if others:
        yield f'the sheet "{name}" was read; --sheet reads another one: {_list_names(others)}'
    elif len(workbook.sheets) > 1:
        yield f'the sheet "{name}" was read; the others are empty or hidden'
    if survey.hidden_rows:
        rows = "1 hidden row was" if survey.hidden_rows == 1 else f"{survey.hidden_rows:,} hidden rows were"
        yield f"{rows} read like all others"
    if survey.merges:
        yield "what is written once over several merged rows counts for each of them"


def _list_names(names: Sequence[str]) -> str:
    """Name sheets: the first ones, and how many there are beyond them."""
    shown = ", ".join(f'"{display_text(name)}"' for name in names[:MAX_NAMED_COLUMNS])
    more = len(names) - MAX_NAMED_COLUMNS
    return f"{shown} … and {more:,} more" if more > 0 else shown


def _read_table(
    workbook: xlsx.Workbook, found: _Found, merges: Sequence[tuple[int, int, int]]
) -> Iterator[NumberedRow]:
    """Read the row of column names and those below it."""
    rows = (row for row in sheet_rows.read_rows(workbook, found.sheet) if row[0] >= found.header)
    below = [each for each in merges if each[1] > found.header]
    for number, cells in _fill_merged(rows, below) if below else rows:
        beyond = next((cell for cell in cells[found.titled :] if not is_blank(cell)), None)
        yield number, cells if beyond is None else BrokenRow(BEYOND, display_text(beyond))


def _fill_merged(
    rows: Iterator[tuple[int, list[Cell]]], merges: Sequence[tuple[int, int, int]]
) -> Iterator[tuple[int, list[Cell]]]:
    """Put a text or a day that is written once over several rows into each of them.

    A number is left where it is: nobody knows whether it is the sum of the rows or holds for each.
    """
    starting = sorted(merges, key=lambda each: each[1], reverse=True)
    reaching: list[tuple[int, int, Cell]] = []
    for number, cells in rows:
        reaching = [each for each in reaching if each[1] >= number]
        for column, _, value in reaching:
            cells.extend([None] * (column + 1 - len(cells)))
            if is_blank(cells[column]):
                cells[column] = value
        while starting and starting[-1][1] <= number:
            column, first, last = starting.pop()
            value = cells[column] if first == number and column < len(cells) else None
            if isinstance(value, str | date) and not is_blank(value):
                reaching.append((column, last, value))
        yield number, cells
