"""Makes an .xlsx file safe to read: unpacks what is needed of it within limits, and looks at each sheet's cells.

A file of a kilobyte can claim a billion cells, or unpack to gigabytes, and the library that reads spreadsheets
believes it. So it is given a copy that holds only parts whose size is known, and only sheets that were looked at here.
Never here: what the cells mean.
"""

import io
import re
import struct
import zipfile
import zlib
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise
from pathlib import Path
from xml.sax.saxutils import unescape

from bot.importing.errors import ImportFileError
from bot.importing.parsing.limits import (
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_DIRECTORY_BYTES,
    MAX_FAILED_FORMULAS,
    MAX_LIST_BYTES,
    MAX_SHARED_TEXT,
    MAX_SHEETS,
    MAX_UNPACKED_BYTES,
    MEBIBYTE,
)

UNREADABLE = "is no spreadsheet that can be read: save it as .xlsx or as CSV UTF-8"

_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, RuntimeError, EOFError, ValueError, LookupError, OSError)
"""What unpacking a damaged file raises."""
_TOO_MANY_PARTS = "has too many sheets or other parts in it: save the sheet you need as CSV UTF-8"

_END_OF_DIRECTORY = b"PK\x05\x06"
_BLOCK = 1 << 16
_UNUSED = ("xl/media/", "xl/drawings/", "xl/charts/", "xl/pivot", "xl/theme/", "xl/embeddings/", "xl/comments")
_ATTRIBUTES = rb'((?:\s++[\w:.-]++="[^"<]*+")*+)\s*+'
_ANY_CELL = re.compile(rb"<c(?=[\s/>])")
_CELL = re.compile(rb'<c(?:\s++r="([A-Z]{1,3})([0-9]{1,7})")?+' + _ATTRIBUTES + rb"(/?+)>")
_ANY_ROW = re.compile(rb"<row(?=[\s/>])")
_ROW = re.compile(rb'<row(?:\s++r="([0-9]{1,7})")?+' + _ATTRIBUTES + rb"/?+>")
_PLACE = re.compile(rb'\sr="(?:([A-Z]{1,3})([0-9]{1,7})")?')
_VALUE = re.compile(rb"(?:\s*+<f[\s>/][^<]*+(?:</f>)?+)?+\s*+<v>([^<]*+)<")
_SHARED_TEXT = re.compile(rb"<si[\s/>]")
_ROOT_PREFIX = re.compile(rb"<([A-Za-z_][\w.-]{0,30}+:)(?:worksheet|sst)[\s>]")
_MAYBE_PREFIXED = re.compile(rb":(?:c|row|v|si)[\s/>]")
_PREFIXED = re.compile(rb"<[^\s<>/:]++:(?:c|row|v|si)[\s/>]")
_ATTRIBUTE = re.compile(r'([\w:.-]++)\s*+=\s*+"([^"]*+)"')

Position = tuple[int, int]
"""Row and column, from 0."""


@dataclass(slots=True)
class Sheet:
    """What was found in a sheet's cells before they are read."""

    name: str
    visible: bool = True
    filled: int = 0
    """Cells with something in them."""
    errors: dict[Position, str] = field(default_factory=dict)
    """The texts of formulas that failed: the library returns them as empty, and an empty cell clears what is stored."""


@dataclass(frozen=True, slots=True)
class Book:
    """A file that is safe to read: a copy of the parts that are needed, and its sheets in their order."""

    content: io.BytesIO
    sheets: tuple[Sheet, ...]
    epoch_1904: bool = False


def open_book(path: Path) -> Book:
    """Copy what is needed of an .xlsx file, and look at its sheets.

    Raises:
        ImportFileError: when it is no such file, or has more in it than the limits allow.
    """
    try:
        _check_directory(path)
        with zipfile.ZipFile(path) as packed:
            content = _copy_parts(packed)
        with zipfile.ZipFile(content) as parts:
            sheets = tuple(_inspect_sheets(parts))
            properties = _read_elements(parts, "xl/workbook.xml", "workbookPr")
    except _BROKEN:
        raise ImportFileError(UNREADABLE) from None
    content.seek(0)
    return Book(content, sheets, any(each.get("date1904") in {"1", "true"} for each in properties))


def _check_directory(path: Path) -> None:
    """Check the size of the list of parts, which is read as a whole."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _BLOCK))
        end = file.read()
    at = end.rfind(_END_OF_DIRECTORY)
    if at < 0 or len(end) < at + 22:
        raise ImportFileError(UNREADABLE)
    if int.from_bytes(end[at + 12 : at + 16], "little") > MAX_DIRECTORY_BYTES:
        raise ImportFileError(_TOO_MANY_PARTS)


def _copy_parts(packed: zipfile.ZipFile) -> io.BytesIO:
    """Unpack the parts that hold the sheets and their texts, whatever size they claim to have."""
    room = MAX_UNPACKED_BYTES
    content = io.BytesIO()
    seen = set()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as copy:
        for part in packed.infolist():
            if not _is_needed(part.filename) or part.filename in seen:
                continue
            seen.add(part.filename)
            if part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                raise ImportFileError(UNREADABLE)
            with packed.open(part) as source, copy.open(part.filename, "w") as target:
                while block := source.read(_BLOCK):
                    room -= len(block)
                    if room < 0:
                        megabytes = MAX_UNPACKED_BYTES // MEBIBYTE
                        raise ImportFileError(f"unpacks to more than {megabytes} MB: save it as CSV UTF-8")
                    target.write(block)
    return content


def _is_needed(part: str) -> bool:
    name = part.lower()
    if name in {"[content_types].xml", "_rels/.rels"}:
        return True
    return name.startswith("xl/") and name.endswith((".xml", ".rels")) and not name.startswith(_UNUSED)


def _inspect_sheets(parts: zipfile.ZipFile) -> Iterator[Sheet]:
    """Look at every part, listed as a sheet or not: the library may take another one for a sheet than we do."""
    listed = _list_sheets(parts)
    if len(listed) > MAX_SHEETS:
        raise ImportFileError(f"has {len(listed):,} sheets, and at most {MAX_SHEETS} can be read: take some out")
    names = {part: name for name, part, _ in listed}
    visible = {part: state == "visible" for _, part, state in listed}
    if len(names) < len(listed) or not listed:
        raise ImportFileError(UNREADABLE)
    text_sizes = _measure_shared_texts(parts)
    sheets = {part: _inspect_sheet(names.get(part, part), parts.read(part), text_sizes) for part in parts.namelist()}
    return (replace(sheets[part], visible=visible[part]) for _, part, _ in listed)


def _list_sheets(parts: zipfile.ZipFile) -> list[tuple[str, str, str]]:
    """Return the sheets' names, the parts that hold them and whether they are ``visible``, in the workbook's order."""
    targets = {
        each["Id"]: each["Target"]
        for each in _read_elements(parts, "xl/_rels/workbook.xml.rels", "Relationship")
        if each["Type"].endswith("/worksheet")  # and not a chart's own sheet
    }
    listed = []
    for each in _read_elements(parts, "xl/workbook.xml", "sheet"):
        target = targets.get(next((value for key, value in each.items() if key.endswith(":id")), ""))
        if target:
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            listed.append((unescape(each["name"], {"&quot;": '"', "&apos;": "'"}), part, each.get("state", "visible")))
    return listed


def _read_elements(parts: zipfile.ZipFile, part: str, name: str) -> list[dict[str, str]]:
    if parts.getinfo(part).file_size > MAX_LIST_BYTES:
        raise ImportFileError(_TOO_MANY_PARTS)
    tags = re.findall(rf"<(?:\w++:)?+{name}\s([^<>]*+)>", parts.read(part).decode())
    return [dict(_ATTRIBUTE.findall(tag)) for tag in tags]


def _inspect_sheet(name: str, content: bytes, text_sizes: Sequence[int]) -> Sheet:
    """Look at a sheet's cells, in the way that every program that writes .xlsx files puts them."""
    content = _drop_prefix(content)
    cells = sum(1 for _ in islice(_ANY_CELL.finditer(content), MAX_CELLS + 1))
    _check_size(name, max(cells, content.count(b"<row")), 1)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or cells != sum(1 for _ in _CELL.finditer(content)):
        raise ImportFileError(UNREADABLE)
    sheet = Sheet(name)
    seen, failed = _Extent(), 0
    room = MAX_SHARED_TEXT if max(text_sizes, default=0) * cells > MAX_SHARED_TEXT else None
    for cell in _CELL.finditer(content):
        column, row, attributes, empty = cell.groups()
        if empty:
            continue
        sheet.filled += 1
        if places := _PLACE.findall(attributes):
            if row or len(places) > 1 or not places[0][0]:
                raise ImportFileError(UNREADABLE)
            column, row = places[0]
        seen.add(column, row)
        if row and b't="e"' in attributes:
            text = _VALUE.match(content, cell.end())
            sheet.errors[int(row) - 1, _column_number(column) - 1] = text[1].decode() if text else "#ERROR!"
            failed += 1
            if failed > MAX_FAILED_FORMULAS:
                raise ImportFileError(
                    f'in the sheet "{name}" more than {MAX_FAILED_FORMULAS:,} formulas have failed: fix them first'
                )
        elif room is not None and b't="s"' in attributes:
            text = _VALUE.match(content, cell.end())
            room -= text_sizes[int(text[1])] if text else max(text_sizes)
            if room < 0:
                raise ImportFileError(f'the sheet "{name}" has too much text in it: save it as CSV UTF-8')
    rows, columns = seen.measure(content)
    _check_size(name, rows, columns)
    return sheet


def _drop_prefix(content: bytes) -> bytes:
    """Return a part without the prefix that some programs write before each tag; no other prefix may stand there."""
    if prefixed := _ROOT_PREFIX.search(content, 0, 2_000):
        content = content.replace(b"<" + prefixed[1], b"<").replace(b"</" + prefixed[1], b"</")
    if _MAYBE_PREFIXED.search(content) and _PREFIXED.search(content):
        raise ImportFileError(UNREADABLE)
    return content


class _Extent:
    """How far a sheet's cells reach, from 1."""

    def __init__(self) -> None:
        self._row = b""
        self._last_row = 0
        self._columns: set[bytes] = set()
        self._unplaced = False

    def add(self, column: bytes | None, row: bytes | None) -> None:
        """Note where a cell stands; None for one that does not say it."""
        if column is None or row is None:
            self._unplaced = True
            return
        self._columns.add(column)
        if row != self._row:
            self._row = row
            self._last_row = max(self._last_row, int(row))

    def measure(self, content: bytes) -> Position:
        """Return how many rows and columns the sheet has, at most."""
        last_column = max(map(_column_number, self._columns), default=0)
        if not self._unplaced:
            return self._last_row, last_column
        rows, columns = _measure_unplaced(content)
        return self._last_row + rows, last_column + columns


def _check_size(name: str, rows: int, columns: int) -> None:
    if columns > MAX_COLUMNS:
        raise ImportFileError(
            f'the sheet "{name}" has {columns:,} columns, and at most {MAX_COLUMNS:,} can be read: '
            "delete what stands far to the right"
        )
    if rows * columns > MAX_CELLS:
        raise ImportFileError(
            f'the sheet "{name}" has {rows * columns:,} cells, and at most {MAX_CELLS:,} can be read: '
            "delete what stands far below, or save it as CSV UTF-8"
        )


def _measure_unplaced(content: bytes) -> Position:
    """Return how many rows and columns a sheet has at most whose cells do not say where they stand."""
    last, count, strange = 0, 0, False
    starts = [0]
    for row in islice(_ROW.finditer(content), MAX_CELLS):
        last = max(last, int(row[1] or 0))
        count += 1
        strange = strange or bool(_PLACE.search(row[2]))
        starts.append(row.start())
    if strange or count != sum(1 for _ in _ANY_ROW.finditer(content)):
        raise ImportFileError(UNREADABLE)
    widths = (sum(1 for _ in _CELL.finditer(content, *part)) for part in pairwise([*starts, len(content)]))
    return last + count + 1, max(widths)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _measure_shared_texts(parts: zipfile.ZipFile) -> Sequence[int]:
    """Return the size of each text that cells refer to by its number, in bytes, its markup included."""
    name = next((name for name in parts.namelist() if name.lower() == "xl/sharedstrings.xml"), None)
    if name is None:
        return array("Q")
    content = _drop_prefix(parts.read(name))
    starts = array("Q", (each.start() for each in islice(_SHARED_TEXT.finditer(content), MAX_CELLS + 1)))
    if len(starts) > MAX_CELLS:
        raise ImportFileError("has too many texts in it: save it as CSV UTF-8")
    return array("Q", (end - start for start, end in pairwise([*starts, len(content)])))
