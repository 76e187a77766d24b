"""Reads files as rows of cells: text with commas, semicolons or tabs, row by row; spreadsheets, as a whole.

The content of a file decides what it is, not its name.
"""

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Any, TextIO

from bot.importing.errors import ImportFileError
from bot.importing.parsing import encodings, xlsx
from bot.importing.parsing.cells import Cell, is_blank
from bot.importing.parsing.limits import (
    MAX_COLUMNS,
    MAX_LINE_BYTES,
    MAX_ROW_CHARS,
    MAX_SPREADSHEET_BYTES,
    MAX_TEXT_BYTES,
    MEBIBYTE,
)

DELIMITERS = (",", ";", "\t")
_BLANK = " \u00a0" + "".join(DELIMITERS)
"""A row of these alone is blank, whichever delimiter it is split by."""
_END = "\0the end\0"
"""A line of ours after the file's last: what swallows it is a quotation mark that was never closed."""
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""The name of the part of the file that holds a spreadsheet with a password."""
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
        status = path.stat()
        _check_kind(status.st_mode)
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise ImportFileError(f"can't be read: {(error.strerror or str(error)).lower()}") from None
    if not start:
        raise ImportFileError("is empty")
    is_spreadsheet = start.startswith((_ZIP, _OLE))
    most = MAX_SPREADSHEET_BYTES if is_spreadsheet else MAX_TEXT_BYTES
    if status.st_size > most:
        raise ImportFileError(f"is larger than {most // MEBIBYTE} MB: split it into several files")
    return _open_spreadsheet(path) if is_spreadsheet else _open_text(path, header_score)


def _check_kind(mode: int) -> None:
    """Check that a path is a file that ends: a pipe or a device may never do."""
    if S_ISDIR(mode):
        raise ImportFileError("is a folder, not a file")
    if not S_ISREG(mode):
        raise ImportFileError("is a pipe or a device, not a file")


def _open_text(path: Path, header_score: HeaderScore) -> TableSource:
    _check_lines(path)
    encoding = encodings.detect_encoding(path)
    delimiter = max(DELIMITERS, key=lambda each: _score_delimiter(path, encoding, each, header_score))
    return TableSource(lambda: _read_csv_rows(path, encoding, delimiter))


def _check_lines(path: Path) -> None:
    """Check that no line is longer than MAX_LINE_BYTES, before anything looks at its letters."""
    number, length = 1, 0
    for block in encodings.read_blocks(path):
        last = max(block.rfind(b"\n"), block.rfind(b"\r"))
        first = last if last < 0 else min(at for at in (block.find(b"\n"), block.find(b"\r")) if at >= 0)
        length += len(block) if last < 0 else first
        if length > MAX_LINE_BYTES:
            raise ImportFileError(_too_long(number))
        if last >= 0:
            number += max(block.count(b"\n"), block.count(b"\r"))
            length = len(block) - last - 1


def _too_long(row: int) -> str:
    return f"row {row:,} is longer than {MAX_ROW_CHARS:,} characters: this is no table"


def _score_delimiter(path: Path, encoding: str, delimiter: str, header_score: HeaderScore) -> tuple[int, int]:
    """Score how well a delimiter splits the first row: by known column names, then by the number of cells."""
    cells = next((cells for _, cells in _read_csv_rows(path, encoding, delimiter)), ())
    return header_score(cells), len(cells)


def _read_csv_rows(path: Path, encoding: str, delimiter: str) -> Iterator[NumberedRow]:
    csv.field_size_limit(MAX_ROW_CHARS + 1)
    with path.open(encoding=encoding, newline="") as file:
        # some spreadsheets name the delimiter in a line before the header
        named = re.fullmatch(r"\ufeff?\"?sep=(.)\"?\s*+", file.readline(_LONGEST_SEP_LINE))
        if not named:
            file.seek(0)
        number = 1 if named else 0
        lines = _BoundedLines(file)
        try:
            for cells in csv.reader(lines, delimiter=named[1] if named else delimiter):
                number += 1
                lines.begin_row(number)
                if not cells:
                    continue
                if cells[-1].endswith(_END):
                    if len(cells) == 1 and cells[0] == _END:
                        return
                    raise ImportFileError(_never_closed(number))
                if len(cells) > MAX_COLUMNS:
                    raise ImportFileError(
                        f"row {number:,} has {len(cells):,} cells, and at most {MAX_COLUMNS:,} can be read"
                    )
                if any(cells) and any(cell.strip(_BLANK) for cell in cells):
                    yield number, cells
        except csv.Error as error:
            raise ImportFileError(f"row {number + 1} can't be read: {error}") from None


_LONGEST_SEP_LINE = 20


def _never_closed(row: int) -> str:
    return f"row {row:,} has a quotation mark that is never closed"


class _BoundedLines:
    """The lines of a file for a CSV reader, of which no row may take more than MAX_ROW_CHARS."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._row = 0
        self._taken = 0
        self._quotes = 0
        self._ended = False

    def begin_row(self, finished: int) -> None:
        """Begin to count anew, after a row."""
        self._row, self._taken, self._quotes = finished, 0, 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._ended:
            raise StopIteration
        line = self._file.readline(MAX_ROW_CHARS + 1)
        if not line:
            self._ended = True
            return _END
        self._taken += len(line)
        self._quotes += line.count('"')
        if self._taken > MAX_ROW_CHARS:
            row = self._row + 1
            raise ImportFileError(_never_closed(row) if self._quotes % 2 else _too_long(row))
        return line


def _open_spreadsheet(path: Path) -> TableSource:
    from python_calamine import CalamineError, load_workbook  # noqa: PLC0415  # 20 ms, not for CSV

    with path.open("rb") as file:
        if file.read(4) == _OLE:
            protected = _ENCRYPTED in file.read()
            raise ImportFileError(
                "is protected by a password: take it off, or save it as CSV UTF-8" if protected else xlsx.UNREADABLE
            )
    book = xlsx.open_book(path)
    filled = [sheet for sheet in book.sheets if sheet.filled]
    for sheet in filled:
        try:
            cells = load_workbook(book.content).get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
        except (CalamineError, ValueError, OSError):
            raise ImportFileError(xlsx.UNREADABLE) from None
        if rows := _number_rows(cells, sheet.errors):
            note = f'the sheet "{sheet.name}" was read; the file has {len(filled)} with something in them'
            return TableSource(lambda: iter(rows), (note,) if len(filled) > 1 else ())
    raise ImportFileError("is empty")


def _number_rows(rows: Sequence[list[Any]], errors: Mapping[tuple[int, int], str]) -> list[NumberedRow]:
    """Number the rows that are not blank, and put formula errors back into their cells."""
    for (row, column), error in errors.items():
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = error
    return [(number, row) for number, row in enumerate(rows, 1) if not all(map(is_blank, row))]
