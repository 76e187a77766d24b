"""Keeps the keys of a file's rows as they stand there, to tell whether any two rows may have the same.

Never here: what a key means, and rows that do have the same (`bot.importing.repeated_keys`).
"""

from array import array
from collections.abc import Collection, Mapping, Sequence
from itertools import islice
from operator import eq

from bot.importing.parsing.cells import Cell

_MAX_CELLS = 50_000
"""Different cells remembered of a column."""


class RawKeys:
    """Pass it all rows with `add`, then ask whether they `are_unique`."""

    def __init__(self, positions: Mapping[str, int]) -> None:
        """Take the positions of the columns that make up the key."""
        self._positions = positions
        self._hashes = array("q")
        self._cells: dict[str, set[Cell]] = {name: set() for name in positions}
        self._are_few = True

    @property
    def cells(self) -> Mapping[str, Collection[Cell]]:
        """The different cells by column."""
        return self._cells

    def add(self, columns: Sequence[Sequence[Cell]]) -> None:
        """Note the keys of some rows, given the file's cells by position."""
        if not self._are_few:
            return
        for name, position in self._positions.items():
            known = self._cells[name]
            known.update(columns[position])
            # True is 1 to Python, and not the same in a file
            self._are_few &= len(known) <= _MAX_CELLS and bool not in set(map(type, columns[position]))
        self._hashes.extend(map(hash, zip(*(columns[position] for position in self._positions.values()), strict=True)))

    def are_unique(self) -> bool:
        """Whether the cells of no two rows are the same, as far as that is known."""
        if not self._are_few:
            return False
        ordered = sorted(self._hashes)
        return not any(map(eq, ordered, islice(ordered, 1, None)))
