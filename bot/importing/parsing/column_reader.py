"""Parses rows column by column, many cells at a time: a text that was read before is looked up.

Never here: how a single cell is read (`values`), and which rows are data (`data_rows`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from bot.importing.errors import CellError
from bot.importing.parsing import plain_numbers
from bot.importing.parsing.cells import Cell, display_text
from bot.importing.parsing.columns import Column
from bot.importing.parsing.data_rows import DataChunk
from bot.importing.parsing.limits import MAX_CACHED_CHARS
from bot.importing.parsing.parsed_rows import ParsedChunk, Refusal
from bot.importing.parsing.values import CellParser, Value

MAX_CACHED = 20_000
"""Texts of a column that are remembered: days, names and small numbers recur."""


@dataclass(frozen=True, slots=True)
class _Fault:
    """Why a cell can't be read."""

    reason: str


class ColumnReader(dict[str, Value | _Fault]):
    """Reads the cells of one column, and remembers what texts were read as."""

    def __init__(self, column: Column, position: int, parse: CellParser, *, needed: bool, plain: bool) -> None:
        """Take the column's place in the file, and whether its cells must not be blank.

        `plain`: whether a plain number means just that.
        """
        super().__init__()
        self.column, self.position = column, position
        self._parse, self._needed, self._plain = parse, needed, plain
        self._has_faults = False

    def read(self, cells: Sequence[Cell]) -> tuple[Sequence[Value], dict[int, str]]:
        """Return the cells' values, None where one can't be read, and why by the place of each that is refused."""
        found: Sequence[Value | _Fault]
        if not {str}.issuperset(map(type, cells)):
            found = [self[cell] if type(cell) is str else self._read_cell(cell) for cell in cells]
        else:
            texts = cast("Sequence[str]", cells)
            plain = plain_numbers.read_all(self.column, texts) if self._plain else None
            found = list(map(self.__getitem__, texts)) if plain is None else plain
        faults = {}
        if self._has_faults:
            faults = {at: value.reason for at, value in enumerate(found) if isinstance(value, _Fault)}
        if self._needed and None in found:
            faults |= {at: "is needed" for at, value in enumerate(found) if value is None}
        values: list[Value] = [None if isinstance(value, _Fault) else value for value in found] if faults else found  # type: ignore[assignment]  # without faults
        return values, faults

    def __missing__(self, text: str) -> Value | _Fault:
        value = self._read_cell(text)
        if len(self) < MAX_CACHED and len(text) <= MAX_CACHED_CHARS:
            self[text] = value
        return value

    def _read_cell(self, cell: Cell) -> Value | _Fault:
        try:
            return self._parse(cell)
        except CellError as error:
            self._has_faults = True
            return _Fault(str(error))


def parse_chunk(chunk: DataChunk, readers: Sequence[ColumnReader]) -> ParsedChunk:
    """Parse the rows of a chunk, refused ones among them."""
    columns = {reader.column.name: chunk.columns[reader.position] for reader in readers}
    values: dict[str, Sequence[Value]] = {}
    refusals: dict[int, list[Refusal]] = {}
    for reader in readers:
        cells = columns[reader.column.name]
        values[reader.column.name], faults = reader.read(cells)
        for at, reason in faults.items():
            refusal = Refusal(chunk.numbers[at], reader.column.name, display_text(cells[at]), reason)
            refusals.setdefault(at, []).append(refusal)
    for at, row in chunk.broken:
        refusals[at] = [Refusal(chunk.numbers[at], "", row.value, row.reason)]
    return ParsedChunk(chunk.numbers, chunk.cells, columns, values, refusals)
