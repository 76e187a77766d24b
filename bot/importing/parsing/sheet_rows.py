"""Reads the rows of a spreadsheet's sheet as they stand in its file, one by one: dates as dates, money as money.

Never here: which sheet is read, and where its column names are.
"""

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from bot.importing.errors import ImportFileError
from bot.importing.parsing import cell_formats, xlsx
from bot.importing.parsing.cell_formats import PLAIN, CellFormat
from bot.importing.parsing.cells import NOT_CALCULATED, Cell, is_blank
from bot.importing.parsing.limits import (
    MAX_CELL_CHARS,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_MERGES,
    MAX_SHARED_TEXT,
    MAX_SHEET_ROWS,
    MAX_UNPACKED_BYTES,
)

_ROW_START = re.compile(rb"<row((?:\s[^<>]*+)?)(/?+)>")
_CELL = re.compile(
    rb'<c(?: r="([A-Z]{1,3})[0-9]{1,7}")?((?: (?!r=)[a-z]++="[^"<]*+")*+) ?+(?:/>'
    rb"|>(?:(<f)(?: [^<>]*+)?(?:(?<=/)>|>[^<]*+</f>))?"
    rb"(?:<v>([^<]*+)</v>|<v ?/>|<is><t(?: [^<>]*+)?>([^<]*+)</t></is>)?+</c>)"
)
"""A cell as most programs write it; those of a row with any other are read as a tree."""
_NUMBER = re.compile(rb'\sr="([0-9]{1,7})"')
_HIDDEN = re.compile(rb'<row\s[^<>]*?\shidden="(?:1|true)"')
_MERGE = re.compile(rb'<mergeCell\s[^<>]*?ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')
_ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')
_LONG_TEXT = 1_000
_MAX_KINDS = 10_000
_RawCell = tuple[bytes, bytes, bytes, bytes, bytes]
"""As they stand in the file: the letters of a cell's column, its attributes, the start of a formula, value and text."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What can be said of a sheet once all of it was looked at."""

    hidden_rows: int
    merges: tuple[tuple[int, int, int], ...]
    """Cells that reach over several rows: the column from 0, the first row and the last one."""


def survey(workbook: xlsx.Workbook, sheet: xlsx.Sheet) -> Survey:
    """Look through a sheet before its rows are read.

    Raises:
        ImportFileError: when it has more cells than the limits allow, or can't be read.
    """
    cells = hidden = 0
    merges: list[tuple[int, int, int]] = []
    for block in _unpack(workbook, sheet):
        cells += block.count(b"<c ") + block.count(b"<c>") + block.count(b"<c/")
        if cells > MAX_CELLS or block.count(b"<row") > MAX_CELLS:
            raise ImportFileError(
                f'the sheet "{sheet.name}" has more than {MAX_CELLS:,} cells: take some out, or save it as CSV UTF-8'
            )
        if b"hidden=" in block:
            hidden += len(_HIDDEN.findall(block))
        for first_column, first, _, last in _MERGE.findall(block):
            if int(last) > int(first):
                merges.append((column_number(first_column), int(first), int(last)))
            if len(merges) > MAX_MERGES:
                raise ImportFileError(f'the sheet "{sheet.name}" has too many merged cells: save it as CSV UTF-8')
    return Survey(hidden, tuple(merges))


def column_number(letters: bytes) -> int:
    """Return the number of a column from 0: 0 for A, 26 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1


def _unpack(workbook: xlsx.Workbook, sheet: xlsx.Sheet) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(workbook.path) as packed:
            yield from xlsx.unpack(packed, sheet.part, MAX_UNPACKED_BYTES)
    except xlsx.BROKEN:
        raise ImportFileError(xlsx.UNREADABLE) from None


def read_rows(workbook: xlsx.Workbook, sheet: xlsx.Sheet) -> Iterator[tuple[int, list[Cell]]]:
    """Read the rows of a sheet that are not blank, with their numbers.

    Raises:
        ImportFileError: when they can't be read, or hold more than the limits allow.
    """
    return SheetReader(workbook, sheet).read_rows()


class SheetReader:
    """Reads the rows of one sheet, once."""

    def __init__(self, workbook: xlsx.Workbook, sheet: xlsx.Sheet) -> None:
        self._workbook = workbook
        self._sheet = sheet
        self._number = 0
        self._room = MAX_SHARED_TEXT
        self._columns: dict[bytes, int] = {}
        self._kinds: dict[bytes, tuple[str, CellFormat]] = {}

    def read_rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """Read the rows that are not blank."""
        rest = b""
        for block in _unpack(self._workbook, self._sheet):
            *rows, rest = (rest + block).split(b"</row>")
            for content in rows:
                cells = self._read_row(content)
                if not all(map(is_blank, cells)):
                    yield self._number, cells
            if len(rest) > xlsx.LONGEST_REST:  # rows without cells have no end of their own
                at = rest.rfind(b"<row")
                self._skip_rows(rest[:at])
                rest = rest[at:]
                if at < 0 or len(rest) > xlsx.LONGEST_REST:
                    raise ImportFileError(xlsx.UNREADABLE)

    def _read_row(self, content: bytes) -> list[Cell]:
        at = content.rfind(b"<row")
        start = _ROW_START.match(content, max(at, 0))
        if start is None:
            raise ImportFileError(xlsx.UNREADABLE)
        self._skip_rows(content[:at])
        place = _NUMBER.search(start[1])
        self._go_to(int(place[1]) if place else self._number + 1)
        inside = content[start.end() :]
        found = _CELL.findall(inside)
        try:
            if len(found) == inside.count(b"<c"):
                return self._read_cells(found)
            return self._read_cells([_flatten(each) for each in xlsx.parse_tree(inside)])
        except xlsx.BROKEN:
            raise ImportFileError(xlsx.UNREADABLE) from None

    def _skip_rows(self, content: bytes) -> None:
        """Count rows without any cells."""
        count = content.count(b"<row")
        if count:
            places = _NUMBER.findall(content)
            self._go_to(int(places[-1]) if places else self._number + count)

    def _go_to(self, number: int) -> None:
        if not self._number < number <= MAX_SHEET_ROWS:
            raise ImportFileError(xlsx.UNREADABLE)
        self._number = number

    def _read_cells(self, found: Sequence[_RawCell]) -> list[Cell]:
        texts, kinds, columns = self._workbook.texts, self._kinds, self._columns
        cells: list[Cell] = []
        for letters, attributes, formula, stored, text in found:
            column = columns.get(letters, -1)
            if column != len(cells):
                column = self._find_column(letters, len(cells), filled=bool(stored or formula or text))
                cells.extend([None] * (column - len(cells)))
            known = kinds.get(attributes)
            kind, cell_format = known if known is not None else self._learn(attributes)
            cell: Cell
            if formula or not stored:
                cell = self._read_formula(kind, cell_format, stored) if formula else xlsx.decode_text(text) or None
            elif kind == "n":
                number = float(stored)
                cell = number if cell_format is PLAIN else self._show(number, cell_format)
            elif kind == "s":
                cell = texts[int(stored)]
            else:
                cell = self._read_typed(kind, stored)
            if cell.__class__ is str and len(cell) > _LONG_TEXT:
                self._take_room(cell)
            cells.append(cell)
        return cells

    def _find_column(self, letters: bytes, following: int, *, filled: bool) -> int:
        """Return the column of a cell, from 0; one that doesn't say it follows the one before."""
        column = column_number(letters) if letters else following
        if column >= MAX_COLUMNS and filled:
            raise ImportFileError(
                f'the sheet "{self._sheet.name}" has {column + 1:,} columns, and at most {MAX_COLUMNS:,} can be read: '
                "delete what stands far to the right"
            )
        if column < following:
            raise ImportFileError(xlsx.UNREADABLE)
        self._columns[letters] = column
        return column

    def _learn(self, attributes: bytes) -> tuple[str, CellFormat]:
        """Return the type and the format that a cell's attributes name, and remember them."""
        found = dict(_ATTRIBUTE.findall(attributes.decode()))
        style, formats = int(found.get("s", "0")), self._workbook.formats
        known = found.get("t", "n"), formats[style] if style < len(formats) else PLAIN
        if len(self._kinds) < _MAX_KINDS:
            self._kinds[attributes] = known
        return known

    def _read_formula(self, kind: str, cell_format: CellFormat, stored: bytes) -> Cell:
        """Read what a formula came to, as far as it was calculated by the program that wrote the file."""
        calculated = not self._workbook.uncalculated
        if not stored:
            return None if kind == "str" and calculated else NOT_CALCULATED
        if kind == "n":
            number = float(stored)
            return self._show(number, cell_format) if number or calculated else NOT_CALCULATED
        return self._read_typed(kind, stored)

    def _read_typed(self, kind: str, stored: bytes) -> Cell:
        if kind == "s":
            return self._workbook.texts[int(stored)]
        if kind == "b":
            return stored.strip() in {b"1", b"true"}
        text = xlsx.decode_text(stored)
        if kind == "d":
            moment = datetime.fromisoformat(text)
            return moment if moment.tzinfo or moment.time() != time(0) else moment.date()
        return text

    def _show(self, number: float, cell_format: CellFormat) -> Cell:
        return cell_formats.to_cell(number, cell_format, epoch_1904=self._workbook.epoch_1904)

    def _take_room(self, text: str) -> None:
        """Count the letters of long texts: a text is in the file once, and many cells may show it."""
        self._room -= len(text)
        if self._room < 0 or len(text) > MAX_CELL_CHARS:
            raise ImportFileError(f'the sheet "{self._sheet.name}" has too much text in it: save it as CSV UTF-8')


def _flatten(element: ET.Element) -> _RawCell:
    """Return a cell that was read as a tree in the form of all others."""
    place = re.fullmatch(r"([A-Z]{1,3})[0-9]{1,7}", element.get("r", ""))
    if element.tag != "c" or ("r" in element.attrib and not place):
        raise ImportFileError(xlsx.UNREADABLE)
    attributes = "".join(f' {name}="{element.get(name)}"' for name in ("s", "t") if name in element.attrib)
    inline, stored = element.find("is"), element.find("v")
    return (
        place[1].encode() if place else b"",
        attributes.encode(),
        b"" if element.find("f") is None else b"<f",
        escape((stored.text or "") if stored is not None else "").encode(),
        escape(xlsx.read_rich_text(inline) if inline is not None else "").encode(),
    )
