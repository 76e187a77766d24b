"""Finds the keys that several rows of a file have, in a pass of its own, and in little memory.

Never here: what is made of these rows (`bot.importing.grouping`).
"""

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any


@dataclass(slots=True)
class RepeatedKeys:
    """Finds the keys that several rows of a file have."""

    counts: Mapping[int, int] = field(default_factory=dict)
    """Rows by the hash of their key, where there are at least two."""
    by_line: bool = False
    """Whether some invoice of the file has different amounts on its lines: then each line has its own."""
    _hashes: "array[int]" = field(default_factory=lambda: array("q"))
    _amounts: dict[int, Any] = field(default_factory=dict)

    def add(self, keys: Sequence[int | None], amounts: Sequence[object] | None = None) -> None:
        """Note the keys of some rows, and their amounts where they are invoices'."""
        self._hashes.extend(key for key in keys if key is not None)
        for key, amount in zip(keys, amounts or (), strict=False):
            if key is not None and amount is not None and self._amounts.setdefault(key, amount) != amount:
                self.by_line = True

    def finish(self) -> None:
        """Count the keys, and forget those of a single row."""
        ordered = sorted(self._hashes)
        repeated = (a for a, b in pairwise(ordered) if a == b)
        self.counts = {key: more + 1 for key, more in Counter(repeated).items()}
        self._hashes, self._amounts = array("q"), {}
