"""Rows of data are the same, whether they are looked for one by one or many at a time."""

from collections import Counter
from collections.abc import Iterator, Sequence

import pytest

from bot.importing.parsing.data_rows import CHUNK_ROWS, read_data
from bot.importing.parsing.layout import find_total
from bot.importing.parsing.table import BrokenRow, NumberedRow, Row, TableSource

HEADER = ("client", "date", "spend", "clicks")
KEYS = (0, 1)
DATA = ["MILL", "2026-11-20", "10", "5"]
ODD: tuple[Row, ...] = (
    ["Total", "", "10", "5"],
    ["", "", "10", "5"],
    ["Total", "Total", "10", "5"],
    ["Total", "--", "10", "5"],
    ["Total", "2026-11-20", "10", "5"],
    ["Client", "DATE", "spend", "clicks"],
    ["Client", "2026-11-20", "1", "2"],
    ["Generated on 2026-11-27"],
    ["--", "2026-11-20", "1", "2"],
    ["MILL"],
    BrokenRow("has a quotation mark that is never closed"),
)


def table(rows: Sequence[NumberedRow]) -> TableSource:
    def read() -> Iterator[NumberedRow]:
        yield 1, HEADER
        yield from rows

    return TableSource(read)


@pytest.mark.parametrize("place", [0, 1, CHUNK_ROWS - 1, CHUNK_ROWS, 2 * CHUNK_ROWS])
@pytest.mark.parametrize("keys", [KEYS, ()])
def test_rows_that_are_no_data_are_left_out_wherever_they_stand(place: int, keys: tuple[int, ...]) -> None:
    split: list[Row] = [DATA] * (2 * CHUNK_ROWS + 1)
    split[place:place] = ODD
    rows = list(enumerate(split, 2))
    expected = [
        (number, cells) for number, cells in rows if isinstance(cells, BrokenRow) or not find_total(cells, keys, HEADER)
    ]
    left_out: Counter[str] = Counter()
    chunks = list(read_data(table(rows), keys, len(HEADER), left_out))
    found = [
        (number, dict(chunk.broken).get(at, cells))
        for chunk in chunks
        for at, (number, cells) in enumerate(zip(chunk.numbers, chunk.cells, strict=True))
    ]
    assert found == expected
    assert left_out.total() == len(rows) - len(expected)


def test_cells_stand_in_the_column_of_their_place_and_none_where_a_row_ends_before_it() -> None:
    rows: list[NumberedRow] = [(2, DATA), (3, ["MILL", "2026-11-21"]), (5, BrokenRow("is broken"))]
    (chunk,) = read_data(table(rows), KEYS, len(HEADER))
    assert [list(column) for column in chunk.columns] == [
        ["MILL", "MILL", None],
        ["2026-11-20", "2026-11-21", None],
        ["10", None, None],
        ["5", None, None],
    ]
    assert chunk.numbers == [2, 3, 5]
