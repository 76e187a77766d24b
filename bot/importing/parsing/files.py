"""Opens a file as a table: what kind of file it is, its sheet, and the row with its column names.

The content of a file decides what it is, not its name.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Any

from bot.importing.errors import ImportFileError
from bot.importing.parsing import encodings, layout, text_tables, xlsx
from bot.importing.parsing.cells import Cell, display_text, is_blank
from bot.importing.parsing.limits import (
    MAX_LINE_BYTES,
    MAX_ROW_CHARS,
    MAX_SPREADSHEET_BYTES,
    MAX_TEXT_BYTES,
    MEBIBYTE,
)
from bot.importing.parsing.table import BrokenRow, HeaderScore, NumberedRow, Row, TableSource

__all__ = ["BrokenRow", "HeaderScore", "NumberedRow", "Row", "TableSource", "open_table"]

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""The name of the part of the file that holds a spreadsheet with a password."""


def open_table(path: Path, header_score: HeaderScore, sheet: str | None = None) -> TableSource:
    """Open a text file or a spreadsheet; `header_score` finds its column names, under titles and on any visible sheet.

    `sheet` is the name of the one to be read.

    Raises:
        ImportFileError: when it is missing, empty, protected or unreadable, or has no such sheet.
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
    if is_spreadsheet:
        return _open_spreadsheet(path, header_score, sheet)
    if sheet is not None:
        raise ImportFileError("is a text file, which has no sheets: leave --sheet out")
    _check_lines(path)
    return text_tables.open_text(path, header_score)


def _check_kind(mode: int) -> None:
    """Check that a path is a file that ends: a pipe or a device may never do."""
    if S_ISDIR(mode):
        raise ImportFileError("is a folder, not a file")
    if not S_ISREG(mode):
        raise ImportFileError("is a pipe or a device, not a file")


def _check_lines(path: Path) -> None:
    """Check that no line is longer than MAX_LINE_BYTES, before anything looks at its letters."""
    number, length = 1, 0
    for block in encodings.read_blocks(path):
        last = max(block.rfind(b"\n"), block.rfind(b"\r"))
        first = last if last < 0 else min(at for at in (block.find(b"\n"), block.find(b"\r")) if at >= 0)
        length += len(block) if last < 0 else first
        if length > MAX_LINE_BYTES:
            raise ImportFileError(f"row {number:,} is longer than {MAX_ROW_CHARS:,} characters: this is no table")
        if last >= 0:
            number += max(block.count(b"\n"), block.count(b"\r"))
            length = len(block) - last - 1


def _open_spreadsheet(path: Path, header_score: HeaderScore, wanted: str | None) -> TableSource:
    from python_calamine import CalamineError, load_workbook  # noqa: PLC0415  # 20 ms, not for CSV

    with path.open("rb") as file:
        if file.read(4) == _OLE:
            protected = _ENCRYPTED in file.read()
            raise ImportFileError(
                "is protected by a password: take it off, or save it as CSV UTF-8" if protected else xlsx.UNREADABLE
            )
    book = xlsx.open_book(path)
    visible = [sheet for sheet in book.sheets if sheet.visible]
    if wanted is not None:
        visible = [sheet for sheet in visible if sheet.name == wanted]
    found = []
    for sheet in visible:
        if not sheet.filled:
            continue
        book.content.seek(0)
        try:
            cells = load_workbook(book.content).get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
        except (CalamineError, ValueError, OSError):
            raise ImportFileError(xlsx.UNREADABLE) from None
        if rows := _number_rows(cells, sheet.errors):
            at, score = layout.choose_header((row for _, row in rows[: layout.HEADER_ROWS]), header_score)
            found.append((score, sheet.name, at, rows))
    if not found:
        raise ImportFileError("is empty")
    _, name, at, rows = max(found, key=lambda each: each[0])
    titles = [" ".join(filter(None, map(display_text, row))) for _, row in rows[:at]]
    note = f'the sheet "{name}" was read; the file has {len(found)} with something in them'
    return TableSource(
        lambda: iter(rows[at:]),
        notes=(note,) if len(found) > 1 else (),
        title_rows=at,
        titles="\n".join(titles),
        epoch_1904=book.epoch_1904,
    )


def _number_rows(rows: Sequence[list[Any]], errors: Mapping[tuple[int, int], str]) -> list[tuple[int, list[Cell]]]:
    """Number the rows that are not blank, and put formula errors back into their cells."""
    for (row, column), error in errors.items():
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = error
    return [(number, row) for number, row in enumerate(rows, 1) if not all(map(is_blank, row))]
