"""The rows of a file once they are parsed: typed values by column, or why a row is refused.

Never here: how cells are read, and what a row means.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.importing.parsing.cells import Cell
from bot.importing.parsing.values import Value


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row, or one of its cells, is refused."""

    row: int
    """As a spreadsheet numbers it; the header is usually 1."""
    column: str
    """Empty for a row as a whole."""
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """A row's values by column, or why it is refused."""

    number: int
    values: Mapping[str, Value]
    """None for a cell that is blank or can't be read."""
    refusals: tuple[Refusal, ...] = ()
    cells: Sequence[Cell] = ()
    """As they stand in the file."""


@dataclass(frozen=True, slots=True)
class ParsedChunk:
    """Some rows that follow each other, by columns: so they are parsed, and so most of what is done with them goes."""

    numbers: Sequence[int]
    cells: Sequence[Sequence[Cell]]
    """Row by row, as they stand in the file."""
    columns: Mapping[str, Sequence[Cell]]
    """The same by column; None where a row ends before it."""
    values: Mapping[str, Sequence[Value]]
    """By column; None where a cell can't be read."""
    refusals: Mapping[int, Sequence[Refusal]]
    """By the row's place in the chunk."""

    def rows(self) -> Iterator[ParsedRow]:
        """Yield the rows one by one."""
        names = tuple(self.values)
        rows = zip(*self.values.values(), strict=True)
        for at, (number, cells, values) in enumerate(zip(self.numbers, self.cells, rows, strict=True)):
            refusals = tuple(self.refusals.get(at, ()))
            yield ParsedRow(number, dict(zip(names, values, strict=True)), refusals, cells)
