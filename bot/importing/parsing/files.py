"""Files as rows of cells: text with commas, semicolons or tabs, read row by row; spreadsheets, read whole.

What a file is, is told by its content and not by its name.
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
from bot.importing.parsing.cells import Cell, is_nothing
from bot.importing.parsing.xlsx_errors import failed_cells

DELIMITERS = (",", ";", "\t")
_BLANK = " \u00a0" + "".join(DELIMITERS)
"""A row of nothing else is blank, whichever delimiter it is read with."""
LONGEST_CELL = 1_000_000
"""Characters: what is longer is a quotation mark that was never closed."""
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""The name of the part that holds a spreadsheet with a password."""
_UNREADABLE = "is no spreadsheet that can be read: save it as .xlsx or as CSV UTF-8"

Line = tuple[int, Sequence[Cell]]
"""A row's number, as a spreadsheet shows it, and its cells."""
Fit = Callable[[Sequence[Cell]], int]
"""How many cells of a first row are known column names."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file opened: its rows can be gone through any number of times, the header first."""

    lines: Callable[[], Iterator[Line]]
    """All rows that are not blank."""
    notes: tuple[str, ...] = ()
    """What its author may want to know: the sheet that was used."""


def open_source(path: Path, fit: Fit) -> Source:
    """Open a file, whatever it is; `fit` tells the right delimiter from the wrong ones.

    Raises:
        ImportFileError: when it is missing, empty, protected, or nothing that can be read.
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
        return _spreadsheet(path)
    return _text(path, fit)


def _text(path: Path, fit: Fit) -> Source:
    encoding = encodings.of(path)
    delimiter = max(DELIMITERS, key=lambda each: _promise(path, encoding, each, fit))
    return Source(lambda: _csv_lines(path, encoding, delimiter))


def _promise(path: Path, encoding: str, delimiter: str, fit: Fit) -> tuple[int, int]:
    """How well a delimiter takes the first row apart: known names, then the number of cells."""
    cells = next((cells for _, cells in _csv_lines(path, encoding, delimiter)), ())
    return fit(cells), len(cells)


def _csv_lines(path: Path, encoding: str, delimiter: str) -> Iterator[Line]:
    csv.field_size_limit(LONGEST_CELL)
    with path.open(encoding=encoding, newline="") as file:
        # a line that some spreadsheets write before the header, to name the delimiter
        told = re.fullmatch(r"\ufeff?\"?sep=(.)\"?\s*", file.readline())
        if not told:
            file.seek(0)
        number = 1 if told else 0
        try:
            for cells in csv.reader(file, delimiter=told[1] if told else delimiter):
                number += 1
                if any(cells) and any(cell.strip(_BLANK) for cell in cells):
                    yield number, cells
        except csv.Error as error:
            if "larger than field limit" not in str(error):
                raise ImportFileError(f"row {number + 1} can't be read: {error}") from None
            raise ImportFileError(f"row {number + 1} has a quotation mark that is never closed") from None


def _spreadsheet(path: Path) -> Source:
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
    filled = [(name, lines) for name, rows in sheets if (lines := _filled(rows, failed_cells(path, name)))]
    if not filled:
        raise ImportFileError("is empty")
    name, lines = filled[0]
    note = (f'the sheet "{name}" was read; the file has {len(filled)} with something in them',)
    return Source(lambda: iter(lines), note if len(filled) > 1 else ())


def _filled(rows: list[list[Cell]], failed: Mapping[tuple[int, int], str]) -> list[Line]:
    for (row, column), shown in failed.items():
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = shown
    return [(number, row) for number, row in enumerate(rows, 1) if not all(map(is_nothing, row))]
