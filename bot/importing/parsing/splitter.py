"""Splits the lines of a text file into rows of cells, chunk by chunk, and finds those whose quotation marks are wrong.

Most chunks are split as a whole. Where a cell takes up several lines, or a quotation mark stands where none may, the
rows of that chunk are split one by one: a mark that is never closed costs its own row, and no other.
Never here: what a row or a column is.
"""

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence, Sized
from contextlib import suppress
from typing import TextIO

from bot.importing.errors import ImportFileError
from bot.importing.parsing.cells import display_text
from bot.importing.parsing.limits import MAX_COLUMNS, MAX_QUOTED_CHARS, MAX_READ_AGAIN, MAX_ROW_CHARS
from bot.importing.parsing.table import BrokenRow

NEVER_CLOSED = "has a quotation mark that is never closed"
QUOTED_INSIDE = "has a quotation mark inside a quoted cell: write it twice there"
_CHUNK = 1 << 14
"""Characters of the lines that are split at once: few enough for a processor's cache."""
_DIGITS, _LETTERS = re.compile(r"\d+"), re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"[^\w]*+\d[\d.,'\s]*+[^\w]*+(?:[^\W\d_]{1,3})?")

SplitRow = list[str] | BrokenRow


class Splitter:
    """Splits the lines of a file that is open with ``newline=""``; give it `width`, once a row's cells are counted."""

    def __init__(self, file: TextIO, delimiter: str, width: int = 0) -> None:
        self._file = file
        self._delimiter = delimiter
        self._width = width
        self._rows = 0
        self._room = MAX_READ_AGAIN
        self.broken = False
        """Whether the rows split last have broken ones among them, or such that take up several lines."""
        self.widest = 0
        """How many cells the widest of them has."""
        self.unfinished = False
        """Whether the last line that was read has no end: so it is with a file's last, where it is cut off."""

    def split_chunk(self) -> Sequence[SplitRow]:
        """Split the next lines, blank ones into no cells; nothing at the end of the file.

        Raises:
            ImportFileError: when a line is longer than any row may be, or too many rows are broken.
        """
        lines = self._file.readlines(_CHUNK)
        if not lines:
            return []
        self._check_longest(lines, MAX_ROW_CHARS, "is longer than {most:,} characters: this is no table")
        self.unfinished = lines[-1][-1] not in "\r\n"
        whole: list[list[str]] = []
        with suppress(csv.Error):
            whole.extend(self._reader(lines))
        rows: Sequence[SplitRow] = whole
        if len(whole) != len(lines):  # a quotation mark joins two of them, or is one too many
            rows = list(self._split_carefully(deque(lines)))
            whole = [[] if isinstance(cells, BrokenRow) else cells for cells in rows]
        self.broken = rows is not whole
        self.widest = self._check_longest(whole, MAX_COLUMNS, "has {length:,} cells, and at most {most:,} can be read")
        self._rows += len(rows)
        return rows

    def _check_longest(self, rows: Sequence[Sized], most: int, complaint: str) -> int:
        longest = max(map(len, rows))
        if longest > most:
            number = self._rows + list(map(len, rows)).index(longest) + 1
            raise ImportFileError(f"row {number:,} " + complaint.format(length=longest, most=most))
        return longest

    def _reader(self, lines: Iterable[str]) -> Iterator[list[str]]:
        return csv.reader(lines, delimiter=self._delimiter, strict=True, skipinitialspace=True)

    def _split_carefully(self, pending: deque[str]) -> Iterator[SplitRow]:
        while pending:
            taken: list[str] = []
            try:
                cells = next(self._reader(self._take_lines(pending, taken)))
            except csv.Error:
                cells = None
            if cells is not None and (len(taken) == 1 or not self._swallows_rows(cells, taken)):
                yield cells
                continue
            self._room -= sum(map(len, taken))
            if self._room < 0:
                raise ImportFileError("has too many quotation marks that are never closed: save it as CSV UTF-8 again")
            pending.extendleft(reversed(taken[1:]))
            reason = QUOTED_INSIDE if len(taken) == 1 and self.is_closed(taken[0]) else NEVER_CLOSED
            yield BrokenRow(reason, display_text(taken[0]))

    @staticmethod
    def is_closed(line: str) -> bool:
        """Whether a line has as many quotation marks that open as marks that close."""
        return line.count('"') % 2 == 0

    def _take_lines(self, pending: deque[str], taken: list[str]) -> Iterator[str]:
        """Hand out the lines of one row, and note them."""
        size = 0
        while size <= MAX_QUOTED_CHARS:
            line = pending.popleft() if pending else self._file.readline()
            if not line:
                return
            if not pending:
                self.unfinished = line[-1] not in "\r\n"
            taken.append(line)
            size += len(line)
            yield line

    def _swallows_rows(self, cells: Sequence[str], taken: Sequence[str]) -> bool:
        """Whether a row over several lines is in truth several rows, of which the first has an unclosed mark.

        So it is where there are too many cells, and where one of the later lines has the cells of a row by itself, with
        dates, numbers, addresses and keys in the same places.
        """
        if self._width and len(cells) > self._width:
            return True
        joined = next(position for position, cell in enumerate(cells) if "\n" in cell or "\r" in cell)
        forms = [_describe_form(cell) for cell in cells]
        for number, line in enumerate(taken[1:], 2):
            # but the last, which closes the mark, a row has closed marks of its own
            others = self._split_alone(line, strict=number < len(taken))
            if joined == 0 and number == len(taken):
                continue  # the cells of the row itself
            if len(others) == len(cells) and _are_alike(forms, [_describe_form(cell) for cell in others], joined):
                return True
        return False

    def _split_alone(self, line: str, *, strict: bool) -> list[str]:
        try:
            return next(csv.reader([line], delimiter=self._delimiter, strict=strict, skipinitialspace=True), [])
        except csv.Error:
            return []


def _are_alike(forms: Sequence[str], others: Sequence[str], joined: int) -> bool:
    pairs = [(a, b) for at, (a, b) in enumerate(zip(forms, others, strict=True)) if at != joined and a and b]
    return all(a == b for a, b in pairs) and any(a != "text" for a, _ in pairs)


def _describe_form(cell: str) -> str:
    """Describe how a cell is written: empty, ``text``, ``number``, ``@``, or where its digits stand, as ``9-9-9``."""
    text = cell.strip()
    if not any(char.isdigit() for char in text):
        return "@" if "@" in text else "text" if text else ""
    if _NUMBER.fullmatch(text):
        return "number"
    return _LETTERS.sub("a", _DIGITS.sub("9", text))
