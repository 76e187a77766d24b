"""Reads a text file as a table: finds the delimiter and the row of column names, and checks each row's cells.

A row with too many cells is a `BrokenRow`, as is a last one that is cut off: nothing is moved into another column.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from pathlib import Path
from typing import TextIO

from bot.importing.errors import ImportFileError
from bot.importing.parsing import encodings, layout
from bot.importing.parsing.cells import display_text
from bot.importing.parsing.limits import MAX_COLUMNS
from bot.importing.parsing.splitter import SplitRow, Splitter
from bot.importing.parsing.table import BEYOND, BrokenRow, HeaderScore, TableSource

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_ROWS = 200
"""Rows with something in them, over which a delimiter is judged."""
_BLANK = " \u00a0" + "".join(DELIMITERS)
"""A row of these alone is blank, whichever delimiter it is split by."""
_SEP = re.compile(r"\ufeff?\"?sep=(.)\"?\s*+", re.IGNORECASE)
"""The line before all others in which some spreadsheets name the delimiter."""
_THOUSANDS, _REST = re.compile(r"[^\w]*+(?:[A-Z]{3}\s?)?[^\w]*+\d{1,3}"), re.compile(r"\d{3}(?:\.\d+)?\D{0,5}")
_WHOLE, _DECIMALS = re.compile(r"[^\w]*+(?:[A-Z]{3}\s?)?[^\w]*+\d++"), re.compile(r"\d{1,2}\D{0,5}")


@dataclass(frozen=True, slots=True)
class _Text:
    """How a text file is written."""

    path: Path
    encoding: encodings.Encoding
    delimiter: str
    header: int = 0
    """The number of the row of column names; 0 while it is looked for."""
    titled: int = 0
    """Cells up to the last one with a column name."""
    width: int = 0
    """Cells that a row may have: blank ones at the end of every row are none too many."""


@dataclass(frozen=True, slots=True)
class _Guess:
    """How a delimiter splits a file's first rows."""

    text: _Text
    titles: tuple[Sequence[str], ...]
    """The rows above that of the column names."""
    rank: tuple[int, float, int]
    """What guesses are compared by: column names found, how evenly the rows below are split, and cells."""


def open_text(path: Path, header_score: HeaderScore) -> TableSource:
    """Open a text file; `header_score` decides which row has the column names, and between delimiters.

    Raises:
        ImportFileError: when nothing is in it, or it is no table.
    """
    encoding = encodings.detect_encoding(path)
    with _open(path, encoding) as file:
        named = _SEP.fullmatch(file.readline(20))
    delimiters = dict.fromkeys([*(named[1] if named else ""), *DELIMITERS])
    guesses, complaint = [], ImportFileError("is empty")
    for delimiter in delimiters:
        try:
            guesses.append(_guess(_Text(path, encoding, delimiter), header_score))
        except ImportFileError as error:
            complaint = error
    if not guesses:
        raise complaint
    best = max(guesses, key=lambda each: each.rank)
    text = best.text
    titles = [" ".join(filter(None, map(display_text, cells))) for cells in best.titles]
    if named:
        titles = titles[1:]
    return TableSource(lambda: _read_rows(text), title_rows=len(titles), titles="\n".join(titles))


def _guess(text: _Text, header_score: HeaderScore) -> _Guess:
    rows: list[tuple[int, list[str]]] = []
    for number, cells in islice(_read_rows(text), _SAMPLE_ROWS):
        # a title may be no row of cells at all
        rows.append((number, [cells.value] if isinstance(cells, BrokenRow) else cells))
    if not rows:
        raise ImportFileError("is empty")
    at, score = layout.choose_header((cells for _, cells in rows[: layout.HEADER_ROWS]), header_score)
    number, header = rows[at]
    below = [cells for _, cells in rows[at + 1 :]]
    titled = max((position for position, cell in enumerate(header, 1) if cell.strip()), default=1)
    width = len(header) + _count_surplus(len(header), below)
    even = sum(len(cells) == width for cells in below) / len(below) if below and width > 1 else 0.0
    return _Guess(
        text=replace(text, header=number, titled=titled, width=width),
        titles=tuple(cells for _, cells in rows[:at]),
        rank=(score, even, width),
    )


def _count_surplus(width: int, below: Sequence[Sequence[str]]) -> int:
    """Count the blank cells that each row has beyond the column names: some programs end every line with a delimiter.

    One row is no evidence of that: a number with a comma and no quotation marks makes a cell more, too.
    """
    surplus = min((len(cells) - width for cells in below), default=0)
    if surplus <= 0 or len(below) < 2 or any(cell.strip() for cells in below for cell in cells[width:]):
        return 0
    return surplus


def _open(path: Path, encoding: encodings.Encoding) -> TextIO:
    return path.open(encoding=encoding.name, errors=encoding.errors, newline="")


def _read_rows(text: _Text) -> Iterator[tuple[int, SplitRow]]:
    """Read the rows that are not blank, from that of the column names on; all of them while it is looked for."""
    titled = text.titled or MAX_COLUMNS
    with _open(text.path, text.encoding) as file:
        splitter = Splitter(file, text.delimiter, text.width)
        start, rows = 1, splitter.split_chunk()
        while rows:
            is_plain = not splitter.broken and splitter.widest <= titled and start > text.header
            following = splitter.split_chunk()
            at_end = not following and splitter.unfinished and text.titled > 0
            if not is_plain or at_end:
                rows = list(_check_rows(rows, start, text, at_end=at_end))
            for number, cells in enumerate(rows, start):
                # most rows have something in their first cell
                if cells and (isinstance(cells, BrokenRow) or cells[0].strip(_BLANK) or any(map(_has_text, cells))):
                    yield number, cells
            start, rows = start + len(rows), following


def _has_text(cell: str) -> bool:
    return bool(cell.strip(_BLANK))


def _check_rows(rows: Sequence[SplitRow], start: int, text: _Text, *, at_end: bool) -> Iterator[SplitRow]:
    """Check rows one by one; those above that of the column names have no cells any more."""
    for number, cells in enumerate(rows, start):
        if number < text.header:
            yield []
        elif number > text.header and text.titled and isinstance(cells, list):
            yield _check_row(cells, text, is_last=at_end and number == start + len(rows) - 1)
        else:
            yield cells


def _check_row(cells: list[str], text: _Text, *, is_last: bool) -> SplitRow:
    if is_last and len(cells) < text.titled:
        return _check_end(cells, text.titled)
    return _check_surplus(cells, text) if len(cells) > text.titled and any(map(_has_text, cells)) else cells


def _check_end(cells: list[str], titled: int) -> SplitRow:
    """Check the last row of a file that ends without the end of a line."""
    what = layout.find_total(cells, range(titled))
    if what and (what != "total" or len(cells) > 1):  # a client's name may be cut off at "Total", too
        return cells
    return BrokenRow("is cut off: the file ends in the middle of it", display_text(cells[-1]) if cells else "")


def _check_surplus(cells: list[str], text: _Text) -> SplitRow:
    """Check a row with cells beyond the last column name."""
    beyond = next((cell for cell in cells[text.titled :] if cell.strip()), "")
    if beyond:
        return BrokenRow(BEYOND, display_text(beyond))
    if len(cells) > text.width:
        return BrokenRow(f"has {len(cells):,} cells, and there are {text.titled:,} column names")
    if text.delimiter == "," and (number := _find_split_number(cells)):
        return BrokenRow("may be one number with a comma in it: put it in quotation marks", number)
    return cells


def _find_split_number(cells: Sequence[str]) -> str:
    """Return the first two neighbours that may be one number, as of ``1,234.50`` without quotation marks."""
    for cell, following in pairwise(map(str.strip, cells)):
        if (_THOUSANDS.fullmatch(cell) and _REST.fullmatch(following)) or (
            _WHOLE.fullmatch(cell) and _DECIMALS.fullmatch(following)
        ):
            return f"{cell},{following}"
    return ""
