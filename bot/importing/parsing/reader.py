"""Reads a file in two passes: `open_file` finds out how its dates and decimals are written, `rows` parses its rows.

Of a text file only one row is in memory at a time; a spreadsheet is held as a whole.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path

from bot.importing.errors import CellError, ImportFileError, UnknownKindError
from bot.importing.parsing import dates, headers
from bot.importing.parsing.cells import display_text, is_blank
from bot.importing.parsing.columns import KEYS, KINDS, Column
from bot.importing.parsing.files import BrokenRow, Row, TableSource, open_table
from bot.importing.parsing.sniffer import Sniffer
from bot.importing.parsing.values import CellParser, ColumnFormat, Value, make_parser


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row, or one of its cells, is refused."""

    row: int
    """As a spreadsheet numbers it; the header is usually 1."""
    column: str
    """Empty for a cell beyond the last column name."""
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """A row's values by column, or why it is refused."""

    number: int
    values: Mapping[str, Value]
    refusals: tuple[Refusal, ...] = ()
    replaced: bool = False
    """Whether a later row has the same key: that one counts."""


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file whose columns are known, and how their cells are written."""

    kind: str
    columns: tuple[Column, ...]
    """Those that the file has."""
    header: headers.Header
    notes: tuple[str, ...]
    """For the file's author: which sheet was read, and how many rows repeat a key."""
    total: int
    """Rows below the header, blank ones left out."""
    source: TableSource
    formats: Mapping[str, ColumnFormat]
    replaced: frozenset[int]
    """Numbers of the rows that later ones replace."""

    @property
    def column_names(self) -> frozenset[str]:
        """The names of the columns that the file has."""
        return frozenset(column.name for column in self.columns)

    def rows(self) -> Iterator[ParsedRow]:
        """Parse the rows in order, refused and replaced ones among them."""
        parsers = [
            (column, self.header.positions[column.name], make_parser(column, self.formats[column.name]))
            for column in self.columns
        ]
        rows = self.source.read_rows()
        next(rows)
        for number, cells in rows:
            if number in self.replaced:
                yield ParsedRow(number, {}, replaced=True)
            else:
                yield _parse_row(number, cells, parsers, self.header.width)


def open_file(
    path: Path,
    kind: str,
    order: dates.DateOrder | None = None,
    *,
    decimal: str | None = None,
    today: date | None = None,
) -> OpenedFile:
    """Open a file of a kind, a key of `KINDS`; `order` decides whether 03/11 is in November or in March.

    `decimal` is the decimal mark, where the file's author has told it; `today` the day of the import.

    Raises:
        UnknownKindError: when there is no such kind.
        ImportFileError: when the file as a whole can't be used.
    """
    columns = KINDS.get(kind)
    if columns is None:
        raise UnknownKindError(f"{kind!r} is no kind of file; the kinds are {', '.join(KINDS)}")
    try:
        return _open(path, kind, columns, partial(Sniffer.column_formats, order=order, decimal=decimal, today=today))
    except ImportFileError as error:
        raise ImportFileError(f"{path}: {error}") from None


def _open(
    path: Path, kind: str, columns: Sequence[Column], decide: Callable[[Sniffer], dict[str, ColumnFormat]]
) -> OpenedFile:
    source = open_table(path, partial(headers.count_recognized, columns=columns))
    rows = source.read_rows()
    _, first = next(rows, (0, ()))
    if isinstance(first, BrokenRow) or not first:
        raise ImportFileError("is empty")
    header = headers.read_header(first, columns)
    present = tuple(column for column in columns if column.name in header.positions)
    sniffer = Sniffer(present, header.positions, KEYS[kind])
    total = 0
    for total, (number, cells) in enumerate(rows, 1):  # noqa: B007  # counted as they are looked at
        if not isinstance(cells, BrokenRow):
            sniffer.inspect_row(number, cells)
    if not total:
        raise ImportFileError("has column names and no rows below them")
    return OpenedFile(
        kind=kind,
        columns=present,
        header=header,
        notes=(*source.notes, *_note_repeats(len(sniffer.replaced), kind)),
        total=total,
        source=source,
        formats=decide(sniffer),
        replaced=frozenset(sniffer.replaced),
    )


def _note_repeats(count: int, kind: str) -> tuple[str, ...]:
    if not count:
        return ()
    key = " and ".join(KEYS[kind])
    rows = "1 row has" if count == 1 else f"{count:,} rows have"
    return (f"{rows} the same {key} as a later one; the last one counts",)


def _parse_row(number: int, cells: Row, parsers: Sequence[tuple[Column, int, CellParser]], width: int) -> ParsedRow:
    if isinstance(cells, BrokenRow):
        return ParsedRow(number, {}, (Refusal(number, "", cells.value, cells.reason),))
    values: dict[str, Value] = {}
    refusals: list[Refusal] = []
    length = len(cells)
    if length > width and any(not is_blank(cell) for cell in cells[width:]):
        beyond = next(cell for cell in cells[width:] if not is_blank(cell))
        return ParsedRow(number, {}, (Refusal(number, "", display_text(beyond), "stands beyond the last column name"),))
    for column, position, parse in parsers:
        cell = cells[position] if position < length else None
        try:
            value = parse(cell)
        except CellError as error:
            refusals.append(Refusal(number, column.name, display_text(cell), str(error)))
            continue
        if column.type == "day" and isinstance(value, datetime):
            value = value.date()
        if value is None and column.required and not column.may_be_blank:
            refusals.append(Refusal(number, column.name, display_text(cell), "is needed"))
        values[column.name] = value
    return ParsedRow(number, values, tuple(refusals))
