"""What a file is once it is opened: rows of cells under column names. Never here: what they mean."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.importing.parsing.cells import Cell

BEYOND = "stands beyond the last column name"
"""Why a row is broken that has something in a cell under no column name."""


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that can't be split into its cells, and why: whoever reads on can only refuse it."""

    reason: str
    value: str = ""
    """What stands there, as far as one cell shows it."""


Row = Sequence[Cell] | BrokenRow
NumberedRow = tuple[int, Row]
"""A row's number, as a spreadsheet shows it, and its cells."""
HeaderScore = Callable[[Sequence[Cell]], int]
"""Counts the columns that a row names; 0 for a row that can't be the one with the column names."""


@dataclass(frozen=True, slots=True)
class TableSource:
    """An opened file."""

    read_rows: Callable[[], Iterator[NumberedRow]]
    """Reads the row of column names and those below it that are not blank; may be called any number of times."""
    notes: tuple[str, ...] = ()
    """For the file's author: which sheet was read, and what was filled in."""
    title_rows: int = 0
    """Rows with something in them above the column names."""
    titles: str = ""
    """The text of these rows, a line each."""
    epoch_1904: bool = False
    """Whether a date that is stored as a plain number counts days from 1904."""
