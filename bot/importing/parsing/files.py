"""Reads files as rows of cells: text with commas, semicolons or tabs, row by row; spreadsheets, as a whole.

The content of a file decides what it is, not its name.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.importing.errors import ImportFileError
from bot.importing.parsing import encodings
from bot.importing.parsing.cells import Cell, is_blank
from bot.importing.parsing.xlsx_errors import find_formula_errors

DELIMITERS = (",", ";", "\t")
_BLANK = " \u00a0" + "".join(DELIMITERS)
"""A row of these alone is blank, whichever delimiter it is split by."""
LONGEST_CELL = 1_000_000
"""In characters: a longer cell comes of a quotation mark that was never closed."""
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""The name of the part of the file that holds a spreadsheet with a password."""
_UNREADABLE = "is no spreadsheet that can be read: save it as .xlsx or as CSV UTF-8"

NumberedRow = tuple[int, Sequence[Cell]]
"""A row's number, as a spreadsheet shows it, and its cells."""
HeaderScore = Callable[[Sequence[Cell]], int]
"""Counts the known column names in the first row."""


@dataclass(frozen=True, slots=True)
class TableSource:
    """An opened file."""

    read_rows: Callable[[], Iterator[NumberedRow]]
    """Reads the rows that are not blank, the header first; may be called any number of times."""
    notes: tuple[str, ...] = ()
    """For the file's author: which sheet was used."""


def open_table(path: Path, header_score: HeaderScore) -> TableSource:
    """Open a text file or a spreadsheet; `header_score` decides between delimiters.

    Raises:
        ImportFileError: when it is missing, empty, protected or unreadable.
    """
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except IsADirectoryError:
        raise ImportFileError("is a folder, not a file") from None
    except OSError as error:
        raise ImportFileError(f"can't be read: {(error.strerror or str(error)).lower()}") from None
    if not start:
        raise ImportFileError("is empty")
    if start.startswith((_ZIP, _OLE)):
        return _open_spreadsheet(path)
    return _open_text(path, header_score)


def _open_text(path: Path, header_score: HeaderScore) -> TableSource:
    encoding = encodings.detect_encoding(path)
    delimiter = max(DELIMITERS, key=lambda each: _score_delimiter(path, encoding, each, header_score))
    return TableSource(lambda: _read_csv_rows(path, encoding, delimiter))


def _score_delimiter(path: Path, encoding: str, delimiter: str, header_score: HeaderScore) -> tuple[int, int]:
    """Score how well a delimiter splits the first row: by known column names, then by the number of cells."""
    cells = next((cells for _, cells in _read_csv_rows(path, encoding, delimiter)), ())
    return header_score(cells), len(cells)


def _read_csv_rows(path: Path, encoding: str, delimiter: str) -> Iterator[NumberedRow]:
    csv.field_size_limit(LONGEST_CELL)
    with path.open(encoding=encoding, newline="") as file:
        # some spreadsheets name the delimiter in a line before the header
        named = re.fullmatch(r"\ufeff?\"?sep=(.)\"?\s*", file.readline())
        if not named:
            file.seek(0)
        number = 1 if named else 0
        try:
            for cells in csv.reader(file, delimiter=named[1] if named else delimiter):
                number += 1
                if any(cells) and any(cell.strip(_BLANK) for cell in cells):
                    yield number, cells
        except csv.Error as error:
            if "larger than field limit" not in str(error):
                raise ImportFileError(f"row {number + 1} can't be read: {error}") from None
            raise ImportFileError(f"row {number + 1} has a quotation mark that is never closed") from None


def _open_spreadsheet(path: Path) -> TableSource:
    from python_calamine import CalamineError, PasswordError, load_workbook  # noqa: PLC0415  # 20 ms, not for CSV

    content = path.read_bytes()
    protected = "is protected by a password: take it off, or save it as CSV UTF-8"
    if content.startswith(_OLE) and _ENCRYPTED in content:
        raise ImportFileError(protected)
    sheets: list[tuple[str, Any]] = []
    try:
        book = load_workbook(io.BytesIO(content))
        sheets += ((name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names)
    except PasswordError:
        raise ImportFileError(protected) from None
    except (CalamineError, ValueError, OSError):
        raise ImportFileError(_UNREADABLE) from None
    filled = [(name, rows) for name, cells in sheets if (rows := _number_rows(cells, find_formula_errors(path, name)))]
    if not filled:
        raise ImportFileError("is empty")
    name, rows = filled[0]
    note = (f'the sheet "{name}" was read; the file has {len(filled)} with something in them',)
    return TableSource(lambda: iter(rows), note if len(filled) > 1 else ())


def _number_rows(rows: list[list[Cell]], errors: Mapping[tuple[int, int], str]) -> list[NumberedRow]:
    """Number the rows that are not blank, and put formula errors back into their cells."""
    for (row, column), error in errors.items():
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = error
    return [(number, row) for number, row in enumerate(rows, 1) if not all(map(is_blank, row))]
