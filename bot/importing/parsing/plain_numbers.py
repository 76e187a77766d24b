"""Reads cells that are all plain numbers, as those of most columns are, at once.

A plain number is mere digits, with a dot and one or two decimals at most: it can be read in one way only. Never here:
any other number (`numbers`).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from itertools import repeat

from bot.importing.parsing.columns import Column
from bot.importing.parsing.units import PLAIN
from bot.importing.parsing.values import Amount, ColumnFormat, Value

_WHOLE = re.compile(r"(?:[0-9]{1,13}\n)*+")
_PLAIN = re.compile(r"(?:[0-9]{1,13}(?:\.[0-9]{1,2})?\n)*+")
"""Numbers, a line each: a whole column is looked at in one step."""


def _read_amounts(cells: Sequence[str]) -> Sequence[Value]:
    return list(map(tuple.__new__, repeat(Amount), zip(map(Decimal, cells), repeat(""), repeat(""))))


def _read_counts(cells: Sequence[str]) -> Sequence[Value]:
    return list(map(int, cells))


def _read_quantities(cells: Sequence[str]) -> Sequence[Value]:
    return list(map(float, cells))


_READERS: Mapping[str, tuple[re.Pattern[str], Callable[[Sequence[str]], Sequence[Value]]]] = {
    "money": (_PLAIN, _read_amounts),
    "count": (_WHOLE, _read_counts),
    "quantity": (_PLAIN, _read_quantities),
}
"""What plain numbers look like, and how they are read, by the type of a column."""


def are_usual(column: Column, column_format: ColumnFormat) -> bool:
    """Whether a plain number of a column means just that."""
    return column.type in _READERS and column_format.unit is PLAIN and not column_format.decimal_told


def read_all(column: Column, cells: Sequence[str]) -> Sequence[Value] | None:
    """Return the values of cells that are all plain; None where any is not."""
    pattern, read = _READERS[column.type]
    return read(cells) if _match(pattern, cells) else None


def find_marks(cells: Sequence[str]) -> set[str] | None:
    """Return the decimal marks of cells that are all plain; None where any is not."""
    lines = _match(_PLAIN, cells)
    return None if lines is None else {"."} if "." in lines else set()


def _match(pattern: re.Pattern[str], cells: Sequence[str]) -> str | None:
    """Return cells as lines, where all of them match."""
    lines = "\n".join(cells) + "\n"
    return lines if pattern.fullmatch(lines) and lines.count("\n") == len(cells) else None
