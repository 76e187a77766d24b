"""Opens a file as a table: what kind of file it is, its sheet, and the row with its column names.

The content of a file decides what it is, not its name.
"""

from pathlib import Path
from stat import S_ISDIR, S_ISREG

from bot.importing.errors import ImportFileError
from bot.importing.parsing import encodings, foreign, spreadsheets, text_tables
from bot.importing.parsing.limits import (
    MAX_LINE_BYTES,
    MAX_ROW_CHARS,
    MAX_SPREADSHEET_BYTES,
    MAX_TEXT_BYTES,
    MEBIBYTE,
)
from bot.importing.parsing.table import BrokenRow, HeaderScore, NumberedRow, Row, TableSource

__all__ = ["BrokenRow", "HeaderScore", "NumberedRow", "Row", "TableSource", "open_table"]


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
            start = file.read(4)
        if not start:
            raise ImportFileError("is empty")
        most = MAX_SPREADSHEET_BYTES if start in {foreign.ZIP, foreign.OLE} else MAX_TEXT_BYTES
        if status.st_size > most:
            raise ImportFileError(f"is larger than {most // MEBIBYTE} MB: split it into several files")
        is_spreadsheet = foreign.check_start(path)
    except OSError as error:
        raise ImportFileError(f"can't be read: {(error.strerror or str(error)).lower()}") from None
    if is_spreadsheet:
        return spreadsheets.open_spreadsheet(path, header_score, sheet)
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
