"""A file, read: `open_file` looks through it to learn how its dates and decimals are written; `rows` then reads it.

Nothing is kept of a file but the row at hand (a spreadsheet, unlike a text file, is held whole by its reader).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from bot.importing.errors import CellError, ImportFileError, UnknownKindError
from bot.importing.parsing import dates, headers
from bot.importing.parsing.cells import Cell, is_nothing, shown
from bot.importing.parsing.columns import KEYS, KINDS, Column
from bot.importing.parsing.files import Source, open_source
from bot.importing.parsing.sniffer import Survey
from bot.importing.parsing.values import Parser, Style, Value, parser

TITLE_ROWS = 10
"""How far down column names are looked for, to say where they are."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row was not taken."""

    row: int
    """As a spreadsheet numbers it; the header is usually 1."""
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row, read: its values by column, or why it is refused."""

    number: int
    values: Mapping[str, Value]
    refusals: tuple[Refusal, ...] = ()
    replaced: bool = False
    """Whether a later row has the same key: that one counts."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A file that can be read: which columns it has, and how its cells are written."""

    kind: str
    columns: tuple[Column, ...]
    """Those that are there."""
    header: headers.Header
    notes: tuple[str, ...]
    """What its author may want to know of how it was read."""
    total: int
    """Rows below the header, blank ones left out."""
    source: Source
    styles: Mapping[str, Style]
    replaced: frozenset[int]
    """Numbers of the rows that later ones replace."""

    @property
    def names(self) -> frozenset[str]:
        """The names of the columns that are there."""
        return frozenset(column.name for column in self.columns)

    def rows(self) -> Iterator[Row]:
        """Read the rows in order, those to be refused among them."""
        readers = [
            (column, self.header.places[column.name], parser(column, self.styles[column.name]))
            for column in self.columns
        ]
        lines = self.source.lines()
        next(lines)
        for number, cells in lines:
            if number in self.replaced:
                yield Row(number, {}, replaced=True)
            else:
                yield _row(number, cells, readers, self.header.width)


def open_file(path: Path, kind: str, order: dates.Order | None = None) -> Reading:
    """Open a file of a kind (a key of `KINDS`); `order` settles whether 03/11 is in November or in March.

    Raises:
        UnknownKindError: when there is no such kind.
        ImportFileError: when the file as a whole can't be used.
    """
    columns = KINDS.get(kind)
    if columns is None:
        raise UnknownKindError(f"{kind!r} is no kind of file; the kinds are {', '.join(KINDS)}")
    try:
        return _opened(path, kind, columns, order)
    except ImportFileError as error:
        raise ImportFileError(f"{path}: {error}") from None


def _opened(path: Path, kind: str, columns: Sequence[Column], order: dates.Order | None) -> Reading:
    source = open_source(path, partial(headers.recognised, columns=columns))
    lines = source.lines()
    _, first = next(lines, (0, ()))
    if not first:
        raise ImportFileError("is empty")
    try:
        header = headers.read(first, columns)
    except ImportFileError:
        _none_further_down(lines, columns)
        raise
    present = tuple(column for column in columns if column.name in header.places)
    survey = Survey(present, header.places, KEYS[kind])
    total = 0
    for total, (number, cells) in enumerate(lines, 1):  # noqa: B007  # counted as they are looked at
        survey.look(number, cells)
    if not total:
        raise ImportFileError("has column names and no rows below them")
    return Reading(
        kind=kind,
        columns=present,
        header=header,
        notes=(*source.notes, *_repeats(len(survey.replaced), kind)),
        total=total,
        source=source,
        styles=survey.styles(order),
        replaced=frozenset(survey.replaced),
    )


def _none_further_down(lines: Iterator[tuple[int, Sequence[Cell]]], columns: Sequence[Column]) -> None:
    """Say so where the column names stand under a title."""
    for number, cells in islice(lines, TITLE_ROWS):
        if headers.recognised(cells, columns) >= headers.needed(columns):
            raise ImportFileError(
                f"the column names stand in row {number}, not in the first: delete what is above them"
            )


def _repeats(count: int, kind: str) -> tuple[str, ...]:
    if not count:
        return ()
    key = " and ".join(KEYS[kind])
    rows = "1 row has" if count == 1 else f"{count:,} rows have"
    return (f"{rows} the same {key} as a later one; the last one counts",)


def _row(number: int, cells: Sequence[Cell], readers: Sequence[tuple[Column, int, Parser]], width: int) -> Row:
    values: dict[str, Value] = {}
    refusals: list[Refusal] = []
    here = len(cells)
    if here > width and any(not is_nothing(cell) for cell in cells[width:]):
        beyond = next(cell for cell in cells[width:] if not is_nothing(cell))
        return Row(number, {}, (Refusal(number, "", shown(beyond), "stands beyond the last column name"),))
    for column, place, read in readers:
        cell = cells[place] if place < here else None
        try:
            value = read(cell)
        except CellError as error:
            refusals.append(Refusal(number, column.name, shown(cell), str(error)))
            continue
        if value is None and column.needed:
            refusals.append(Refusal(number, column.name, shown(cell), "is needed"))
        values[column.name] = value
    return Row(number, values, tuple(refusals))
