"""Takes the rows of data out of a file, some at a time, with their cells by column.

Never here: what the cells of a column mean, and what makes a row a total or a footer (`layout`).
"""

from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from bot.importing.parsing.cells import Cell, display_text
from bot.importing.parsing.layout import find_total, is_doubtful
from bot.importing.parsing.table import BrokenRow, NumberedRow, TableSource

CHUNK_ROWS = 1_000
"""Read at a time."""


@dataclass(frozen=True, slots=True)
class DataChunk:
    """Some rows of data."""

    numbers: Sequence[int]
    cells: Sequence[Sequence[Cell]]
    """Row by row; none of a broken one."""
    columns: Sequence[Sequence[Cell]]
    """The cells by position; None where a row ends before it, or is broken."""
    broken: Sequence[tuple[int, BrokenRow]]
    """Rows that can't be split into cells, with their place in the chunk."""


def read_data(
    source: TableSource,
    key_positions: Sequence[int],
    width: int,
    counts: Counter[str] | None = None,
    names: Container[str] = frozenset(),
) -> Iterator[DataChunk]:
    """Yield the rows that are data, `width` columns of them, and count the others by what they are.

    `names` are those of clients, in lower case, which are no label of a total.
    """
    rows = source.read_rows()
    _, header = next(rows)
    titles = () if isinstance(header, BrokenRow) else header
    while taken := list(islice(rows, CHUNK_ROWS)):
        chunk = _build(taken, width)
        doubtful = _find_doubtful(chunk, key_positions, titles)
        left_out = {at: what for at in doubtful if (what := find_total(chunk.cells[at], key_positions, titles, names))}
        if left_out:
            chunk = _build([row for at, row in enumerate(taken) if at not in left_out], width)
        if counts is not None:
            counts.update(left_out.values())
        if chunk.numbers:
            yield chunk


def _build(rows: Sequence[NumberedRow], width: int) -> DataChunk:
    numbers = [number for number, _ in rows]
    cells = [() if isinstance(row, BrokenRow) else row for _, row in rows]
    broken = [(at, row) for at, (_, row) in enumerate(rows) if isinstance(row, BrokenRow)] if () in cells else []
    full: Sequence[Sequence[Cell]] = cells
    if min(map(len, cells), default=0) < width:
        full = [row if len(row) >= width else [*row, *[None] * (width - len(row))] for row in cells]
    return DataChunk(numbers, cells, list(zip(*full, strict=False)), broken)


def _find_doubtful(chunk: DataChunk, key_positions: Sequence[int], titles: Sequence[Cell]) -> list[int]:
    """Return the places of rows that may be none of data: a key is missing, or the first is its column's title."""
    if not key_positions:
        places = set(range(len(chunk.cells)))
    else:
        places = set()
        title = display_text(titles[key_positions[0]]).casefold() if titles else None
        for position in key_positions:
            column = chunk.columns[position]
            odd = {
                cell
                for cell in set(column)
                if is_doubtful(cell) or (position == key_positions[0] and display_text(cell).casefold() == title)
            }
            if odd:
                places.update(at for at, cell in enumerate(column) if cell in odd)
    return sorted(places.difference(at for at, _ in chunk.broken))
